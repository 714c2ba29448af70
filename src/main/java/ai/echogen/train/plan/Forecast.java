package ai.echogen.train.plan;

import ai.echogen.model.decoder.AttentionForm;
import ai.echogen.train.ExchangeSettings.Mode;
import ai.echogen.train.ExchangeSettings.Wire;
import ai.echogen.train.OptimizerSettings.Method;
import ai.echogen.train.TrainingMemory;
import ai.echogen.train.optim.Spans;
import ai.echogen.train.plan.PlannedRun.Stage;
import java.util.List;
import java.util.OptionalInt;

/**
 * What a run comes to on so many executors: computed, nothing is measured.
 *
 * @param executors there are
 */
public record Forecast(PlannedRun run, int executors) {
  private static final int MOST_SAMPLES = 1 << 16;

  /** Micro-shards of a batch. */
  public int microShards() {
    return run.microShards()
        .orElse((int) Math.min(run.batch(), (long) executors * run.device().threads()));
  }

  /** Executors that have work: no more than there are micro-shards. */
  public int working() {
    return Math.min(executors, microShards());
  }

  /** Samples of the largest micro-shard. */
  public int samplesAMicroShard() {
    return ceil(run.batch(), microShards());
  }

  /** Ways in which replicas can come to the same weights; alone, or in Cycle RL, one only. */
  public List<Mode> modes() {
    boolean hasRounds = working() > 1 && run.stage() != Stage.CYCLE_RL;
    return hasRounds ? List.of(Mode.values()) : List.of(Mode.SYNCHRONOUS);
  }

  /** Samples that are computed at once: parts of a micro-shard, where PMTP cuts it. */
  public int samplesAtOnce() {
    int parts = run.stage() == Stage.PMTP ? run.pmtp().accumulate() : 1;
    return ceil(samplesAMicroShard(), Math.min(samplesAMicroShard(), parts));
  }

  /** Logical workers of a round: as given, or the most that divide the micro-shards. */
  public int workers() {
    if (run.link().workers().isPresent()) {
      return run.link().workers().get();
    }
    int workers = working();
    while (microShards() % workers != 0) {
      workers--;
    }
    return workers;
  }

  /** The work of a sample, or of a prompt's group, in the mean over the steps. */
  public Work sampleWork() {
    var work = new StepWork(run.model(), run.pmtp().checkpointing());
    var usual = run.usual();
    return switch (run.stage()) {
      case PMTP -> {
        double plain = run.form().isPlainCausal() ? 0 : run.causalShare();
        yield work.pmtp(run.form(), usual)
            .times(1 - plain)
            .plus(work.pmtp(AttentionForm.SEPARATE, usual).times(plain));
      }
      case DJO -> new StepWork(run.model(), false).djo(run.djo(), usual);
      case CYCLE_RL -> {
        int drawings = run.cycle().group();
        boolean twice = (long) drawings * codes() > run.policy().rowsAtOnce();
        yield new StepWork(run.model(), false).group(drawings, run.texts(), usual, twice);
      }
    };
  }

  /** The work of a step. */
  public Work stepWork() {
    return sampleWork().times(run.batch());
  }

  /** Tokens of a step, each counted once, as throughput counts them. */
  public long tokens() {
    var usual = run.usual();
    long sample = usual.text() + codes() + 1L + usual.question();
    long group = usual.text() + (long) run.cycle().group() * codes();
    return run.batch() * (run.stage() == Stage.CYCLE_RL ? group : sample);
  }

  /** Seconds of a step's gradients, on the executor that has most to do. */
  public double gradientSeconds() {
    int microShards = ceil(microShards(), working());
    int turns = ceil(microShards, Math.min(microShards, run.device().threads()));
    return turns * samplesAMicroShard() * sampleWork().total() / run.device().rate();
  }

  /** Seconds of the optimiser's step. */
  public double updateSeconds() {
    var device = run.device();
    var method = run.optim().method();
    double threads = device.threads();
    return UpdateWork.bytes(run.model(), method) / device.bandwidth() / threads
        + UpdateWork.flops(run.model(), method) / device.rate() / threads;
  }

  /** Seconds of a step's drawings, of Cycle RL; else 0. */
  public double rolloutSeconds() {
    return run.stage() == Stage.CYCLE_RL
        ? new Rollouts(run).seconds(executors) / run.cycle().innerEpochs()
        : 0;
  }

  /** Drawings that are made for a step of Cycle RL; else 0. */
  public long drawings() {
    return run.stage() == Stage.CYCLE_RL ? new Rollouts(run).drawings() : 0;
  }

  /** Image tokens of these. */
  public long drawnTokens() {
    return run.stage() == Stage.CYCLE_RL ? new Rollouts(run).tokens() : 0;
  }

  /** Seconds of a step without its exchange. */
  public double computeSeconds() {
    return rolloutSeconds() + gradientSeconds() + updateSeconds();
  }

  /** What each replica sends of gradients in a step of synchronous training. */
  public ExchangeBytes stepBytes(Wire wire) {
    return ExchangeBytes.of(run.model().trained(), working(), microShards(), wire, span());
  }

  /** Seconds of that. */
  public double stepExchangeSeconds(Wire wire) {
    return run.link().with(wire).seconds(stepBytes(wire).most());
  }

  /** What each replica sends of what its workers moved in a round. */
  public ExchangeBytes roundBytes(Wire wire) {
    int replicas = Math.min(executors, workers());
    return ExchangeBytes.of(run.model().trained(), replicas, workers(), wire, span());
  }

  /** Bytes of its workers' moments that an executor gives to the next one in a round. */
  public long momentBytes() {
    int replicas = Math.min(executors, workers());
    long own = run.optim().method() == Method.SGD ? 0 : ceil(workers(), replicas);
    return replicas == 1 ? 0 : own * 2 * Float.BYTES * run.model().trained();
  }

  /** Seconds of a round's exchange: moments are float32 in any case. */
  public double roundExchangeSeconds(Wire wire) {
    return run.link().with(wire).seconds(roundBytes(wire).most())
        + run.link().with(Wire.FLOAT32).seconds(momentBytes());
  }

  /** The exchange's share of a synchronous step. */
  public double stepShare(Wire wire) {
    double exchange = stepExchangeSeconds(wire);
    return exchange / (computeSeconds() + exchange);
  }

  /**
   * The exchange's share of a round.
   *
   * @param innerSteps of it
   */
  public double roundShare(Wire wire, int innerSteps) {
    double exchange = roundExchangeSeconds(wire);
    return exchange / (innerSteps * computeSeconds() + exchange);
  }

  /** Hours of the whole run in synchronous training. */
  public double hours(Wire wire) {
    return run.steps() * (computeSeconds() + stepExchangeSeconds(wire)) / 3600;
  }

  /** Hours of the whole run in rounds. */
  public double roundHours(Wire wire, int innerSteps) {
    double step = computeSeconds() + roundExchangeSeconds(wire) / innerSteps;
    return run.steps() * step / 3600;
  }

  /** Least batch with which the exchange keeps to its share of a step, if the others are enough. */
  public long batchFor(Wire wire, double share) {
    double exchange = stepExchangeSeconds(wire);
    double wanted = exchange * (1 - share) / share - updateSeconds();
    double each = (rolloutSeconds() + gradientSeconds()) / run.batch();
    return (long) Math.ceil(wanted / each);
  }

  /** The most memory that an executor, or its GPU, holds. */
  public TrainingMemory memory(Mode mode) {
    return memoryOf(mode).of(samplesAMicroShard());
  }

  /**
   * Most samples that can be computed at once in the memory that is there; empty where that is not
   * known, or where it is not samples that memory depends on (Cycle RL learns group by group).
   *
   * @param reserve share of the memory that is left alone
   */
  public OptionalInt mostSamples(Mode mode, double reserve) {
    if (run.device().memory().isEmpty() || run.stage() == Stage.CYCLE_RL) {
      return OptionalInt.empty();
    }
    var memory = memoryOf(mode).inOnePart();
    int fits = 0;
    int beyond = 1;
    while (beyond <= MOST_SAMPLES && fits(memory.of(beyond), reserve)) {
      fits = beyond;
      beyond *= 2;
    }
    while (beyond - fits > 1) {
      int middle = (fits + beyond) / 2;
      if (fits(memory.of(middle), reserve)) {
        fits = middle;
      } else {
        beyond = middle;
      }
    }
    return OptionalInt.of(fits);
  }

  /** Whether so much fits; if it is not known what there is, it does. */
  public boolean fits(TrainingMemory memory, double reserve) {
    var there = run.device().memory();
    return there.isEmpty() || memory.sum() <= (1 - reserve) * there.getAsLong();
  }

  /** Bytes of a checkpoint's state: weights, moments, and in rounds those of the workers. */
  public long checkpointBytes(Mode mode) {
    long moments = run.optim().method() == Method.SGD ? 0 : 2;
    long tensors = mode == Mode.ROUNDS ? 2 + workers() * moments : 1 + moments;
    return Float.BYTES * run.model().trained() * tensors;
  }

  private ReplicaMemory memoryOf(Mode mode) {
    boolean inRounds = mode == Mode.ROUNDS;
    int replicas = inRounds ? Math.min(executors, workers()) : working();
    return new ReplicaMemory(run, mode, replicas, microShards(), inRounds ? workers() : 1);
  }

  private long span() {
    return Spans.length(run.device().isGpu() ? ai.djl.Device.gpu() : ai.djl.Device.cpu());
  }

  private int codes() {
    return run.model().codes().perImage();
  }

  private static int ceil(int count, int by) {
    return (count + by - 1) / by;
  }
}
