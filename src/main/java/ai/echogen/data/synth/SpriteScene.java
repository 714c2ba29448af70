package ai.echogen.data.synth;

import ai.echogen.data.CounterRandom;
import ai.echogen.data.ingest.HashSplit;
import ai.echogen.image.Picture;
import ai.echogen.layout.Box;
import ai.echogen.layout.Region;
import java.util.ArrayList;
import java.util.List;

/** Cut-outs on a square canvas, in the order in which they are pasted and mentioned. */
final class SpriteScene {
  /** The least part of an object that later ones leave to be seen. */
  static final double MIN_VISIBLE = 0.75;

  /**
   * A cut-out at its final size, without a transparent edge: its corners are its box.
   *
   * @param x of the upper left corner, pixels
   * @param y of the upper left corner, pixels
   */
  record Item(String phrase, Picture picture, int x, int y) {}

  /** An item, and what is still to be seen of each of its pixels. */
  private record Placed(Item item, double[] seen, double whole) {
    static Placed of(Item item) {
      var seen = new double[item.picture().argb().length];
      var whole = 0.0;
      for (var i = 0; i < seen.length; i++) {
        seen[i] = (item.picture().argb()[i] >>> 24) / 255.0;
        whole += seen[i];
      }
      return new Placed(item, seen, whole);
    }

    /** What is left to be seen when another is pasted over it. */
    Placed below(Item over) {
      var picture = item.picture();
      var left = seen.clone();
      var x0 = Math.max(item.x(), over.x());
      var x1 = Math.min(item.x() + picture.width(), over.x() + over.picture().width());
      var y0 = Math.max(item.y(), over.y());
      var y1 = Math.min(item.y() + picture.height(), over.y() + over.picture().height());
      for (var y = y0; y < y1; y++) {
        for (var x = x0; x < x1; x++) {
          left[(y - item.y()) * picture.width() + x - item.x()] *=
              1 - over.picture().alpha(x - over.x(), y - over.y()) / 255.0;
        }
      }
      return new Placed(item, left, whole);
    }

    double visible() {
      var sum = 0.0;
      for (var part : seen) {
        sum += part;
      }
      return sum / whole;
    }
  }

  private final int size;
  private List<Placed> placed = new ArrayList<>();

  /** An empty scene of so many pixels a side. */
  SpriteScene(int size) {
    this.size = size;
  }

  /** Pastes an object, unless its phrase is here already or it would hide too much. */
  boolean add(Item item) {
    List<Placed> below = new ArrayList<>();
    for (var other : placed) {
      var left = other.below(item);
      if (other.item().phrase().equals(item.phrase()) || left.visible() < MIN_VISIBLE) {
        return false;
      }
      below.add(left);
    }
    below.add(Placed.of(item));
    placed = below;
    return true;
  }

  List<Item> items() {
    return placed.stream().map(Placed::item).toList();
  }

  /** The visible part of each item, in [0, 1]. */
  List<Double> visible() {
    return placed.stream().map(Placed::visible).toList();
  }

  List<Region> regions() {
    return items().stream()
        .map(
            item ->
                new Region(
                    item.phrase(),
                    item.phrase(),
                    new Box(
                        (float) item.x() / size,
                        (float) item.y() / size,
                        (float) (item.x() + item.picture().width()) / size,
                        (float) (item.y() + item.picture().height()) / size)))
        .toList();
  }

  /** Pastes the objects on a background of the scene's size, in place. */
  void paint(Picture canvas) {
    items().forEach(item -> canvas.paint(item.picture(), item.x(), item.y()));
  }

  /**
   * A number that two scenes share when they have the same phrases in the same boxes, whatever the
   * order, the looks and the background.
   */
  long fingerprint() {
    var sum = (long) size;
    for (var item : items()) {
      sum +=
          CounterRandom.of(
                  Double.doubleToLongBits(HashSplit.uniform(item.phrase())),
                  item.x(),
                  item.y(),
                  item.picture().width(),
                  item.picture().height())
              .longAt(0);
    }
    return sum;
  }

  boolean isHeldOut() {
    return Long.remainderUnsigned(fingerprint(), ShapeScenes.HELD_OUT_SHARE) == 0;
  }
}
