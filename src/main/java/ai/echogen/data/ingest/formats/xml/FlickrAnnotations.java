package ai.echogen.data.ingest.formats.xml;

import ai.echogen.data.ingest.Annotations;
import ai.echogen.data.ingest.Reading;
import ai.echogen.data.ingest.formats.common.FileByFile;
import ai.echogen.data.ingest.formats.common.FilePieces;
import ai.echogen.data.ingest.formats.common.NumberedLines;
import ai.echogen.data.shards.Finding;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * A folder of Flickr30k Entities: {@code Sentences} with a text file an image, {@code Annotations}
 * with an XML file an image, and maybe the lists of its splits. Each caption is an image of its
 * own. Tasks read the files; here are only their names.
 */
public final class FlickrAnnotations implements Annotations {
  private static final int MOST_BYTES = 10_000_000; // of the list of a split
  private static final int MOST_LINES = 1_000_000;
  private static final String SENTENCES = "Sentences";
  private static final String BOXES = "Annotations";

  /** What is held out wins where an image is in two. */
  private static final List<String> SPLITS = List.of("test", "val", "train");

  private final Location folder;
  private final List<FlickrImage> images;
  private final List<Finding> lost;

  private FlickrAnnotations(Location folder, List<FlickrImage> images, List<Finding> lost) {
    this.folder = folder;
    this.images = images;
    this.lost = lost;
  }

  /**
   * Lists the files of a folder, and reads which split each image is in.
   *
   * @throws IllegalArgumentException if there is no such folder, it has not both folders of files,
   *     or a split's list cannot be read
   */
  public static FlickrAnnotations in(Location folder) {
    folder.requireDirectory("annotations");
    try {
      var lost = new ArrayList<Finding>();
      var sentences = list(folder, SENTENCES, ".txt", lost);
      var boxes = list(folder, BOXES, ".xml", lost);
      var splits = splits(folder, lost);
      var images = new ArrayList<FlickrImage>();
      sentences.forEach(
          (id, name) -> {
            var boxFile = boxes.remove(id);
            if (boxFile == null) {
              lost.add(Finding.dropped("sentence file without an annotation file", name));
            } else {
              images.add(new FlickrImage(id, name, boxFile, splits.get(id)));
            }
          });
      boxes
          .values()
          .forEach(
              name -> lost.add(Finding.dropped("annotation file without a sentence file", name)));
      if (images.isEmpty()) {
        throw new IllegalArgumentException(
            "%s: no image has files in both %s and %s; unpack annotations.zip again"
                .formatted(folder, SENTENCES, BOXES));
      }
      return new FlickrAnnotations(folder, images, lost);
    } catch (IOException e) {
      throw new UncheckedIOException(folder + ": " + e.getMessage(), e);
    }
  }

  /** Names of files by id. */
  private static Map<String, String> list(
      Location top, String below, String ending, List<Finding> lost) throws IOException {
    var folder = top.child(below);
    if (!folder.exists() || !folder.status().isDirectory()) {
      throw new IllegalArgumentException(
          "%s: no folder %s in it; give the folder of Flickr30k Entities that holds %s and %s"
              .formatted(top, below, SENTENCES, BOXES));
    }
    var files = new TreeMap<String, String>();
    for (var entry : folder.list()) {
      var name = entry.getPath().getName();
      if (entry.isFile() && hasEnding(name, ending)) {
        var other = files.putIfAbsent(name.substring(0, name.length() - ending.length()), name);
        if (other != null) {
          lost.add(
              Finding.dropped(
                  "file of the same name as another", "%s beside %s".formatted(name, other)));
        }
      }
    }
    for (var name : folder.unlisted()) {
      if (hasEnding(name, ending)) {
        lost.add(
            Finding.dropped(
                "annotation file that is a broken link, or whose name is not UTF-8", name));
      }
    }
    return files;
  }

  private static boolean hasEnding(String name, String ending) {
    return name.toLowerCase(Locale.ROOT).endsWith(ending) && !name.startsWith(".");
  }

  /** Splits by id. */
  private static Map<String, String> splits(Location folder, List<Finding> lost)
      throws IOException {
    var splits = new HashMap<String, String>();
    for (var split : SPLITS) {
      var file = folder.child(split + ".txt");
      if (!file.exists()) {
        continue;
      }
      var lines = NumberedLines.of(file, MOST_BYTES, MOST_LINES);
      while (lines.next()) {
        var id = id(file, lines);
        var other = id.isEmpty() ? null : splits.putIfAbsent(id, split);
        if (other != null && !other.equals(split)) {
          lost.add(
              Finding.adjusted(
                  "image in two splits, was left in the first of test, val and train",
                  String.format(
                      Locale.ROOT,
                      "%s: %s.txt, and %s, line %d",
                      id,
                      other,
                      file.name(),
                      lines.number())));
        }
      }
    }
    return splits;
  }

  private static String id(Location file, NumberedLines lines) {
    try {
      return lines.text().strip();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: line %d: is not UTF-8; give an image's id a line",
              file,
              lines.number()),
          e);
    }
  }

  @Override
  public String summary() {
    var counts = new ArrayList<String>();
    for (var split : SPLITS) {
      long number = images.stream().filter(image -> split.equals(image.split())).count();
      if (number > 0) {
        counts.add(String.format(Locale.ROOT, ", %d of them in %s", number, split));
      }
    }
    return String.format(Locale.ROOT, "%d images with sentences", images.size())
        + String.join("", counts);
  }

  /** Not known before the captions are counted. */
  @Override
  public OptionalLong numImages() {
    return OptionalLong.empty();
  }

  @Override
  public List<Piece> pieces() {
    return FilePieces.of(
        lost, images, some -> new Files(folder.child(SENTENCES), folder.child(BOXES), some));
  }

  /** The files of some images. */
  private record Files(Location sentences, Location boxes, List<FlickrImage> images)
      implements Piece {
    private static final long serialVersionUID = 1;

    @Override
    public Reading read() {
      return new FileByFile<>(
          images, (image, found, lost) -> image.read(sentences, boxes, found, lost));
    }
  }
}
