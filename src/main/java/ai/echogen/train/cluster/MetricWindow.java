package ai.echogen.train.cluster;

import ai.echogen.observe.MetricSink;
import ai.echogen.train.TrainerSettings;
import ai.echogen.train.step.StepRecord;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Averages of the metrics since the last line, and throughput, on the driver. */
final class MetricWindow {
  private static final StepRecord NONE = new StepRecord(-1, new double[0], 0, 0, false, 0, 0, 0, 0);

  private final List<String> names;
  private final TrainerSettings settings;
  private final MetricSink sink;
  private double[] sums;
  private long next;
  private int steps;
  private int skipped;
  private long samples;
  private long tokens;
  private double exchangeSeconds;
  private long since = System.nanoTime();
  private StepRecord last = NONE;

  /**
   * @param names of the objective's metrics
   * @param next the first step that counts
   */
  MetricWindow(List<String> names, TrainerSettings settings, MetricSink sink, long next) {
    this.names = names;
    this.settings = settings;
    this.sink = sink;
    this.next = next;
    sums = new double[names.size()];
  }

  MetricSink sink() {
    return sink;
  }

  /**
   * Adds steps in their order. Those that were made again after a loss count once; those that were
   * made but never told, because the one that tells them died, are left out.
   */
  synchronized void add(List<StepRecord> records) {
    for (var record : records) {
      if (record.step() >= next) {
        long before = next;
        next = record.step() + 1;
        if (steps > 0 && record.step() / settings.logEvery() > (before - 1) / settings.logEvery()) {
          long line = record.step() / settings.logEvery() * settings.logEvery();
          flush(line, last); // it is due, though its last step is missing
        }
        add(record);
        last = record;
        if (record.gradientHash() != 0) {
          sink.log(next, Map.of(StepRecord.GRADIENT_HASH, (double) record.gradientHash()));
        }
        if (next % settings.logEvery() == 0 || next == settings.steps()) {
          flush(next, record);
        }
      }
    }
  }

  private void add(StepRecord record) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += record.metrics()[i];
    }
    steps++;
    skipped += record.skipped() ? 1 : 0;
    samples += record.samples();
    tokens += record.tokens();
    exchangeSeconds += record.exchangeSeconds();
  }

  private void flush(long step, StepRecord last) {
    var values = new LinkedHashMap<String, Double>();
    for (int i = 0; i < sums.length; i++) {
      values.put(names.get(i), sums[i] / steps);
    }
    values.put("grad_norm", last.gradientNorm());
    values.put("lr", last.lr());
    double seconds = (System.nanoTime() - since) / 1e9;
    values.put("samples/s", samples / seconds);
    values.put("tokens/s", tokens / seconds);
    values.put("exchange_ms", 1e3 * exchangeSeconds / steps);
    if (skipped > 0) {
      values.put("skipped_steps", (double) skipped);
    }
    TrainPlugin.show("step", step);
    TrainPlugin.show("loss", sums[0] / steps);
    TrainPlugin.show("tokens_per_second", tokens / seconds);
    TrainPlugin.show("exchange_ms", 1e3 * exchangeSeconds / steps);
    sink.log(step, values);
    sums = new double[names.size()];
    steps = 0;
    skipped = 0;
    samples = 0;
    tokens = 0;
    exchangeSeconds = 0;
    since = System.nanoTime();
  }
}
