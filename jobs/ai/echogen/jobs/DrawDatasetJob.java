package ai.echogen.jobs;

import ai.echogen.inference.ModelPool;
import ai.echogen.jobs.cli.Job;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.jobs.draw.DrawDatasetRun;
import ai.echogen.jobs.draw.DrawDatasetSettings;
import ai.echogen.storage.StagedDirectory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Has a model draw layouts, and keeps as a data set the drawings from which it, or another model,
 * reads the layout back.
 */
public final class DrawDatasetJob extends Job<DrawDatasetSettings> {
  public DrawDatasetJob() {
    super(
        "draw-dataset",
        "Draws layouts with a model and keeps the drawings from which they are read back, as"
            + " shards.",
        DrawDatasetSettings.class);
  }

  public static void main(String[] args) {
    JobRunner.main(new DrawDatasetJob(), args);
  }

  @Override
  public List<String> plan(DrawDatasetSettings settings) throws IOException {
    StagedDirectory.requireFree(settings.out());
    var config = ModelPool.config(settings.model());
    var unused = ModelPool.config(settings.reader()); // checks
    long layouts = settings.input().size();
    long drawings = layouts * settings.drawings();
    int side = config.vq().imageSize();
    var lines = new ArrayList<String>();
    lines.add(
        String.format(
            Locale.ROOT,
            "draws  %,d layouts of %s, %,d times each, as %d × %d pixels",
            layouts,
            settings.layouts(),
            settings.drawings(),
            side,
            side));
    lines.add(
        String.format(
            Locale.ROOT,
            "tokens %,d to draw%s",
            drawings * config.codes().perImage(),
            settings.guidance() == 1 ? "" : ", twice with guidance"));
    lines.add(
        String.format(
            Locale.ROOT,
            "reads  the boxes of %,d drawings with %s, and keeps the best of %,d from %s on",
            drawings,
            settings.reader(),
            settings.drawings(),
            settings.keep()));
    lines.add("writes sample shards, kept.json and samples.png to " + settings.out());
    return lines;
  }

  @Override
  public void run(DrawDatasetSettings settings, JobContext context) throws IOException {
    new DrawDatasetRun(settings, context).run();
  }
}
