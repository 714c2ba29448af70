package ai.echogen.jobs.score;

import ai.echogen.config.Check;
import ai.echogen.model.RunMode;
import ai.echogen.model.decoder.AttentionForm;
import ai.echogen.model.decoder.Decoder;
import ai.echogen.model.decoder.Precision;
import ai.echogen.scoring.judges.http.HttpVisualQuestion;
import ai.echogen.storage.Location;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The section {@code score} of reference.conf.
 *
 * @param model model directory
 * @param data shards with images; token shards for {@link Protocol#SCENES}
 * @param layouts JSON lines of layouts, in place of data
 * @param instances JSON of COCO's form, in place of data
 * @param captions JSON of COCO's form with captions of these
 * @param images folder of pictures that are scored, named by their samples' ids; for {@code
 *     system=real} with instances, the folder of their files
 * @param predictions boxes or detections that are scored
 * @param judge directory or file of a detector ({@code judge.json})
 * @param features of a feature network
 * @param textImage of a scorer of texts and pictures
 * @param grounder model directory; the model itself if absent
 * @param question who is asked about pictures
 * @param splits the numbers of all but {@code test} carry the split's name
 * @param count most samples of a split
 * @param drawings of a layout
 * @param form attention form to run the model in; the one it was finished in if absent
 * @param precision what the model computes in
 * @param wrongLayouts also measure what a wrong layout in the text does to grounding
 * @param baselineSamples most samples of the training split that baselines are made of
 * @param bootstrap draws for the intervals; 0 for none
 * @param pictures keep what was scored beside the scores
 */
public record ScoreSettings(
    Protocol benchmark,
    SystemKind system,
    Optional<Location> model,
    Optional<Location> data,
    Optional<Location> layouts,
    Optional<Location> instances,
    Optional<Location> captions,
    Optional<Location> images,
    Optional<Location> predictions,
    Missing missing,
    Optional<Location> judge,
    Optional<Location> features,
    Optional<Location> textImage,
    Optional<Location> grounder,
    HttpVisualQuestion.Settings question,
    ScoreRules rules,
    Location out,
    List<String> splits,
    int count,
    int batch,
    int drawings,
    long seed,
    Optional<AttentionForm> form,
    Precision precision,
    boolean wrongLayouts,
    double temperature,
    int topK,
    double topP,
    double guidance,
    int baselineSamples,
    int bootstrap,
    boolean pictures) {
  /** The protocols; docs/benchmarks.md has a section of each. */
  public enum Protocol {
    /** Held-out token shards: grounding, layout, ceiling, cycle. */
    SCENES,
    /** Boxes of phrases in true pictures: RefCOCO, Ref-L4. */
    GROUNDING,
    /** What a grounder finds in the drawings. */
    CYCLE,
    /** COCO's average precision by a detector. */
    COCO_LAYOUT,
    /** MIGC's COCO-Position. */
    COCO_POSITION,
    /** MIGC's COCO-MIG, with colours. */
    COCO_MIG,
    /** CreatiLayout's, by a model that answers questions about pictures. */
    LAYOUTSAM_EVAL,
    /** OverLayBench: boxes that overlap. */
    OVERLAY,
    /** T2I-CompBench's spatial relations. */
    SPATIAL,
    /** Fréchet and kernel distance, CLIP score. */
    QUALITY;

    /** Its name in settings and results. */
    String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether it looks at true pictures that a system reads, not at what it draws. */
    boolean reads() {
      return this == GROUNDING;
    }

    /** Whether its judge is a detector. */
    boolean detects() {
      return switch (this) {
        case COCO_LAYOUT, COCO_POSITION, COCO_MIG, OVERLAY, SPATIAL -> true;
        default -> false;
      };
    }
  }

  /** Whose pictures or boxes are scored. */
  public enum SystemKind {
    /** Those of the model. */
    MODEL,
    /** The true pictures: how a system without fault would be judged. */
    REAL,
    /** Files, of any other model. */
    FILES
  }

  /** What becomes of a sample for which the files have nothing. */
  public enum Missing {
    /** It is an error. */
    REFUSED,
    /** It counts as an empty picture, or as no box. */
    COUNTED
  }

  public ScoreSettings {
    splits = List.copyOf(splits);
    boolean isScenes = benchmark == Protocol.SCENES;
    boolean isModel = system == SystemKind.MODEL;
    long inputs = Stream.of(data, layouts, instances).filter(Optional::isPresent).count();
    var check =
        new Check()
            .that("splits", !splits.isEmpty(), "must name at least one split")
            .that("count", count > 0, "must be > 0, got " + count)
            .that("batch", batch > 0, "must be > 0, got " + batch)
            .that("drawings", drawings > 0, "must be > 0, got " + drawings)
            .that("baselineSamples", baselineSamples >= 0, "must be >= 0")
            .that("bootstrap", bootstrap >= 0 && bootstrap <= 100_000, "must be 0 to 100000");
    check
        .that("model", !isModel || model.isPresent(), "must be given for system=model")
        .that("data", !isScenes || data.isPresent(), "must be given for benchmark=scenes")
        .that(
            "data",
            isScenes || inputs == 1,
            "or layouts or instances must be given, and no two of them")
        .that("system", !isScenes || isModel, "must be model for benchmark=scenes")
        .that(
            "layouts",
            layouts.isEmpty() || !benchmark.reads() && system != SystemKind.REAL,
            "have no pictures: give data or instances")
        .that(
            "system",
            system != SystemKind.REAL || !benchmark.reads(),
            "must be model or files: true pictures have no boxes of their own")
        .that(
            "captions",
            captions.isEmpty() || instances.isPresent(),
            "are for instances, which must be given with them")
        .that(
            "splits",
            isScenes || data.isPresent() || splits.size() == 1,
            "must be one: a file has no others")
        .that(
            "textImage",
            benchmark != Protocol.QUALITY
                || textImage.isPresent()
                || data.isPresent()
                || instances.isPresent() && images.isPresent() && system != SystemKind.FILES,
            "must be given where there are no true pictures: there is nothing else to score")
        .that("judge", judge.isEmpty() || benchmark.detects(), "is for benchmarks by a detector")
        .that(
            "question",
            benchmark != Protocol.LAYOUTSAM_EVAL || question.isGiven(),
            "must have an address for benchmark=layoutsam-eval");
    checkFiles(check, benchmark, system, instances, images, predictions);
    check.orThrow();
  }

  private static void checkFiles(
      Check check,
      Protocol benchmark,
      SystemKind system,
      Optional<Location> instances,
      Optional<Location> images,
      Optional<Location> predictions) {
    boolean isFiles = system == SystemKind.FILES;
    boolean arePredicted = benchmark.reads() || benchmark.detects() && predictions.isPresent();
    check
        .that("predictions", predictions.isEmpty() || isFiles, "are for system=files")
        .that(
            "predictions",
            predictions.isEmpty() || benchmark.reads() || benchmark.detects(),
            "are boxes: benchmark=%s needs images".formatted(benchmark.word()))
        .that(
            "predictions",
            !isFiles || !benchmark.reads() || predictions.isPresent(),
            "must be given for system=files")
        .that(
            "predictions",
            predictions.isEmpty() || benchmark.reads() || instances.isPresent(),
            "of a detector are numbered by instances, which must be given")
        .that(
            "images",
            !isFiles || arePredicted || images.isPresent(),
            "must be given for system=files")
        .that(
            "images",
            system != SystemKind.REAL || instances.isEmpty() || images.isPresent(),
            "must be given for system=real with instances")
        .that(
            "images",
            !benchmark.reads() || instances.isEmpty() || isFiles || images.isPresent(),
            "must be given: the folder of the files that instances names");
  }

  RunMode mode() {
    return RunMode.of(form, precision);
  }

  Decoder.Sampling sampling() {
    return new Decoder.Sampling(temperature, topK, topP, guidance);
  }

  /** What a number of a split is called. */
  String prefix(String split) {
    return split.equals("test") ? "" : split + ".";
  }
}
