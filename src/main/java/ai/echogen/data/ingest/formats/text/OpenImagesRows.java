package ai.echogen.data.ingest.formats.text;

import ai.echogen.data.ingest.Reading;
import ai.echogen.data.ingest.SourceBox;
import ai.echogen.data.ingest.SourceImage;
import ai.echogen.data.lines.TextLines;
import ai.echogen.data.shards.Finding;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A part of OpenImages' boxes: the rows of an image are one after another. */
final class OpenImagesRows implements Reading {
  static final int MOST_BYTES = 10_000; // of a line

  private static final int MOST_BOXES = 10_000; // of an image; published ones have some hundred

  private final FilePart part;
  private final OpenImagesColumns columns;
  private final Map<String, String> classes;
  private final InputStream in;
  private final TextLines lines;
  private final List<Finding> lost = new ArrayList<>();
  private OpenImagesColumns.@Nullable Row row; // read already, of the next image

  OpenImagesRows(FilePart part, OpenImagesColumns columns, Map<String, String> classes)
      throws IOException {
    this.part = part;
    this.columns = columns;
    this.classes = classes;
    this.in = part.open();
    this.lines = new TextLines(in, part.offset(), part.before(), MOST_BYTES);
  }

  @Override
  public @Nullable SourceImage next() throws IOException {
    row = row == null ? nextRow() : row;
    while (row != null) {
      var id = row.imageId();
      boolean isRepeated = part.repeats(lines.number() - 1);
      if (isRepeated) {
        lost.add(
            Finding.dropped(
                "rows of an image are not together: sort the file by ImageID",
                where() + ": image " + id));
      }
      var image = new SourceImage(id, id + ".jpg", 0, 0, SourceImage.Unit.SHARES);
      for (int i = 0; row != null && row.imageId().equals(id); i++) {
        if (!isRepeated) {
          add(image, row, i);
        }
        row = nextRow();
      }
      if (!isRepeated) {
        return image;
      }
    }
    return null;
  }

  private OpenImagesColumns.@Nullable Row nextRow() throws IOException {
    while (lines.number() < part.end()) {
      if (!lines.next()) {
        throw part.shorter();
      }
      var next = columns.row(lines.text());
      if (next.isPresent()) {
        return next.get();
      }
      if (!lines.isBlank()) {
        lost.add(
            Finding.dropped(
                lines.damage().orElse("row with other columns than the header, or no ImageID"),
                where()));
      }
    }
    return null;
  }

  private void add(SourceImage image, OpenImagesColumns.Row row, int number) {
    var name = classes.get(row.label());
    var where = "%s: %s".formatted(where(), row.label());
    var box = row.box();
    if (number >= MOST_BOXES) {
      if (number == MOST_BOXES) {
        image.add(
            Finding.dropped(
                String.format(Locale.ROOT, "boxes behind the first %,d of an image", MOST_BOXES),
                where));
      }
    } else if (name == null) {
      image.add(Finding.dropped("unknown LabelName", where));
    } else if (Arrays.stream(box).anyMatch(Double::isNaN)) {
      image.add(Finding.dropped("box is not four numbers", where));
    } else {
      image.add(
          new SourceBox(
              "of line " + lines.number(),
              name,
              box[0],
              box[1],
              box[2] - box[0],
              box[3] - box[1],
              row.isGroup()));
    }
  }

  private String where() {
    return String.format(Locale.ROOT, "%s: line %d", part.file().name(), lines.number());
  }

  @Override
  public List<Finding> lost() {
    return lost;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
