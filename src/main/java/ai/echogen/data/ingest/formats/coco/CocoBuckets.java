package ai.echogen.data.ingest.formats.coco;

import ai.echogen.data.shards.Finding;
import ai.echogen.storage.Location;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Files among which the entries of annotation files are divided: all that belongs to an image goes
 * into one, in the order in which it comes.
 *
 * <p>An entry is its kind, one byte of {@link #IMAGE}, {@link #ANNOTATION}, {@link #CAPTION} and
 * {@link #LOST}; then the image's id (or what is lost); then what {@link CocoImage#write}, {@link
 * CocoBox#write} or the methods here have, in their order. Texts are UTF-8 after their length, four
 * bytes.
 */
final class CocoBuckets implements AutoCloseable {
  static final int IMAGE = 'i';
  static final int ANNOTATION = 'a';
  static final int CAPTION = 'c';
  static final int LOST = 'l';

  private static final int MAX_FILES = 256; // open at once
  private static final int BYTES_A_FILE = 16 << 10; // of the annotation file, if it is a small one
  private static final int BYTES_A_PIECE = 1 << 20; // which a task holds

  private final List<Location> files = new ArrayList<>();
  private final List<DataOutputStream> out = new ArrayList<>();

  private CocoBuckets() {}

  /** Keeps nothing. */
  static CocoBuckets none() {
    return new CocoBuckets();
  }

  /** Files in a folder, the more the larger the annotation file. */
  static CocoBuckets in(Location folder, long bytes) throws IOException {
    var buckets = new CocoBuckets();
    int number = (int) Math.min(MAX_FILES, 1 + bytes / BYTES_A_FILE);
    for (int i = 0; i < number; i++) {
      var file = folder.child(String.format(Locale.ROOT, "bucket-%03d", i));
      buckets.files.add(file);
      buckets.out.add(new DataOutputStream(file.create()));
    }
    return buckets;
  }

  /**
   * What tasks read, once all is written: a file each, or a share of one that is large.
   *
   * @param categories names by id
   */
  List<CocoBucket> pieces(Map<String, String> categories) {
    var pieces = new ArrayList<CocoBucket>();
    for (int i = 0; i < files.size(); i++) {
      int shares = 1 + out.get(i).size() / BYTES_A_PIECE;
      for (int share = 0; share < shares; share++) {
        pieces.add(new CocoBucket(files.get(i), share, shares, categories));
      }
    }
    return pieces;
  }

  void image(CocoImage image) throws IOException {
    if (!out.isEmpty()) {
      image.write(begin(IMAGE, image.id()));
    }
  }

  void annotation(CocoBox box) throws IOException {
    if (!out.isEmpty()) {
      box.write(begin(ANNOTATION, box.imageId()));
    }
  }

  void caption(String imageId, String id, String caption) throws IOException {
    if (!out.isEmpty()) {
      var to = begin(CAPTION, imageId);
      text(to, id);
      text(to, caption);
    }
  }

  /** What could not be used. */
  void lost(Finding finding) throws IOException {
    if (!out.isEmpty()) {
      text(begin(LOST, finding.what()), finding.reason());
    }
  }

  private DataOutputStream begin(int kind, String imageId) throws IOException {
    var to = out.get(Math.floorMod(spread(imageId), out.size()));
    to.writeByte(kind);
    text(to, imageId);
    return to;
  }

  /** The share of its file, of so many, to which an image or what is lost belongs. */
  static int share(String imageId, int shares) {
    return (spread(imageId) >>> 8) % shares;
  }

  private static int spread(String imageId) {
    return imageId.hashCode() * 0x9E3779B9;
  }

  static void text(DataOutputStream to, String text) throws IOException {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    to.writeInt(bytes.length);
    to.write(bytes);
  }

  static String text(DataInputStream in) throws IOException {
    return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    for (var to : out) {
      to.close();
    }
  }
}
