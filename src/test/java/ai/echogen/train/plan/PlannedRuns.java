package ai.echogen.train.plan;

import ai.echogen.model.decoder.AttentionForm;
import ai.echogen.model.decoder.Decoder;
import ai.echogen.model.decoder.DecoderConfig;
import ai.echogen.model.decoder.ImageCodes;
import ai.echogen.model.decoder.Precision;
import ai.echogen.objectives.PmtpMemory.Attention;
import ai.echogen.objectives.PmtpMemory.Lengths;
import ai.echogen.objectives.PmtpObjective;
import ai.echogen.objectives.djo.DjoObjective;
import ai.echogen.objectives.policy.Advantages;
import ai.echogen.objectives.policy.Anchor;
import ai.echogen.objectives.policy.Credit;
import ai.echogen.objectives.policy.Guide;
import ai.echogen.objectives.policy.LossTokens;
import ai.echogen.objectives.policy.LossType;
import ai.echogen.objectives.policy.PolicyLoss;
import ai.echogen.objectives.policy.PolicySettings;
import ai.echogen.objectives.rewards.RewardSettings;
import ai.echogen.train.CheckpointSettings;
import ai.echogen.train.ExchangeSettings.Wire;
import ai.echogen.train.OptimizerSettings;
import ai.echogen.train.OptimizerSettings.Method;
import ai.echogen.train.OptimizerSettings.Schedule;
import ai.echogen.train.cycle.CycleSettings;
import ai.echogen.train.plan.Card.Arithmetic;
import ai.echogen.train.plan.PlannedRun.Link;
import ai.echogen.train.plan.PlannedRun.Stage;
import ai.echogen.train.rollout.CycleRollouts.Reader;
import java.util.Optional;
import java.util.OptionalDouble;

/** Runs to plan, of which tests change what they look at. */
public final class PlannedRuns {
  /** Janus-Pro-1B's sizes. */
  static final PlannedModel JANUS =
      new PlannedModel(
          new DecoderConfig(2048, 5632, 24, 16, 16, 128, 1e-6, 1e4, 16384, 2, false, false),
          new ImageCodes(16384, 8, 576),
          102400,
          0,
          Optional.empty());

  public Stage stage = Stage.PMTP;
  public PlannedModel model = JANUS;
  public AttentionForm form = AttentionForm.SEPARATE;
  public double causalShare = 0;
  public Precision precision = Precision.FP32;
  public Attention attention = Attention.FUSED;
  public PmtpObjective.Settings pmtp = new PmtpObjective.Settings(0.1, 1, 1, false, 1);
  public Lengths usual = new Lengths(130, 110, 80);
  public Lengths longest = new Lengths(220, 220, 160);
  public int batch = 8;
  public Optional<Integer> microShards = Optional.empty();
  public Method method = Method.ADAMW;
  public int rowsAtOnce = 4096;
  public long samples = 1_000_000;
  public Device device =
      Device.gpu(Card.H100, Arithmetic.FP32, 0.5, Optional.of(MemorySize.of("80g")));
  public Link link = link("10GbE");

  /** A run on cores of a processor. */
  public static PlannedRuns onCores(int cores) {
    var runs = new PlannedRuns();
    runs.device =
        Device.cores(cores, OptionalDouble.of(1e11 * cores), Optional.empty(), 1_000_000_000);
    return runs;
  }

  static Link link(String network) {
    return new Link(
        Wire.FLOAT32,
        Optional.empty(),
        50,
        Network.of(network),
        0,
        Optional.of(Network.of("1000GB/s")),
        0.2);
  }

  public PlannedRun run() {
    return new PlannedRun(
        stage,
        model,
        form,
        causalShare,
        precision,
        attention,
        pmtp,
        new DjoObjective.Settings(
            DjoObjective.Estimator.GUMBEL, 0.5, 1, 0.3, 4, 0.1, 1, rowsAtOnce),
        new CycleSettings(
            16,
            4,
            1,
            0,
            1,
            Reader.POLICY,
            Advantages.Scale.GROUP,
            new Credit(1, 0.1),
            new RewardSettings(1, false, 1, 0, 0, 0, 0, 0, 0)),
        new PolicySettings(
            new PolicyLoss(LossType.GRPO, false, 0.2, 0.2, 0, 0, true, 0),
            LossTokens.CODES,
            new Decoder.Sampling(1, 0, 1, 1),
            new Anchor(0, 0, 16),
            Guide.NONE,
            rowsAtOnce),
        usual,
        longest,
        batch,
        microShards,
        new OptimizerSettings(method, 1e-4, 0, Schedule.CONSTANT, 0, 0.9, 0.95, 1e-8, 0.95, 0, 1),
        new CheckpointSettings(1000, 2, 1_000_000_000),
        samples,
        device,
        link);
  }
}
