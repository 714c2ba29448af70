package ai.echogen.observe;

import java.util.ArrayList;
import java.util.List;

/** Counts as bars, one below the other, each with its label: a figure with inline SVG. */
public final class BarChart implements Figure {
  private static final int WIDTH = 440;
  private static final int LABEL = 160; // width of the column of labels
  private static final int LABEL_CELLS = 22; // letters that fit into it
  private static final int LONGEST_BAR = 210;
  private static final int ROW = 19;
  private static final int MOST_TOLD = 300; // letters of a label that is pointed at
  private static final int FIRST_WIDE = 0x1100; // from here on many letters are twice as wide

  private record Bar(String label, long count) {}

  private final String title;
  private final List<Bar> bars = new ArrayList<>();

  public BarChart(String title) {
    this.title = title;
  }

  /** Adds a bar below the others. */
  public BarChart bar(String label, long count) {
    bars.add(new Bar(label, count));
    return this;
  }

  @Override
  public String html() {
    var svg = new StringBuilder();
    long max = bars.stream().mapToLong(Bar::count).max().orElse(0);
    for (int i = 0; i < bars.size(); i++) {
      svg.append(bar(bars.get(i), i * ROW, max));
    }
    if (bars.isEmpty()) {
      svg.append(Figures.format("<text x=\"0\" y=\"%d\">nothing to count</text>\n", ROW - 6));
    }
    return "<figure class=\"chart bars\">\n<figcaption>"
        + Escape.html(title)
        + "</figcaption>\n"
        + Figures.format(
            "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n",
            WIDTH, Math.max(1, bars.size()) * ROW, Escape.html(title))
        + svg
        + "</svg>\n</figure>\n";
  }

  private static String bar(Bar bar, int top, long max) {
    var length = max == 0 ? 0 : LONGEST_BAR * (double) bar.count / max;
    var count = Figures.format("%,d", bar.count);
    var text = top + ROW - 6;
    return Figures.format(
        "<g><title>%s: %s</title><text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>"
            + "<rect class=\"bar\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>"
            + "<text x=\"%.1f\" y=\"%d\">%s</text></g>\n",
        Escape.html(shortened(bar.label, MOST_TOLD)),
        count,
        LABEL - 6,
        text,
        Escape.html(shortened(bar.label, LABEL_CELLS)),
        LABEL,
        top + 2,
        length,
        ROW - 4,
        LABEL + length + 5,
        text,
        count);
  }

  /** A label on one line, cut where it would be wider than so many usual letters. */
  private static String shortened(String label, int cells) {
    var line = label.strip().replaceAll("\\s+", " ");
    int width = 0;
    for (int i = 0; i < line.length(); i = line.offsetByCodePoints(i, 1)) {
      width += line.codePointAt(i) < FIRST_WIDE ? 1 : 2;
      if (width > cells) {
        return line.substring(0, i).strip() + "…";
      }
    }
    return line;
  }
}
