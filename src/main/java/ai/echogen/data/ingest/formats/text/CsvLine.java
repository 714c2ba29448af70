package ai.echogen.data.ingest.formats.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A line of comma-separated values (RFC 4180), whose fields do not reach into the next line. */
final class CsvLine {
  private CsvLine() {}

  /**
   * The fields; nothing if quotes do not end in the line, or something but a comma follows them.
   */
  static Optional<List<String>> fields(String line) {
    var fields = new ArrayList<String>();
    int place = 0;
    while (true) {
      int end;
      if (place < line.length() && line.charAt(place) == '"') {
        end = closing(line, place + 1) + 1;
        if (end == 0 || (end < line.length() && line.charAt(end) != ',')) {
          return Optional.empty();
        }
        fields.add(line.substring(place + 1, end - 1).replace("\"\"", "\""));
      } else {
        int comma = line.indexOf(',', place);
        end = comma < 0 ? line.length() : comma;
        fields.add(line.substring(place, end));
      }
      if (end == line.length()) {
        return Optional.of(fields);
      }
      place = end + 1;
    }
  }

  /** The quote that ends a field, or -1; two are one of its letters. */
  private static int closing(String line, int from) {
    int quote = line.indexOf('"', from);
    while (quote >= 0 && quote + 1 < line.length() && line.charAt(quote + 1) == '"') {
      quote = line.indexOf('"', quote + 2);
    }
    return quote;
  }
}
