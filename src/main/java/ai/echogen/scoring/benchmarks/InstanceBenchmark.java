package ai.echogen.scoring.benchmarks;

import ai.echogen.scoring.judges.ColorJudge;
import ai.echogen.scoring.judges.HsvColor;
import ai.echogen.scoring.metrics.MultiInstanceScores;
import ai.echogen.scoring.metrics.MultiInstanceScores.Color;
import ai.echogen.scoring.metrics.MultiInstanceScores.Instance;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * MIGC's benchmarks (2402.05408): COCO-Position, whether each instance is where it should be, and
 * COCO-MIG, whether it also has its colour. {@link MultiInstanceScores} has the names; {@code ap},
 * {@code ap50}, {@code ap75}, … are COCO's, where MIGC prints another kind of average precision.
 *
 * <p>In COCO-MIG a phrase names the colour, such as {@code a red chair}, of which {@code chair} is
 * looked for.
 *
 * @param side of the square that a picture is scaled to for the judges; 0: as it is
 * @param classes what the detector is to see for a region
 * @param colors whether colours are asked for
 */
public record InstanceBenchmark(
    DetectorSource detector, int side, ClassNames classes, Colors colors) implements Benchmark {
  /** What a detector is to see for a region. */
  public enum ClassNames {
    /** The region's category. */
    CATEGORY,
    /** Its phrase, without article and colour. */
    NOUN
  }

  /** Whether colours are asked for. */
  public enum Colors {
    NOT_ASKED,
    ASKED
  }

  private static final Set<String> ARTICLES = Set.of("a", "an", "the");
  private static final String COLORS = "colors"; // of each asked region: -1, 0 wrong, 1 right
  private static final int NO_COLOR = -1;

  @Override
  public Need need() {
    return Need.PICTURE;
  }

  @Override
  public Optional<DetectorSource> watcher() {
    return Optional.of(detector);
  }

  @Override
  public String name(Target target) {
    return classes == ClassNames.CATEGORY ? target.category() : noun(target.phrase());
  }

  @Override
  public SortedMap<String, String> protocol() {
    var rules = DetectorSource.rules(detector.describe(), side);
    rules.put("in_place", "IoU >= 0.5 of the best detection of the class");
    rules.put("classes", classes.name().toLowerCase(Locale.ROOT));
    if (colors == Colors.ASKED) {
      new ColorJudge().describe().forEach((key, value) -> rules.put("color_judge." + key, value));
    }
    return Collections.unmodifiableSortedMap(rules);
  }

  @Override
  public Judged judge(Given given) throws IOException {
    var picture = DetectorSource.sized(given.picture(), side);
    var judged = given.judged().withSeen(SEEN, detector.detect(given.sample().id(), picture));
    return colors == Colors.ASKED ? judged.withVector(COLORS, shown(given, picture)) : judged;
  }

  private static double[] shown(Given given, @Nullable BufferedImage picture) {
    var sample = given.sample();
    var shown = new double[sample.asked().size()];
    for (int i = 0; i < shown.length; i++) {
      var target = sample.asked().get(i);
      var color = color(target.phrase());
      var box = target.relative(sample.width(), sample.height());
      if (color.isEmpty()) {
        shown[i] = NO_COLOR;
      } else if (picture != null && box.isPresent()) {
        shown[i] = new ColorJudge().isShown(picture, box.get(), color.get()) ? 1 : 0;
      }
    }
    return shown;
  }

  @Override
  public Scores scores(List<Judged> all, int draws, long seed) {
    var judged = labelled(all);
    var scores = new Scores();
    for (var one : judged) {
      var sample = one.sample();
      var instances = new ArrayList<Instance>();
      for (int i = 0; i < sample.asked().size(); i++) {
        var target = sample.asked().get(i);
        double iou = SeenBoxes.bestIou(sample, target, target.category(), one.seen(Benchmark.SEEN));
        instances.add(new Instance(Math.min(1, iou), color(one, i)));
      }
      var numbers = new MultiInstanceScores();
      numbers.add(one.id(), instances);
      scores.add(one.id(), numbers.table());
    }
    scores.close(draws, seed);
    if (classes == ClassNames.CATEGORY) {
      new CocoBoxes(Target::isAsked, 0).put(scores, "", judged, draws, seed);
    }
    scores.count("regions", judged.stream().mapToInt(one -> one.sample().asked().size()).sum());
    return scores;
  }

  private Color color(Judged judged, int region) {
    if (colors == Colors.NOT_ASKED) {
      return Color.NOT_ASKED;
    }
    double shown = judged.vector(COLORS)[region];
    return shown == NO_COLOR ? Color.NOT_ASKED : shown > 0 ? Color.RIGHT : Color.WRONG;
  }

  /** The first colour that a phrase names. */
  static Optional<HsvColor> color(String phrase) {
    return Arrays.stream(words(phrase)).flatMap(w -> HsvColor.named(w).stream()).findFirst();
  }

  /** A phrase without articles and colours. */
  static String noun(String phrase) {
    return Arrays.stream(words(phrase))
        .filter(word -> !ARTICLES.contains(word) && HsvColor.named(word).isEmpty())
        .collect(Collectors.joining(" "));
  }

  private static String[] words(String phrase) {
    return phrase.strip().toLowerCase(Locale.ROOT).split("\\s+", -1);
  }
}
