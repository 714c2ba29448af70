package ai.echogen.train.plan;

import ai.echogen.model.decoder.AttentionForm;
import ai.echogen.model.decoder.LoraConfig;
import ai.echogen.model.decoder.Precision;
import ai.echogen.objectives.PmtpMemory.Attention;
import ai.echogen.objectives.PmtpMemory.Lengths;
import ai.echogen.objectives.PmtpObjective;
import ai.echogen.objectives.djo.DjoObjective;
import ai.echogen.objectives.policy.PolicySettings;
import ai.echogen.train.CheckpointSettings;
import ai.echogen.train.ExchangeSettings.Wire;
import ai.echogen.train.OptimizerSettings;
import ai.echogen.train.cycle.CycleSettings;
import java.util.Optional;

/**
 * What is to be trained, and on what.
 *
 * @param form of the first steps of PMTP
 * @param causalShare last share of them in plain causal form
 * @param attention how attention is computed
 * @param usual a sample as it is in the mean: what time is computed of
 * @param longest a sample as it may be: what memory is computed of
 * @param batch samples a step; of Cycle RL prompts
 * @param microShards parts of a batch; without it, one for each thread that there is
 * @param samples of the whole run; of Cycle RL prompts
 */
public record PlannedRun(
    Stage stage,
    PlannedModel model,
    AttentionForm form,
    double causalShare,
    Precision precision,
    Attention attention,
    PmtpObjective.Settings pmtp,
    DjoObjective.Settings djo,
    CycleSettings cycle,
    PolicySettings policy,
    Lengths usual,
    Lengths longest,
    int batch,
    Optional<Integer> microShards,
    OptimizerSettings optim,
    CheckpointSettings checkpoints,
    long samples,
    Device device,
    Link link) {
  /** The stages of training. */
  public enum Stage {
    PMTP,
    DJO,
    CYCLE_RL
  }

  /**
   * How executors exchange.
   *
   * @param wire numbers on it
   * @param workers of rounds; without it, as many as executors have work
   * @param innerSteps of a round
   * @param network between executors
   * @param latency seconds, one way
   * @param engine bytes a second that a replica can take through an exchange, if that was measured
   * @param mostExchange largest share of a step that the exchange is to have
   */
  public record Link(
      Wire wire,
      Optional<Integer> workers,
      int innerSteps,
      Network network,
      double latency,
      Optional<Network> engine,
      double mostExchange) {
    Link with(Wire other) {
      return new Link(other, workers, innerSteps, network, latency, engine, mostExchange);
    }

    /** Seconds of an exchange in which a replica sends and receives so many bytes. */
    double seconds(long bytes) {
      double slowest = Math.min(network.bytesPerSecond(), engineRate());
      return bytes == 0 ? 0 : bytes / slowest + 3 * latency; // parts there, sums back, notes
    }

    /** Bytes a second that a replica takes through an exchange where the network is no limit. */
    public double engineRate() {
      return engine.map(Network::bytesPerSecond).orElse(MeasuredRates.exchangeRate(wire));
    }
  }

  /** Steps of the whole run. */
  public long steps() {
    return (samples + batch - 1) / batch;
  }

  /** Texts that each code has logits after: with guidance a blank one, too. */
  int texts() {
    return policy.sampling().guidance() == 1 ? 1 : 2;
  }

  PlannedRun with(PmtpObjective.Settings settings) {
    return with(model, precision, settings, djo, policy, optim);
  }

  PlannedRun with(Precision other) {
    return with(model, other, pmtp, djo, policy, optim);
  }

  PlannedRun with(LoraConfig adapter) {
    return with(model.with(Optional.of(adapter)), precision, pmtp, djo, policy, optim);
  }

  PlannedRun with(OptimizerSettings other) {
    return with(model, precision, pmtp, djo, policy, other);
  }

  /** The same with fewer rows of logits at once. */
  PlannedRun withRowsAtOnce(int rows) {
    return with(
        model,
        precision,
        pmtp,
        new DjoObjective.Settings(
            djo.estimator(),
            djo.weight(),
            djo.temperature(),
            djo.finalTemperature(),
            djo.drawings(),
            djo.conditionDropout(),
            djo.groundingWeight(),
            rows),
        new PolicySettings(
            policy.loss(),
            policy.tokens(),
            policy.sampling(),
            policy.anchor(),
            policy.guide(),
            rows),
        optim);
  }

  PlannedRun withMicroShards(int count) {
    return with(model, precision, pmtp, djo, policy, optim, Optional.of(count));
  }

  private PlannedRun with(
      PlannedModel otherModel,
      Precision otherPrecision,
      PmtpObjective.Settings otherPmtp,
      DjoObjective.Settings otherDjo,
      PolicySettings otherPolicy,
      OptimizerSettings otherOptim) {
    return with(
        otherModel, otherPrecision, otherPmtp, otherDjo, otherPolicy, otherOptim, microShards);
  }

  private PlannedRun with(
      PlannedModel otherModel,
      Precision otherPrecision,
      PmtpObjective.Settings otherPmtp,
      DjoObjective.Settings otherDjo,
      PolicySettings otherPolicy,
      OptimizerSettings otherOptim,
      Optional<Integer> otherMicroShards) {
    return new PlannedRun(
        stage,
        otherModel,
        form,
        causalShare,
        otherPrecision,
        attention,
        otherPmtp,
        otherDjo,
        cycle,
        otherPolicy,
        usual,
        longest,
        batch,
        otherMicroShards,
        otherOptim,
        checkpoints,
        samples,
        device,
        link);
  }
}
