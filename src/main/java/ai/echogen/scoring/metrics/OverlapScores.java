package ai.echogen.scoring.metrics;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.ToDoubleBiFunction;
import org.jspecify.annotations.Nullable;

/**
 * OverLayBench's scores (2509.19282): how well drawings follow layouts whose boxes overlap, by what
 * a detector sees.
 *
 * <p>Within a category, wanted and seen boxes are paired greedily, the largest IoU first; a wanted
 * box without a partner has 0. {@code miou} is the mean over images of an image's mean IoU. {@code
 * o_miou} is the same over the pairs of wanted boxes that overlap: the IoU of their common part
 * with the common part of their partners. Both also after {@code LEVEL.}, and {@code overlaps} is
 * the mean number of such pairs. As the benchmark's own code does it, but that it cuts coordinates
 * to whole pixels of 1024, and takes the pairs from its annotations: here they are those with an
 * IoU above a bound. Images without such a pair count in {@code miou} alone.
 */
public final class OverlapScores {
  private final double leastOverlap;
  private final RatioTable table = new RatioTable();

  /** A box and what it is. */
  public record NamedBox(String name, PixelBox box) implements Serializable {}

  /**
   * @param leastOverlap IoU that two wanted boxes must have more of to count as overlapping, such
   *     as 0
   */
  public OverlapScores(double leastOverlap) {
    this.leastOverlap = leastOverlap;
  }

  /**
   * How hard a layout is: the sum of IoU times the likeness of the phrases, over all pairs of boxes
   * that overlap, each pair once (the benchmark's {@code OverLayScore}).
   *
   * @param likeness of two phrases, by their indices; the benchmark's is CLIP's cosine of the texts
   */
  public static double difficulty(
      List<PixelBox> boxes, ToDoubleBiFunction<Integer, Integer> likeness) {
    double sum = 0;
    for (int i = 0; i < boxes.size(); i++) {
      for (int k = i + 1; k < boxes.size(); k++) {
        double iou = boxes.get(i).iou(boxes.get(k));
        if (iou > 0) {
          sum += iou * likeness.applyAsDouble(i, k);
        }
      }
    }
    return sum;
  }

  /**
   * Adds an image.
   *
   * @param level of difficulty, such as {@code simple}; empty: none
   */
  public void add(String id, String level, List<NamedBox> wanted, List<NamedBox> seen) {
    if (wanted.isEmpty()) {
      table.leaveOut("no boxes wanted");
      return;
    }
    var partners = partners(wanted, seen);
    double sum = 0;
    for (int i = 0; i < wanted.size(); i++) {
      var partner = partners.get(i);
      sum += partner == null ? 0 : wanted.get(i).box().iou(partner);
    }
    put(id, level, sum / wanted.size(), common(wanted, partners));
  }

  /** What the numbers are made of. */
  public RatioTable table() {
    return table;
  }

  private void put(String id, String level, double mean, List<Double> common) {
    var row = table.row(id);
    row.add("miou", mean, 1);
    row.add("overlaps", common.size(), 1);
    if (!level.isEmpty()) {
      row.add(level + ".miou", mean, 1);
    }
    if (common.isEmpty()) {
      table.leaveOut("no boxes that overlap, for o_miou");
      return;
    }
    double ofPairs = common.stream().mapToDouble(Double::doubleValue).sum() / common.size();
    row.add("o_miou", ofPairs, 1);
    if (!level.isEmpty()) {
      row.add(level + ".o_miou", ofPairs, 1);
    }
  }

  /** IoU of each overlap that is wanted with the one that is seen. */
  private List<Double> common(List<NamedBox> wanted, List<@Nullable PixelBox> partners) {
    var ious = new ArrayList<Double>();
    for (int i = 0; i < wanted.size(); i++) {
      for (int k = i + 1; k < wanted.size(); k++) {
        var first = wanted.get(i).box();
        var second = wanted.get(k).box();
        if (first.iou(second) > leastOverlap) {
          var one = partners.get(i);
          var other = partners.get(k);
          ious.add(
              one == null || other == null
                  ? 0.0
                  : first.intersection(second).iou(one.intersection(other)));
        }
      }
    }
    return ious;
  }

  /** A possible pair, by indices. */
  private record Pair(int wanted, int seen, double iou) {}

  /** The box that was seen for each wanted one, or null. */
  private static List<@Nullable PixelBox> partners(List<NamedBox> wanted, List<NamedBox> seen) {
    var pairs = new ArrayList<Pair>();
    for (int i = 0; i < wanted.size(); i++) {
      for (int k = 0; k < seen.size(); k++) {
        if (wanted.get(i).name().equals(seen.get(k).name())) {
          pairs.add(new Pair(i, k, wanted.get(i).box().iou(seen.get(k).box())));
        }
      }
    }
    pairs.sort(Comparator.comparingDouble(Pair::iou).reversed());
    var partners = new ArrayList<@Nullable PixelBox>();
    wanted.forEach(box -> partners.add(null));
    var taken = new LinkedHashSet<Integer>();
    for (var pair : pairs) {
      if (partners.get(pair.wanted()) == null && taken.add(pair.seen())) {
        partners.set(pair.wanted(), seen.get(pair.seen()).box());
      }
    }
    return partners;
  }
}
