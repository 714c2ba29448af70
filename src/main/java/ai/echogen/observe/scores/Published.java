package ai.echogen.observe.scores;

import ai.echogen.json.JsonRecord;
import ai.echogen.json.JsonText;
import ai.echogen.observe.ScoreSummary;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Numbers that others have published for a benchmark, from the resource {@code published.json}:
 * protocols that they go with ({@code when}), columns with the score of ours that is meant and the
 * factor that brings it to their scale, rows with their sources.
 *
 * @param note how their protocol differs from anything that is measured here
 */
record Published(List<Column> columns, String note, List<Row> rows) {
  private static final String RESOURCE = "published.json";

  /**
   * A number that a table has.
   *
   * @param score its name in {@code scores.json}, or how that ends
   */
  record Column(String title, String score, double factor) {
    /** The number of a run on the published scale; NaN if it has none. */
    double of(ScoreSummary summary) {
      return named(summary)
          .map(name -> summary.numbers().getOrDefault(name, Double.NaN))
          .map(value -> factor * value.doubleValue())
          .orElse(Double.NaN);
    }

    /** The score of that name; else the one of fewest parts that ends so, if no other is alike. */
    Optional<String> named(ScoreSummary summary) {
      if (summary.numbers().containsKey(score)) {
        return Optional.of(score);
      }
      var ending =
          summary.numbers().keySet().stream()
              .filter(name -> name.endsWith("." + score))
              .sorted(Comparator.comparingInt(Column::numParts))
              .toList();
      boolean isAlone = ending.size() == 1;
      boolean isShortest = ending.size() > 1 && numParts(ending.get(0)) < numParts(ending.get(1));
      return isAlone || isShortest ? Optional.of(ending.get(0)) : Optional.empty();
    }

    private static int numParts(String name) {
      return name.split("\\.", -1).length;
    }
  }

  /**
   * @param values one for each column, NaN where none was published
   */
  record Row(String system, List<Double> values, String source) {}

  /** What was published for the benchmark of a run, if anything is kept. */
  static Optional<Published> of(ScoreSummary summary) {
    for (var table : all()) {
      var record = JsonRecord.of(table, RESOURCE);
      if (holds(record.any("when"), summary)) {
        return Optional.of(published(record));
      }
    }
    return Optional.empty();
  }

  /** Whether the run's protocol says all of that. */
  private static boolean holds(JsonNode when, ScoreSummary summary) {
    return when.properties().stream()
        .allMatch(rule -> rule.getValue().asText().equals(summary.protocol().get(rule.getKey())));
  }

  static Published published(JsonRecord table) {
    var unused = table.any("when");
    var columns = new ArrayList<Column>();
    for (var column : table.list("columns", false)) {
      columns.add(new Column(column.text("title"), column.text("score"), column.number("factor")));
      column.nothingElse();
    }
    var rows = new ArrayList<Row>();
    for (var row : table.list("rows", false)) {
      var values = new ArrayList<Double>();
      row.any("values")
          .forEach(value -> values.add(value.isNull() ? Double.NaN : value.asDouble()));
      if (values.size() != columns.size()) {
        row.problem("values", "must be as many as there are columns");
      }
      rows.add(new Row(row.text("system"), List.copyOf(values), row.text("source")));
      row.nothingElse();
    }
    var note = table.text("note");
    table.nothingElse().orThrow("");
    return new Published(columns, note, rows);
  }

  static JsonNode all() {
    try (var in = Published.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("no " + RESOURCE + " beside " + Published.class.getName());
      }
      return JsonText.parse(in.readAllBytes(), RESOURCE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
