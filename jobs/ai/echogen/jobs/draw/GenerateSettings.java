package ai.echogen.jobs.draw;

import ai.echogen.config.Check;
import ai.echogen.inference.ImageGrounder.Asked;
import ai.echogen.layout.NamedLayout;
import ai.echogen.model.RunMode;
import ai.echogen.model.decoder.AttentionForm;
import ai.echogen.model.decoder.Decoder;
import ai.echogen.model.decoder.Precision;
import ai.echogen.storage.AllowedPlaces;
import ai.echogen.storage.Location;
import java.util.List;
import java.util.Optional;

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
public record GenerateSettings(
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
  /** What goes in and what comes out. */
  public enum Task {
    /** Layouts in, images out. */
    DRAW,
    /** Images and phrases in, boxes out. */
    GROUND
  }

  public GenerateSettings {
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

  public GenerateInput<NamedLayout> layoutInput() {
    return GenerateInput.layouts(layouts.orElseThrow(), split, count);
  }

  public GenerateInput<Asked> imageInput() {
    return GenerateInput.images(images.orElseThrow(), split, count, new AllowedPlaces(allow));
  }
}
