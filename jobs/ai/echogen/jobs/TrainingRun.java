package ai.echogen.jobs;

import ai.echogen.config.Check;
import ai.echogen.engine.Checkpoints;
import ai.echogen.engine.LocalSteps;
import ai.echogen.engine.Trainer;
import ai.echogen.engine.TrainerSettings;
import ai.echogen.stages.Stage;
import ai.echogen.torch.Weights;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;

/**
 * Trains a stage into a run directory: {@code checkpoints/}, {@code metrics.jsonl}, {@code
 * tensorboard/}.
 *
 * @param label the stage's name in the Spark UI
 * @param pauseAt step to stop at, with a checkpoint, to go on later
 */
record TrainingRun(String label, TrainerSettings settings, Resume resume, Optional<Long> pauseAt) {
  /** What to do with checkpoints that are already there. */
  public enum Resume {
    AUTO,
    NONE
  }

  TrainingRun {
    pauseAt.ifPresent(
        step -> new Check().that("pauseAt", step > 0, "must be > 0, got " + step).orThrow());
  }

  /** Writes the finished model, if the run came to its end. */
  interface Finish {
    void write(Weights weights) throws IOException;
  }

  /**
   * Trains, from the newest checkpoint on if there is one and it is wanted, and says the SHA-256 of
   * the weights.
   *
   * @param initial what a new run starts from; taken over
   * @param modelFiles writes a checkpoint's model
   */
  <S> void train(
      JobContext context,
      RunFiles files,
      Stage<S> stage,
      List<S> samples,
      ToIntFunction<S> numTokens,
      Weights initial,
      Checkpoints.ModelFiles modelFiles,
      Finish finish)
      throws IOException {
    var console = context.console();
    var checkpoints =
        new Checkpoints(
            context.spark(), files.target() + "/checkpoints", stage.layout(), modelFiles, console);
    try (var trainer = new Trainer<>(stage, samples, numTokens, settings, initial)) {
      long resumed = resume == Resume.AUTO ? checkpoints.resume(trainer, settings) : 0;
      if (resumed > 0) {
        console.println("resumed at step " + resumed);
      }
      try (var metrics = files.metrics(console, settings.steps(), settings.logEvery(), resumed)) {
        long until = Math.min(settings.steps(), pauseAt.orElse(settings.steps()));
        LocalSteps.run(context.spark(), label, trainer, settings, until, checkpoints, metrics);
      }
      if (trainer.step() == settings.steps()) {
        finish.write(trainer.weights());
      }
      files.publish();
      console.println("weights sha256 " + trainer.weights().sha256());
    }
  }
}
