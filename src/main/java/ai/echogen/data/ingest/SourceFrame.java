package ai.echogen.data.ingest;

import ai.echogen.data.shards.Finding;
import ai.echogen.image.Orientation;
import ai.echogen.image.ShownImage;
import ai.echogen.layout.Box;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The picture that an image's boxes were drawn on, which need not be the file's: it may have been
 * scaled since, and tools that do not look at EXIF data see it as it is stored.
 *
 * @param width that divides the boxes
 * @param height that divides the boxes
 * @param turn how it is turned to be shown
 * @param unit of the boxes
 */
record SourceFrame(double width, double height, Orientation turn, SourceImage.Unit unit) {
  /** COCO's files have hundredths of pixels, and a box's end is the sum of two of them. */
  private static final double ROUNDING = 0.0101;

  /**
   * The frame, or none and why, where the size in the annotations is not that of any such picture.
   */
  static Optional<SourceFrame> of(SourceImage image, ShownImage shown, List<Finding> findings) {
    if (image.width() < 0 || image.height() < 0) {
      findings.add(Finding.dropped("size in the annotations is no number of pixels", image.name()));
      return Optional.empty();
    }
    if (image.width() == 0 || image.height() == 0) {
      if (image.unit() == SourceImage.Unit.PIXELS) {
        findings.add(Finding.adjusted("no size in the annotations, the image's was taken", ""));
      }
      return Optional.of(
          new SourceFrame(shown.width(), shown.height(), Orientation.UPRIGHT, image.unit()));
    }
    boolean turned = shown.orientation().transposes();
    long off = difference(image, shown.width(), shown.height());
    long storedOff = turned ? difference(image, shown.storedWidth(), shown.storedHeight()) : off;
    // The smaller of two sizes of one shape may be off by a pixel.
    long rounding =
        Math.max((long) image.width() + image.height(), (long) shown.width() + shown.height());
    if (Math.min(off, storedOff) > rounding) {
      findings.add(
          Finding.dropped(
              "size in the annotations has another shape than the image", sizes(image, shown)));
      return Optional.empty();
    }
    if (storedOff < off) {
      findings.add(
          Finding.adjusted(
              "boxes of the picture as it is stored, turned with it", sizes(image, shown)));
      return Optional.of(
          new SourceFrame(image.width(), image.height(), shown.orientation(), image.unit()));
    }
    boolean isScaled = image.width() != shown.width() || image.height() != shown.height();
    if (isScaled && image.unit() == SourceImage.Unit.PIXELS) {
      findings.add(
          Finding.adjusted(
              "image scaled after it was annotated, its boxes with it", sizes(image, shown)));
    }
    return Optional.of(
        new SourceFrame(image.width(), image.height(), Orientation.UPRIGHT, image.unit()));
  }

  private static String sizes(SourceImage image, ShownImage shown) {
    return String.format(
        Locale.ROOT,
        "%s: %d×%d, is %d×%d",
        image.name(),
        image.width(),
        image.height(),
        shown.width(),
        shown.height());
  }

  /** How far the size in the annotations is from the shape of another one. */
  private static long difference(SourceImage image, int width, int height) {
    return Math.abs((long) image.width() * height - (long) image.height() * width);
  }

  /** Why a box cannot be of the format's unit, if so: else it would lie at the first pixel. */
  Optional<String> mistaken(SourceBox box) {
    boolean isOfShares = box.isOfShares();
    if (unit == SourceImage.Unit.PIXELS && isOfShares && width > 2 && height > 2) {
      return Optional.of(
          "box from 0 to 1, where its format has pixels: multiply it by the image's size");
    }
    if (unit == SourceImage.Unit.SHARES && !isOfShares && box.isFinite()) {
      return Optional.of(
          "box in pixels, where its format has 0 to 1: divide it by the image's size");
    }
    return Optional.empty();
  }

  /**
   * A box relative to the shown picture.
   *
   * @param where what to call it in findings; only then is it put into words
   */
  Optional<Box> box(
      SourceBox found,
      Supplier<String> where,
      IngestRules.Outside outside,
      List<Finding> findings) {
    var box = unit == SourceImage.Unit.SHARES ? found.times(width, height) : found;
    var right = box.x() + box.width();
    var bottom = box.y() + box.height();
    if (!(box.width() > 0 && box.height() > 0)
        || !Double.isFinite(right)
        || !Double.isFinite(bottom)) {
      findings.add(Finding.dropped("box empty", where.get()));
      return Optional.empty();
    }
    var x0 = (float) (Math.max(0, box.x()) / width);
    var y0 = (float) (Math.max(0, box.y()) / height);
    var x1 = (float) (Math.min(width, right) / width);
    var y1 = (float) (Math.min(height, bottom) / height);
    if (!(x0 < x1 && y0 < y1)) {
      findings.add(Finding.dropped("box outside the image", inImage(where)));
      return Optional.empty();
    }
    if (Math.max(-box.x(), right - width) > ROUNDING
        || Math.max(-box.y(), bottom - height) > ROUNDING) {
      if (outside == IngestRules.Outside.DROP) {
        findings.add(Finding.dropped("box partly outside the image", inImage(where)));
        return Optional.empty();
      }
      findings.add(Finding.adjusted("box clipped to the image", inImage(where)));
    }
    return Optional.of(turn.box(new Box(x0, y0, x1, y1)));
  }

  private String inImage(Supplier<String> where) {
    return String.format(Locale.ROOT, "%s in %.0f×%.0f", where.get(), width, height);
  }
}
