package ai.echogen.observe;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A table of texts and numbers for the console, for Markdown and for the report. Numbers stand to
 * the right; those with a fraction have about four digits. A cell without a value is {@code ""}.
 */
public final class Table {
  private final List<String> columns;
  private final List<List<Cell>> rows = new ArrayList<>();

  public Table(String... columns) {
    this.columns = List.of(columns);
    if (this.columns.isEmpty()) {
      throw new IllegalArgumentException("a table needs a column");
    }
  }

  /** Adds a row: numbers and anything that has a text, as many as there are columns. */
  public Table row(Object... values) {
    if (values.length != columns.size()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a row needs %d cells, got %s",
              columns.size(),
              Arrays.toString(values)));
    }
    rows.add(Arrays.stream(values).map(Table::cell).toList());
    return this;
  }

  /** Aligned columns under a ruled header; no line ends in blanks. */
  public String console() {
    var widths = widths();
    var header = columns.stream().map(Table::cell).toList();
    var rule = Arrays.stream(widths).mapToObj("─"::repeat).collect(Collectors.joining("  "));
    var lines = new StringBuilder(consoleLine(header, widths)).append(rule).append('\n');
    rows.forEach(row -> lines.append(consoleLine(row, widths)));
    return lines.toString();
  }

  /** A GitHub table. */
  public String markdown() {
    var lines = new StringBuilder(markdownLine(columns));
    lines.append("|");
    for (var column = 0; column < columns.size(); column++) {
      lines.append(numeric(column) ? "---:|" : "---|");
    }
    lines.append('\n');
    rows.forEach(row -> lines.append(markdownLine(row.stream().map(Cell::text).toList())));
    return lines.toString();
  }

  /** A {@code <table>} element. */
  public String html() {
    var lines = new StringBuilder("<table>\n<thead><tr>");
    for (var column = 0; column < columns.size(); column++) {
      lines.append(htmlCell("th", columns.get(column), numeric(column)));
    }
    lines.append("</tr></thead>\n<tbody>\n");
    for (var row : rows) {
      lines.append("<tr>");
      row.forEach(cell -> lines.append(htmlCell("td", cell.text, cell.number)));
      lines.append("</tr>\n");
    }
    return lines.append("</tbody>\n</table>\n").toString();
  }

  @Override
  public String toString() {
    return console();
  }

  private String consoleLine(List<Cell> cells, int[] widths) {
    return IntStream.range(0, cells.size())
            .mapToObj(
                column -> {
                  var text = cells.get(column).text;
                  var blanks = " ".repeat(widths[column] - length(text));
                  return numeric(column) ? blanks + text : text + blanks;
                })
            .collect(Collectors.joining("  "))
            .stripTrailing()
        + "\n";
  }

  private static String markdownLine(List<String> cells) {
    return cells.stream()
        .map(Escape::markdownCell)
        .collect(Collectors.joining(" | ", "| ", " |\n"));
  }

  private static String htmlCell(String element, String text, boolean number) {
    return "<%s%s>%s</%s>"
        .formatted(element, number ? " class=\"n\"" : "", Escape.html(text), element);
  }

  private int[] widths() {
    return IntStream.range(0, columns.size())
        .map(
            column ->
                Math.max(
                    length(columns.get(column)),
                    rows.stream().mapToInt(row -> length(row.get(column).text)).max().orElse(0)))
        .toArray();
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  /** Whether a column holds numbers, and nothing else but empty cells. */
  private boolean numeric(int column) {
    return rows.stream().anyMatch(row -> row.get(column).number)
        && rows.stream().allMatch(row -> row.get(column).number || row.get(column).text.isEmpty());
  }

  private static Cell cell(Object value) {
    if (value instanceof Double || value instanceof Float) {
      return new Cell(Figures.number(((Number) value).doubleValue()), true);
    }
    return new Cell(value.toString().replaceAll("\\R", " "), value instanceof Number);
  }

  private record Cell(String text, boolean number) {}
}
