package ai.echogen.data.augment;

import ai.echogen.data.CounterRandom;
import ai.echogen.data.Sample;
import ai.echogen.data.shards.Finding;
import ai.echogen.data.shards.FoundSample;
import ai.echogen.image.ImageFile;
import ai.echogen.image.Png;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Makes the rows of one sample: itself at the final size and, of the split that is augmented, its
 * changed copies. A copy is a function of (seed, id, number) and the two banks.
 */
final class Augmenter {
  static final String ON_BACKGROUND = "copies that are objects on a background";
  static final String UNDECODABLE = "image does not decode";
  static final String CUT_OFF = "box cut off by fit=crop";
  static final String NO_BOX = "image without a usable box";

  private static final String PNG = "png";

  /** The changes, each with random numbers of its own. */
  private enum Step {
    BACKGROUND,
    ROTATE,
    CROP,
    FLIP,
    PASTE,
    COLOR;

    CounterRandom of(CounterRandom copy) {
      return copy.fork(ordinal());
    }
  }

  private final Augmentation rules;
  private final BackgroundBank backgrounds;
  private final Cropper cropper;
  private final Flip flip;
  private final Paster paster;

  Augmenter(Augmentation rules, ObjectBank objects, BackgroundBank backgrounds) {
    this.rules = rules;
    this.backgrounds = backgrounds;
    this.cropper = new Cropper(rules.crop(), rules.fit());
    this.flip = new Flip(rules.flip());
    this.paster = new Paster(rules, objects);
  }

  /**
   * The rows, each made when it is asked for.
   *
   * @throws IllegalArgumentException if the sample is a copy already, by its id
   */
  Iterator<FoundSample> results(Sample sample) {
    BufferedImage image;
    try {
      image = ImageFile.decode(sample.image());
    } catch (IOException e) {
      var what = "%s (%s)".formatted(sample.id(), e.getMessage());
      return List.of(new FoundSample(null, List.of(Finding.dropped(UNDECODABLE, what)))).iterator();
    }
    var itself = Stream.of(itself(sample, image));
    if (!sample.split().equals(rules.split())) {
      return itself.iterator();
    }
    if (Augmentation.isCopy(sample.id())) {
      throw new IllegalArgumentException(
          "the sample %s is a copy already; give the shards that it was made of, and more copies"
              .formatted(sample.id()));
    }
    int side = rules.workedSide(image.getWidth(), image.getHeight());
    var original = new Annotated(sample.id(), Annotated.opaque(image, side), sample.layout());
    return Stream.concat(
            itself,
            IntStream.rangeClosed(1, rules.copies())
                .mapToObj(number -> copy(sample, original, number)))
        .iterator();
  }

  private FoundSample itself(Sample sample, BufferedImage image) {
    var findings = new ArrayList<Finding>();
    int width = image.getWidth();
    int height = image.getHeight();
    boolean isDone = width == rules.size() && height == rules.size();
    if (isDone && ImageFile.ending(sample.image()).equals(PNG)) {
      return new FoundSample(sample, findings);
    }
    var before = sample.layout();
    var regions = new ArrayList<Region>();
    for (var region : before.regions()) {
      rules
          .fit()
          .box(region.box(), width, height)
          .ifPresentOrElse(
              box -> regions.add(new Region(region.phrase(), region.category(), box)),
              () -> findings.add(Finding.dropped(CUT_OFF, sample.id() + ": " + region.phrase())));
    }
    if (regions.isEmpty() && !before.regions().isEmpty()) {
      findings.add(Finding.dropped(NO_BOX, sample.id()));
      return new FoundSample(null, findings);
    }
    var square = Png.encode(rules.fit().image(image, rules.size()));
    var layout = Captions.recounted(before, regions);
    return new FoundSample(sample(sample, sample.id(), sample.path(), square, layout), findings);
  }

  private FoundSample copy(Sample sample, Annotated original, int number) {
    var findings = new ArrayList<Finding>();
    var random = rules.random(sample.id(), number);
    var changed =
        onBackground(random, findings).orElseGet(() -> changed(original, random, findings));
    changed = rules.color().apply(changed, Step.COLOR.of(random), findings);
    var id = Augmentation.id(sample.id(), number);
    var png = Png.encode(changed.picture().opaque());
    return new FoundSample(sample(sample, id, id + "." + PNG, png, changed.layout()), findings);
  }

  /** Objects on a background, where chance wants it so and there is room for one. */
  private Optional<Annotated> onBackground(CounterRandom copy, List<Finding> findings) {
    var random = Step.BACKGROUND.of(copy);
    if (backgrounds.isEmpty() || random.nextDouble() >= rules.backgroundShare()) {
      return Optional.empty();
    }
    var background = backgrounds.draw(rules.size(), random);
    var scene =
        paster.paste(
            new Annotated("", background, new Layout("", List.of())),
            Step.PASTE.of(copy),
            findings);
    if (scene.regions().isEmpty()) {
      return Optional.empty();
    }
    findings.add(Finding.adjusted(ON_BACKGROUND, ""));
    return Optional.of(scene);
  }

  private Annotated changed(Annotated original, CounterRandom copy, List<Finding> findings) {
    var turned = rules.rotate().apply(original, Step.ROTATE.of(copy), findings);
    var cut = cropper.apply(turned, Step.CROP.of(copy), findings);
    var square = cut.with(cut.picture().scaled(rules.size(), rules.size()));
    var mirrored = flip.apply(square, Step.FLIP.of(copy), findings);
    return paster.apply(mirrored, Step.PASTE.of(copy), findings);
  }

  private Sample sample(Sample from, String id, String path, byte[] image, Layout layout) {
    return new Sample(
        id, image, path, rules.size(), rules.size(), layout, from.source(), from.split());
  }
}
