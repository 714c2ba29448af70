package ai.echogen.scoring.benchmarks;

import ai.echogen.scoring.metrics.RatioTable;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;

/**
 * COCO's average precision of what a detector sees in drawings, against the boxes that were asked
 * for: {@code ap}, {@code ap50}, {@code ap75}, {@code ap_small}, … {@code ar_large}. Where a filter
 * kept boxes from the system, {@code full.ap}, … are against all of the true picture. {@code
 * mean_iou} is of each asked box with the best detection of its class, {@code detections_per_truth}
 * what its name says.
 *
 * <p>There is no single protocol of this kind in the field: detector, filter and sizes differ.
 *
 * @param side of the square that a picture is scaled to for the detector; 0: as it is
 * @param areas pixels that small, medium and large are measured in
 * @param crowds what becomes of COCO's boxes around many objects
 * @param filter which boxes the system was asked for
 */
public record CocoLayoutBenchmark(
    DetectorSource detector, int side, Areas areas, Crowds crowds, CaseFilter filter)
    implements Benchmark {
  /** Pixels that sizes are measured in. */
  public enum Areas {
    /** Of the picture that was annotated, as LAMA does. */
    ORIGINAL,
    /** Of the square that the detector sees, as InstanceDiffusion does. */
    SCALED
  }

  /** What becomes of boxes around many objects. */
  public enum Crowds {
    /** They may be seen, and count neither way, as in COCO's evaluator. */
    IGNORED,
    /** They are not there: what is seen of them is wrong. */
    LEFT_OUT
  }

  @Override
  public Need need() {
    return Need.PICTURE;
  }

  @Override
  public Optional<Case> accept(Case sample) {
    return filter.apply(sample);
  }

  @Override
  public Optional<DetectorSource> watcher() {
    return Optional.of(detector);
  }

  @Override
  public SortedMap<String, String> protocol() {
    var rules = DetectorSource.rules(detector.describe(), side);
    rules.put("areas", areas.name().toLowerCase(Locale.ROOT));
    rules.put("crowds", crowds.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    rules.putAll(filter.rules());
    rules.put("metric", "COCO AP, 100 detections a picture");
    return Collections.unmodifiableSortedMap(rules);
  }

  @Override
  public Judged judge(Given given) throws IOException {
    var picture = DetectorSource.sized(given.picture(), side);
    return given.judged().withSeen(SEEN, detector.detect(given.sample().id(), picture));
  }

  @Override
  public Scores scores(List<Judged> all, int draws, long seed) {
    var judged = labelled(all);
    var scores = new Scores();
    for (var one : judged) {
      scores.add(one.id(), table(one));
    }
    scores.close(draws, seed);
    int pixels = areas == Areas.SCALED ? side : 0;
    var counted = new CocoBoxes(this::counts, pixels);
    counted.put(scores, "", judged, draws, seed);
    if (judged.stream().anyMatch(CocoLayoutBenchmark::isFiltered)) {
      new CocoBoxes(target -> true, pixels).put(scores, "full.", judged, draws, seed);
    }
    scores.count("regions", judged.stream().mapToInt(one -> one.sample().asked().size()).sum());
    return scores;
  }

  private boolean counts(Target target) {
    return target.isAsked() || target.kind() == Target.Kind.CROWD && crowds == Crowds.IGNORED;
  }

  private static boolean isFiltered(Judged judged) {
    return judged.sample().targets().stream()
        .anyMatch(target -> target.kind() == Target.Kind.NOT_ASKED);
  }

  private static RatioTable table(Judged judged) {
    var table = new RatioTable();
    var row = table.row(judged.id(), judged.sample().image());
    var seen = judged.seen(SEEN);
    var asked = judged.sample().asked();
    for (var target : asked) {
      row.add("mean_iou", SeenBoxes.bestIou(judged.sample(), target, target.category(), seen), 1);
    }
    row.add("detections_per_truth", seen.size(), asked.size());
    return table;
  }
}
