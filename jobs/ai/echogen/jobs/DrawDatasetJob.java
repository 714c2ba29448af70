package ai.echogen.jobs;

import ai.echogen.config.Check;
import ai.echogen.inference.ModelPool;
import ai.echogen.jobs.cli.Job;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.layout.NamedLayout;
import ai.echogen.model.RunMode;
import ai.echogen.model.decoder.AttentionForm;
import ai.echogen.model.decoder.Decoder;
import ai.echogen.model.decoder.Precision;
import ai.echogen.storage.Location;
import ai.echogen.storage.StagedDirectory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Has a model draw layouts, and keeps as a data set the drawings from which it, or another model,
 * reads the layout back.
 */
public final class DrawDatasetJob extends Job<DrawDatasetJob.Settings> {
  private static final int MOST_DRAWINGS = 1000; // of a layout, whose codes are held together

  /**
   * The section {@code draw-dataset} of reference.conf.
   *
   * @param model model directory
   * @param grounder model that reads the boxes; the one that draws if absent
   * @param layouts JSON lines or a shard directory
   * @param split of a shard directory
   * @param out shard directory to write
   * @param outSplit split of its rows
   * @param count most layouts, the first
   * @param drawings of a layout
   * @param keep least agreement of a drawing that is kept
   * @param form attention form to draw in; the one that the model was finished in if absent
   * @param precision what models compute in
   * @param negativePrompt what guidance leads away from, in place of a blank text
   */
  public record Settings(
      Location model,
      Optional<Location> grounder,
      Location layouts,
      String split,
      Location out,
      String outSplit,
      Optional<Integer> count,
      int drawings,
      Agreement agreement,
      double keep,
      int batch,
      long seed,
      Optional<AttentionForm> form,
      Precision precision,
      double temperature,
      int topK,
      double topP,
      double guidance,
      Optional<String> negativePrompt) {
    public Settings {
      new Check()
          .that(
              "outSplit",
              outSplit.matches("\\w+"),
              "must be letters, digits and _ only, got " + outSplit)
          .that("count", count.orElse(1) > 0, "must be > 0, got " + count.orElse(1))
          .that(
              "drawings",
              drawings > 0 && drawings <= MOST_DRAWINGS,
              String.format(Locale.ROOT, "must be 1 to %d, got %d", MOST_DRAWINGS, drawings))
          .that(
              "drawings",
              drawings == 1 || temperature != 0,
              "must be 1 at temperature=0, where all drawings of a layout are alike")
          .that("keep", keep >= 0 && keep <= 1, "must be 0 to 1, got " + keep)
          .that("batch", batch > 0, "must be > 0, got " + batch)
          .that(
              "negativePrompt",
              negativePrompt.isEmpty() || guidance != 1,
              "does nothing without guidance: give guidance > 1")
          .orThrow();
      var unused = new Decoder.Sampling(temperature, topK, topP, guidance); // checks
    }

    BestDrawing.Drawing drawing() {
      return new BestDrawing.Drawing(
          model,
          RunMode.of(form, precision),
          seed,
          new Decoder.Sampling(temperature, topK, topP, guidance),
          negativePrompt.orElse(null),
          drawings);
    }

    BestDrawing.Rule rule() {
      return new BestDrawing.Rule(grounder.orElse(null), agreement, keep, outSplit);
    }

    GenerateInput<NamedLayout> input() {
      return GenerateInput.layouts(layouts, split, count);
    }

    /** Reads the layouts' boxes back. */
    Location reader() {
      return grounder.orElse(model);
    }
  }

  public DrawDatasetJob() {
    super(
        "draw-dataset",
        "Draws layouts with a model and keeps the drawings from which they are read back, as"
            + " shards.",
        Settings.class);
  }

  public static void main(String[] args) {
    JobRunner.main(new DrawDatasetJob(), args);
  }

  @Override
  public List<String> plan(Settings settings) throws IOException {
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
  public void run(Settings settings, JobContext context) throws IOException {
    new DrawDatasetRun(settings, context).run();
  }
}
