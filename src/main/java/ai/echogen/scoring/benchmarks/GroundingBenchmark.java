package ai.echogen.scoring.benchmarks;

import ai.echogen.scoring.metrics.BoxBaselines;
import ai.echogen.scoring.metrics.GroundedRegion;
import ai.echogen.scoring.metrics.GroundingAccuracy;
import ai.echogen.scoring.metrics.GroundingProtocol;
import ai.echogen.scoring.metrics.PixelBox;
import ai.echogen.scoring.metrics.RefL4Classes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Boxes of phrases in true pictures: RefCOCO, Ref-L4 and every set of pictures with phrases ({@link
 * GroundingAccuracy} has the names of its numbers).
 *
 * <p>Beside them stand three answers that need no picture, after {@code baseline.constant.}, {@code
 * baseline.mean.} and {@code baseline.phrase.}: the middle half of every picture, and of the boxes
 * of the training split the mean of all and that of the same phrase.
 *
 * @param rule when a box counts as found
 * @param baselines of the training split; null where it was not read
 */
public record GroundingBenchmark(RuleName rule, @Nullable BoxBaselines baselines)
    implements Benchmark {
  /** The rules of the field, under the names of who uses them. */
  public enum RuleName {
    REFCOCO(GroundingProtocol.REFCOCO, "IoU >= t"),
    MDETR(GroundingProtocol.MDETR, "generalised IoU >= t"),
    REF_L4(GroundingProtocol.REF_L4, "IoU > t, in float32");

    private final GroundingProtocol protocol;
    private final String words;

    RuleName(GroundingProtocol protocol, String words) {
      this.protocol = protocol;
      this.words = words;
    }
  }

  @Override
  public Need need() {
    return Need.BOXES;
  }

  @Override
  public SortedMap<String, String> protocol() {
    var rules = new TreeMap<String, String>();
    rules.put("rule", rule.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    rules.put("found", rule.words);
    rules.put("thresholds", "0.50, 0.55, … 0.95");
    rules.put("classes", rule == RuleName.REF_L4 ? "RefCOCO's as Objects365's" : "as they are");
    rules.put("sizes", "√area below 128, to 256, above, in pixels of the original");
    rules.put("missing", "a region without a box is a miss");
    return Collections.unmodifiableSortedMap(rules);
  }

  @Override
  public Judged judge(Given given) {
    return given.judged(); // all is known
  }

  @Override
  public Scores scores(List<Judged> judged, int draws, long seed) {
    // Expressions that come one by one belong to a picture; a layout is a picture of its own.
    boolean areSingle = judged.stream().allMatch(one -> one.sample().asked().size() == 1);
    var scores = new Scores();
    for (var one : judged) {
      var read = CaseWork.readPixels(one);
      scores.add(one.id(), accuracy(one, areSingle, read).table());
    }
    scores.close(draws, seed);
    scores.count("regions", judged.stream().mapToInt(one -> one.sample().asked().size()).sum());
    answers()
        .forEach(
            (name, box) ->
                baseline(judged, areSingle, box)
                    .forEach(
                        (metric, value) -> scores.put("baseline." + name + "." + metric, value)));
    return scores;
  }

  private Map<String, BiFunction<Case, Target, PixelBox>> answers() {
    var answers = new TreeMap<String, BiFunction<Case, Target, PixelBox>>();
    answers.put("constant", (c, t) -> BoxBaselines.constant(c.width(), c.height()));
    var seen = baselines;
    if (seen != null) {
      answers.put("mean", (c, t) -> seen.mean(c.width(), c.height()));
      answers.put("phrase", (c, t) -> seen.mean(t.phrase(), c.width(), c.height()));
    }
    return answers;
  }

  private SortedMap<String, Double> baseline(
      List<Judged> judged, boolean areSingle, BiFunction<Case, Target, PixelBox> answer) {
    var all = new GroundingAccuracy(rule.protocol, classes());
    for (var one : judged) {
      var sample = one.sample();
      add(all, one, areSingle, sample.asked().stream().map(t -> answer.apply(sample, t)).toList());
    }
    var kept = new TreeMap<>(all.table().numbers());
    kept.keySet().retainAll(List.of("acc50", "acc75", "acc90", "macc", "mean_iou"));
    return kept;
  }

  private GroundingAccuracy accuracy(Judged one, boolean areSingle, List<@Nullable PixelBox> read) {
    var accuracy = new GroundingAccuracy(rule.protocol, classes());
    add(accuracy, one, areSingle, read);
    return accuracy;
  }

  private static void add(
      GroundingAccuracy accuracy,
      Judged one,
      boolean areSingle,
      List<? extends @Nullable PixelBox> read) {
    var regions = new ArrayList<GroundedRegion>();
    var asked = one.sample().asked();
    for (int i = 0; i < asked.size(); i++) {
      var target = asked.get(i);
      regions.add(
          new GroundedRegion(
              target.phrase(), target.category(), target.box(), target.area(), read.get(i)));
    }
    if (areSingle) {
      accuracy.add(one.id(), one.sample().image(), regions.get(0));
    } else {
      accuracy.addImage(one.id(), regions);
    }
  }

  private Map<String, String> classes() {
    return rule == RuleName.REF_L4 ? RefL4Classes.all() : Map.of();
  }
}
