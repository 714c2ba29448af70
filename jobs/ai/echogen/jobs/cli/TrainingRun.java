package ai.echogen.jobs.cli;

import ai.echogen.config.Check;
import ai.echogen.objectives.ObjectiveSource;
import ai.echogen.observe.MetricSink;
import ai.echogen.storage.Location;
import ai.echogen.torch.weights.Weights;
import ai.echogen.train.TrainerSettings;
import ai.echogen.train.checkpoint.Checkpoints;
import ai.echogen.train.cluster.Evaluator;
import ai.echogen.train.cluster.Supply;
import ai.echogen.train.cluster.Training;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Trains an objective into a run directory: {@code checkpoints/}, {@code metrics.jsonl}, {@code
 * tensorboard/}. Evaluates on the way if asked, keeps the checkpoint with the best value, and stops
 * when it has not become better for long.
 *
 * @param label the objective's name in the Spark UI
 * @param pauseAt step to stop at, with a checkpoint, to go on later
 */
public record TrainingRun(
    String label, TrainerSettings settings, Resume resume, Optional<Long> pauseAt) {
  /** What to do with checkpoints that are already there. */
  public enum Resume {
    AUTO,
    NONE;

    /** The run's directory. */
    public RunDirectory in(Location out) {
      return new RunDirectory(
          out, this == AUTO ? RunDirectory.Use.CONTINUED : RunDirectory.Use.ANEW);
    }
  }

  /**
   * What is trained.
   *
   * @param supply where the samples of each step come from
   * @param initial what a new run starts from; taken over
   * @param modelFiles the form of a checkpoint's model
   * @param fingerprints of what a resume must find the same: data, tokenizer, start model
   * @param evaluators what is measured on the way
   * @param bestAfter the first value of the first evaluator chooses the finished model among those
   *     after this step: the lower, the better; empty if the last one is it
   */
  public record Subject<S>(
      ObjectiveSource<S> source,
      Supply<S> supply,
      Weights initial,
      Checkpoints.ModelFiles modelFiles,
      Map<String, String> fingerprints,
      List<Evaluator<S>> evaluators,
      OptionalLong bestAfter) {
    boolean keepsBest() {
      return bestAfter.isPresent();
    }
  }

  public TrainingRun {
    pauseAt.ifPresent(
        step -> new Check().that("pauseAt", step > 0, "must be > 0, got " + step).orThrow());
  }

  /** Writes the finished model, if the run came to its end. */
  public interface Finish {
    void write(Weights weights) throws IOException;
  }

  /**
   * Trains, from the newest checkpoint on if there is one and it is wanted, and says the SHA-256 of
   * the weights.
   */
  public <S> void train(JobContext context, RunFiles files, Subject<S> subject, Finish finish)
      throws IOException {
    var console = context.console();
    var checkpoints =
        new Checkpoints(
            files.target().child(RunDirectory.CHECKPOINTS),
            subject.initial().layout(),
            subject.modelFiles(),
            context.settingsJson(),
            subject.fingerprints(),
            console);
    if (resume == Resume.NONE) {
      checkpoints.startAnew();
    }
    try (var training =
        new Training<>(
            context.spark(),
            new Training.Plan<>(label, subject.source(), settings),
            subject.initial(),
            Optional.of(checkpoints),
            console)) {
      long resumed = resume == Resume.AUTO ? training.resume() : 0;
      if (resumed > 0) {
        console.println("resumed at step " + resumed);
      }
      boolean isOver =
          StopSignals.guard(
              settings.stop().grace(),
              () -> {
                boolean over;
                try (var metrics =
                    files.metrics(console, settings.steps(), settings.logEvery(), resumed)) {
                  over = steps(training, subject, checkpoints, metrics, context, files);
                }
                files.requireHeld();
                subject.supply().flush();
                training.checkpoint();
                if (StopSignals.isAsked() && !over) {
                  files.publish();
                  throw new StopSignals.Stopped(
                      String.format(
                          Locale.ROOT,
                          "%s: step %,d is kept; the same command goes on",
                          StopSignals.name(),
                          training.step()));
                }
                return over;
              });
      var hash = training.weights().sha256();
      checkpoints.noteWeights(training.step(), hash);
      if (isOver) {
        finish(training, checkpoints, finish, context);
        var found = new LinkedHashMap<String, String>();
        subject.fingerprints().forEach((name, value) -> found.put(name + "_fingerprint", value));
        found.put("weights_sha256", hash);
        files.publish(found);
      } else {
        files.publish();
      }
      console.println("weights sha256 " + hash);
    }
  }

  /** Whether the run is over, and not only paused. */
  private <S> boolean steps(
      Training<S> training,
      Subject<S> subject,
      Checkpoints checkpoints,
      MetricSink metrics,
      JobContext context,
      RunFiles files)
      throws IOException {
    long target = Math.min(settings.steps(), pauseAt.orElse(settings.steps()));
    int every = settings.eval().every();
    if (isStale(training.step(), checkpoints)) {
      return true; // it had stopped early
    }
    if (training.step() == 0 && settings.eval().isOn() && !subject.keepsBest()) {
      evaluate(training, subject, checkpoints, metrics); // what later values are compared with
    }
    var pace = Pace.of(settings.stop(), settings.exchange());
    long whole = 0; // what is begun before this step is done whole
    while (training.step() < target) {
      files.requireHeld();
      if (StopSignals.isAsked() && training.step() >= whole) {
        return false;
      }
      var portion = subject.supply().next(training, metrics);
      if (portion.isEmpty()) {
        continue; // the weights went back, and so does what is made from them
      }
      long step = training.step();
      whole = portion.get().isWhole() ? portion.get().until() : 0;
      long end = Math.min(target, portion.get().until());
      long next = pace.end(step, every > 0 ? Math.min(end, step - step % every + every) : end);
      long start = System.nanoTime();
      training.run(next, portion.get().feed(), metrics);
      pace.took(training.step() - step, (System.nanoTime() - start) / 1e9);
      boolean due = every > 0 && (next % every == 0 || next == settings.steps());
      if (due && training.step() == next) {
        evaluate(training, subject, checkpoints, metrics);
        if (training.step() == next && isStale(next, checkpoints)) {
          context
              .console()
              .printf(
                  Locale.ROOT,
                  "no better value on held-out samples for %d evaluations: stopped early at step %d%n",
                  settings.eval().patience(),
                  next);
          return true;
        }
      }
    }
    return training.step() == settings.steps();
  }

  private <S> void evaluate(
      Training<S> training, Subject<S> subject, Checkpoints checkpoints, MetricSink metrics)
      throws IOException {
    var values = new LinkedHashMap<String, Double>();
    for (var evaluator : subject.evaluators()) {
      var found = evaluator.of(training);
      if (found.isEmpty()) {
        return; // the steps since the last checkpoint are made again, and then this
      }
      values.putAll(found.get());
    }
    if (values.isEmpty()) {
      return;
    }
    metrics.log(training.step(), values);
    double value = values.values().iterator().next();
    var best = checkpoints.best();
    if (subject.keepsBest()
        && training.step() > subject.bestAfter().getAsLong()
        && Double.isFinite(value)
        && (best.isEmpty() || value < best.get().value())) {
      training.checkpoint();
      checkpoints.pinBest(training.step(), value);
    }
  }

  /** Whether the last evaluations brought nothing better. */
  private boolean isStale(long step, Checkpoints checkpoints) throws IOException {
    long patience = settings.eval().patience();
    var best = patience == 0 ? Optional.<Checkpoints.Best>empty() : checkpoints.best();
    return best.isPresent()
        && step >= best.get().state().step() + patience * settings.eval().every();
  }

  /** The finished model is the best one, where there is one. */
  private static void finish(
      Training<?> training, Checkpoints checkpoints, Finish finish, JobContext context)
      throws IOException {
    var best = checkpoints.best();
    if (best.isEmpty() || best.get().state().step() == training.step()) {
      finish.write(training.weights());
      return;
    }
    try (var weights = checkpoints.read(best.get().state())) {
      finish.write(weights);
    }
    context
        .console()
        .printf(
            Locale.ROOT,
            "the model is that of step %d, the best on held-out samples (%.4f)%n",
            best.get().state().step(),
            best.get().value());
  }
}
