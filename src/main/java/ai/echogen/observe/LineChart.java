package ai.echogen.observe;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * A line chart as a figure of HTML with inline SVG; its colours come from the report's style.
 *
 * <p>A value that cannot be shown (NaN, infinite, not positive on a logarithmic axis) leaves a gap.
 */
public final class LineChart {
  /** Colours in the report's style; series beyond them begin anew. */
  static final int NUM_COLORS = 8;

  private static final int WIDTH = 720;
  private static final int HEIGHT = 300;
  private static final int LEFT = 70;
  private static final int RIGHT = 22;
  private static final int TOP = 10;
  private static final int BOTTOM = 40;
  private static final int PLOT_WIDTH = WIDTH - LEFT - RIGHT;
  private static final int PLOT_HEIGHT = HEIGHT - TOP - BOTTOM;

  private final String title;
  private final String xLabel;
  private final String yLabel;
  private final List<Series> series = new ArrayList<>();
  private boolean logarithmic;
  private double smoothing;

  public LineChart(String title, String xLabel, String yLabel) {
    this.title = title;
    this.xLabel = xLabel;
    this.yLabel = yLabel;
  }

  /** Adds a line through the points, in their order; x ascends. */
  public LineChart series(String name, double[] x, double[] y) {
    if (x.length != y.length) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "series %s needs a y for each x, got %d and %d",
              name,
              x.length,
              y.length));
    }
    series.add(new Series(name, x.clone(), y.clone()));
    return this;
  }

  /** Adds a logged metric over its steps; steps that lack it are passed over. */
  public LineChart metric(String name, List<JsonlSink.Entry> entries) {
    var present = entries.stream().filter(entry -> entry.values().containsKey(name)).toList();
    return series(
        name,
        present.stream().mapToDouble(JsonlSink.Entry::step).toArray(),
        present.stream()
            .mapToDouble(entry -> entry.values().getOrDefault(name, Double.NaN))
            .toArray());
  }

  /** Makes the y axis logarithmic. */
  public LineChart logY() {
    logarithmic = true;
    return this;
  }

  /**
   * Draws an exponential moving average, and the raw line faintly behind it.
   *
   * @param weight of the past, in [0, 1): 0 is raw, 0.9 averages over about ten points
   */
  public LineChart smoothed(double weight) {
    if (!(weight >= 0 && weight < 1)) {
      throw new IllegalArgumentException("the smoothing weight must be in [0, 1), got " + weight);
    }
    smoothing = weight;
    return this;
  }

  /** A {@code <figure>} element. */
  public String html() {
    var html = new StringBuilder("<figure class=\"chart\">\n<figcaption>");
    html.append(Escape.html(title)).append("</figcaption>\n<div class=\"legend\">");
    for (var i = 0; i < series.size(); i++) {
      html.append(
          String.format(
              Locale.ROOT,
              "<span class=\"c%d\"><i></i>%s</span>",
              i % NUM_COLORS,
              Escape.html(series.get(i).name)));
    }
    if (smoothing > 0) {
      html.append("<span class=\"note\">bold: smoothed, faint: raw</span>");
    }
    return html.append("</div>\n").append(svg()).append("</figure>\n").toString();
  }

  private String svg() {
    var svg = new StringBuilder();
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n",
            WIDTH,
            HEIGHT,
            Escape.html(title)));
    var shown = shownValues();
    if (shown.length == 0) {
      svg.append(text(LEFT + PLOT_WIDTH / 2.0, TOP + PLOT_HEIGHT / 2.0, "middle", "no values"));
    } else {
      var xs = series.stream().flatMapToDouble(line -> DoubleStream.of(line.x)).summaryStatistics();
      var y = DoubleStream.of(shown).summaryStatistics();
      var xAxis = new ChartAxis.Linear(xs.getMin(), xs.getMax());
      var yAxis =
          logarithmic
              ? ChartAxis.Logarithmic.around(y.getMin(), y.getMax())
              : ChartAxis.Linear.around(y.getMin(), y.getMax());
      drawAxes(svg, xAxis, yAxis);
      for (var i = 0; i < series.size(); i++) {
        drawSeries(svg, series.get(i), i % NUM_COLORS, xAxis, yAxis);
      }
    }
    return svg.append("</svg>\n").toString();
  }

  private double[] shownValues() {
    return series.stream()
        .flatMapToDouble(line -> DoubleStream.of(line.y))
        .filter(value -> Double.isFinite(value) && (!logarithmic || value > 0))
        .toArray();
  }

  private void drawAxes(StringBuilder svg, ChartAxis xAxis, ChartAxis yAxis) {
    for (var tick : yAxis.ticks()) {
      var y = TOP + PLOT_HEIGHT * (1 - yAxis.position(tick));
      svg.append(
          Figures.format(
              "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>\n",
              LEFT, WIDTH - RIGHT, y, y));
      svg.append(text(LEFT - 6, y + 4, "end", ChartAxis.label(tick)));
    }
    for (var tick : xAxis.ticks()) {
      var x = LEFT + PLOT_WIDTH * xAxis.position(tick);
      svg.append(
          Figures.format(
              "<line class=\"axis\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>\n",
              x, x, TOP + PLOT_HEIGHT, TOP + PLOT_HEIGHT + 4));
      svg.append(text(x, TOP + PLOT_HEIGHT + 17, "middle", ChartAxis.label(tick)));
    }
    svg.append(
        String.format(
            Locale.ROOT,
            "<path class=\"axis\" d=\"M%d %dV%dH%d\"/>\n",
            LEFT,
            TOP,
            TOP + PLOT_HEIGHT,
            WIDTH - RIGHT));
    svg.append(text(LEFT + PLOT_WIDTH / 2.0, HEIGHT - 6, "middle", xLabel));
    svg.append(
        String.format(
            Locale.ROOT,
            "<text transform=\"translate(13 %d) rotate(-90)\" text-anchor=\"middle\">%s</text>\n",
            TOP + PLOT_HEIGHT / 2,
            Escape.html(yLabel)));
  }

  private void drawSeries(
      StringBuilder svg, Series line, int color, ChartAxis xAxis, ChartAxis yAxis) {
    var raw = path(line.x, line.y, xAxis, yAxis);
    if (smoothing > 0) {
      var smooth = path(line.x, smooth(line.y), xAxis, yAxis);
      svg.append(String.format(Locale.ROOT, "<path class=\"raw c%d\" d=\"%s\"/>\n", color, raw));
      svg.append(
          String.format(Locale.ROOT, "<path class=\"line c%d\" d=\"%s\"/>\n", color, smooth));
    } else {
      svg.append(String.format(Locale.ROOT, "<path class=\"line c%d\" d=\"%s\"/>\n", color, raw));
    }
  }

  /** The moving average without the bias of its start; what cannot be shown is passed over. */
  double[] smooth(double[] values) {
    var smooth = new double[values.length];
    var sum = 0.0;
    var weights = 0.0;
    for (var i = 0; i < values.length; i++) {
      if (Double.isFinite(values[i])) {
        sum = smoothing * sum + (1 - smoothing) * values[i];
        weights = smoothing * weights + (1 - smoothing);
        smooth[i] = sum / weights;
      } else {
        smooth[i] = Double.NaN;
      }
    }
    return smooth;
  }

  /**
   * SVG path data; a pixel column that holds many points shows its first, lowest, highest, last.
   */
  private static String path(double[] x, double[] y, ChartAxis xAxis, ChartAxis yAxis) {
    var path = new StringBuilder();
    var pen = "M";
    for (var i : kept(x, y, xAxis)) {
      if (!yAxis.shows(y[i])) {
        pen = "M";
        continue;
      }
      path.append(pen)
          .append(Figures.format("%.1f ", LEFT + PLOT_WIDTH * xAxis.position(x[i])))
          .append(Figures.format("%.1f", TOP + PLOT_HEIGHT * (1 - yAxis.position(y[i]))));
      // A point without neighbours shows as a dot, since the line's ends are round.
      path.append(pen.equals("M") ? "h0" : "");
      pen = "L";
    }
    return path.toString();
  }

  private static int[] kept(double[] x, double[] y, ChartAxis xAxis) {
    var indices = new ArrayList<Integer>();
    var start = 0;
    while (start < x.length) {
      var pixel = Math.round(PLOT_WIDTH * xAxis.position(x[start]));
      var end = start;
      var lowest = start;
      var highest = start;
      while (end < x.length && Math.round(PLOT_WIDTH * xAxis.position(x[end])) == pixel) {
        lowest = y[end] < y[lowest] ? end : lowest;
        highest = y[end] > y[highest] ? end : highest;
        end++;
      }
      Arrays.stream(new int[] {start, lowest, highest, end - 1})
          .sorted()
          .distinct()
          .forEach(indices::add);
      start = end;
    }
    return indices.stream().mapToInt(Integer::intValue).toArray();
  }

  private static String text(double x, double y, String anchor, String text) {
    return Figures.format(
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n",
        x, y, anchor, Escape.html(text));
  }

  private record Series(String name, double[] x, double[] y) {}
}
