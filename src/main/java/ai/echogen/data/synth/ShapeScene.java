package ai.echogen.data.synth;

import ai.echogen.data.CounterRandom;
import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import java.io.Serializable;
import java.util.List;

/**
 * Shapes on a square canvas, in the order in which they are painted and mentioned.
 *
 * @param size side of the canvas, pixels
 */
public record ShapeScene(int size, ShapeFamily family, List<Item> items) implements Serializable {
  public ShapeScene {
    items = List.copyOf(items);
  }

  /** One shape and the pixels of its box. */
  public record Item(String category, Look look, int x, int y, int width, int height)
      implements Serializable {
    /** Pixels that both boxes hold after this one has grown by a margin on every side. */
    int overlap(Item other, int margin) {
      var across =
          Math.min(x + width + margin, other.x + other.width) - Math.max(x - margin, other.x);
      var down =
          Math.min(y + height + margin, other.y + other.height) - Math.max(y - margin, other.y);
      return Math.max(0, across) * Math.max(0, down);
    }

    int area() {
      return width * height;
    }
  }

  /** The layout in words and relative boxes. */
  public Layout layout(String caption) {
    return new Layout(caption, regions());
  }

  List<Region> regions() {
    return items.stream()
        .map(
            item ->
                new Region(
                    family.phrase(item.category(), item.look().texture()),
                    item.category(),
                    new Box(
                        (float) item.x() / size,
                        (float) item.y() / size,
                        (float) (item.x() + item.width()) / size,
                        (float) (item.y() + item.height()) / size)))
        .toList();
  }

  /**
   * A number that two scenes share when they have the same categories in the same boxes, whatever
   * the order, the textures and the background.
   */
  long fingerprint() {
    var sum = (long) size;
    for (var item : items) {
      var box =
          ((((long) item.x() << 12 | item.y()) << 12 | item.width()) << 12 | item.height()) * 64
              + item.look().color().ordinal() * Shape.values().length
              + item.look().shape().ordinal();
      sum += CounterRandom.of(box).longAt(0);
    }
    return sum;
  }
}
