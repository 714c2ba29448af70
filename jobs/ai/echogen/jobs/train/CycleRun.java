package ai.echogen.jobs.train;

import ai.echogen.data.feed.Batching;
import ai.echogen.data.feed.FeedReader;
import ai.echogen.data.feed.ShardFeed;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.data.synth.SceneSplit;
import ai.echogen.data.synth.ShapeScenes;
import ai.echogen.image.Png;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.RunFiles;
import ai.echogen.jobs.cli.TrainingRun;
import ai.echogen.jobs.cli.Trial;
import ai.echogen.layout.NamedLayout;
import ai.echogen.model.JanusModel;
import ai.echogen.model.directory.JanusConfig;
import ai.echogen.model.vq.VqModel;
import ai.echogen.objectives.LayoutTokens;
import ai.echogen.objectives.TransformerSource;
import ai.echogen.objectives.policy.PolicyObjective;
import ai.echogen.objectives.policy.RolloutGroup;
import ai.echogen.objectives.rewards.DetectorIou;
import ai.echogen.objectives.rewards.RewardSettings.Weighted;
import ai.echogen.observe.DrawingsPicture;
import ai.echogen.observe.JsonlSink;
import ai.echogen.torch.Tensors;
import ai.echogen.train.cluster.Evaluator;
import ai.echogen.train.cluster.Training;
import ai.echogen.train.cycle.CycleEvaluator;
import ai.echogen.train.cycle.CycleSupply;
import ai.echogen.train.cycle.FeedPrompts;
import ai.echogen.train.cycle.GradientHashes;
import ai.echogen.train.cycle.Ledger;
import ai.echogen.train.cycle.LedgerSupply;
import ai.echogen.train.cycle.PromptStream;
import ai.echogen.train.cycle.ShapePrompts;
import ai.echogen.train.rollout.CycleRollouts;
import ai.echogen.train.rollout.GradedGroup;
import ai.echogen.train.step.StepRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** One run of Cycle RL: what it starts from, its prompts, and what it leaves. */
public record CycleRun(CycleRLSettings settings, JobContext context) {
  /** What is opened for a run, whether it is new or made again. */
  private record Opened(
      StartModel start,
      ModelOutput output,
      TransformerSource<RolloutGroup> source,
      Anchors anchors) {}

  /** What is done with it. */
  private interface Body {
    void with(Opened opened) throws Exception;
  }

  private static final int PICTURED = 6; // prompts
  private static final int SCENES_READ = 256;
  private static final CycleEvaluator.Watcher UNSEEN = (step, groups, rewards) -> {};
  private static final int SHAPE_SIZE = 64; // pixels; boxes are relative, so only their grid

  public void run() throws Exception {
    open(this::train);
  }

  /**
   * Makes the updates again from the ledger, up to that of a step, and compares the hashes of their
   * gradients with those that the run wrote.
   */
  public void replay(long last) throws Exception {
    open(opened -> replay(opened, last));
  }

  private void open(Body body) throws Exception {
    Tensors.setThreadsPerTask(1);
    var config = settings.init().onDisk(List.of(JanusConfig.FILE), JanusModel::readConfig);
    try (var start = StartModel.of(settings.init(), config.form(), config.grounding());
        var decoder = start.decoder(config.form(), settings.precision(), settings.lora());
        var anchors = anchors(start)) {
      var output =
          new ModelOutput(start, decoder, settings.lora(), Optional.of(settings.init()), context);
      var policy = settings.policy();
      var source =
          new TransformerSource<RolloutGroup>(
              output.spec(),
              (model, frozen, reference) -> new PolicyObjective(model, policy, frozen, reference),
              policy.guide().isOn() ? settings.init() : null);
      body.with(new Opened(start, output, source, anchors));
    }
  }

  private void replay(Opened opened, long last) throws IOException {
    var metrics = settings.out().child("metrics.jsonl");
    var wanted = new TreeMap<Long, Double>();
    for (var entry : metrics.onDisk(JsonlSink::read)) {
      var hash = entry.values().get(StepRecord.GRADIENT_HASH);
      if (hash != null) {
        wanted.put(entry.step(), hash);
      }
    }
    if (!wanted.containsKey(last)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s has no gradient's hash of step %d; it has those of %d steps%s",
              metrics,
              last,
              wanted.size(),
              wanted.isEmpty()
                  ? ""
                  : String.format(Locale.ROOT, ", %d to %d", wanted.firstKey(), wanted.lastKey())));
    }
    var ledger =
        new Ledger(
            context.spark(),
            settings.out().child("rollouts"),
            settings.cycle().rewards().all(),
            this::isBoundary);
    var supply = new LedgerSupply(ledger, settings.cycle(), opened.anchors()::at);
    var plan = new Training.Plan<>("Cycle RL again", opened.source(), settings.train());
    var hashes = new GradientHashes(wanted, context.console());
    var initial = opened.output().initial(settings.train().seed());
    try (var training = Training.here(context.spark(), plan, initial)) {
      while (training.step() < last) {
        var portion = supply.next(training, hashes).orElseThrow();
        training.run(Math.min(last, portion.until()), portion.feed(), hashes);
      }
    }
    hashes.requireEqual(last);
  }

  private void train(Opened opened) throws Exception {
    var layouts = settings.layouts();
    checkTexts(opened.start(), layouts);
    try (var files = new RunFiles(settings.resume().in(settings.out()), context);
        var stream = prompts(layouts)) {
      var output = opened.output();
      var rewards = settings.cycle().rewards().all();
      var ledger =
          new Ledger(context.spark(), settings.out().child("rollouts"), rewards, this::isBoundary);
      var subject = subject(opened, layouts, stream, Optional.of(ledger));
      new TrainingRun("Cycle RL", settings.train(), settings.resume(), settings.pauseAt())
          .train(context, files, subject, weights -> output.finish(files, weights));
      context.console().println("rollouts sha256 " + ledger.sha256());
    }
  }

  /** What a little of it says of the whole; nothing of it stays. */
  public List<String> measure() throws Exception {
    var trial = new Trial(settings.train(), settings.out(), context);
    open(
        opened -> {
          var layouts = settings.layouts();
          try (var stream = prompts(layouts)) {
            var subject = subject(opened, layouts, stream, Optional.empty());
            trial.measure("Cycle RL", settings.train().steps(), subject);
          }
        });
    return trial.lines();
  }

  /**
   * @param ledger where what is drawn is kept; without it, no pictures are either
   */
  private TrainingRun.Subject<RolloutGroup> subject(
      Opened opened, Optional<PromptLayouts> layouts, PromptStream stream, Optional<Ledger> ledger)
      throws IOException {
    var rewards = settings.cycle().rewards().all();
    var start = opened.start();
    var supply =
        new CycleSupply(
            rollouts(start, rewards, true),
            settings.cycle(),
            settings.train().batch(),
            stream,
            opened.anchors()::at,
            ledger);
    return new TrainingRun.Subject<>(
        opened.source(),
        supply,
        opened.output().initial(settings.train().seed()),
        opened.output().files(),
        fingerprints(start, layouts),
        evaluators(start, rewards, ledger.isPresent() ? this::picture : UNSEEN),
        OptionalLong.empty());
  }

  /** Whether a checkpoint may be written at that step. */
  private boolean isBoundary(long step) {
    int every = settings.train().checkpoints().every();
    return step >= settings.train().steps() || every > 0 && step % every == 0;
  }

  private CycleRollouts rollouts(StartModel start, List<Weighted> rewards, boolean learns) {
    return new CycleRollouts(
        new CycleRollouts.How(
            settings.train().seed(),
            settings.cycle().group(),
            settings.policy().sampling(),
            settings.cycle().reader(),
            rewards,
            learns,
            learns && settings.policy().tokens().hasBoxes(),
            !learns || settings.policy().loss().kl() > 0,
            settings.init()),
        start.grounding(start.config().form(), settings.precision()),
        settings.lora().ifOn().orElse(null));
  }

  private List<Evaluator<RolloutGroup>> evaluators(
      StartModel start, List<Weighted> rewards, CycleEvaluator.Watcher watcher) throws IOException {
    if (!settings.train().eval().isOn()) {
      return List.of();
    }
    var all = new ArrayList<>(rewards);
    if (settings.judge() == CycleRLSettings.Judge.SHAPES) {
      all.add(new Weighted(new DetectorIou(), 0));
    }
    return List.of(
        new CycleEvaluator(
            rollouts(start, all, false),
            rewards,
            heldOut(),
            settings.cycle().promptsAtOnce(),
            watcher,
            context.console()));
  }

  /** The best and the worst drawing of some prompts, by their reward. */
  private void picture(long step, List<GradedGroup> groups, List<double[]> rewards)
      throws IOException {
    var shown = new ArrayList<DrawingsPicture.Shown>();
    try (var vq = settings.init().onDisk(VqModel::load)) {
      for (int i = 0; i < Math.min(PICTURED, groups.size()); i++) {
        var of = rewards.get(i);
        var byReward =
            IntStream.range(0, of.length)
                .boxed()
                .sorted(Comparator.comparingDouble(k -> -of[k]))
                .toList();
        for (int row : List.of(byReward.get(0), byReward.get(of.length - 1))) {
          var group = groups.get(i);
          var picture = vq.decode(List.of(group.codes()[row])).get(0);
          var boxes = group.boxes().get(row).stream().map(Optional::ofNullable).toList();
          shown.add(new DrawingsPicture.Shown(group.prompt().layout(), Png.encode(picture), boxes));
        }
      }
    }
    settings
        .out()
        .child("pictures")
        .child(String.format(Locale.ROOT, "best-and-worst-%08d.png", step))
        .write(Png.encode(DrawingsPicture.of(shown).draw()));
  }

  /** As many prompts as make the samples of an evaluation. */
  private List<NamedLayout> heldOut() throws IOException {
    int count = Math.max(1, settings.train().eval().samples() / settings.cycle().group());
    var given = settings.heldOutLayouts();
    if (given.isPresent()) {
      return given.get().head(count);
    }
    var scenes = scenes();
    return LongStream.range(0, count)
        .mapToObj(i -> new NamedLayout("held-out-" + i, scenes.layout(SceneSplit.TEST, i)))
        .toList();
  }

  /** Looks at the prompts, and at the real samples beside them. */
  private void checkTexts(StartModel start, Optional<PromptLayouts> layouts) throws IOException {
    var texts = start.texts();
    if (layouts.isPresent()) {
      layouts.get().check(texts, context);
    } else {
      var scenes = scenes();
      var made = LongStream.range(0, SCENES_READ).mapToObj(i -> scenes.layout(SceneSplit.TRAIN, i));
      texts.check(made.toList(), "the prompts that are made", context.console());
    }
    if (settings.policy().anchor().isOn()) {
      texts.check(context.spark(), settings.data().orElseThrow(), "train", context.console());
    }
  }

  private PromptStream prompts(Optional<PromptLayouts> layouts) throws IOException {
    int count = settings.cycle().candidates(settings.train().batch());
    return layouts.isPresent()
        ? new FeedPrompts(layouts.get().feed(), settings.boxes(), settings.train().seed(), count)
        : new ShapePrompts(scenes());
  }

  private ShapeScenes scenes() {
    return new ShapeScenes(settings.train().seed(), SHAPE_SIZE, settings.attributesShare());
  }

  private Map<String, String> fingerprints(StartModel start, Optional<PromptLayouts> layouts) {
    var fingerprints = new TreeMap<String, String>();
    fingerprints.put("init", start.weights().sha256());
    layouts.ifPresent(given -> fingerprints.put("prompts", given.feed().fingerprint()));
    if (settings.policy().anchor().isOn()) {
      var data = settings.data().orElseThrow();
      fingerprints.put("data", ShardStore.manifest(data).fingerprint("train"));
    }
    return fingerprints;
  }

  private Anchors anchors(StartModel start) throws IOException {
    var anchor = settings.policy().anchor();
    if (!anchor.isOn()) {
      return new Anchors(null);
    }
    var feed = ShardFeed.of(settings.data().orElseThrow(), "train", start.rows());
    var batching = new Batching(anchor.samples(), 1, settings.train().seed());
    return new Anchors(feed.open(batching));
  }

  /** Real samples of each step, if any. */
  private record Anchors(@Nullable FeedReader<LayoutTokens> reader) implements AutoCloseable {
    List<LayoutTokens> at(long step) throws IOException {
      return reader == null ? List.of() : reader.read(step, 0);
    }

    @Override
    public void close() {
      if (reader != null) {
        reader.close();
      }
    }
  }
}
