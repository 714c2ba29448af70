package ai.echogen.engine;

import ai.echogen.stages.Stage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Averages of the metrics since the last line, and throughput. */
final class MetricWindow {
  private final List<String> names;
  private double[] sums;
  private final Map<String, Double> latest = new LinkedHashMap<>();
  private int steps;
  private int skipped;
  private long samples;
  private long tokens;
  private long since = System.nanoTime();

  MetricWindow(List<String> names) {
    this.names = names;
    sums = new double[names.size()];
  }

  /** A value of which the newest counts. */
  void put(String name, double value) {
    latest.put(name, value);
  }

  /** Counts a step whose update was left out. */
  void skip() {
    skipped++;
  }

  void step(Stage.Result[] results, int numSamples, long numTokens) {
    for (var result : results) {
      for (int i = 0; i < sums.length; i++) {
        sums[i] += result.metrics()[i];
      }
    }
    steps++;
    samples += numSamples;
    tokens += numTokens;
  }

  Map<String, Double> flush() {
    var values = new LinkedHashMap<String, Double>();
    for (int i = 0; i < sums.length; i++) {
      values.put(names.get(i), sums[i] / Math.max(1, steps));
    }
    values.putAll(latest);
    double seconds = (System.nanoTime() - since) / 1e9;
    values.put("samples/s", samples / seconds);
    values.put("tokens/s", tokens / seconds);
    if (skipped > 0) {
      values.put("skipped_steps", (double) skipped);
    }
    sums = new double[names.size()];
    steps = 0;
    skipped = 0;
    samples = 0;
    tokens = 0;
    since = System.nanoTime();
    return values;
  }
}
