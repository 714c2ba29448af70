package ai.echogen.data.ingest.formats.xml;

import ai.echogen.data.ingest.Annotations;
import ai.echogen.data.ingest.Reading;
import ai.echogen.data.ingest.SourceImage;
import ai.echogen.data.ingest.formats.common.FileByFile;
import ai.echogen.data.ingest.formats.common.FilePieces;
import ai.echogen.data.shards.Finding;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.TreeMap;
import javax.xml.stream.XMLStreamException;

/**
 * A folder of Pascal VOC's annotations: an XML file an image, as VOC's development kit, LabelImg
 * and many others write them. Tasks read the files; here are only their names.
 */
public final class VocAnnotations implements Annotations {
  private static final String ENDING = ".xml";

  private final List<Location> files;
  private final List<Finding> lost;

  private VocAnnotations(List<Location> files, List<Finding> lost) {
    this.files = files;
    this.lost = lost;
  }

  /**
   * Lists the files of a folder.
   *
   * @throws IllegalArgumentException if there is no such folder, or no such file in it
   */
  public static VocAnnotations in(Location folder) {
    folder.requireDirectory("annotations");
    try {
      var files = new TreeMap<String, Location>(); // by id
      var lost = new ArrayList<Finding>();
      for (var entry : folder.list()) {
        var name = entry.getPath().getName();
        if (entry.isDirectory() && holdsXml(folder.child(name))) {
          lost.add(Finding.dropped("folder of annotation files in that of annotations", name));
        } else if (entry.isFile() && isXml(name)) {
          var other = files.putIfAbsent(id(name), folder.child(name));
          if (other != null) {
            lost.add(
                Finding.dropped(
                    "annotation file of the same name as another",
                    "%s beside %s".formatted(name, other.name())));
          }
        }
      }
      for (var name : folder.unlisted()) {
        if (isXml(name)) {
          lost.add(Finding.dropped("name of a file that is not UTF-8: rename it", name));
        }
      }
      if (files.isEmpty()) {
        throw new IllegalArgumentException(
            "%s: no %s file in it; give the folder of Pascal VOC's annotations"
                .formatted(folder, ENDING));
      }
      return new VocAnnotations(List.copyOf(files.values()), lost);
    } catch (IOException e) {
      throw new UncheckedIOException(folder + ": " + e.getMessage(), e);
    }
  }

  private static boolean holdsXml(Location folder) throws IOException {
    return folder.list().stream().anyMatch(file -> isXml(file.getPath().getName()));
  }

  private static String id(String name) {
    return name.substring(0, name.length() - ENDING.length());
  }

  private static boolean isXml(String name) {
    return name.toLowerCase(Locale.ROOT).endsWith(ENDING) && !name.startsWith(".");
  }

  @Override
  public String summary() {
    return String.format(Locale.ROOT, "%d annotation files", files.size());
  }

  @Override
  public OptionalLong numImages() {
    return OptionalLong.of(files.size());
  }

  @Override
  public List<Piece> pieces() {
    return FilePieces.of(lost, files, Files::new);
  }

  /** Some of the files. */
  private record Files(List<Location> files) implements Piece {
    private static final long serialVersionUID = 1;

    @Override
    public Reading read() {
      return new FileByFile<>(files, Files::read);
    }

    private static void read(Location file, Deque<SourceImage> images, List<Finding> lost)
        throws IOException {
      var name = file.name();
      try (var in = file.open()) {
        var image = VocFile.read(id(name), in);
        if (image.fileName().isBlank()) {
          lost.add(Finding.dropped("annotation file without a filename", name));
        } else {
          images.add(image);
        }
      } catch (XMLStreamException e) {
        var why = String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
        lost.add(
            Finding.dropped(
                "annotation file is not of Pascal VOC", "%s (%s)".formatted(name, why)));
      }
    }
  }
}
