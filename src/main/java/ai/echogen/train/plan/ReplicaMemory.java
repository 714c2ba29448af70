package ai.echogen.train.plan;

import ai.echogen.model.decoder.AttentionForm;
import ai.echogen.objectives.PmtpObjective;
import ai.echogen.train.CheckpointSettings;
import ai.echogen.train.DivergenceSettings;
import ai.echogen.train.EvalSettings;
import ai.echogen.train.ExchangeSettings;
import ai.echogen.train.ExchangeSettings.Mode;
import ai.echogen.train.StopSettings;
import ai.echogen.train.TrainerSettings;
import ai.echogen.train.TrainingMemory;
import ai.echogen.train.plan.PlannedRun.Stage;
import ai.echogen.train.rollout.CycleRollouts.Reader;

/**
 * The most memory of a replica, by {@link TrainingMemory}.
 *
 * @param replicas that share the steps
 * @param microShards of a batch
 * @param workers of a round
 */
record ReplicaMemory(PlannedRun run, Mode mode, int replicas, int microShards, int workers) {
  /** Of one that computes the gradients of micro-shards of so many samples. */
  TrainingMemory of(int samples) {
    var model = run.model();
    var device = run.device();
    long frozen = model.frozen() + otherWeights();
    var memory =
        TrainingMemory.of(
            trainer(), replicas, model.trained(), frozen, device.threads(), pass(samples));
    return device.isGpu() ? memory.onGpu(Device.CONTEXT) : memory;
  }

  /** Bytes of one thread's pass over some samples. */
  private long pass(int samples) {
    var pass =
        new PassMemory(run.model(), run.precision(), run.attention(), run.pmtp(), run.longest());
    return switch (run.stage()) {
      case PMTP -> {
        boolean changes = !run.form().isPlainCausal() && run.causalShare() > 0;
        long first = pass.pmtp(run.form(), samples);
        yield changes ? Math.max(first, pass.pmtp(AttentionForm.SEPARATE, samples)) : first;
      }
      case DJO -> pass.djo(samples, run.djo().rowsAtOnce());
      case CYCLE_RL -> {
        int group = run.cycle().group();
        int drawn = Math.min(run.batch(), run.cycle().promptsAtOnce()) * group;
        yield Math.max(
            pass.group(group, run.texts(), run.policy().rowsAtOnce()),
            pass.drawing(drawn, run.texts()));
      }
    };
  }

  /**
   * Weights that Cycle RL has beside those that are trained: an adapter's merged, to draw with;
   * else those that it started from, once for a guide and once for what rollouts ask of them.
   */
  private long otherWeights() {
    if (run.stage() != Stage.CYCLE_RL) {
      return 0;
    }
    if (run.model().lora().isPresent()) {
      return run.model().size();
    }
    boolean isAsked =
        run.policy().loss().kl() > 0
            || run.cycle().reader() == Reader.REFERENCE
            || run.cycle().rewards().evidence() != 0;
    int copies = (run.policy().guide().isOn() ? 1 : 0) + (isAsked ? 1 : 0);
    return copies * run.model().size();
  }

  private TrainerSettings trainer() {
    var link = run.link();
    var exchange =
        mode == Mode.ROUNDS
            ? new ExchangeSettings(mode, link.wire(), workers, link.innerSteps(), 0.7, 0.9)
            : ExchangeSettings.everyStep(link.wire());
    return new TrainerSettings(
        Math.max(1, run.steps()),
        run.batch(),
        microShards,
        1,
        1,
        CheckpointSettings.AT_THE_END,
        EvalSettings.NEVER,
        exchange,
        DivergenceSettings.STOP_AFTER_TEN,
        StopSettings.STANDARD,
        run.optim());
  }

  /** The same where micro-shards are not cut into parts. */
  ReplicaMemory inOnePart() {
    return new ReplicaMemory(
        run.with(withoutParts(run.pmtp())), mode, replicas, microShards, workers);
  }

  private static PmtpObjective.Settings withoutParts(PmtpObjective.Settings settings) {
    return new PmtpObjective.Settings(
        settings.conditionDropout(),
        settings.drawingWeight(),
        settings.groundingWeight(),
        settings.checkpointing(),
        1);
  }
}
