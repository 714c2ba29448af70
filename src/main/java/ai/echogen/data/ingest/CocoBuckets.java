package ai.echogen.data.ingest;

import ai.echogen.storage.Location;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Files among which the entries of annotation files are divided: all that belongs to an image goes
 * into one, in the order in which it comes.
 *
 * <p>An entry is its kind, one byte of {@link #IMAGE}, {@link #ANNOTATION}, {@link #CAPTION} and
 * {@link #LOST}; then the image's id (or what is lost), and what the methods have, in their order.
 * Texts are UTF-8 after their length, four bytes; a box is its number of values, one byte, and
 * these.
 */
final class CocoBuckets implements AutoCloseable {
  static final int IMAGE = 'i';
  static final int ANNOTATION = 'a';
  static final int CAPTION = 'c';
  static final int LOST = 'l';

  private static final int MAX_FILES = 256; // open at once
  private static final int BYTES_A_FILE = 16 << 10; // of few: each is a task's work

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

  List<Location> files() {
    return List.copyOf(files);
  }

  void image(String id, String fileName, int width, int height) throws IOException {
    if (!out.isEmpty()) {
      var to = begin(IMAGE, id);
      text(to, fileName);
      to.writeInt(width);
      to.writeInt(height);
    }
  }

  void annotation(String imageId, String id, String categoryId, double[] box, boolean crowd)
      throws IOException {
    if (!out.isEmpty()) {
      var to = begin(ANNOTATION, imageId);
      text(to, id);
      text(to, categoryId);
      to.writeByte(box.length);
      for (double value : box) {
        to.writeDouble(value);
      }
      to.writeBoolean(crowd);
    }
  }

  void caption(String imageId, String id, String caption) throws IOException {
    if (!out.isEmpty()) {
      var to = begin(CAPTION, imageId);
      text(to, id);
      text(to, caption);
    }
  }

  /** What could not be used, by name, and why. */
  void lost(String reason, String what) throws IOException {
    if (!out.isEmpty()) {
      text(begin(LOST, what), reason);
    }
  }

  private DataOutputStream begin(int kind, String imageId) throws IOException {
    var to = out.get(Math.floorMod(imageId.hashCode() * 0x9E3779B9, out.size()));
    to.writeByte(kind);
    text(to, imageId);
    return to;
  }

  private static void text(DataOutputStream to, String text) throws IOException {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    to.writeInt(bytes.length);
    to.write(bytes);
  }

  @Override
  public void close() throws IOException {
    for (var to : out) {
      to.close();
    }
  }
}
