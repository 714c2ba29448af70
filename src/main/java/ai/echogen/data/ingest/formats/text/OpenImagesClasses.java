package ai.echogen.data.ingest.formats.text;

import ai.echogen.data.ingest.formats.common.RowFields;
import ai.echogen.data.ingest.formats.common.TextFile;
import ai.echogen.data.lines.TextLines;
import ai.echogen.data.shards.Finding;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * OpenImages' {@code class-descriptions-boxable.csv}: lines such as {@code /m/011k07,Tortoise},
 * without a header or below {@code LabelName,DisplayName}.
 *
 * @param names by label
 */
record OpenImagesClasses(Map<String, String> names, List<Finding> lost) {
  private static final int MOST = 100_000; // OpenImages has 20,000 in all
  private static final int MOST_BYTES = 10_000; // of a line
  private static final String HEADER = "LabelName";

  /**
   * Reads a file.
   *
   * @throws IllegalArgumentException if it is missing or of another kind
   */
  static OpenImagesClasses read(Location file) {
    TextFile.require(file);
    var names = new HashMap<String, String>();
    var ambiguous = new HashSet<String>();
    var lost = new ArrayList<Finding>();
    try (var in = file.open()) {
      var lines = new TextLines(in, 0, 0, MOST_BYTES);
      while (lines.next()) {
        var where = String.format(Locale.ROOT, "%s: line %d", file.name(), lines.number());
        var fields = CsvLine.fields(lines.text()).orElse(List.of());
        var label = fields.size() == 2 ? fields.get(0).strip() : "";
        var name = fields.size() == 2 ? RowFields.tidy(fields.get(1)) : "";
        if (lines.isBlank() || (lines.number() == 1 && label.equals(HEADER))) {
          continue;
        }
        if (label.isEmpty() || name.isEmpty()) {
          lost.add(Finding.dropped("class without label or name", where));
        } else if (!name.equals(names.getOrDefault(label, name))) {
          ambiguous.add(label); // which of them a box means, nobody can tell
          lost.add(
              Finding.dropped(
                  "duplicate class",
                  "%s: %s (%s, %s)".formatted(where, label, names.get(label), name)));
        } else {
          names.put(label, name);
        }
        if (names.size() + lost.size() > MOST) {
          throw new IllegalArgumentException(
              String.format(
                  Locale.ROOT,
                  "%s: more than %,d lines; give class-descriptions-boxable.csv",
                  file,
                  MOST));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": " + e.getMessage(), e);
    }
    if (names.isEmpty()) {
      throw new IllegalArgumentException(
          file + ": no line such as /m/011k07,Tortoise; give class-descriptions-boxable.csv");
    }
    names.keySet().removeAll(ambiguous);
    return new OpenImagesClasses(Map.copyOf(names), List.copyOf(lost));
  }
}
