package ai.echogen.jobs;

import ai.echogen.config.Check;
import ai.echogen.jobs.cli.Job;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.jobs.cli.RunDirectory;
import ai.echogen.jobs.cli.TrainingRun;
import ai.echogen.model.JanusModel;
import ai.echogen.model.decoder.LoraConfig;
import ai.echogen.model.decoder.Precision;
import ai.echogen.model.directory.JanusConfig;
import ai.echogen.objectives.policy.PolicySettings;
import ai.echogen.storage.Location;
import ai.echogen.train.TrainerSettings;
import ai.echogen.train.cycle.CycleSettings;
import ai.echogen.train.cycle.FeedPrompts;
import ai.echogen.train.rollout.CycleRollouts;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Cycle RL: layout → image → layout; the agreement of the two layouts is the reward. */
public final class CycleRLJob extends Job<CycleRLJob.Settings> {
  /** Who judges drawings at evaluations. */
  public enum Judge {
    /** The exact detector of shape scenes. */
    SHAPES,
    /** Nobody. */
    NONE
  }

  /**
   * @param init model directory to start from; also the reference
   * @param out directory of the run
   * @param pauseAt step to stop at, to be resumed later
   * @param replay step to make again from the ledger, with those before it; nothing is written
   * @param prompts shard directory or file of JSON lines; random shape scenes if absent
   * @param split of a shard directory
   * @param boxes whose boxes the prompts have
   * @param attributesShare of random shape scenes
   * @param evalPrompts held-out prompts, like {@code prompts}
   * @param data token shards with real samples, for the anchor
   * @param judge who judges at evaluations
   * @param policy how the policy is learnt
   * @param precision what the transformer computes in, drawing and learning
   * @param lora adapter that is trained in place of the whole model
   * @param train how; {@code train.batch} counts prompts
   */
  public record Settings(
      Location init,
      Location out,
      TrainingRun.Resume resume,
      Optional<Long> pauseAt,
      Optional<Long> replay,
      Optional<Location> prompts,
      String split,
      FeedPrompts.Boxes boxes,
      double attributesShare,
      Optional<Location> evalPrompts,
      Optional<Location> data,
      Judge judge,
      CycleSettings cycle,
      PolicySettings policy,
      Precision precision,
      LoraConfig lora,
      TrainerSettings train) {
    public Settings {
      int updates = cycle.innerEpochs();
      new Check()
          .that(
              "data",
              data.isPresent() || !policy.anchor().isOn(),
              "must be given for policy.anchor.weight: the real samples")
          .that(
              "policy.tokens",
              !policy.tokens().hasBoxes() || cycle.reader() == CycleRollouts.Reader.POLICY,
              "must be codes where cycle.reader is reference: its boxes are not the policy's choice")
          .that(
              "replay",
              replay.filter(step -> step < 1 || step > train.steps()).isEmpty(),
              "must be one of the steps 1 to " + train.steps())
          .that(
              "train.checkpoints.every",
              train.checkpoints().every() % updates == 0,
              "must be a multiple of cycle.innerEpochs = " + updates)
          .that(
              "train.eval.every",
              train.eval().every() % updates == 0,
              "must be a multiple of cycle.innerEpochs = " + updates)
          .that(
              "train.steps",
              train.steps() % updates == 0,
              "must be a multiple of cycle.innerEpochs = " + updates)
          .that(
              "train.exchange.mode",
              !train.exchange().inRounds() || updates % train.exchange().innerSteps() == 0,
              "cycle.innerEpochs must be a multiple of train.exchange.innerSteps in rounds")
          .that(
              "train.eval.patience",
              train.eval().patience() == 0,
              "does not stop a policy: the last weights are the model")
          .orThrow();
    }

    /** The prompts, opened; empty where they are made. */
    Optional<PromptLayouts> layouts() throws IOException {
      return prompts.isPresent()
          ? Optional.of(PromptLayouts.of(prompts.get(), "prompts", split))
          : Optional.empty();
    }

    /** Held-out prompts, opened: of a place of their own, or of another split of the same. */
    Optional<PromptLayouts> heldOutLayouts() throws IOException {
      var place = evalPrompts.or(() -> prompts);
      return place.isPresent()
          ? Optional.of(PromptLayouts.of(place.get(), "evalPrompts", train.eval().split()))
          : Optional.empty();
    }
  }

  public CycleRLJob() {
    super(
        "cycle-rl",
        "Trains a model on its own drawings: what it reads from them is the reward.",
        Settings.class);
  }

  public static void main(String[] args) {
    JobRunner.main(new CycleRLJob(), args);
  }

  @Override
  public List<String> plan(Settings settings) throws IOException {
    var config = settings.init().onDisk(List.of(JanusConfig.FILE), JanusModel::readConfig);
    var layouts = settings.layouts();
    if (settings.train().eval().isOn()) {
      var unused = settings.heldOutLayouts(); // checks
    }
    if (settings.policy().anchor().isOn()) {
      var data =
          new TokenData(
              settings.data().orElseThrow(), Optional.empty(), Optional.of(settings.init()));
      var unused = data.require("train"); // checks
      data.requireSameTokenizer();
    }
    long drawings = (long) settings.train().batch() * settings.cycle().group();
    long rounds = settings.train().steps() / settings.cycle().innerEpochs();
    return List.of(
        "prompts            %s"
            .formatted(
                layouts
                    .map(
                        given ->
                            String.format(
                                Locale.ROOT,
                                "%,d of %s",
                                given.feed().size(),
                                settings.prompts().get()))
                    .orElse("random shape scenes")),
        String.format(
            Locale.ROOT,
            "drawings a step    %,d: %,d prompts, %,d each",
            drawings,
            settings.train().batch(),
            settings.cycle().group()),
        String.format(
            Locale.ROOT,
            "drawings in all    %,d, of %,d codes each",
            drawings * rounds,
            config.codes().perImage()));
  }

  @Override
  public Optional<RunDirectory> directory(Settings settings) {
    return settings.replay().isPresent()
        ? Optional.empty()
        : Optional.of(settings.resume().in(settings.out()));
  }

  @Override
  public List<String> measure(Settings settings, JobContext context) throws Exception {
    return new CycleRun(settings, context).measure();
  }

  @Override
  public void run(Settings settings, JobContext context) throws Exception {
    var run = new CycleRun(settings, context);
    if (settings.replay().isPresent()) {
      run.replay(settings.replay().get());
    } else {
      run.run();
    }
  }
}
