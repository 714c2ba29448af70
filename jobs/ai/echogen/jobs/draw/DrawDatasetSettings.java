package ai.echogen.jobs.draw;

import ai.echogen.config.Check;
import ai.echogen.layout.NamedLayout;
import ai.echogen.model.RunMode;
import ai.echogen.model.decoder.AttentionForm;
import ai.echogen.model.decoder.Decoder;
import ai.echogen.model.decoder.Precision;
import ai.echogen.storage.Location;
import java.util.Locale;
import java.util.Optional;

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
public record DrawDatasetSettings(
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
  private static final int MOST_DRAWINGS = 1000; // of a layout, whose codes are held together

  public DrawDatasetSettings {
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

  public GenerateInput<NamedLayout> input() {
    return GenerateInput.layouts(layouts, split, count);
  }

  /** Reads the layouts' boxes back. */
  public Location reader() {
    return grounder.orElse(model);
  }
}
