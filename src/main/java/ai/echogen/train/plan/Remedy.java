package ai.echogen.train.plan;

import ai.echogen.model.decoder.LoraConfig;
import ai.echogen.model.decoder.Precision;
import ai.echogen.objectives.PmtpObjective;
import ai.echogen.train.ExchangeSettings.Mode;
import ai.echogen.train.OptimizerSettings;
import ai.echogen.train.OptimizerSettings.Method;
import ai.echogen.train.plan.PlannedRun.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A change that makes a run need less memory.
 *
 * @param keys what to give, as {@code key=value}
 * @param bytes that are needed then
 * @param fits whether there are as many
 */
public record Remedy(List<String> keys, long bytes, boolean fits) {
  private static final int RANK = 16;
  private static final int ROWS = 256;

  /** One key and the run with it. */
  private record Change(String key, PlannedRun run) {}

  public Remedy {
    keys = List.copyOf(keys);
  }

  /**
   * What helps, the mildest first: each change alone, then one after the other added to those
   * before, up to the first set that fits.
   *
   * @param reserve share of the memory that is left alone
   */
  public static List<Remedy> of(Forecast forecast, Mode mode, double reserve) {
    var remedies = new ArrayList<Remedy>();
    for (var change : changes(forecast, forecast.run(), mode, reserve)) {
      remedies.add(of(List.of(change), forecast.executors(), mode, reserve));
    }
    if (remedies.stream().noneMatch(Remedy::fits)) {
      var together = new ArrayList<Change>();
      var left = changes(forecast, forecast.run(), mode, reserve);
      while (!left.isEmpty()) {
        together.add(left.get(0));
        if (of(together, forecast.executors(), mode, reserve).fits()) {
          break;
        }
        left = changes(forecast, left.get(0).run(), mode, reserve);
      }
      if (together.size() > 1) {
        remedies.add(of(together, forecast.executors(), mode, reserve));
      }
    }
    return remedies;
  }

  private static Remedy of(List<Change> changes, int executors, Mode mode, double reserve) {
    var forecast = new Forecast(last(changes).run(), executors);
    var memory = forecast.memory(mode);
    return new Remedy(
        changes.stream().map(Change::key).toList(), memory.sum(), forecast.fits(memory, reserve));
  }

  private static Change last(List<Change> changes) {
    return changes.get(changes.size() - 1);
  }

  /** What can still be changed of a run. */
  private static List<Change> changes(
      Forecast forecast, PlannedRun run, Mode mode, double reserve) {
    var changes = new ArrayList<Change>();
    var now = new Forecast(run, forecast.executors());
    int samples = now.samplesAMicroShard();
    var pmtp = run.pmtp();
    int most = Math.max(1, now.mostSamples(mode, reserve).orElse(1));
    int parts = (samples + most - 1) / most;
    if (run.stage() == Stage.PMTP && pmtp.accumulate() < parts) {
      changes.add(
          new Change(
              "pmtp.accumulate=" + parts, run.with(pmtp(pmtp, pmtp.checkpointing(), parts))));
    }
    if (run.stage() == Stage.PMTP && !pmtp.checkpointing()) {
      changes.add(
          new Change("pmtp.checkpointing=true", run.with(pmtp(pmtp, true, pmtp.accumulate()))));
    }
    if (run.stage() == Stage.DJO && samples > 1) {
      changes.add(new Change("train.microShards=" + run.batch(), run.withMicroShards(run.batch())));
    }
    if (run.stage() == Stage.DJO && run.djo().rowsAtOnce() > ROWS) {
      changes.add(new Change("djo.rowsAtOnce=" + ROWS, run.withRowsAtOnce(ROWS)));
    }
    if (run.stage() == Stage.CYCLE_RL && run.policy().rowsAtOnce() > ROWS) {
      changes.add(new Change("policy.rowsAtOnce=" + ROWS, run.withRowsAtOnce(ROWS)));
    }
    if (run.precision() == Precision.FP32) {
      changes.add(new Change("precision=bf16", run.with(Precision.BF16)));
    }
    if (run.model().lora().isEmpty()) {
      var adapter = new LoraConfig(RANK, RANK, LoraConfig.MODULES);
      changes.add(new Change("lora.rank=" + RANK, run.with(adapter)));
      if (run.optim().method() != Method.SGD) {
        changes.add(new Change("train.optim.method=sgd", run.with(sgd(run.optim()))));
      }
    }
    return changes;
  }

  private static PmtpObjective.Settings pmtp(
      PmtpObjective.Settings settings, boolean checkpointing, int accumulate) {
    return new PmtpObjective.Settings(
        settings.conditionDropout(),
        settings.drawingWeight(),
        settings.groundingWeight(),
        checkpointing,
        accumulate);
  }

  private static OptimizerSettings sgd(OptimizerSettings optim) {
    return new OptimizerSettings(
        Method.SGD,
        optim.lr(),
        optim.warmupSteps(),
        optim.schedule(),
        optim.finalLrShare(),
        optim.beta1(),
        optim.beta2(),
        optim.epsilon(),
        optim.muonMomentum(),
        optim.weightDecay(),
        optim.clipNorm());
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s: %.1f GB, %s",
        keys.stream().collect(Collectors.joining(" ")),
        bytes / 1e9,
        fits ? "fits" : "not enough");
  }
}
