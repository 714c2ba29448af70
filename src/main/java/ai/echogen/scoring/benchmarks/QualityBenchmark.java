package ai.echogen.scoring.benchmarks;

import ai.echogen.image.ImageFile;
import ai.echogen.scoring.judges.file.JudgeFile;
import ai.echogen.scoring.judges.file.JudgePool;
import ai.echogen.scoring.metrics.ClipScore;
import ai.echogen.scoring.metrics.FrechetDistance;
import ai.echogen.scoring.metrics.KernelDistance;
import ai.echogen.scoring.metrics.PixelFeatures;
import ai.echogen.scoring.metrics.RatioTable;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How much drawings as a whole look like true pictures, and each like its caption: {@code frechet}
 * (Fréchet distance) and {@code kernel}, {@code kernel_deviation} (KID) of features of drawings and
 * originals, and {@code clip} where a scorer of texts and pictures is given.
 *
 * @param side of the square that drawings and originals are scaled to first; 0: as they are
 * @param features the network; null: plain statistics of the pixels, which compare with nothing but
 *     themselves
 * @param texts null: no {@code clip}
 */
public record QualityBenchmark(
    int side, @Nullable JudgeFile features, @Nullable JudgeFile texts, ClipScore clip, long seed)
    implements Benchmark {
  private static final String DRAWING = "drawing";
  private static final String ORIGINAL = "original";
  private static final String COSINE = "cosine";

  @Override
  public Need need() {
    return Need.PICTURE;
  }

  @Override
  public SortedMap<String, String> protocol() {
    var judge =
        features == null ? new TreeMap<>(Map.of("features", "pixels")) : features.settings();
    var rules = DetectorSource.rules(judge, side);
    rules.put(
        "kernel",
        String.format(
            Locale.ROOT,
            "%d subsets of %d, seed %d",
            KernelDistance.SUBSETS,
            KernelDistance.SUBSET_SIZE,
            seed));
    if (texts != null) {
      rules.put("clip", clip.name().toLowerCase(Locale.ROOT).replace('_', '-'));
      texts.settings().forEach((key, value) -> rules.put("text_judge." + key, value));
    }
    return Collections.unmodifiableSortedMap(rules);
  }

  @Override
  public Judged judge(Given given) throws IOException {
    var picture = DetectorSource.sized(given.picture(), side);
    if (picture == null) {
      return given.judged();
    }
    var judged = given.judged().withVector(DRAWING, features(picture));
    var file = given.sample().original();
    if (file != null) {
      var original = DetectorSource.sized(ImageFile.decode(file), side);
      judged = original == null ? judged : judged.withVector(ORIGINAL, features(original));
    }
    return texts == null
        ? judged
        : judged.withVector(COSINE, cosine(texts, picture, given.sample().caption()));
  }

  private double[] features(BufferedImage picture) throws IOException {
    if (features == null) {
      return PixelFeatures.of(picture);
    }
    try (var lease = JudgePool.leaseFeatures(features)) {
      return lease.value().features(List.of(picture))[0];
    }
  }

  private static double cosine(JudgeFile file, BufferedImage picture, String caption)
      throws IOException {
    try (var lease = JudgePool.leaseTextImage(file)) {
      var scorer = lease.value();
      return ClipScore.COSINE.of(
          scorer.images(List.of(picture))[0], scorer.texts(List.of(caption))[0]);
    }
  }

  @Override
  public Scores scores(List<Judged> judged, int draws, long bootstrapSeed) {
    var scores = new Scores();
    for (var one : judged) {
      var cosine = one.vectors().get(COSINE);
      if (cosine != null) {
        var table = new RatioTable();
        table.row(one.id(), one.sample().image()).add("clip", clip.of(cosine[0]), 1);
        scores.add(one.id(), table);
      }
    }
    scores.close(draws, bootstrapSeed);
    var drawings = vectors(judged, DRAWING);
    var originals = vectors(judged, ORIGINAL);
    if (drawings.size() > 1 && originals.size() > 1) {
      scores.put("frechet", FrechetDistance.of(drawings, originals));
      var kernel =
          KernelDistance.of(
              drawings, originals, KernelDistance.SUBSETS, KernelDistance.SUBSET_SIZE, seed);
      scores.put("kernel", kernel.mean());
      scores.put("kernel_deviation", kernel.deviation());
    }
    scores.count("drawings", drawings.size());
    scores.count("originals", originals.size());
    return scores;
  }

  private static List<double[]> vectors(List<Judged> judged, String name) {
    return judged.stream()
        .filter(one -> one.vectors().containsKey(name))
        .map(one -> one.vector(name))
        .toList();
  }
}
