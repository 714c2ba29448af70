package ai.echogen.data.synth;

import ai.echogen.data.CounterRandom;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Two ways to speak of coloured shapes: classes with a name of their own, or free attributes. */
public enum ShapeFamily {
  /**
   * Sixteen classes with one-word names. Two classes share each colour, and their outlines cover
   * each other badly, so that they stay apart on a grid of 8 × 8 pixels.
   */
  NAMED(named()),
  /** Every colour with every shape, spoken of as "red circle" or "striped blue star". */
  ATTRIBUTES(attributes());

  private final Map<String, Look> classes;

  ShapeFamily(Map<String, Look> classes) {
    this.classes = classes;
  }

  /** The categories and their plain looks, in a fixed order. */
  public Map<String, Look> classes() {
    return classes;
  }

  /** The plain look of a category of either family; empty for a foreign one. */
  public static Optional<Look> look(String category) {
    for (var family : values()) {
      var look = family.classes.get(category);
      if (look != null) {
        return Optional.of(look);
      }
    }
    return Optional.empty();
  }

  /** The family that has all of these categories; empty if none has. */
  public static Optional<ShapeFamily> of(List<String> categories) {
    for (var family : values()) {
      if (family.classes.keySet().containsAll(categories)) {
        return Optional.of(family);
      }
    }
    return Optional.empty();
  }

  /** The family that has every category of these layouts; empty if none has. */
  public static Optional<ShapeFamily> ofLayouts(List<Layout> layouts) {
    return of(
        layouts.stream()
            .flatMap(layout -> layout.regions().stream())
            .map(Region::category)
            .distinct()
            .toList());
  }

  /** The words for an object of this category: the category, after its texture if it has one. */
  String phrase(String category, Texture texture) {
    return texture == Texture.PLAIN ? category : texture.word() + " " + category;
  }

  /** One of the classes, all equally likely. */
  Map.Entry<String, Look> draw(CounterRandom random) {
    return List.copyOf(classes.entrySet()).get(random.nextInt(classes.size()));
  }

  private static Map<String, Look> named() {
    var classes = new LinkedHashMap<String, Look>();
    classes.put("brick", plain(ShapeColor.RED, Shape.SQUARE));
    classes.put("hoop", plain(ShapeColor.RED, Shape.RING));
    classes.put("doughnut", plain(ShapeColor.ORANGE, Shape.RING));
    classes.put("windmill", plain(ShapeColor.ORANGE, Shape.CROSS));
    classes.put("cheese", plain(ShapeColor.YELLOW, Shape.TRIANGLE));
    classes.put("lemon", plain(ShapeColor.YELLOW, Shape.CIRCLE));
    classes.put("fir", plain(ShapeColor.GREEN, Shape.TRIANGLE));
    classes.put("cactus", plain(ShapeColor.GREEN, Shape.CROSS));
    classes.put("pool", plain(ShapeColor.CYAN, Shape.SQUARE));
    classes.put("snowflake", plain(ShapeColor.CYAN, Shape.STAR));
    classes.put("book", plain(ShapeColor.BLUE, Shape.SQUARE));
    classes.put("propeller", plain(ShapeColor.BLUE, Shape.CROSS));
    classes.put("plum", plain(ShapeColor.PURPLE, Shape.CIRCLE));
    classes.put("starfish", plain(ShapeColor.PURPLE, Shape.STAR));
    classes.put("tent", plain(ShapeColor.BLACK, Shape.TRIANGLE));
    classes.put("tyre", plain(ShapeColor.BLACK, Shape.RING));
    return Collections.unmodifiableMap(classes);
  }

  private static Map<String, Look> attributes() {
    var classes = new LinkedHashMap<String, Look>();
    for (var color : ShapeColor.values()) {
      for (var shape : Shape.values()) {
        classes.put(color.word() + " " + shape.word(), plain(color, shape));
      }
    }
    return Collections.unmodifiableMap(classes);
  }

  private static Look plain(ShapeColor color, Shape shape) {
    return new Look(color, shape, Texture.PLAIN);
  }
}
