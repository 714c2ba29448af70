package ai.echogen.observe.scores;

import ai.echogen.observe.ScoreSummary;
import ai.echogen.observe.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** The tables of scored runs: all numbers, and those that others have published for the same. */
final class ScoreTables {
  private static final String HERE = "measured here";
  private static final String ELSEWHERE = "published, other protocol";

  private ScoreTables() {}

  /** Every number with its interval. */
  static Table all(ScoreSummary summary) {
    var table = new Table("score", "value", "95 % from", "to");
    summary
        .numbers()
        .forEach(
            (name, value) -> {
              var range = summary.intervals().get(name);
              table.row(
                  name, value, range == null ? "" : range.low(), range == null ? "" : range.high());
            });
    return table;
  }

  /** The numbers of several runs side by side, in their order. */
  static Table sideBySide(List<ScoredRun> runs) {
    var columns = new ArrayList<>(List.of("score"));
    runs.forEach(run -> columns.add(run.name()));
    var table = new Table(columns.toArray(String[]::new));
    for (var name : names(runs)) {
      var row = new ArrayList<Object>(List.of(name));
      for (var run : runs) {
        var value = run.summary().numbers().get(name);
        row.add(value == null ? "" : value);
      }
      table.row(row.toArray());
    }
    return table;
  }

  /** The names of all numbers that any run has, sorted. */
  static List<String> names(List<ScoredRun> runs) {
    var names = new TreeSet<String>();
    runs.forEach(run -> names.addAll(run.summary().numbers().keySet()));
    return List.copyOf(names);
  }

  /** The runs' numbers above the published ones; columns without any number are left out. */
  static Table beside(Published published, List<ScoredRun> runs) {
    var used = new ArrayList<Integer>();
    for (int c = 0; c < published.columns().size(); c++) {
      int column = c;
      boolean isMeasured =
          runs.stream()
              .anyMatch(run -> !Double.isNaN(published.columns().get(column).of(run.summary())));
      boolean isPublished =
          published.rows().stream().anyMatch(row -> !Double.isNaN(row.values().get(column)));
      if (isMeasured || isPublished) {
        used.add(c);
      }
    }
    var titles = new ArrayList<>(List.of("system"));
    used.forEach(c -> titles.add(published.columns().get(c).title()));
    titles.addAll(List.of("protocol", "source"));
    var table = new Table(titles.toArray(String[]::new));
    for (var run : runs) {
      var values = published.columns().stream().map(column -> column.of(run.summary())).toList();
      addRow(table, run.name(), values, used, HERE, "this report");
    }
    for (var row : published.rows()) {
      addRow(table, row.system(), row.values(), used, ELSEWHERE, row.source());
    }
    return table;
  }

  private static void addRow(
      Table table,
      String system,
      List<Double> values,
      List<Integer> used,
      String protocol,
      String source) {
    var row = new ArrayList<Object>(List.of(system));
    used.forEach(c -> row.add(Double.isNaN(values.get(c)) ? "" : values.get(c)));
    row.addAll(List.of(protocol, source));
    table.row(row.toArray());
  }

  /**
   * The same for programs: a line a number with {@code system,score,value,low,high,protocol,source}
   * and every digit; fields are quoted as RFC 4180 has it.
   */
  static String csv(List<ScoredRun> runs, List<Published> published) {
    var lines = new StringBuilder("system,score,value,low,high,protocol,source\n");
    for (var run : runs) {
      run.summary()
          .numbers()
          .forEach(
              (name, value) -> {
                var range = run.summary().intervals().get(name);
                line(
                    lines,
                    run.name(),
                    name,
                    value.toString(),
                    range == null ? "" : Double.toString(range.low()),
                    range == null ? "" : Double.toString(range.high()),
                    HERE,
                    run.place().toString());
              });
    }
    for (var table : published) {
      for (var row : table.rows()) {
        for (int c = 0; c < row.values().size(); c++) {
          var column = table.columns().get(c);
          double value = row.values().get(c);
          if (!Double.isNaN(value)) {
            var title = column.title();
            line(
                lines,
                row.system(),
                title,
                Double.toString(value),
                "",
                "",
                ELSEWHERE,
                row.source());
          }
        }
      }
    }
    return lines.toString();
  }

  private static void line(StringBuilder lines, String... fields) {
    for (int i = 0; i < fields.length; i++) {
      lines.append(i == 0 ? "" : ",").append(quoted(fields[i]));
    }
    lines.append('\n');
  }

  private static String quoted(String field) {
    return field.matches("[^,\"\\r\\n]*") ? field : '"' + field.replace("\"", "\"\"") + '"';
  }
}
