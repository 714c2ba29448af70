package ai.echogen.jobs.plan;

import ai.echogen.config.Check;
import ai.echogen.config.Counts;
import ai.echogen.layout.Layout;
import ai.echogen.model.decoder.AttentionForm;
import ai.echogen.model.decoder.DecoderConfig;
import ai.echogen.model.decoder.LoraConfig;
import ai.echogen.model.decoder.Precision;
import ai.echogen.model.vision.VisionConfig;
import ai.echogen.objectives.PmtpObjective;
import ai.echogen.objectives.djo.DjoObjective;
import ai.echogen.objectives.policy.PolicySettings;
import ai.echogen.storage.Location;
import ai.echogen.train.CheckpointSettings;
import ai.echogen.train.ExchangeSettings.Wire;
import ai.echogen.train.OptimizerSettings;
import ai.echogen.train.cycle.CycleSettings;
import ai.echogen.train.plan.ComputeRate;
import ai.echogen.train.plan.MemorySize;
import ai.echogen.train.plan.Network;
import ai.echogen.train.plan.PlannedRun.Stage;
import java.util.Locale;
import java.util.Optional;

/**
 * The section {@code plan} of reference.conf. What {@code pretrain} and {@code cycle-rl} have, has
 * the same key here.
 *
 * @param init model directory whose sizes are taken
 * @param tokenizer directory of a VQ tokenizer
 * @param vocabulary rows of the token embedding
 * @param locationBins cells an axis of the location tokens; 0 where boxes are digits
 * @param images where no directory says it
 * @param samples of the whole run
 * @param executors to plan for: one, or several to compare
 * @param gpusPerExecutor 0 or 1
 * @param coresPerExecutor where there is no GPU
 * @param flops of a GPU, or of all cores of an executor
 * @param efficiency share of a card's peak
 * @param memory of a GPU, or of an executor
 * @param tf32 whether float32 products are rounded
 * @param deterministic whether attention is computed with equal bits on a GPU
 * @param reserve share of the memory that is left alone
 * @param latency seconds, one way
 * @param exchangeRate bytes a second that a replica takes through an exchange
 * @param mostExchange largest share of the time that the exchange is to have
 * @param out directory for plan.json
 */
public record PlanSettings(
    Stage stage,
    Optional<Location> init,
    Optional<Location> tokenizer,
    AttentionForm form,
    double causalShare,
    Precision precision,
    DecoderConfig model,
    boolean visionEncoder,
    VisionConfig vision,
    Optional<Integer> vocabulary,
    Optional<Integer> locationBins,
    Images images,
    Texts texts,
    LoraConfig lora,
    PmtpObjective.Settings pmtp,
    DjoObjective.Settings djo,
    CycleSettings cycle,
    PolicySettings policy,
    Train train,
    long samples,
    Counts executors,
    int gpusPerExecutor,
    int coresPerExecutor,
    Optional<ComputeRate> flops,
    Optional<Double> efficiency,
    Optional<MemorySize> memory,
    boolean tf32,
    boolean deterministic,
    double reserve,
    Network network,
    double latency,
    Optional<Network> exchangeRate,
    double mostExchange,
    Optional<Location> out) {
  /**
   * What a tokenizer makes of a picture.
   *
   * @param codes of a picture
   * @param codebook codes to choose from
   */
  public record Images(Optional<Integer> codes, Optional<Integer> codebook) {
    public Images {
      new Check()
          .that("codes", codes.orElse(1) > 0, "must be > 0, got " + codes.orElse(1))
          .that("codebook", codebook.orElse(2) > 1, "must be > 1, got " + codebook.orElse(2))
          .orThrow();
    }
  }

  /**
   * Texts in the mean.
   *
   * @param regions of a layout
   * @param caption tokens of a caption
   */
  public record Texts(int regions, int caption) {
    public Texts {
      new Check()
          .that(
              "regions",
              regions >= 0 && regions <= Layout.MAX_REGIONS,
              String.format(Locale.ROOT, "must be 0 to %d, got %d", Layout.MAX_REGIONS, regions))
          .that("caption", caption >= 0, "must be >= 0, got " + caption)
          .orThrow();
    }
  }

  /**
   * How replicas come to the same weights.
   *
   * @param workers of rounds
   * @param innerSteps of a round
   */
  public record Exchange(Wire wire, Optional<Integer> workers, int innerSteps) {
    public Exchange {
      new Check()
          .that("workers", workers.orElse(1) > 0, "must be > 0, got " + workers.orElse(1))
          .that("innerSteps", innerSteps > 0, "must be > 0, got " + innerSteps)
          .orThrow();
    }
  }

  /**
   * How it is trained, as far as a plan asks.
   *
   * @param batch samples, or prompts, a step
   * @param microShards parts of a batch
   */
  public record Train(
      Optional<Integer> batch,
      Optional<Integer> microShards,
      Exchange exchange,
      CheckpointSettings checkpoints,
      OptimizerSettings optim) {
    public Train {
      int most = batch.orElse(Integer.MAX_VALUE);
      int parts = microShards.orElse(1);
      int workers = exchange.workers().orElse(1);
      new Check()
          .that("batch", most > 0, "must be > 0, got " + most)
          .that(
              "microShards",
              parts > 0 && parts <= most,
              "must be "
                  + batch.map(b -> "in [1, batch = " + b + "]").orElse("> 0")
                  + ", got "
                  + parts)
          .that(
              "exchange.workers",
              microShards.isEmpty() || workers <= 0 || parts % workers == 0,
              "must divide microShards = " + parts + ", got " + workers)
          .orThrow();
    }
  }

  private static final int MOST_EXECUTORS = 100_000;
  private static final int MOST_ROWS = 100;

  public PlanSettings {
    var counts = executors.values();
    boolean isGpu = gpusPerExecutor > 0;
    boolean isCard = flops.map(rate -> rate.card().isPresent()).orElse(isGpu);
    double share = efficiency.orElse(1.0);
    new Check()
        .that(
            "causalShare",
            causalShare >= 0 && causalShare <= 1,
            "must be in [0, 1], got " + causalShare)
        .that("vocabulary", vocabulary.orElse(1) > 0, "must be > 0, got " + vocabulary.orElse(1))
        .that(
            "locationBins",
            locationBins.orElse(2) == 0 || locationBins.orElse(2) >= 2,
            "must be 0 (boxes in digits) or >= 2, got " + locationBins.orElse(2))
        .that("samples", samples > 0, "must be > 0, got " + samples)
        .that(
            "executors",
            !counts.isEmpty()
                && counts.size() <= MOST_ROWS
                && counts.stream().allMatch(n -> n > 0 && n <= MOST_EXECUTORS),
            String.format(
                Locale.ROOT,
                "must be 1 to %,d, or a list of at most %d such numbers, got %s",
                MOST_EXECUTORS,
                MOST_ROWS,
                executors))
        .that(
            "gpusPerExecutor",
            gpusPerExecutor == 0 || gpusPerExecutor == 1,
            String.format(
                Locale.ROOT,
                "must be 1, or 0 for processors, got %d: training computes on one GPU an"
                    + " executor; plan for so many times the executors, with one each",
                gpusPerExecutor))
        .that("coresPerExecutor", coresPerExecutor > 0, "must be > 0, got " + coresPerExecutor)
        .that(
            "flops",
            isGpu || flops.isEmpty() || !isCard,
            "names a GPU, and gpusPerExecutor is 0: give gpusPerExecutor=1, or a number")
        .that(
            "efficiency",
            efficiency.isEmpty() || (isCard && isGpu),
            "is a share of a card's peak: give flops= the name of a card, or leave it out")
        .that("efficiency", share > 0 && share <= 1, "must be in (0, 1], got " + share)
        .that("tf32", !tf32 || isGpu, "is for GPUs, and gpusPerExecutor is 0")
        .that("reserve", reserve >= 0 && reserve < 1, "must be in [0, 1), got " + reserve)
        .that("latency", latency >= 0 && latency <= 10, "must be 0 to 10, got " + latency)
        .that(
            "mostExchange",
            mostExchange > 0 && mostExchange < 1,
            "must be in (0, 1), got " + mostExchange)
        .orThrow();
  }
}
