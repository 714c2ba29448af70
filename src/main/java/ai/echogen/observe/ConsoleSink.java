package ai.echogen.observe;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Shows a run as one line an interval: step and total, losses, other values, gradient norm, lr,
 * speed, elapsed, time left.
 *
 * <p>Values are means over the steps since the line before, but {@code lr} is the last. The first
 * and the last step always have a line. A name starting with {@code loss} is a loss; {@code
 * grad_norm}, {@code lr} and {@code samples/s} come last, in this order. Names with a slash are
 * details and left out, but for rates.
 */
public final class ConsoleSink implements MetricSink {
  private static final List<String> LAST = List.of("grad_norm", "lr", "samples/s");

  private final PrintStream out;
  private final long total;
  private final long interval;
  private final LongSupplier nanos;
  private final long opened;
  private final List<String> columns = new ArrayList<>();
  private final Map<String, Mean> means = new LinkedHashMap<>();
  private long firstStep = -1;
  private long firstNanos;
  private long lastLine;

  /**
   * @param total the last step of the run
   * @param interval steps from line to line
   */
  public ConsoleSink(PrintStream out, long total, long interval) {
    this(out, total, interval, System::nanoTime);
  }

  ConsoleSink(PrintStream out, long total, long interval, LongSupplier nanos) {
    if (interval < 1) {
      throw new IllegalArgumentException(
          "a console line needs an interval of >= 1 step, got " + interval);
    }
    this.out = out;
    this.total = total;
    this.interval = interval;
    this.nanos = nanos;
    this.opened = nanos.getAsLong();
  }

  @Override
  public void log(long step, Map<String, Double> values) {
    values.forEach(
        (name, value) -> {
          if (isShown(name)) {
            means.computeIfAbsent(name, n -> new Mean()).add(value);
          }
        });
    var now = nanos.getAsLong();
    var first = firstStep < 0;
    if (first) {
      firstStep = step;
      firstNanos = now;
    }
    if (first || step - lastLine >= interval || step == total) {
      lastLine = step;
      out.println(line(step, now));
      means.clear();
    }
  }

  /** Whether it is no detail of another: {@code rewards/iou_l1/mean} is one, a rate is not. */
  private static boolean isShown(String name) {
    return !name.contains("/") || name.endsWith("/s");
  }

  @Override
  public void close() {
    out.flush();
  }

  private String line(long step, long now) {
    addColumns();
    var width = Long.toString(total).length();
    var line = new StringBuilder(Figures.format("step %" + width + "d/%d", step, total));
    for (var column : columns) {
      var mean = means.get(column);
      var value =
          mean == null ? "-" : Figures.number(column.equals("lr") ? mean.last : mean.mean());
      line.append(Figures.format("  %s %-7s", column, value));
    }
    line.append(Figures.format("  elapsed %-6s", Figures.duration(Duration.ofNanos(now - opened))));
    return line.append("  eta ").append(timeLeft(step, now)).toString();
  }

  /** Columns stay where they were; new ones are put in by rank. */
  private void addColumns() {
    for (var name : means.keySet()) {
      if (!columns.contains(name)) {
        columns.add(name);
      }
    }
    columns.sort(Comparator.comparingInt(ConsoleSink::rank));
  }

  private static int rank(String name) {
    return name.startsWith("loss") ? -2 : LAST.indexOf(name);
  }

  private String timeLeft(long step, long now) {
    if (step >= total) {
      return "0s";
    }
    if (step == firstStep) {
      return "?";
    }
    var nanosPerStep = (now - firstNanos) / (double) (step - firstStep);
    return Figures.duration(Duration.ofNanos((long) (nanosPerStep * (total - step))));
  }

  private static final class Mean {
    private double sum;
    private double last;
    private long count;

    void add(double value) {
      sum += value;
      last = value;
      count++;
    }

    double mean() {
      return sum / count;
    }
  }
}
