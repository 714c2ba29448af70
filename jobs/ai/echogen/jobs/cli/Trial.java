package ai.echogen.jobs.cli;

import ai.echogen.jobs.cli.TrainingRun.Subject;
import ai.echogen.observe.Metrics;
import ai.echogen.storage.LocalFiles;
import ai.echogen.storage.Location;
import ai.echogen.train.CheckpointSettings;
import ai.echogen.train.TrainerSettings;
import ai.echogen.train.checkpoint.Checkpoints;
import ai.echogen.train.cluster.Training;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * A little of a training, made to say beforehand what all of it takes: time and memory. Nothing of
 * it stays.
 */
public final class Trial {
  private static final double WARM_UP = 15; // seconds, in which Java compiles what runs often
  private static final double MEASURED = 15; // seconds
  private static final double PORTION = 3; // seconds from look to look
  private static final int LEAST = 2; // portions that are measured, however long one takes

  /** Some steps, and what they took. */
  private record Piece(long steps, double seconds) {}

  /** Steps of the run that are alike, of which some were made. */
  private record Kind(String name, long steps, Piece made) {
    double seconds() {
      return steps * made.seconds() / made.steps();
    }

    String line() {
      double each = made.seconds() / made.steps();
      return format(
          "%-18s %,d of %,d made: %s",
          name + " steps",
          made.steps(),
          steps,
          each < 1 ? format("%.1f a second", 1 / each) : format("%.2f s each", each));
    }
  }

  private final TrainerSettings settings;
  private final Location out;
  private final JobContext context;
  private final List<Kind> kinds = new ArrayList<>();
  private double begin;
  private double checkpoint;
  private double evaluation;
  private long evaluations;

  /**
   * @param out where the run would write
   */
  public Trial(TrainerSettings settings, Location out, JobContext context) {
    this.settings = settings;
    this.out = out;
    this.context = context;
  }

  /**
   * Makes some steps, a checkpoint and an evaluation.
   *
   * @param name of this kind of steps
   * @param steps of the run that are of this kind
   * @param subject that makes such steps from the first one on
   */
  public <S> void measure(String name, long steps, Subject<S> subject) throws IOException {
    if (kinds.isEmpty()) {
      begin = ManagementFactory.getRuntimeMXBean().getUptime() / 1e3;
    }
    var place = place();
    var checkpoints =
        new Checkpoints(
            place.child(RunDirectory.CHECKPOINTS),
            subject.initial().layout(),
            subject.modelFiles(),
            context.settingsJson(),
            subject.fingerprints(),
            context.console());
    try (var training =
        new Training<>(
            context.spark(),
            new Training.Plan<>("trial", subject.source(), settings.with(seldom())),
            subject.initial(),
            Optional.of(checkpoints),
            context.console())) {
      kinds.add(new Kind(name, steps, make(training, subject)));
      long start = System.nanoTime();
      training.checkpoint();
      checkpoint = secondsSince(start);
      evaluate(training, subject);
    } finally {
      remove(place);
    }
  }

  /** Checkpoints are timed apart from steps. */
  private CheckpointSettings seldom() {
    var given = settings.checkpoints();
    return new CheckpointSettings(0, given.keep(), given.partBytes());
  }

  /** Where its checkpoints lie: executors elsewhere must see them. */
  private Location place() throws IOException {
    return isLocal()
        ? Location.of(Files.createTempDirectory("echogen-trial"))
        : out.named(".%s.trial-%s".formatted(out.name(), UUID.randomUUID()));
  }

  private void remove(Location place) throws IOException {
    if (isLocal()) {
      LocalFiles.delete(place.local());
    } else {
      place.delete();
    }
  }

  private boolean isLocal() {
    return context.spark().sparkContext().isLocal();
  }

  private <S> Piece make(Training<S> training, Subject<S> subject) throws IOException {
    var pace = new Pace(PORTION, 1, settings.exchange());
    var first = make(training, subject, pace, WARM_UP, 1);
    var then = make(training, subject, pace, MEASURED, LEAST);
    return then.steps() == 0 ? first : then; // a run that is over by then
  }

  private <S> Piece make(
      Training<S> training, Subject<S> subject, Pace pace, double seconds, int least)
      throws IOException {
    var metrics = new Metrics();
    long from = training.step();
    long start = System.nanoTime();
    for (int i = 0; i < least || secondsSince(start) < seconds; i++) {
      long step = training.step();
      if (step == settings.steps()) {
        break;
      }
      long begun = System.nanoTime();
      var portion = subject.supply().next(training, metrics);
      if (portion.isPresent()) {
        long end = Math.min(settings.steps(), portion.get().until());
        training.run(pace.end(step, end), portion.get().feed(), metrics);
        pace.took(training.step() - step, secondsSince(begun));
      }
    }
    return new Piece(training.step() - from, secondsSince(start));
  }

  private <S> void evaluate(Training<S> training, Subject<S> subject) throws IOException {
    int every = settings.eval().every();
    if (every == 0) {
      return;
    }
    long start = System.nanoTime();
    for (var evaluator : subject.evaluators()) {
      var unused = evaluator.of(training);
    }
    evaluation = secondsSince(start);
    evaluations = rounds(every) + (subject.keepsBest() ? 0 : 1);
  }

  /** What was found, for people: a line each. */
  public List<String> lines() throws IOException {
    var lines = new ArrayList<String>();
    kinds.forEach(kind -> lines.add(kind.line()));
    int every = settings.checkpoints().every();
    long checkpoints = every == 0 ? 1 : rounds(every);
    lines.add(format("%-18s %,d of %.2f s", "checkpoints", checkpoints, checkpoint));
    if (evaluations > 0) {
      lines.add(format("%-18s %,d of %.2f s", "evaluations", evaluations, evaluation));
    }
    double seconds =
        begin
            + kinds.stream().mapToDouble(Kind::seconds).sum()
            + checkpoints * checkpoint
            + evaluations * evaluation;
    lines.add(format("%-18s %.3f hours, %.0f s of them to begin", "time", seconds / 3600, begin));
    lines.add(format("%-18s %s", "peak memory", PeakMemory.line(context.spark())));
    return lines;
  }

  /** How often something happens that the last step ends with. */
  private long rounds(int every) {
    return (settings.steps() + every - 1) / every;
  }

  private static double secondsSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
