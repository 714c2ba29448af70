package ai.echogen.data.ingest.formats.text;

import ai.echogen.data.IdSet;
import ai.echogen.data.ingest.Annotations;
import ai.echogen.data.ingest.Reading;
import ai.echogen.data.ingest.formats.common.LostPiece;
import ai.echogen.data.ingest.formats.common.TextFile;
import ai.echogen.data.lines.TextLines;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/**
 * OpenImages' boxes: a CSV file with a row a box, the rows of an image one after another. Here it
 * streams by to find where the images are; tasks read the boxes.
 */
public final class OpenImagesAnnotations implements Annotations {
  private static final int ROWS_A_PART = 2_000;

  private final OpenImagesColumns columns;
  private final OpenImagesClasses classes;
  private final FileParts parts;
  private final long numImages;
  private final long numLines;

  private OpenImagesAnnotations(
      Location file, OpenImagesColumns columns, OpenImagesClasses classes, TextLines lines)
      throws IOException {
    this.classes = classes;
    this.columns = columns;
    this.parts = new FileParts(file, ROWS_A_PART);
    var ids = new IdSet();
    var last = "";
    long count = 0;
    while (lines.next()) {
      long line = lines.number() - 1;
      var row = columns.row(lines.text());
      if (line == 1) {
        parts.add(lines.offset(), line);
      }
      if (row.isPresent() && !row.get().imageId().equals(last)) {
        last = row.get().imageId();
        count++;
        parts.add(lines.offset(), line);
        if (!ids.add(last)) {
          parts.repeat(line);
        }
      }
    }
    if (count == 0) {
      throw new IllegalArgumentException(
          file + ": no box in it; give a file such as train-annotations-bbox.csv of OpenImages");
    }
    numImages = count;
    numLines = lines.number();
  }

  /**
   * Looks through the files.
   *
   * @param file of boxes, {@code *-annotations-bbox.csv}
   * @param categories names of the classes, {@code class-descriptions-boxable.csv}
   * @throws IllegalArgumentException if a file is missing or of another kind
   */
  public static OpenImagesAnnotations read(Location file, Location categories) {
    TextFile.require(file);
    var classes = OpenImagesClasses.read(categories);
    try (var in = file.open()) {
      var lines = new TextLines(in, 0, 0, OpenImagesRows.MOST_BYTES);
      var unused = lines.next(); // a file is not empty
      return new OpenImagesAnnotations(file, OpenImagesColumns.of(lines, file), classes, lines);
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": " + e.getMessage(), e);
    }
  }

  @Override
  public String summary() {
    return String.format(Locale.ROOT, "%d images, %d classes", numImages, classes.names().size());
  }

  @Override
  public OptionalLong numImages() {
    return OptionalLong.of(numImages);
  }

  @Override
  public List<Piece> pieces() {
    var pieces = new ArrayList<Piece>();
    if (!classes.lost().isEmpty()) {
      pieces.add(new LostPiece(classes.lost()));
    }
    for (var part : parts.parts(numLines)) {
      pieces.add(new Rows(part, columns, classes.names()));
    }
    return pieces;
  }

  private record Rows(FilePart part, OpenImagesColumns columns, Map<String, String> classes)
      implements Piece {
    private static final long serialVersionUID = 1;

    @Override
    public Reading read() throws IOException {
      return new OpenImagesRows(part, columns, classes);
    }
  }
}
