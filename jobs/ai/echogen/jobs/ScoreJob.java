package ai.echogen.jobs;

import ai.echogen.jobs.cli.Job;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.jobs.cli.RunDirectory;
import ai.echogen.jobs.score.ScoreProtocol;
import ai.echogen.jobs.score.ScoreScenes;
import ai.echogen.jobs.score.ScoreSettings;
import java.util.List;
import java.util.Optional;

/**
 * Scores a model, another model's pictures or boxes, or the true pictures, by a benchmark of the
 * field or on held-out scenes.
 */
public final class ScoreJob extends Job<ScoreSettings> {
  public ScoreJob() {
    super(
        "score",
        "Scores drawings and boxes: held-out scenes, or a benchmark of the field (benchmark=…).",
        ScoreSettings.class);
  }

  public static void main(String[] args) {
    JobRunner.main(new ScoreJob(), args);
  }

  @Override
  public List<String> plan(ScoreSettings settings) throws Exception {
    return settings.benchmark() == ScoreSettings.Protocol.SCENES
        ? ScoreScenes.plan(settings)
        : ScoreProtocol.of(settings).plan();
  }

  @Override
  public Optional<RunDirectory> directory(ScoreSettings settings) {
    return Optional.of(new RunDirectory(settings.out(), RunDirectory.Use.FRESH));
  }

  @Override
  public void run(ScoreSettings settings, JobContext context) throws Exception {
    if (settings.benchmark() == ScoreSettings.Protocol.SCENES) {
      new ScoreScenes(settings, context).run();
    } else {
      ScoreProtocol.of(settings).run(context);
    }
  }
}
