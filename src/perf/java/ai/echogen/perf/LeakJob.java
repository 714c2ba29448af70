package ai.echogen.perf;

import ai.echogen.config.Check;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.jobs.PretrainJob;
import ai.echogen.jobs.ScoreJob;
import ai.echogen.jobs.cli.Job;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.jobs.cli.RunDirectory;
import ai.echogen.jobs.cli.RunFiles;
import ai.echogen.model.decoder.AttentionForm;
import ai.echogen.observe.ScoresFile;
import ai.echogen.observe.Table;
import ai.echogen.storage.Location;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Compares the ways in which drawing and grounding may share the image tokens of a training
 * sequence: what each learns from as many samples and in as many seconds, and whether grounding
 * follows the image or copies a layout from the text.
 */
public final class LeakJob extends Job<LeakJob.Settings> {
  /**
   * @param data token shards
   * @param tokenizer directory of the VQ tokenizer that made the codes
   * @param out directory to write; an interrupted comparison goes on in it
   * @param forms what to compare
   * @param steps steps of each run of the comparison by samples
   * @param reference the form whose CPU seconds the others get in the comparison by seconds
   * @param causalShare last share of the steps in plain causal form, of one more run of the
   *     reference form that shows what the switch costs
   * @param pretrain what else each run gets, as key=value
   * @param score what else each scoring gets, as key=value
   */
  public record Settings(
      Location data,
      Location tokenizer,
      Location out,
      List<AttentionForm> forms,
      int steps,
      AttentionForm reference,
      double causalShare,
      long seed,
      List<String> pretrain,
      List<String> score) {
    public Settings {
      forms = List.copyOf(forms);
      pretrain = List.copyOf(pretrain);
      score = List.copyOf(score);
      new Check()
          .that(
              "forms",
              forms.contains(reference),
              "must hold the reference " + reference.key() + ", got " + forms)
          .that("steps", steps > 0, "must be > 0, got " + steps)
          .that(
              "causalShare",
              causalShare > 0 && causalShare < 1,
              "must be in (0, 1), got " + causalShare)
          .orThrow();
    }
  }

  /** One training: its form, its steps, and the share of them in plain causal form. */
  private record Run(String name, AttentionForm form, long steps, double causalShare) {}

  private static final String CPU_SECONDS = "train.cpu_seconds";

  public LeakJob() {
    super(
        "leak",
        "Compares the forms in which the two tasks share image tokens (docs/leak.md).",
        Settings.class);
  }

  public static void main(String[] args) {
    JobRunner.main(new LeakJob(), args);
  }

  @Override
  public List<String> plan(Settings settings) {
    var unused = ShardStore.manifest(settings.data()); // checks
    int runs = 2 * settings.forms().size();
    return List.of(
        String.format(
            Locale.ROOT, "%d trainings of about %,d steps, each scored", runs, settings.steps()));
  }

  @Override
  public Optional<RunDirectory> directory(Settings settings) {
    return Optional.of(new RunDirectory(settings.out(), RunDirectory.Use.REPEATED));
  }

  @Override
  public void run(Settings settings, JobContext context) throws Exception {
    try (var files = new RunFiles(directory(settings).orElseThrow(), context)) {
      compare(settings, context);
      files.publish(Map.of());
    }
  }

  private static void compare(Settings settings, JobContext context) throws Exception {
    var bySamples = new ArrayList<Map<String, Double>>();
    var table = table();
    for (var form : settings.forms()) {
      var run = new Run("samples-" + form.key(), form, settings.steps(), 0);
      bySamples.add(scores(settings, run, context));
      row(table, form.key(), bySamples.get(bySamples.size() - 1));
    }
    var finished =
        new Run(
            "samples-" + settings.reference().key() + "-causal",
            settings.reference(),
            settings.steps(),
            settings.causalShare());
    row(
        table,
        String.format(
            Locale.ROOT,
            "%s, the last %.0f %% plain causal",
            settings.reference().key(),
            100 * settings.causalShare()),
        scores(settings, finished, context));
    double budget = seconds(bySamples.get(settings.forms().indexOf(settings.reference())));
    var equalSeconds = table();
    for (int i = 0; i < settings.forms().size(); i++) {
      var form = settings.forms().get(i);
      var same = bySamples.get(i);
      long steps = Math.round(settings.steps() * budget / seconds(same));
      var run = new Run("seconds-" + form.key(), form, steps, 0);
      row(
          equalSeconds,
          form.key(),
          form == settings.reference() ? same : scores(settings, run, context));
    }
    var text =
        "At equal samples:%n%n%s%nAt equal CPU seconds of training:%n%n%s"
            .formatted(table.markdown(), equalSeconds.markdown());
    Files.writeString(settings.out().local().resolve("leak.md"), text);
    context.console().println(text);
  }

  private static Table table() {
    return new Table(
        "form",
        "samples",
        "CPU s",
        "samples/CPU s",
        "grounding Acc@0.5",
        "wrong layout: follows image",
        "follows text",
        "drawing mean IoU",
        "drawing AP50");
  }

  private static void row(Table table, String name, Map<String, Double> scores) {
    double samples = scores.getOrDefault("train.samples", 0.0);
    table.row(
        name,
        samples,
        seconds(scores),
        samples / seconds(scores),
        scores.getOrDefault("grounding.acc50", Double.NaN),
        scores.getOrDefault("leak.follows_image", Double.NaN),
        scores.getOrDefault("leak.follows_text", Double.NaN),
        scores.getOrDefault("layout.mean_iou", Double.NaN),
        scores.getOrDefault("layout.ap50", Double.NaN));
  }

  private static double seconds(Map<String, Double> scores) {
    return scores.getOrDefault(CPU_SECONDS, Double.NaN);
  }

  /** Trains and scores one run, or reads what an earlier start of this job has measured. */
  private static Map<String, Double> scores(Settings settings, Run run, JobContext context)
      throws Exception {
    var directory = settings.out().child(run.name());
    var file = directory.child("scores.json").local();
    if (!Files.exists(file)) {
      var pretrain =
          args(
              settings.pretrain(),
              "data=" + settings.data(),
              "tokenizer=" + settings.tokenizer(),
              "out=" + directory.child("pretrain"),
              "form=" + run.form().key(),
              "causalShare=" + run.causalShare(),
              "train.steps=" + run.steps(),
              "train.seed=" + settings.seed());
      double seconds = cpuSeconds(run, pretrain, directory, context);
      JobRunner.runWithin(
          context,
          new ScoreJob(),
          args(
              settings.score(),
              "model=" + directory.child("pretrain/model"),
              "data=" + settings.data(),
              "out=" + directory.child("score"),
              "wrongLayouts=true",
              "seed=" + settings.seed()));
      write(
          file,
          directory.child("score/scores.json").local(),
          seconds,
          samples(pretrain, run.steps()));
    }
    return ScoresFile.read(file);
  }

  /** Trains, and says what it took: a training that was interrupted is begun again. */
  private static double cpuSeconds(
      Run run, List<String> pretrain, Location directory, JobContext context) throws Exception {
    var file = directory.child("seconds.json").local();
    if (!Files.exists(file)) {
      if (directory.exists()) {
        directory.delete(); // of what it took so far nobody knows
      }
      context.console().printf(Locale.ROOT, "— %s: %,d steps%n", run.name(), run.steps());
      long start = cpuNanos();
      JobRunner.runWithin(context, new PretrainJob(), pretrain);
      ScoresFile.write(file, Map.of(CPU_SECONDS, (cpuNanos() - start) / 1e9));
    }
    return ScoresFile.read(file).getOrDefault(CPU_SECONDS, Double.NaN);
  }

  private static void write(Path file, Path scored, double seconds, double samples) {
    var scores = new TreeMap<>(ScoresFile.read(scored));
    scores.put(CPU_SECONDS, seconds);
    scores.put("train.samples", samples);
    ScoresFile.write(file, scores);
  }

  private static double samples(List<String> pretrain, long steps) throws IOException {
    var runner = new JobRunner(ai.echogen.config.Reference.builtIn(), System.out, System.err);
    return (double) steps * runner.settings(new PretrainJob(), pretrain).train().batch();
  }

  private static List<String> args(List<String> more, String... args) {
    var all = new ArrayList<>(List.of(args));
    all.addAll(more);
    return all;
  }

  /** CPU time of this process, in which local training runs: other load does not count. */
  private static long cpuNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}
