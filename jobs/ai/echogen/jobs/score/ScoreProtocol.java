package ai.echogen.jobs.score;

import ai.echogen.data.synth.ShapeFamily;
import ai.echogen.inference.ModelPool;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.RunDirectory;
import ai.echogen.jobs.cli.RunFiles;
import ai.echogen.jobs.model.ModelFingerprint;
import ai.echogen.jobs.model.ModelTexts;
import ai.echogen.layout.Layout;
import ai.echogen.scoring.benchmarks.Benchmark;
import ai.echogen.scoring.benchmarks.BlindJudge;
import ai.echogen.scoring.benchmarks.Case;
import ai.echogen.scoring.benchmarks.CaseFilter;
import ai.echogen.scoring.benchmarks.CaseWork;
import ai.echogen.scoring.benchmarks.CocoLayoutBenchmark;
import ai.echogen.scoring.benchmarks.CycleBenchmark;
import ai.echogen.scoring.benchmarks.DetectorSource;
import ai.echogen.scoring.benchmarks.GroundingBenchmark;
import ai.echogen.scoring.benchmarks.InstanceBenchmark;
import ai.echogen.scoring.benchmarks.InstanceBenchmark.Colors;
import ai.echogen.scoring.benchmarks.Judged;
import ai.echogen.scoring.benchmarks.LayoutSamBenchmark;
import ai.echogen.scoring.benchmarks.OverlayBenchmark;
import ai.echogen.scoring.benchmarks.Predictions;
import ai.echogen.scoring.benchmarks.Prospect;
import ai.echogen.scoring.benchmarks.QualityBenchmark;
import ai.echogen.scoring.benchmarks.Scores;
import ai.echogen.scoring.benchmarks.SpatialBenchmark;
import ai.echogen.scoring.judges.VisualQuestion;
import ai.echogen.scoring.judges.file.JudgeFile;
import ai.echogen.scoring.judges.http.HttpVisualQuestion;
import ai.echogen.scoring.metrics.BoxBaselines;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;

/** A run of {@code score} by a protocol of the field: every one but {@code scenes}. */
public record ScoreProtocol(ScoreSettings settings, ScoreCases cases) {
  private static final int SPATIAL_SIDE = 512; // pixels of T2I-CompBench's pictures
  private static final String ANSWERS = "answers"; // of questions, beside the scores

  /** Looks through the cases. */
  public static ScoreProtocol of(ScoreSettings settings) throws IOException {
    return new ScoreProtocol(settings, ScoreCases.of(settings));
  }

  /** What would be done; all judges and files are looked at, but no picture. */
  public List<String> plan() throws IOException {
    if (settings.model().isPresent()) {
      var unused = ModelPool.config(settings.model().get());
    }
    var system = ScoreSystem.of(settings, cases);
    var benchmark = benchmark(null);
    var lines = new ArrayList<String>();
    var warnings = new ArrayList<String>();
    for (var split : settings.splits()) {
      prospect(benchmark, split).said().ifPresent(said -> warnings.add(split + ": " + said));
    }
    lines.add("benchmark " + settings.benchmark().word());
    for (var split : settings.splits()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%s: %,d samples of %s%s",
              split,
              cases.size(split),
              cases.place(),
              split.equals("train") ? ", on which it was trained" : ""));
    }
    system.about().forEach((key, value) -> lines.add(key + ": " + value));
    if (!system.extra().isEmpty()) {
      lines.add(String.format(Locale.ROOT, "of no sample: %,d files", system.extra().size()));
    }
    benchmark.protocol().forEach((key, value) -> lines.add("rule " + key + ": " + value));
    lines.addAll(warnings);
    return lines;
  }

  /**
   * What the cases of a split tell beforehand.
   *
   * @throws IllegalArgumentException if there will be no number of it, or only misses
   */
  private Prospect prospect(Benchmark benchmark, String split) throws IOException {
    var all = cases.all().values().stream().filter(one -> one.split().equals(split)).toList();
    var prospect = Prospect.of(benchmark, all);
    prospect.requireSome("the split %s of %s".formatted(split, cases.place()));
    return prospect;
  }

  /** Judges all cases and writes what is left. */
  public void run(JobContext context) throws IOException {
    var directory = new RunDirectory(settings.out(), RunDirectory.Use.FRESH);
    var spark = JavaSparkContext.fromSparkContext(context.spark().sparkContext());
    var system = ScoreSystem.of(settings, cases);
    var benchmark = benchmark(baselines(spark));
    for (var split : settings.splits()) {
      prospect(benchmark, split)
          .said()
          .ifPresent(said -> context.console().println("score: " + split + ": " + said));
    }
    try (var files = new RunFiles(directory, context)) {
      var found = new TreeMap<>(cases.fingerprints());
      found.putAll(system.found());
      var output = new ScoreOutput(settings, benchmark.protocol());
      system.about().forEach(output::rule);
      checkTexts(context);
      for (var split : settings.splits()) {
        var works = works(benchmark, system, split);
        var judged = new ArrayList<>(output.judge(split, works, cases.size(split), found, context));
        judged.sort(Comparator.comparing(one -> one.sample().id()));
        score(benchmark, split, judged, output);
      }
      system.extra().forEach(name -> output.leaveOut("file or answer of no sample", 1, name));
      cases.truths().ifPresent(t -> output.leaveOut("box without pixels", t.numEmpty(), ""));
      output.write(files, found, context);
    }
  }

  private void score(Benchmark benchmark, String split, List<Judged> judged, ScoreOutput output)
      throws IOException {
    var usable = judged.stream().filter(one -> !ScoreOutput.isLeftOut(one)).toList();
    var scores =
        usable.isEmpty()
            ? new Scores()
            : benchmark.scores(usable, settings.bootstrap(), settings.seed());
    if (scores.isEmpty()) {
      output.discard();
      throw new IllegalArgumentException(
          "no sample of %s could be scored: %s"
              .formatted(cases.place(), ScoreOutput.reasons(judged, scores)));
    }
    output.add(split, scores, judged);
    var samples = usable.stream().map(Judged::sample).toList();
    output.change(
        "region without a class of the judge, a miss",
        Prospect.of(benchmark, samples).numUnknown());
    BlindJudge.said(benchmark, usable).ifPresent(output::warn);
  }

  /** Says what a model cannot take of the texts. */
  private void checkTexts(JobContext context) throws IOException {
    if (settings.system() == ScoreSettings.SystemKind.MODEL) {
      var layouts = wanted(cases.all().values());
      ModelTexts.of(settings.model().orElseThrow())
          .check(layouts, String.valueOf(cases.place()), context.console());
    }
  }

  private static List<Layout> wanted(Collection<Case> cases) {
    return cases.stream().map(Case::wanted).filter(l -> !l.regions().isEmpty()).toList();
  }

  private List<CaseWork> works(Benchmark benchmark, ScoreSystem system, String split) {
    boolean needsImages =
        settings.benchmark() == ScoreSettings.Protocol.QUALITY
            || settings.system() == ScoreSettings.SystemKind.REAL
            || settings.benchmark().reads() && settings.system() == ScoreSettings.SystemKind.MODEL;
    var works = new ArrayList<CaseWork>();
    for (var part : cases.parts(split, needsImages)) {
      works.add(
          new CaseWork(
              benchmark,
              part,
              system.pictures(),
              system.boxes(),
              settings.batch(),
              settings.pictures() ? settings.out() : null));
    }
    return works;
  }

  private @Nullable BoxBaselines baselines(JavaSparkContext spark) throws IOException {
    if (!settings.benchmark().reads() || settings.data().isEmpty()) {
      return null;
    }
    var asked = wanted(cases.all().values());
    return ScoreBaselines.of(spark, settings.data().get(), asked, settings.baselineSamples())
        .orElse(null);
  }

  private Benchmark benchmark(@Nullable BoxBaselines baselines) throws IOException {
    var rules = settings.rules();
    int side = rules.side();
    return switch (settings.benchmark()) {
      case SCENES -> throw new IllegalStateException("scenes are scored elsewhere");
      case GROUNDING -> new GroundingBenchmark(rules.grounding(), baselines);
      case CYCLE -> cycle();
      case COCO_LAYOUT ->
          new CocoLayoutBenchmark(
              detector(),
              side,
              rules.areas(),
              rules.crowds(),
              new CaseFilter(
                  rules.minShare(),
                  rules.fewest(),
                  rules.most() == 0 ? Integer.MAX_VALUE : rules.most(),
                  rules.without()));
      case COCO_POSITION ->
          new InstanceBenchmark(detector(), side, rules.classes(), Colors.NOT_ASKED);
      case COCO_MIG -> new InstanceBenchmark(detector(), side, rules.classes(), Colors.ASKED);
      case LAYOUTSAM_EVAL -> new LayoutSamBenchmark(questioner(), side);
      case OVERLAY ->
          new OverlayBenchmark(
              detector(), side, texts().orElse(null), rules.leastOverlap(), rules.levels());
      case SPATIAL ->
          new SpatialBenchmark(detector(), side == 0 ? SPATIAL_SIDE : side, rules.near());
      case QUALITY ->
          new QualityBenchmark(
              side, features().orElse(null), texts().orElse(null), rules.clip(), settings.seed());
    };
  }

  private CycleBenchmark cycle() throws IOException {
    var grounder =
        settings
            .grounder()
            .or(settings::model)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "grounder must be given: the model that reads the pictures"));
    return new CycleBenchmark(grounder, settings.mode(), ModelFingerprint.of(grounder));
  }

  /** The judge that was given, known detections, or the exact one where all are shape scenes. */
  private DetectorSource detector() throws IOException {
    if (settings.predictions().isPresent()) {
      return known(settings.predictions().get());
    }
    if (settings.judge().isPresent()) {
      return new DetectorSource.OfFile(JudgeFile.of(settings.judge().get(), "judge"));
    }
    var family = ShapeFamily.ofLayouts(wanted(cases.all().values()));
    return new DetectorSource.Shapes(
        family.orElseThrow(
            () ->
                new IllegalArgumentException(
                    "judge must be given: %s holds no shape scenes, which alone have a detector of"
                            .formatted(cases.place())
                        + " ours; docs/judges.md says how to make one")));
  }

  private DetectorSource known(Location file) throws IOException {
    var truths = cases.truths().orElseThrow();
    var about = new TreeMap<>(Map.of("predictions", file.name(), "sha256", file.sha256()));
    return new DetectorSource.Known(
        Predictions.detections(file, cases.all(), truths.categories()), about);
  }

  private Optional<JudgeFile> features() throws IOException {
    return settings.features().isEmpty()
        ? Optional.empty()
        : Optional.of(JudgeFile.of(settings.features().get(), "features"));
  }

  private Optional<JudgeFile> texts() throws IOException {
    return settings.textImage().isEmpty()
        ? Optional.empty()
        : Optional.of(JudgeFile.of(settings.textImage().get(), "textImage"));
  }

  private LayoutSamBenchmark.Asked questioner() {
    return new Questioner(settings.question(), settings.out().child(ANSWERS));
  }

  /** The server, from an executor. */
  private record Questioner(HttpVisualQuestion.Settings settings, Location cache)
      implements LayoutSamBenchmark.Asked {
    @Override
    public VisualQuestion judge() {
      return HttpVisualQuestion.ofThisJvm(settings, Optional.of(cache));
    }
  }
}
