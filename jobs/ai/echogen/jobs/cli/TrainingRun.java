package ai.echogen.jobs.cli;

import ai.echogen.config.Check;
import ai.echogen.data.feed.Feed;
import ai.echogen.objectives.ObjectiveSource;
import ai.echogen.torch.weights.Weights;
import ai.echogen.train.TrainerSettings;
import ai.echogen.train.checkpoint.Checkpoints;
import ai.echogen.train.cluster.Training;
import java.io.IOException;
import java.util.Optional;

/**
 * Trains an objective into a run directory: {@code checkpoints/}, {@code metrics.jsonl}, {@code
 * tensorboard/}.
 *
 * @param label the objective's name in the Spark UI
 * @param pauseAt step to stop at, with a checkpoint, to go on later
 */
public record TrainingRun(
    String label, TrainerSettings settings, Resume resume, Optional<Long> pauseAt) {
  /** What to do with checkpoints that are already there. */
  public enum Resume {
    AUTO,
    NONE
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
   *
   * @param initial what a new run starts from; taken over
   * @param modelFiles the form of a checkpoint's model
   */
  public <S> void train(
      JobContext context,
      RunFiles files,
      ObjectiveSource<S> source,
      Feed<S> samples,
      Weights initial,
      Checkpoints.ModelFiles modelFiles,
      Finish finish)
      throws IOException {
    var console = context.console();
    var checkpoints =
        new Checkpoints(
            files.target().child("checkpoints"),
            initial.layout(),
            modelFiles,
            context.settingsJson(),
            console);
    try (var training =
        new Training<>(
            context.spark(),
            new Training.Plan<>(label, source, settings),
            initial,
            Optional.of(checkpoints),
            console)) {
      long resumed = resume == Resume.AUTO ? training.resume() : 0;
      if (resumed > 0) {
        console.println("resumed at step " + resumed);
      }
      try (var metrics = files.metrics(console, settings.steps(), settings.logEvery(), resumed)) {
        training.run(
            Math.min(settings.steps(), pauseAt.orElse(settings.steps())), samples, metrics);
      }
      if (training.step() == settings.steps()) {
        finish.write(training.weights());
      }
      files.publish();
      console.println("weights sha256 " + training.weights().sha256());
    }
  }
}
