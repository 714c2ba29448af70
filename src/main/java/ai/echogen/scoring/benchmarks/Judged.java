package ai.echogen.scoring.benchmarks;

import ai.echogen.data.shards.Finding;
import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.scoring.metrics.Detection;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What was found out about one case: all that its benchmark's numbers are made of, and nothing of
 * the size of a picture. {@link JudgedLines} is its form in files.
 *
 * @param sample the case, without its picture
 * @param boxes what was read for its regions, under a name for each time; null where nothing was
 * @param seen what a detector saw, under a name for each picture
 * @param vectors plain numbers, such as features, under names
 * @param misled the layout that stood in the text instead; null where there was none
 * @param drawing path of the picture below the directory of the scores; null where none is kept
 * @param original the same of the true picture
 * @param findings what could not be done, or only with a change
 */
public record Judged(
    Case sample,
    SortedMap<String, List<@Nullable Box>> boxes,
    SortedMap<String, List<Detection>> seen,
    SortedMap<String, double[]> vectors,
    @Nullable Layout misled,
    @Nullable String drawing,
    @Nullable String original,
    List<Finding> findings)
    implements Serializable {
  public Judged {
    boxes = new TreeMap<>(boxes);
    seen = new TreeMap<>(seen);
    vectors = new TreeMap<>(vectors);
    findings = List.copyOf(findings);
  }

  /** Nothing is known yet. */
  static Judged of(Case sample) {
    return new Judged(
        sample.withOriginal(null),
        Collections.emptySortedMap(),
        Collections.emptySortedMap(),
        Collections.emptySortedMap(),
        null,
        null,
        null,
        List.of());
  }

  String id() {
    return sample.id();
  }

  Judged withSample(Case other) {
    return new Judged(other, boxes, seen, vectors, misled, drawing, original, findings);
  }

  Judged withBoxes(String name, List<@Nullable Box> read) {
    var copy = copy();
    copy.boxes.put(name, Collections.unmodifiableList(new ArrayList<>(read)));
    return copy;
  }

  Judged withSeen(String name, List<Detection> detections) {
    var copy = copy();
    copy.seen.put(name, List.copyOf(detections));
    return copy;
  }

  Judged withVector(String name, double... numbers) {
    for (double number : numbers) {
      if (!Double.isFinite(number)) {
        throw new IllegalArgumentException(
            "sample %s: %s must be finite numbers, got %s".formatted(id(), name, number));
      }
    }
    var copy = copy();
    copy.vectors.put(name, numbers);
    return copy;
  }

  Judged withMisled(@Nullable Layout layout) {
    return new Judged(sample, boxes, seen, vectors, layout, drawing, original, findings);
  }

  Judged withPictures(@Nullable String ofDrawing, @Nullable String ofOriginal) {
    return new Judged(sample, boxes, seen, vectors, misled, ofDrawing, ofOriginal, findings);
  }

  Judged withFindings(List<Finding> more) {
    var all = new ArrayList<>(findings);
    all.addAll(more);
    return new Judged(sample, boxes, seen, vectors, misled, drawing, original, all);
  }

  /** Whether nothing could be found out at all: it gives no number. */
  boolean isLeftOut() {
    return findings.stream().anyMatch(finding -> !finding.kept());
  }

  /** A list that must be there. */
  List<@Nullable Box> boxes(String name) {
    return known(boxes, name);
  }

  List<Detection> seen(String name) {
    return known(seen, name);
  }

  double[] vector(String name) {
    return known(vectors, name);
  }

  private <T> T known(Map<String, T> all, String name) {
    var value = all.get(name);
    if (value == null) {
      throw new IllegalStateException("sample %s has no %s".formatted(id(), name));
    }
    return value;
  }

  private Judged copy() {
    return new Judged(sample, boxes, seen, vectors, misled, drawing, original, findings);
  }
}
