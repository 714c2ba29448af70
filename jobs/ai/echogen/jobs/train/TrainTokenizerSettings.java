package ai.echogen.jobs.train;

import ai.echogen.config.Check;
import ai.echogen.jobs.cli.TrainingRun;
import ai.echogen.model.vq.VqConfig;
import ai.echogen.objectives.VqObjective;
import ai.echogen.storage.Location;
import ai.echogen.train.TrainerSettings;
import java.util.Optional;

/**
 * The section {@code train-tokenizer} of reference.conf.
 *
 * @param data sample shards
 * @param out directory of the run
 * @param evaluate most images of the split test that the report is measured on
 * @param pauseAt step to stop at, to be resumed later
 * @param train how
 */
public record TrainTokenizerSettings(
    Location data,
    Location out,
    TrainingRun.Resume resume,
    Optional<Long> pauseAt,
    int evaluate,
    VqConfig model,
    VqObjective.Settings vq,
    TrainerSettings train) {
  public TrainTokenizerSettings {
    new Check()
        .that(
            "train.exchange.mode",
            !train.exchange().inRounds(),
            "must be synchronous: this job restarts unused codes between steps, which rounds do not do")
        .that("train.eval.accuracy", !train.eval().accuracy(), "is for models that read boxes")
        .orThrow();
  }
}
