package ai.echogen.data.ingest.formats.yolo;

import ai.echogen.data.ingest.Annotations;
import ai.echogen.data.ingest.Reading;
import ai.echogen.data.ingest.SourceImage;
import ai.echogen.data.ingest.formats.common.FileByFile;
import ai.echogen.data.ingest.formats.common.FilePieces;
import ai.echogen.data.ingest.formats.common.ImageNames;
import ai.echogen.data.ingest.formats.common.NumberedLines;
import ai.echogen.data.shards.Finding;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A folder of YOLO's labels: a text file an image, in the folder and those below it, as Ultralytics
 * reads them. Image and label file lie in two folders under one name but for the ending. Tasks read
 * the files and look for the images; here are only names.
 */
public final class YoloAnnotations implements Annotations {
  private static final int MOST_BYTES = 16 << 20; // of a label file
  private static final int MOST_LINES = 100_000; // of a label file
  private static final String ENDING = ".txt";
  private static final String CLASSES = "classes.txt"; // LabelImg writes it beside the labels

  /** Of images, the usual ones first. */
  private static final List<String> IMAGE_ENDINGS =
      Stream.<Function<String, String>>of(
              ending -> ending,
              ending -> ending.toUpperCase(Locale.ROOT),
              ending -> ending.substring(0, 1).toUpperCase(Locale.ROOT) + ending.substring(1))
          .flatMap(form -> Stream.of("jpg", "jpeg", "png", "webp", "bmp", "gif").map(form))
          .map(ending -> "." + ending)
          .toList();

  private final Location folder;
  private final Location images;
  private final Map<Integer, String> classes;
  private final List<String> files; // names below the folder
  private final List<Finding> lost;

  private YoloAnnotations(
      Location folder,
      Location images,
      Map<Integer, String> classes,
      List<String> files,
      List<Finding> lost) {
    this.folder = folder;
    this.images = images;
    this.classes = classes;
    this.files = files;
    this.lost = lost;
  }

  /**
   * Lists the label files of a folder and those below it, and reads the names of the classes.
   *
   * @param categories data.yaml, or a file of a name a line
   * @throws IllegalArgumentException if there is no such folder, no label file in it, or {@code
   *     categories} holds no names
   */
  public static YoloAnnotations in(Location folder, Location categories, Location images) {
    folder.requireDirectory("annotations");
    var classes = YoloNames.read(categories);
    var lost = new ArrayList<Finding>();
    try {
      var files = list(folder, categories, lost);
      if (files.isEmpty()) {
        throw new IllegalArgumentException(
            "%s: no %s file with labels in it; give the folder of YOLO's labels"
                .formatted(folder, ENDING));
      }
      return new YoloAnnotations(folder, images, classes, files, lost);
    } catch (IOException e) {
      throw new UncheckedIOException(folder + ": " + e.getMessage(), e);
    }
  }

  private static List<String> list(Location top, Location categories, List<Finding> lost)
      throws IOException {
    var files = new TreeMap<String, String>(); // by id
    var places = new HashSet<String>(); // a link may lead back
    var rest = new ArrayDeque<>(List.of("")); // names of folders, with a slash behind each
    for (var below = rest.poll(); below != null; below = rest.poll()) {
      var folder = below.isEmpty() ? top : top.child(below.substring(0, below.length() - 1));
      if (!places.add(folder.isLocal() ? folder.local().toRealPath().toString() : folder.uri())) {
        lost.add(Finding.dropped("folder that is a link to another one", below));
        continue;
      }
      for (var entry : folder.list()) {
        var name = entry.getPath().getName();
        if (entry.isDirectory() && !name.startsWith(".")) {
          rest.add(below + name + "/");
        } else if (entry.isFile() && isLabels(name) && !folder.child(name).equals(categories)) {
          var other = files.putIfAbsent(id(below + name), below + name);
          if (other != null) {
            lost.add(
                Finding.dropped(
                    "label file of the same name as another",
                    "%s beside %s".formatted(below + name, other)));
          }
        }
      }
      for (var name : folder.unlisted()) {
        if (isLabels(name)) {
          lost.add(
              Finding.dropped(
                  "label file that is a broken link, or whose name is not UTF-8", below + name));
        }
      }
    }
    return List.copyOf(files.values());
  }

  private static boolean isLabels(String name) {
    var plain = name.toLowerCase(Locale.ROOT);
    return plain.endsWith(ENDING) && !plain.startsWith(".") && !plain.equals(CLASSES);
  }

  private static String id(String name) {
    return name.substring(0, name.length() - ENDING.length());
  }

  @Override
  public String summary() {
    return String.format(Locale.ROOT, "%d label files, %d classes", files.size(), classes.size());
  }

  @Override
  public OptionalLong numImages() {
    return OptionalLong.of(files.size());
  }

  @Override
  public List<Piece> pieces() {
    return FilePieces.of(lost, files, some -> new Files(folder, images, classes, some));
  }

  /** Some of the files. */
  private record Files(
      Location folder, Location images, Map<Integer, String> classes, List<String> names)
      implements Piece {
    private static final long serialVersionUID = 1;

    @Override
    public Reading read() {
      return new FileByFile<>(names, this::read);
    }

    private void read(String name, Deque<SourceImage> found, List<Finding> lost)
        throws IOException {
      var file = folder.child(name);
      NumberedLines lines;
      try {
        lines = NumberedLines.of(file, MOST_BYTES, MOST_LINES);
      } catch (IllegalArgumentException e) {
        lost.add(Finding.dropped("label file cannot be read", String.valueOf(e.getMessage())));
        return;
      }
      var id = id(name);
      var fileName = ImageNames.find(images, IMAGE_ENDINGS.stream().map(id::concat).toList());
      var image = new SourceImage(id, fileName, 0, 0, SourceImage.Unit.SHARES);
      new YoloFile(name, classes, image).read(lines);
      found.add(image);
    }
  }
}
