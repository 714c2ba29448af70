package ai.echogen.perf;

import ai.echogen.config.Check;
import ai.echogen.config.Reference;
import ai.echogen.data.feed.ShardFeed;
import ai.echogen.jobs.PretrainJob;
import ai.echogen.jobs.cli.Job;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.jobs.train.PretrainSettings;
import ai.echogen.jobs.train.StartModel;
import ai.echogen.model.decoder.LoraConfig;
import ai.echogen.objectives.PmtpObjective;
import ai.echogen.observe.Table;
import ai.echogen.storage.Location;
import ai.echogen.torch.Tensors;
import ai.echogen.train.rollout.HeldOutLoss;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Compares synchronous training with rounds of several lengths: the held-out loss after the same
 * steps, and so the same tokens, from the same first weights.
 */
public final class BenchRoundsJob extends Job<BenchRoundsJob.Settings> {
  /**
   * @param data token shards with a split test
   * @param tokenizer directory of the VQ tokenizer that made the codes
   * @param out directory to write; an interrupted comparison goes on in it
   * @param innerSteps lengths of the rounds
   * @param workers logical workers of the rounds
   * @param steps of each run
   * @param count most held-out samples
   * @param pretrain what else each run gets, as key=value
   */
  public record Settings(
      Location data,
      Location tokenizer,
      Location out,
      List<Integer> innerSteps,
      int workers,
      int steps,
      int count,
      long seed,
      List<String> pretrain) {
    public Settings {
      innerSteps = List.copyOf(innerSteps);
      pretrain = List.copyOf(pretrain);
      new Check()
          .that("steps", steps > 0, "must be > 0, got " + steps)
          .that("workers", workers > 0, "must be > 0, got " + workers)
          .that("count", count > 0, "must be > 0, got " + count)
          .orThrow();
    }
  }

  /** One training. */
  private record Run(String name, List<String> exchange) {}

  public BenchRoundsJob() {
    super(
        "bench rounds",
        "Compares rounds of several lengths by held-out loss after equal tokens.",
        Settings.class);
  }

  public static void main(String[] args) {
    JobRunner.main(new BenchRoundsJob(), args);
  }

  @Override
  public List<String> plan(Settings settings) {
    return List.of(
        String.format(
            Locale.ROOT,
            "%d trainings of %,d steps, each evaluated on at most %,d held-out samples",
            settings.innerSteps().size() + 1,
            settings.steps(),
            settings.count()));
  }

  @Override
  public void run(Settings settings, JobContext context) throws Exception {
    var runs = new ArrayList<Run>();
    runs.add(new Run("synchronous", List.of("train.exchange.mode=synchronous")));
    for (int length : settings.innerSteps()) {
      runs.add(
          new Run(
              "rounds of " + length,
              List.of(
                  "train.exchange.mode=rounds",
                  "train.exchange.workers=" + settings.workers(),
                  "train.exchange.innerSteps=" + length)));
    }
    var table = new Table("exchange", "held-out loss", "image", "box", "exchanges");
    for (int i = 0; i < runs.size(); i++) {
      var run = runs.get(i);
      var losses = losses(settings, run, context);
      int length = i == 0 ? 1 : settings.innerSteps().get(i - 1);
      table.row(
          run.name(),
          rounded(losses[0]),
          rounded(losses[1]),
          rounded(losses[2]),
          (settings.steps() + length - 1) / length);
    }
    Files.writeString(settings.out().local().resolve("rounds.md"), table.markdown());
    context.console().println(table.markdown());
  }

  private static String rounded(double loss) {
    return String.format(Locale.ROOT, "%.4f", loss);
  }

  /** Trains one run, unless an earlier start of this job has, and evaluates its model. */
  private static double[] losses(Settings settings, Run run, JobContext context) throws Exception {
    var directory = settings.out().child(run.name().replace(' ', '-'));
    var args = new ArrayList<String>();
    args.add("data=" + settings.data());
    args.add("tokenizer=" + settings.tokenizer());
    args.add("out=" + directory);
    args.add("train.steps=" + settings.steps());
    args.add("train.seed=" + settings.seed());
    args.add("causalShare=0");
    args.addAll(run.exchange());
    args.addAll(settings.pretrain());
    if (!Files.exists(directory.child("model").local())) {
      context.console().printf("— %s%n", run.name());
      JobRunner.runWithin(context, new PretrainJob(), args);
    }
    var runner = new JobRunner(Reference.builtIn(), System.out, System.err);
    var pretrain = runner.settings(new PretrainJob(), args);
    return evaluate(settings, directory.child("model"), pretrain, context);
  }

  private static double[] evaluate(
      Settings settings, Location model, PretrainSettings pretrain, JobContext context)
      throws IOException {
    Tensors.setThreadsPerTask(1);
    var whole = new LoraConfig(0, 1, LoraConfig.MODULES);
    try (var trained = StartModel.of(model, pretrain.finalForm(), pretrain.grounding());
        var decoder = trained.decoder(pretrain.form(), pretrain.precision(), whole);
        var stage = new PmtpObjective(decoder, new PmtpObjective.Settings(0, 1, 1, false, 1))) {
      var heldOut =
          new HeldOutLoss<>(
              ShardFeed.of(settings.data(), "test", trained.rows()), pretrain.train().batch());
      return heldOut.here(stage, trained.weights(), settings.count());
    }
  }
}
