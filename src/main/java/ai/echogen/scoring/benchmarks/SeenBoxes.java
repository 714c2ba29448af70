package ai.echogen.scoring.benchmarks;

import ai.echogen.scoring.metrics.Detection;
import ai.echogen.scoring.metrics.MultiInstanceScores;
import ai.echogen.scoring.metrics.OverlapScores.NamedBox;
import ai.echogen.scoring.metrics.PixelBox;
import java.util.List;

/** What was seen, in the pixels of its case. */
final class SeenBoxes {
  private SeenBoxes() {}

  /** IoU of a target with the detection of a class that overlaps it best, or 0. */
  static double bestIou(Case sample, Target target, String category, List<Detection> seen) {
    return MultiInstanceScores.bestIou(
        target.box(),
        seen.stream()
            .filter(detection -> detection.category().equals(category))
            .map(detection -> PixelBox.of(detection.box(), sample.width(), sample.height()))
            .toList());
  }

  /** Everything that was seen. */
  static List<NamedBox> named(Case sample, List<Detection> seen) {
    return seen.stream()
        .map(
            detection ->
                new NamedBox(
                    detection.category(),
                    PixelBox.of(detection.box(), sample.width(), sample.height())))
        .toList();
  }
}
