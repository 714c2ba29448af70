package ai.echogen.train.cycle;

import ai.echogen.observe.MetricSink;
import ai.echogen.train.TrainingException;
import ai.echogen.train.step.StepRecord;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Hears the hashes of gradients that are made again, and compares them with the first ones. */
public final class GradientHashes implements MetricSink {
  private final Map<Long, Double> first;
  private final Map<Long, Double> again = new TreeMap<>();
  private final PrintStream console;

  /**
   * @param first by the number of steps made
   */
  public GradientHashes(Map<Long, Double> first, PrintStream console) {
    this.first = new TreeMap<>(first);
    this.console = console;
  }

  @Override
  public void log(long step, Map<String, Double> values) {
    var hash = values.get(StepRecord.GRADIENT_HASH);
    if (hash == null) {
      return;
    }
    again.put(step, hash);
    var expected = first.get(step);
    if (expected != null) {
      var comparison = expected.equals(hash) ? "as before" : "but it was " + hex(expected);
      console.printf(Locale.ROOT, "step %d: gradient %s, %s%n", step, hex(hash), comparison);
    }
  }

  private static String hex(double hash) {
    return String.format(Locale.ROOT, "%012x", (long) hash);
  }

  /** Throws {@link TrainingException} unless that step's gradient is the first one's. */
  public void requireEqual(long step) {
    var hash = again.get(step);
    if (hash == null || !hash.equals(first.get(step))) {
      throw new TrainingException(
          String.format(
              Locale.ROOT,
              "step %d: the gradient is not the one of the run: other kernels, settings or data than then",
              step));
    }
  }

  @Override
  public void close() {}
}
