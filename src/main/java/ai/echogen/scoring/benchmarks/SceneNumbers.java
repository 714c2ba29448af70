package ai.echogen.scoring.benchmarks;

import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import ai.echogen.scoring.benchmarks.SceneScorer.Scored;
import ai.echogen.scoring.metrics.BoxBaselines;
import ai.echogen.scoring.metrics.GroundedRegion;
import ai.echogen.scoring.metrics.GroundingAccuracy;
import ai.echogen.scoring.metrics.GroundingProtocol;
import ai.echogen.scoring.metrics.LayoutObedience;
import ai.echogen.scoring.metrics.PixelBox;
import ai.echogen.scoring.metrics.RatioTable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * All numbers of held-out scenes: those of {@link SceneScores}, and beside them {@code
 * grounding.assigned.*} (boxes of equal phrases exchanged as fits best), {@code grounding.repeated}
 * (share of regions with such a phrase) and {@code grounding.baseline.constant.*}, {@code .mean.*}
 * and {@code .phrase.*} (answers that need no picture).
 *
 * <p>Shares and means over regions, and {@code layout.ap50} and {@code layout.ap75}, have
 * intervals.
 */
public final class SceneNumbers {
  /** GroundingAccuracy's names, and those that they have here. */
  private static final Map<String, String> NAMES =
      Map.of(
          "acc50", "acc50",
          "acc75", "acc75",
          "macc", "mean_acc",
          "mean_iou", "mean_iou",
          "missing", "missing");

  private static final Map<String, String> ASSIGNED =
      Map.of(
          "assigned.acc50", "assigned.acc50",
          "assigned.acc75", "assigned.acc75",
          "assigned.macc", "assigned.mean_acc",
          "assigned.mean_iou", "assigned.mean_iou",
          "repeated", "repeated");

  private static final int RELATIVE = 1; // a picture's side, where boxes are shares of it

  private SceneNumbers() {}

  /**
   * Gathers them.
   *
   * @param judged by {@link SceneWork}
   * @param isDetected whether there is a detector for such scenes
   * @param baselines of the training split; null where it was not read
   * @param draws of the bootstrap; 0 for no intervals
   */
  public static Scores of(
      List<Judged> judged,
      boolean isDetected,
      @Nullable BoxBaselines baselines,
      int draws,
      long seed) {
    var samples = judged.stream().map(SceneWork::scored).toList();
    var scores = new Scores();
    for (var sample : samples) {
      scores.add(sample.id(), table(sample, isDetected));
    }
    scores.close(draws, seed);
    baselines(samples, baselines)
        .forEach((name, value) -> scores.put("grounding.baseline." + name, value));
    SceneScores.of(samples, isDetected).forEach(scores::put); // these stand
    if (isDetected && draws > 0) {
      new CocoBoxes(Target::isAsked, 0)
          .putIntervals(scores, List.of("ap50", "ap75"), "layout.", judged, draws, seed);
      SceneScores.of(samples, true).forEach(scores::put);
    }
    return scores;
  }

  private static RatioTable table(Scored sample, boolean isDetected) {
    var table = new RatioTable();
    var row = table.row(sample.id());
    put(row, "grounding.", NAMES, sample.layout(), sample.read());
    put(row, "grounding.", ASSIGNED, sample.layout(), sample.read());
    put(row, "cycle.", NAMES, sample.layout(), sample.readBack());
    if (isDetected) {
      var obedience = new LayoutObedience();
      obedience.add(sample.layout(), sample.inDrawing());
      int regions = sample.layout().regions().size();
      obedience
          .scores()
          .forEach(
              (name, value) -> {
                if (!name.startsWith("ap") && !name.equals("regions")) {
                  row.add("layout." + name, value * regions, regions);
                }
              });
    }
    return table;
  }

  private static void put(
      RatioTable.Row row,
      String prefix,
      Map<String, String> names,
      Layout layout,
      List<@Nullable Box> read) {
    var accuracy = accuracy();
    accuracy.addImage("one", regions(layout, i -> pixels(read.get(i))));
    var weights = accuracy.table().weights();
    accuracy
        .table()
        .numbers()
        .forEach(
            (name, value) -> {
              var known = names.get(name);
              double weight = weights.getOrDefault(name, 0.0);
              if (known != null) {
                row.add(prefix + known, value * weight, weight);
              }
            });
  }

  private static Map<String, Double> baselines(
      List<Scored> samples, @Nullable BoxBaselines baselines) {
    var answers = new TreeMap<String, Function<Region, PixelBox>>();
    answers.put("constant", region -> BoxBaselines.constant(RELATIVE, RELATIVE));
    if (baselines != null) {
      answers.put("mean", region -> baselines.mean(RELATIVE, RELATIVE));
      answers.put("phrase", region -> baselines.mean(region.phrase(), RELATIVE, RELATIVE));
    }
    var numbers = new TreeMap<String, Double>();
    answers.forEach(
        (name, answer) -> {
          var accuracy = accuracy();
          for (var sample : samples) {
            var asked = sample.layout().regions();
            accuracy.addImage(
                sample.id(), regions(sample.layout(), i -> answer.apply(asked.get(i))));
          }
          accuracy
              .table()
              .numbers()
              .forEach(
                  (metric, value) -> {
                    var known = NAMES.get(metric);
                    if (known != null && !known.equals("missing")) {
                      numbers.put(name + "." + known, value);
                    }
                  });
        });
    return numbers;
  }

  private static GroundingAccuracy accuracy() {
    return new GroundingAccuracy(GroundingProtocol.STRICT, Collections.<String, String>emptyMap());
  }

  private interface Answer {
    @Nullable PixelBox of(int region);
  }

  private static List<GroundedRegion> regions(Layout layout, Answer answer) {
    var regions = new ArrayList<GroundedRegion>();
    for (int i = 0; i < layout.regions().size(); i++) {
      var region = layout.regions().get(i);
      var truth = PixelBox.of(region.box(), RELATIVE, RELATIVE);
      regions.add(new GroundedRegion(region.phrase(), region.category(), truth, answer.of(i)));
    }
    return regions;
  }

  private static @Nullable PixelBox pixels(@Nullable Box box) {
    return box == null ? null : PixelBox.of(box, RELATIVE, RELATIVE);
  }
}
