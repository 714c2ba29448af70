package ai.echogen.scoring.benchmarks;

import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import ai.echogen.scoring.benchmarks.SceneScorer.Picked;
import ai.echogen.scoring.benchmarks.SceneScorer.Scored;
import ai.echogen.scoring.metrics.Detection;
import ai.echogen.scoring.metrics.FrechetDistance;
import ai.echogen.scoring.metrics.GroundingScores;
import ai.echogen.scoring.metrics.LayoutObedience;
import ai.echogen.scoring.metrics.PixelFeatures;
import ai.echogen.scoring.metrics.Psnr;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Numbers of many {@link Scored} samples, under flat names: {@code grounding.*} on true images,
 * {@code layout.*} of the first drawings by the detector, {@code picked.*} and {@code best.*} of
 * those that were picked of several ({@link Picked}), {@code ceiling.*} of the true codes'
 * decodings, {@code original.*} of the originals, {@code cycle.*} of boxes read back from the
 * drawings, {@code leak.*} under a wrong layout, {@code frechet.*} of drawings and decodings from
 * the originals, by {@link PixelFeatures}, {@code tokenizer.psnr} and {@code samples}.
 */
public final class SceneScores {
  private SceneScores() {}

  public static Map<String, Double> of(List<Scored> samples, boolean detected) {
    var scores = new TreeMap<String, Double>();
    put(scores, "grounding", grounding(samples, Scored::layout, Scored::read));
    put(scores, "cycle", grounding(samples, Scored::layout, Scored::readBack));
    if (detected) {
      put(scores, "layout", obedience(samples, Scored::inDrawing));
      put(scores, "ceiling", obedience(samples, Scored::inDecoding));
      put(scores, "original", obedience(samples, Scored::inOriginal));
      var several = samples.stream().filter(s -> s.picked() != null).toList();
      if (!several.isEmpty()) {
        put(scores, "picked", obedience(several, s -> picked(s).byReading()));
        put(scores, "best", obedience(several, s -> picked(s).byDetector()));
      }
    }
    var misled = samples.stream().filter(s -> s.wrongLayout() != null).toList();
    if (!misled.isEmpty()) {
      scores.put(
          "leak.follows_image",
          grounding(misled, Scored::layout, Scored::underWrongLayout).get("acc50"));
      scores.put(
          "leak.follows_text",
          grounding(misled, SceneScores::wrongLayout, Scored::underWrongLayout).get("acc50"));
    }
    if (samples.size() > 1) {
      var originals = samples.stream().map(Scored::ofOriginal).toList();
      scores.put(
          "frechet.drawing",
          FrechetDistance.of(samples.stream().map(Scored::ofDrawing).toList(), originals));
      scores.put(
          "frechet.decoding",
          FrechetDistance.of(samples.stream().map(Scored::ofDecoding).toList(), originals));
    }
    double error = samples.stream().mapToDouble(Scored::squaredError).average().orElse(0);
    scores.put("tokenizer.psnr", Psnr.ofMeanSquare(error, 255));
    scores.put("samples", (double) samples.size());
    return scores;
  }

  private static Picked picked(Scored sample) {
    return Objects.requireNonNull(sample.picked(), sample.id());
  }

  private static Layout wrongLayout(Scored sample) {
    var layout = sample.wrongLayout();
    if (layout == null) {
      throw new IllegalStateException("no wrong layout was given for " + sample.id());
    }
    return layout;
  }

  private static Map<String, Double> grounding(
      List<Scored> samples,
      Function<Scored, Layout> truth,
      Function<Scored, List<@Nullable Box>> read) {
    var scores = new GroundingScores();
    for (var sample : samples) {
      scores.add(
          truth.apply(sample).regions().stream().map(Region::box).toList(),
          optional(read.apply(sample)));
    }
    return scores.scores();
  }

  private static Map<String, Double> obedience(
      List<Scored> samples, Function<Scored, List<Detection>> seen) {
    var scores = new LayoutObedience();
    samples.forEach(sample -> scores.add(sample.layout(), seen.apply(sample)));
    return scores.scores();
  }

  private static List<Optional<Box>> optional(List<@Nullable Box> boxes) {
    var list = new ArrayList<Optional<Box>>();
    for (var box : boxes) {
      list.add(Optional.ofNullable(box));
    }
    return list;
  }

  private static void put(Map<String, Double> scores, String prefix, Map<String, Double> values) {
    values.forEach((key, value) -> scores.put(prefix + "." + key, value));
  }
}
