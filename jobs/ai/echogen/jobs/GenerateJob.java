package ai.echogen.jobs;

import ai.echogen.config.Check;
import ai.echogen.inference.ImageGrounder.Asked;
import ai.echogen.inference.ModelPool;
import ai.echogen.jobs.cli.Job;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.layout.NamedLayout;
import ai.echogen.model.RunMode;
import ai.echogen.model.decoder.AttentionForm;
import ai.echogen.model.decoder.Decoder;
import ai.echogen.model.decoder.Precision;
import ai.echogen.model.directory.JanusConfig;
import ai.echogen.storage.AllowedPlaces;
import ai.echogen.storage.Location;
import ai.echogen.storage.StagedDirectory;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Draws images from layouts, or reads layouts from images. */
public final class GenerateJob extends Job<GenerateJob.Settings> {
  /** What goes in and what comes out. */
  public enum Task {
    /** Layouts in, images out. */
    DRAW,
    /** Images and phrases in, boxes out. */
    GROUND
  }

  /**
   * The section {@code generate} of reference.conf.
   *
   * @param model model directory
   * @param layouts for {@link Task#DRAW}: JSON lines or a shard directory
   * @param split of a shard directory
   * @param allow where else a line's image may lie than below the file's folder
   * @param images for {@link Task#GROUND}: JSON lines or a shard directory
   * @param out directory to write
   * @param count most layouts or images, the first
   * @param form attention form to run the model in; the one it was finished in if absent
   * @param precision what the model computes in
   * @param negativePrompt what guidance leads away from, in place of a blank text
   * @param samples drawings a layout
   */
  public record Settings(
      Task task,
      Location model,
      Optional<Location> layouts,
      Optional<Location> images,
      List<String> allow,
      String split,
      Location out,
      Optional<Integer> count,
      int batch,
      long seed,
      Optional<AttentionForm> form,
      Precision precision,
      double temperature,
      int topK,
      double topP,
      double guidance,
      Optional<String> negativePrompt,
      int samples) {
    public Settings {
      allow = List.copyOf(allow);
      boolean draws = task == Task.DRAW;
      new Check()
          .that("layouts", !draws || layouts.isPresent(), "must be given for task=draw")
          .that("images", draws || images.isPresent(), "must be given for task=ground")
          .that("layouts", draws || layouts.isEmpty(), "is for task=draw; task=ground has images")
          .that("images", !draws || images.isEmpty(), "is for task=ground; task=draw has layouts")
          .that("count", count.orElse(1) > 0, "must be > 0, got " + count.orElse(1))
          .that("batch", batch > 0, "must be > 0, got " + batch)
          .that(
              "negativePrompt",
              negativePrompt.isEmpty() || guidance != 1,
              "does nothing without guidance: give guidance > 1")
          .that("samples", samples > 0, "must be > 0, got " + samples)
          .orThrow();
      var unused = new Decoder.Sampling(temperature, topK, topP, guidance); // checks
    }

    RunMode mode() {
      return RunMode.of(form, precision);
    }

    Decoder.Sampling sampling() {
      return new Decoder.Sampling(temperature, topK, topP, guidance);
    }

    GenerateInput<NamedLayout> layoutInput() {
      return GenerateInput.layouts(layouts.orElseThrow(), split, count);
    }

    GenerateInput<Asked> imageInput() {
      return GenerateInput.images(images.orElseThrow(), split, count, new AllowedPlaces(allow));
    }
  }

  public GenerateJob() {
    super(
        "generate",
        "Draws images from layouts, or reads boxes from images (task=ground).",
        Settings.class);
  }

  public static void main(String[] args) {
    JobRunner.main(new GenerateJob(), args);
  }

  @Override
  public List<String> plan(Settings settings) throws IOException {
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
  public void run(Settings settings, JobContext context) throws IOException {
    context.spark().sparkContext().setJobDescription("generate " + settings.task());
    switch (settings.task()) {
      case DRAW -> new DrawRun(settings, context).run(settings.layoutInput());
      case GROUND -> new GroundRun(settings, context).run(settings.imageInput());
    }
  }

  private static List<String> drawPlan(Settings settings, JanusConfig config, long layouts) {
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
