package ai.echogen.jobs;

import ai.echogen.config.Check;
import ai.echogen.jobs.cli.Job;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.jobs.cli.RunDirectory;
import ai.echogen.jobs.cli.RunFiles;
import ai.echogen.model.directory.JanusConfig;
import ai.echogen.observe.ScoresFile;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The whole path on synthetic scenes: images and layouts to a trained model, scores and pictures.
 */
public final class DemoJob extends Job<DemoJob.Settings> {
  /** How much is trained. */
  public enum ProfileName {
    QUICK,
    STANDARD,
    FULL
  }

  /**
   * What a profile gives to each job, besides paths and seed, as key=value.
   *
   * @param synthesize to {@link SynthesizeJob}
   * @param trainTokenizer to {@link TrainTokenizerJob}
   * @param pretrain to {@link PretrainJob} for the stage PMTP
   * @param djo to the same for the stage DJO
   * @param cycleRl to {@link CycleRLJob}
   * @param score to {@link ScoreJob}
   */
  public record Profile(
      List<String> synthesize,
      List<String> trainTokenizer,
      List<String> pretrain,
      List<String> djo,
      List<String> cycleRl,
      List<String> score) {
    public Profile {
      synthesize = List.copyOf(synthesize);
      trainTokenizer = List.copyOf(trainTokenizer);
      pretrain = List.copyOf(pretrain);
      djo = List.copyOf(djo);
      cycleRl = List.copyOf(cycleRl);
      score = List.copyOf(score);
    }
  }

  /**
   * @param out directory to write; a demo of the same settings that was interrupted goes on in it
   */
  public record Settings(
      Location out, long seed, ProfileName profile, Profile quick, Profile standard, Profile full) {
    public Settings {
      new Check().that("out", out.isLocal(), "must be a local directory, got " + out).orThrow();
    }

    Profile chosen() {
      return switch (profile) {
        case QUICK -> quick;
        case STANDARD -> standard;
        case FULL -> full;
      };
    }

    /** Where one of the jobs writes. */
    Location place(String name) {
      return out.child(name);
    }

    Path path(String name) {
      return place(name).local();
    }
  }

  /** The training stages, by the directories that they write; each is scored. */
  static final List<String> STAGES = List.of("pmtp", "djo", "cycle_rl");

  /** What scores of drawings without guidance, at temperature 1, are called. */
  static final String PLAIN = "plain";

  /** One job of the path, and the file that is there once it has come to its end. */
  private record Step(Job<?> job, String directory, String lastFile, List<String> args) {}

  private static final String MODEL = "model/" + JanusConfig.FILE;

  public DemoJob() {
    super(
        "demo",
        "Runs the whole path on synthetic scenes, and reports (--quick, --full).",
        Settings.class);
  }

  public static void main(String[] args) {
    JobRunner.main(new DemoJob(), args);
  }

  @Override
  public Map<String, String> shorthands() {
    return Map.of("--quick", "profile=quick", "--full", "profile=full");
  }

  @Override
  public List<String> plan(Settings settings) {
    return steps(settings).stream()
        .map(step -> "%-16s %s".formatted(step.job().name(), String.join(" ", step.args())))
        .toList();
  }

  @Override
  public Optional<RunDirectory> directory(Settings settings) {
    return Optional.of(new RunDirectory(settings.out(), RunDirectory.Use.REPEATED));
  }

  @Override
  public void run(Settings settings, JobContext context) throws Exception {
    try (var files = new RunFiles(directory(settings).orElseThrow(), context)) {
      var seconds = run(steps(settings), settings, context);
      var out = settings.out().local();
      var scores = scores(settings);
      ScoresFile.write(out.resolve("scores.json"), scores);
      DemoReport.write(settings, context.settingsJson(), scores, seconds);
      files.publish(Map.of());
      context.console().println(DemoReport.stages(scores).console());
      context
          .console()
          .printf(
              "wrote %s: scores.json, report.html, samples.png, stages.png; the model is in %s%n",
              settings.out(), settings.place("cycle_rl/model"));
    }
  }

  /** Runs what has not come to its end yet; returns the seconds of each. */
  private static Map<String, Double> run(List<Step> steps, Settings settings, JobContext context)
      throws Exception {
    var seconds = new LinkedHashMap<String, Double>();
    for (var step : steps) {
      var console = context.console();
      if (isDone(step, settings)) {
        console.printf("— %s: done before%n", step.job().name());
        continue;
      }
      console.printf("— %s %s%n", step.job().name(), String.join(" ", step.args()));
      long start = System.nanoTime();
      JobRunner.runWithin(context, step.job(), step.args());
      seconds.put(step.directory(), (System.nanoTime() - start) / 1e9);
    }
    return seconds;
  }

  /** Of the last stage under their own names, and of every stage under its name. */
  private static Map<String, Double> scores(Settings settings) throws IOException {
    var scores = new TreeMap<String, Double>();
    for (var stage : STAGES) {
      for (var drawn : List.of("", PLAIN + ".")) {
        var place = settings.path(drawn.isEmpty() ? scored(stage) : plainlyScored(stage));
        ScoresFile.read(place.resolve("scores.json"))
            .forEach(
                (key, value) -> {
                  scores.put(stage + "." + drawn + key, value);
                  scores.put(drawn + key, value);
                });
      }
    }
    return scores;
  }

  /** Where a stage's scores are. */
  static String scored(String stage) {
    return "score-" + stage;
  }

  /** The same of drawings without guidance, at temperature 1. */
  private static String plainlyScored(String stage) {
    return scored(stage) + "-" + PLAIN;
  }

  private static List<Step> steps(Settings settings) {
    var profile = settings.chosen();
    var scenes = "data=" + settings.place("scenes");
    var tokens = "data=" + settings.place("tokens");
    var tokenizer = "tokenizer=" + settings.place("tokenizer/model");
    var seed = "seed=" + settings.seed();
    var trainSeed = "train." + seed;
    var steps = new ArrayList<Step>();
    steps.add(
        new Step(
            new SynthesizeJob(),
            "scenes",
            "manifest.json",
            args(profile.synthesize(), "out=" + settings.place("scenes"), seed)));
    steps.add(
        new Step(
            new TrainTokenizerJob(),
            "tokenizer",
            MODEL,
            args(
                profile.trainTokenizer(),
                scenes,
                "out=" + settings.place("tokenizer"),
                trainSeed)));
    steps.add(
        new Step(
            new TokenizeJob(),
            "tokens",
            "manifest.json",
            args(List.of(), scenes, tokenizer, "out=" + settings.place("tokens"))));
    steps.add(
        stage(
            "pmtp", new PretrainJob(), settings, profile.pretrain(), tokens, tokenizer, trainSeed));
    steps.add(
        stage(
            "djo",
            new PretrainJob(),
            settings,
            profile.djo(),
            "stage=djo",
            "init=" + settings.place("pmtp/model"),
            tokens,
            trainSeed));
    steps.add(
        stage(
            "cycle_rl",
            new CycleRLJob(),
            settings,
            profile.cycleRl(),
            "init=" + settings.place("djo/model"),
            "prompts=" + settings.place("tokens"),
            tokens,
            trainSeed));
    for (int i = 0; i < STAGES.size(); i++) {
      var stage = STAGES.get(i);
      var model = "model=" + settings.place(stage + "/model");
      var plain = args(profile.score(), model, tokens, seed);
      plain.addAll(List.of("guidance=1", "temperature=1"));
      int behind = steps.size() - (STAGES.size() - 1 - i); // its training
      steps.add(behind, score(settings, plainlyScored(stage), plain));
      steps.add(behind, score(settings, scored(stage), args(profile.score(), model, tokens, seed)));
    }
    return steps;
  }

  private static Step score(Settings settings, String directory, List<String> args) {
    args.add(0, "out=" + settings.place(directory));
    return new Step(new ScoreJob(), directory, "scores.json", args);
  }

  /** A model's files are written one after the other: its run says when all are there. */
  private static boolean isDone(Step step, Settings settings) throws IOException {
    return step.lastFile().equals(MODEL)
        ? RunDirectory.isFinished(settings.place(step.directory()))
        : Files.exists(settings.path(step.directory()).resolve(step.lastFile()));
  }

  private static Step stage(
      String name, Job<?> job, Settings settings, List<String> ofProfile, String... args) {
    var all = args(ofProfile, args);
    all.add(0, "out=" + settings.place(name));
    return new Step(job, name, MODEL, all);
  }

  private static List<String> args(List<String> ofProfile, String... others) {
    var args = new ArrayList<>(List.of(others));
    args.addAll(ofProfile);
    return args;
  }
}
