package ai.echogen.data.synth;

import ai.echogen.data.CounterRandom;
import ai.echogen.data.Sample;
import ai.echogen.image.Picture;
import ai.echogen.image.Png;
import ai.echogen.layout.Layout;
import java.util.List;
import java.util.Locale;

/**
 * An endless, seeded supply of cut-outs on photographs: scene number {@code index} of a split is a
 * pure function of (seed, split, index) and the files.
 *
 * <p>A scene has 1 to 4 objects, never two of one phrase, each 0.25 to 0.55 of the canvas long, as
 * it is or mirrored, a little lighter or darker, and at least three quarters visible. One layout in
 * eight, by its fingerprint, is held out for test, and so is a quarter of the photographs, by the
 * hash of their names.
 *
 * @param size side of the images, pixels
 */
public record SpriteScenes(long seed, int size, SpriteCatalog catalog) implements SceneSource {
  /** The largest number of objects in a scene. */
  public static final int MAX_OBJECTS = 4;

  private static final double SMALLEST = 0.25; // of the canvas, the longer side
  private static final double LARGEST = 0.55;
  private static final double BRIGHTNESS = 0.15;
  private static final double BACKGROUND_BRIGHTNESS = 0.1;
  private static final int TRIES = 60;

  @Override
  public List<SceneSplit> splits() {
    return List.of(SceneSplit.TRAIN, SceneSplit.TEST);
  }

  @Override
  public Sample sample(SceneSplit split, long index) {
    var random = CounterRandom.of(seed, split.ordinal(), index);
    try {
      var scene = scene(split, random);
      var caption = SceneCaption.of(scene.regions(), random.fork(1));
      var canvas = background(split, random.fork(2));
      scene.paint(canvas);
      var id = String.format(Locale.ROOT, "sprites-%s-%08d", split.word(), index);
      return new Sample(
          id,
          Png.encode(canvas.opaque()),
          id + ".png",
          size,
          size,
          new Layout(caption, scene.regions()),
          "sprites",
          split.word());
    } catch (PictureFiles.Unusable e) {
      throw new IllegalArgumentException(
          "a sprite or background has changed while scenes were made: " + e.getMessage(), e);
    }
  }

  /** A scene whose layout belongs to the split. */
  SpriteScene scene(SceneSplit split, CounterRandom random) throws PictureFiles.Unusable {
    var objects = random.nextInt(1, MAX_OBJECTS);
    while (true) {
      var scene = new SpriteScene(size);
      for (var t = 0; t < TRIES && scene.items().size() < objects; t++) {
        scene.add(item(random));
      }
      if (scene.items().size() == objects && scene.isHeldOut() == split.heldOut()) {
        return scene;
      }
    }
  }

  private SpriteScene.Item item(CounterRandom random) throws PictureFiles.Unusable {
    var drawn = catalog.classes().get(random.nextInt(catalog.classes().size()));
    var look = files().sprite(drawn.paths().get(random.nextInt(drawn.paths().size())));
    var longer = random.nextDouble(SMALLEST, LARGEST) * size;
    var scale = longer / Math.max(look.width(), look.height());
    var picture =
        look.scaled(
            Math.max(1, (int) Math.round(look.width() * scale)),
            Math.max(1, (int) Math.round(look.height() * scale)));
    // A fine tip fades as it shrinks, so the edges are looked for once more.
    picture = picture.visible(PictureFiles.VISIBLE).map(picture::crop).orElse(picture);
    picture = random.nextInt(2) == 0 ? picture : picture.mirrored();
    picture = picture.brightened(random.nextDouble(1 - BRIGHTNESS, 1 + BRIGHTNESS));
    return new SpriteScene.Item(
        drawn.phrase(),
        picture,
        random.nextInt(size - picture.width() + 1),
        random.nextInt(size - picture.height() + 1));
  }

  /** A square cut from a photograph, half its height or more. */
  private Picture background(SceneSplit split, CounterRandom random) throws PictureFiles.Unusable {
    var paths = catalog.backgrounds(split);
    var whole = files().background(paths.get(random.nextInt(paths.size())));
    var shorter = Math.min(whole.width(), whole.height());
    var side = random.nextInt((shorter + 1) / 2, shorter);
    var area =
        new Picture.Area(
            random.nextInt(whole.width() - side + 1),
            random.nextInt(whole.height() - side + 1),
            side,
            side);
    var canvas = Picture.black(size, size);
    var square = whole.crop(area).scaled(size, size);
    canvas.paint(random.nextInt(2) == 0 ? square : square.mirrored(), 0, 0);
    return canvas.brightened(
        random.nextDouble(1 - BACKGROUND_BRIGHTNESS, 1 + BACKGROUND_BRIGHTNESS));
  }

  private PictureFiles files() {
    return new PictureFiles(size);
  }
}
