package ai.echogen.data.synth;

import ai.echogen.data.CounterRandom;
import ai.echogen.data.Sample;
import ai.echogen.image.Png;
import ai.echogen.layout.Layout;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * An endless, seeded supply of shape scenes: scene number {@code index} of a split is a pure
 * function of (seed, split, index).
 *
 * <p>A scene has 1 to 4 shapes of 16 to 36 pixels on 64 (other sizes scale), never two of one
 * class; boxes overlap by at most 6 % of the smaller one, those of one colour not at all. One
 * layout in eight, by its fingerprint, belongs to the held-out splits: no layout of theirs is ever
 * in train, whatever the seeds.
 *
 * @param size side of the images, pixels
 * @param attributesShare share of {@link ShapeFamily#ATTRIBUTES} scenes in train, in [0, 1]
 */
public record ShapeScenes(long seed, int size, double attributesShare) implements SceneSource {
  /** The largest number of objects in a scene. */
  public static final int MAX_OBJECTS = 4;

  static final int HELD_OUT_SHARE = 8; // one layout in so many
  private static final double MAX_OVERLAP = 0.06;
  private static final double TEXTURED = 1 / 3.0;
  private static final int TRIES = 60;

  public ShapeScenes {
    if (size < 32 || size > 1024) {
      throw new IllegalArgumentException("size must be in 32..1024 for shapes, got " + size);
    }
    if (!(attributesShare >= 0 && attributesShare <= 1)) {
      throw new IllegalArgumentException(
          "attributesShare must be in [0, 1], got " + attributesShare);
    }
  }

  /** A scene with its words and its picture. */
  public record Rendered(ShapeScene scene, Layout layout, BufferedImage image) {}

  /** Scene {@code index} of a split, with caption and picture. */
  public Rendered render(SceneSplit split, long index) {
    var random = CounterRandom.of(seed, split.ordinal(), index);
    var scene = scene(split, random);
    var layout = layout(scene, random);
    return new Rendered(scene, layout, ShapeRenderer.paint(scene, random.fork(2)));
  }

  /** The layout and caption of scene {@code index} of a split, without its picture. */
  public Layout layout(SceneSplit split, long index) {
    var random = CounterRandom.of(seed, split.ordinal(), index);
    return layout(scene(split, random), random);
  }

  private static Layout layout(ShapeScene scene, CounterRandom random) {
    return scene.layout(SceneCaption.of(scene.regions(), random.fork(1)));
  }

  @Override
  public List<SceneSplit> splits() {
    return List.of(SceneSplit.values());
  }

  /** Scene {@code index} of a split as a sample with a PNG. */
  @Override
  public Sample sample(SceneSplit split, long index) {
    var rendered = render(split, index);
    var id = String.format(Locale.ROOT, "shapes-%s-%08d", split.word(), index);
    return new Sample(
        id,
        Png.encode(rendered.image()),
        id + ".png",
        size,
        size,
        rendered.layout(),
        "shapes",
        split.word());
  }

  private ShapeScene scene(SceneSplit split, CounterRandom random) {
    var attributes =
        switch (split) {
          case TRAIN -> random.nextDouble() < attributesShare;
          case TEST -> false;
          case TEST_ATTRIBUTES -> true;
        };
    var family = attributes ? ShapeFamily.ATTRIBUTES : ShapeFamily.NAMED;
    var objects = random.nextInt(1, MAX_OBJECTS);
    while (true) {
      var items = place(family, objects, random);
      var scene = new ShapeScene(size, family, items);
      if (items.size() == objects && isHeldOut(scene) == split.heldOut()) {
        return scene;
      }
    }
  }

  static boolean isHeldOut(ShapeScene scene) {
    return Long.remainderUnsigned(scene.fingerprint(), HELD_OUT_SHARE) == 0;
  }

  /** As many objects as find a place in a bounded number of tries. */
  private List<ShapeScene.Item> place(ShapeFamily family, int objects, CounterRandom random) {
    var items = new ArrayList<ShapeScene.Item>();
    for (var t = 0; t < TRIES && items.size() < objects; t++) {
      var item = item(family, random);
      if (items.stream().allMatch(placed -> fits(item, placed))) {
        items.add(item);
      }
    }
    return items;
  }

  private ShapeScene.Item item(ShapeFamily family, CounterRandom random) {
    var drawn = family.draw(random);
    var texture = Texture.PLAIN;
    if (family == ShapeFamily.ATTRIBUTES && random.nextDouble() < TEXTURED) {
      texture = random.nextInt(2) == 0 ? Texture.STRIPED : Texture.DOTTED;
    }
    var smallest = pixels(16);
    var largest = pixels(36);
    var width = random.nextInt(smallest, largest);
    var height = (int) Math.round(width * random.nextDouble(0.75, 1.33));
    height = Math.max(smallest, Math.min(largest, height));
    return new ShapeScene.Item(
        drawn.getKey(),
        new Look(drawn.getValue().color(), drawn.getValue().shape(), texture),
        random.nextInt(size - width + 1),
        random.nextInt(size - height + 1),
        width,
        height);
  }

  private boolean fits(ShapeScene.Item item, ShapeScene.Item placed) {
    if (item.look().sameClass(placed.look())) {
      return false;
    }
    if (item.look().color() == placed.look().color()) {
      return item.overlap(placed, pixels(2)) == 0;
    }
    return item.overlap(placed, 0) <= MAX_OVERLAP * Math.min(item.area(), placed.area());
  }

  /** A length given on a canvas of 64 pixels. */
  private int pixels(int of64) {
    return Math.max(1, (int) Math.round(of64 * size / 64.0));
  }
}
