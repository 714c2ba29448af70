package ai.echogen.jobs;

import ai.echogen.inference.ModelPool;
import ai.echogen.jobs.cli.Job;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.jobs.draw.DrawRun;
import ai.echogen.jobs.draw.GenerateSettings;
import ai.echogen.jobs.draw.GroundRun;
import ai.echogen.model.directory.JanusConfig;
import ai.echogen.storage.StagedDirectory;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** Draws images from layouts, or reads layouts from images. */
public final class GenerateJob extends Job<GenerateSettings> {
  public GenerateJob() {
    super(
        "generate",
        "Draws images from layouts, or reads boxes from images (task=ground).",
        GenerateSettings.class);
  }

  public static void main(String[] args) {
    JobRunner.main(new GenerateJob(), args);
  }

  @Override
  public List<String> plan(GenerateSettings settings) throws IOException {
    StagedDirectory.requireFree(settings.out());
    var config = ModelPool.config(settings.model());
    return switch (settings.task()) {
      case DRAW -> drawPlan(settings, config, settings.layoutInput().size());
      case GROUND ->
          List.of(
              String.format(
                  Locale.ROOT,
                  "reads  boxes from %,d images of %s, as %s",
                  settings.imageInput().size(),
                  settings.images().orElseThrow(),
                  image(config)),
              "writes boxes.jsonl to " + settings.out());
    };
  }

  @Override
  public void run(GenerateSettings settings, JobContext context) throws IOException {
    context.spark().sparkContext().setJobDescription("generate " + settings.task());
    switch (settings.task()) {
      case DRAW -> new DrawRun(settings, context).run(settings.layoutInput());
      case GROUND -> new GroundRun(settings, context).run(settings.imageInput());
    }
  }

  private static List<String> drawPlan(
      GenerateSettings settings, JanusConfig config, long layouts) {
    return List.of(
        String.format(
            Locale.ROOT,
            "draws  %,d layouts of %s, %,d times each, as %s",
            layouts,
            settings.layouts().orElseThrow(),
            settings.samples(),
            image(config)),
        String.format(
            Locale.ROOT,
            "tokens %,d to draw%s",
            layouts * settings.samples() * config.codes().perImage(),
            settings.guidance() == 1 ? "" : ", twice with guidance"),
        "writes shards, images/ and samples.png to " + settings.out());
  }

  private static String image(JanusConfig config) {
    int side = config.vq().imageSize();
    return String.format(
        Locale.ROOT, "%d × %d pixels, %,d tokens", side, side, config.codes().perImage());
  }
}
