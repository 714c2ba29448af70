package ai.echogen.data.augment;

import ai.echogen.data.CounterRandom;
import ai.echogen.data.shards.Finding;
import ai.echogen.image.Fit;
import java.util.List;

/**
 * Cuts out a part of the picture, or shows the picture as a part of a larger one, so that objects
 * become larger and smaller. Where a picture is to become a square by {@link Fit#CROP}, what is cut
 * out is nearly a square; else it has nearly the picture's own shape.
 *
 * @param fit how pictures become squares
 */
record Cropper(Crop rules, Fit fit) implements Change {
  static final String CROPPED = "copies cropped";
  static final String SHRUNK = "copies shrunk";
  static final String LOST = "regions of copies that a crop left too little of";

  private static final int TRIES = 40;
  private static final double MOST_FRAME = 4e6; // pixels

  /** A window by chance. */
  private interface Choice {
    Window of(int width, int height, CounterRandom random);
  }

  @Override
  public Annotated apply(Annotated before, CounterRandom random, List<Finding> findings) {
    double kind = random.nextDouble();
    if (kind < rules.share()) {
      return cut(before, this::inside, CROPPED, random, findings);
    }
    if (kind < rules.share() + rules.zoomOut()) {
      return cut(small(before), this::around, SHRUNK, random, findings);
    }
    return fit == Fit.CROP ? cut(before, Cropper::square, CROPPED, random, findings) : before;
  }

  /** The first of some windows that leaves a region; the whole picture if none does. */
  private Annotated cut(
      Annotated before, Choice choice, String what, CounterRandom random, List<Finding> findings) {
    var picture = before.picture();
    for (int i = 0; i < TRIES; i++) {
      var window = choice.of(picture.width(), picture.height(), random);
      int left = window.regions(before, rules.minVisible()).size();
      if (left > 0 || before.regions().isEmpty()) {
        findings.add(Finding.adjusted(what, ""));
        for (int lost = left; lost < before.regions().size(); lost++) {
          findings.add(Finding.adjusted(LOST, ""));
        }
        return window.cut(before, rules.minVisible(), rules.fill());
      }
    }
    return before;
  }

  /** Scaled down as far as needed for what is around it to fit into memory. */
  private Annotated small(Annotated before) {
    var picture = before.picture();
    int longer = Math.max(picture.width(), picture.height());
    double most =
        whole(picture.width(), picture.height(), longer) / rules.minArea() * rules.maxAspect();
    double scale = Math.min(1, Math.sqrt(MOST_FRAME / most));
    return before.with(picture.atMost((int) Math.max(1, longer * scale)));
  }

  private Window inside(int width, int height, CounterRandom random) {
    double shape = shape(width, height, random);
    double area = whole(width, height, Math.min(width, height)) * area(random);
    int cutWidth = Math.min(width, pixels(Math.sqrt(area * shape)));
    int cutHeight = Math.min(height, pixels(Math.sqrt(area / shape)));
    return new Window(
        random.nextInt(width - cutWidth + 1),
        random.nextInt(height - cutHeight + 1),
        cutWidth,
        cutHeight);
  }

  private Window around(int width, int height, CounterRandom random) {
    double shape = shape(width, height, random);
    double area = whole(width, height, Math.max(width, height)) / area(random);
    int frameWidth = Math.max(width, pixels(Math.sqrt(area * shape)));
    int frameHeight = Math.max(height, pixels(Math.sqrt(area / shape)));
    return new Window(
        -random.nextInt(frameWidth - width + 1),
        -random.nextInt(frameHeight - height + 1),
        frameWidth,
        frameHeight);
  }

  /** As {@link Fit#CROP} cuts it, but anywhere. */
  private static Window square(int width, int height, CounterRandom random) {
    int side = Math.min(width, height);
    return new Window(
        random.nextInt(width - side + 1), random.nextInt(height - side + 1), side, side);
  }

  /** Width to height, near that of what becomes a square without distortion. */
  private double shape(int width, int height, CounterRandom random) {
    double most = StrictMath.log(rules.maxAspect());
    double base = fit == Fit.CROP ? 1 : (double) width / height;
    return base * StrictMath.exp(random.nextDouble(-most, most));
  }

  private double area(CounterRandom random) {
    return random.nextDouble(rules.minArea(), 1);
  }

  private double whole(int width, int height, int side) {
    return fit == Fit.CROP ? (double) side * side : (double) width * height;
  }

  private static int pixels(double length) {
    return Math.max(1, (int) Math.round(length));
  }
}
