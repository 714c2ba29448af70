package ai.echogen.data.ingest.formats.text;

import ai.echogen.data.ingest.formats.common.Decimal;
import ai.echogen.data.lines.TextLines;
import ai.echogen.storage.Location;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where the columns of OpenImages' {@code *-annotations-bbox.csv} are: whatever their order, and
 * whatever other columns there are.
 *
 * @param count of all columns
 * @param places by name
 */
record OpenImagesColumns(int count, Map<String, Integer> places) implements Serializable {
  private static final long serialVersionUID = 1;
  private static final List<String> NEEDED =
      List.of("ImageID", "LabelName", "XMin", "XMax", "YMin", "YMax");
  private static final String GROUP = "IsGroupOf";

  /** A line below the header, whose number of columns is right. */
  record Row(OpenImagesColumns columns, List<String> fields) {
    String imageId() {
      return field("ImageID");
    }

    String label() {
      return field("LabelName");
    }

    /** Left, top, right and bottom side as shares of the picture; NaN if they are none. */
    double[] box() {
      return Stream.of("XMin", "YMin", "XMax", "YMax")
          .mapToDouble(side -> Decimal.of(field(side)))
          .toArray();
    }

    /** Whether the box is around more than one of them. */
    boolean isGroup() {
      return columns.places.containsKey(GROUP) && field(GROUP).equals("1");
    }

    private String field(String name) {
      return fields.get(columns.places.getOrDefault(name, 0)).strip();
    }
  }

  /**
   * The columns that a header has.
   *
   * @throws IllegalArgumentException with the file if one is missing or there twice
   */
  static OpenImagesColumns of(TextLines header, Location file) {
    var names = CsvLine.fields(header.text()).orElse(List.of());
    var places = new HashMap<String, Integer>();
    for (int i = 0; i < names.size(); i++) {
      var name = names.get(i).strip();
      if ((NEEDED.contains(name) || name.equals(GROUP)) && places.put(name, i) != null) {
        throw new IllegalArgumentException(file + ": line 1: two columns " + name);
      }
    }
    for (var name : NEEDED) {
      if (!places.containsKey(name)) {
        throw new IllegalArgumentException(
            "%s: line 1: no column %s; give a file such as train-annotations-bbox.csv of OpenImages"
                .formatted(file, name));
      }
    }
    return new OpenImagesColumns(names.size(), Map.copyOf(places));
  }

  /** A row, or nothing if the line has other columns or no image. */
  Optional<Row> row(String line) {
    return CsvLine.fields(line)
        .filter(fields -> fields.size() == count)
        .map(fields -> new Row(this, fields))
        .filter(row -> !row.imageId().isEmpty());
  }
}
