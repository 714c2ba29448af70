package ai.echogen.scoring.benchmarks;

import ai.echogen.layout.Box;
import ai.echogen.scoring.metrics.Detection;
import ai.echogen.scoring.metrics.PixelBox;
import java.util.List;

/** Cases and detections for tests, in pictures of 100 × 100 pixels. */
final class Samples {
  static final int SIDE = 100;

  private Samples() {}

  static Case sample(String id, Target... targets) {
    return new Case(id, "test", id, SIDE, SIDE, "a caption", List.of(targets), null);
  }

  static Target target(String phrase, String category, double x0, double y0, double x1, double y1) {
    var box = new PixelBox(x0, y0, x1, y1);
    return new Target(phrase, category, box, box.area(), Target.Kind.ASKED, "");
  }

  static Target target(String category, double x0, double y0, double x1, double y1) {
    return target(category, category, x0, y0, x1, y1);
  }

  static Detection seen(String category, double score, double x0, double y0, double x1, double y1) {
    var box =
        new Box((float) (x0 / SIDE), (float) (y0 / SIDE), (float) (x1 / SIDE), (float) (y1 / SIDE));
    return new Detection(category, box, score);
  }
}
