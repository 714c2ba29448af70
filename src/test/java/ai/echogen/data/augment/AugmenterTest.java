package ai.echogen.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.echogen.data.Sample;
import ai.echogen.data.shards.Finding;
import ai.echogen.data.shards.FoundSample;
import ai.echogen.image.Fit;
import ai.echogen.image.Picture;
import ai.echogen.image.Png;
import ai.echogen.layout.Layout;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class AugmenterTest {
  private static Sample sample(String id, String split, Annotated drawn) {
    return new Sample(
        id,
        Png.encode(drawn.picture().opaque()),
        "photo.jpg",
        drawn.picture().width(),
        drawn.picture().height(),
        drawn.layout(),
        "photos",
        split);
  }

  private static Annotated cup() {
    return new Drawn(160, 120)
        .rectangle("cup", Drawn.RED, 40, 30, 120, 90)
        .region("hat", 0, 0, 40, 24)
        .captioned("a cup and a hat");
  }

  private static List<FoundSample> results(Augmentation rules, Sample sample) {
    return results(rules, sample, ObjectBank.empty(), BackgroundBank.empty());
  }

  private static List<FoundSample> results(
      Augmentation rules, Sample sample, ObjectBank objects, BackgroundBank backgrounds) {
    var results = new ArrayList<FoundSample>();
    new Augmenter(rules, objects, backgrounds).results(sample).forEachRemaining(results::add);
    return results;
  }

  private static Sample made(FoundSample result) {
    return Objects.requireNonNull(result.sample());
  }

  private static ObjectBank owls() {
    var picture = new Picture(20, 16, new int[320]);
    Arrays.fill(picture.argb(), Drawn.BLUE);
    var donor = new Donor("other", 0, "owl", 20, 16, 20, 16, 1, 0);
    return ObjectBank.of(List.of(new Cutout(donor, "owl", Png.encode(picture.opaque()))));
  }

  @Test
  void aSampleComesFirstAndItsCopiesFollowInOrder() {
    var results = results(Rules.everything(12, 48), sample("a", "train", cup()), owls(), noise());

    assertThat(results).hasSize(13);
    var ids = results.stream().map(result -> made(result).id()).toList();
    assertThat(ids).startsWith("a", "a~0001", "a~0002").endsWith("a~0012").isSorted();
    assertThat(ids).doesNotHaveDuplicates();
    for (var result : results) {
      var copy = made(result);
      var picture = Png.decode(copy.image());
      assertThat(picture.getWidth()).isEqualTo(48).isEqualTo(copy.width());
      assertThat(picture.getHeight()).isEqualTo(48).isEqualTo(copy.height());
      assertThat(copy.source()).isEqualTo("photos");
      assertThat(copy.split()).isEqualTo("train");
      assertThat(copy.layout().regions()).isNotEmpty();
    }
    assertThat(made(results.get(0)).path()).isEqualTo("photo.jpg");
    assertThat(made(results.get(1)).path()).isEqualTo("a~0001.png");
    assertThat(results.stream().map(result -> Arrays.hashCode(made(result).image())))
        .doesNotHaveDuplicates();
  }

  private static BackgroundBank noise() {
    return new BackgroundBank(
        List.of(Png.encode(new Drawn(150, 100).captioned("").picture().opaque())));
  }

  @Test
  void aSampleItselfIsScaledOnly() {
    var itself = results(Rules.everything(1, 48), sample("a", "train", cup())).get(0);

    assertThat(itself.findings()).isEmpty();
    assertThat(made(itself).layout()).isEqualTo(cup().layout());
    var expected = Picture.of(Fit.SQUASH.image(cup().picture().opaque(), 48));
    assertThat(Picture.of(Png.decode(made(itself).image())).argb()).isEqualTo(expected.argb());
  }

  @Test
  void otherSplitsAreScaledOnly() {
    var results = results(Rules.everything(9, 48), sample("a", "test", cup()));

    assertThat(results).hasSize(1);
    assertThat(made(results.get(0)).layout()).isEqualTo(cup().layout());
    assertThat(made(results.get(0)).split()).isEqualTo("test");
    var small = sample("b", "test", new Drawn(48, 48).region("cup", 0, 0, 9, 9).captioned(""));
    assertThat(made(results(Rules.everything(9, 48), small).get(0))).isSameAs(small);
  }

  /** More copies, or copies of more samples, change nothing of those that there were. */
  @Test
  void aCopyIsAFunctionOfItsIdAndNumber() {
    var few = results(Rules.everything(3, 48), sample("a", "train", cup()), owls(), noise());
    var many = results(Rules.everything(9, 48), sample("a", "train", cup()), owls(), noise());
    var other = results(Rules.everything(3, 48), sample("b", "train", cup()), owls(), noise());
    for (int i = 0; i < few.size(); i++) {
      assertThat(made(many.get(i)).image()).isEqualTo(made(few.get(i)).image());
      assertThat(made(many.get(i)).layout()).isEqualTo(made(few.get(i)).layout());
      assertThat(many.get(i).findings()).isEqualTo(few.get(i).findings());
      if (i > 0) {
        assertThat(made(other.get(i)).image()).isNotEqualTo(made(few.get(i)).image());
      }
    }
  }

  /** All geometry in a row: the cup's pixels are in its box, in every copy that has it. */
  @Test
  void boxesAreRightAfterAllChanges() {
    var egg = new Drawn(160, 120).ellipse("egg", Drawn.RED, 50, 30, 110, 80).captioned("an egg");
    var rules =
        Rules.of(60, 96)
            .with(new Crop(0.5, 0.5, 1.3, 0.99, 0.5, Fill.MEAN))
            .with(new Rotate(15, 0.5, 0.99, Fill.MEAN))
            .flipped(0.5)
            .get();
    for (var result : results(rules, sample("a", "train", egg))) {
      var drawn =
          new Annotated("", Picture.of(Png.decode(made(result).image())), made(result).layout());
      assertThat(Drawn.distance(drawn, "egg", Drawn.RED)).as(made(result).id()).isLessThan(2);
    }
  }

  @Test
  void aDamagedPictureIsLeftOutAndNamed() {
    var damaged = new Sample("a", new byte[] {1, 2}, "a", 9, 9, cup().layout(), "photos", "train");
    var results = results(Rules.everything(5, 48), damaged);
    assertThat(results).hasSize(1);
    assertThat(results.get(0).sample()).isNull();
    assertThat(results.get(0).findings()).hasSize(1);
    var finding = results.get(0).findings().get(0);
    assertThat(finding.reason()).isEqualTo("image does not decode");
    assertThat(finding.what()).startsWith("a (");
    assertThat(finding.kept()).isFalse();
  }

  @Test
  void aCopyIsNotCopied() {
    var copy = sample("a~0003", "train", cup());
    assertThatThrownBy(() -> results(Rules.everything(1, 48), copy))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the sample a~0003 is a copy already");
    assertThat(results(Rules.everything(1, 48), sample("a~003", "train", cup()))).hasSize(2);
  }

  @Test
  void whatFitCropCutsOffIsNamedAndCopiesKeepABox() {
    var wide = new Drawn(300, 60).region("cup", 0, 0, 30, 60).region("owl", 270, 0, 300, 60);
    var rules = Rules.of(20, 48).with(Fit.CROP).get();

    var results = results(rules, sample("a", "train", wide.captioned("a cup and an owl")));

    assertThat(results.get(0).sample()).isNull();
    assertThat(results.get(0).findings())
        .containsExactly(
            Finding.dropped("box cut off by fit=crop", "a: cup"),
            Finding.dropped("box cut off by fit=crop", "a: owl"),
            Finding.dropped("image without a usable box", "a"));
    for (var result : results.subList(1, 21)) {
      assertThat(made(result).layout().regions()).isNotEmpty();
    }
    var middle = wide.region("hat", 140, 0, 160, 60).captioned("a cup, an owl and a hat");
    var itself = results(rules, sample("a", "test", middle)).get(0);
    assertThat(made(itself).layout().caption()).isEqualTo("a hat");
    // The square from 120 to 180.
    assertThat(made(itself).layout().regions().get(0).box())
        .satisfies(
            box -> {
              assertThat(box.x0()).isBetween(20 / 60f - 1e-6f, 20 / 60f + 1e-6f);
              assertThat(box.x1()).isBetween(40 / 60f - 1e-6f, 40 / 60f + 1e-6f);
            });
  }

  @Test
  void samplesWithoutRegionsHaveCopiesWithoutRegions() {
    var empty = sample("a", "train", new Drawn(60, 50).captioned(""));
    for (var result : results(Rules.everything(10, 48), empty)) {
      assertThat(made(result).layout()).isEqualTo(new Layout("", List.of()));
    }
  }

  @Test
  void aShareOfTheCopiesIsObjectsOnBackgrounds() {
    var rules = Rules.of(200, 48).with(new Paste(0, 3, 0.3, 1, 1, true, 9)).get(0.5);

    var results = results(rules, sample("a", "train", cup()), owls(), noise());

    int onBackground = 0;
    for (var result : results.subList(1, 201)) {
      var layout = made(result).layout();
      var picture = Picture.of(Png.decode(made(result).image()));
      if (layout.regions().get(0).phrase().equals("owl")) {
        onBackground++;
        assertThat(layout.caption()).isIn("an owl", "two owls", "three owls");
        assertThat(Drawn.count(picture, Drawn.RED)).isZero();
        assertThat(result.findings()).contains(Finding.adjusted(Augmenter.ON_BACKGROUND, ""));
      } else {
        assertThat(layout).isEqualTo(cup().layout());
        assertThat(Drawn.count(picture, Drawn.BLUE)).isZero();
      }
    }
    assertThat(onBackground).isBetween(75, 125);
  }

  /** A transparent picture is on white, as it is where it is tokenized. */
  @Test
  void transparentPicturesAreOnWhite() {
    var clear = new BufferedImage(40, 40, BufferedImage.TYPE_INT_ARGB);
    var sample =
        new Sample("a", Png.encode(clear), "a", 40, 40, new Layout("", List.of()), "s", "train");
    for (var result : results(Rules.of(2, 16).get(), sample)) {
      assertThat(Picture.of(Png.decode(made(result).image())).argb()).containsOnly(0xFFFFFFFF);
    }
  }

  @Test
  void picturesAreWorkedOnWithSparePixelsOnly() {
    // 1.5 × 96 × sqrt(1.3 / 0.3) = 299.8 for the shorter side.
    assertThat(Rules.of(1, 96).get().workedSide(4000, 3000)).isEqualTo(400);
    assertThat(Rules.of(1, 96).get().workedSide(3000, 4000)).isEqualTo(400);
    assertThat(Rules.of(1, 96).get().workedSide(200, 100)).isEqualTo(200);
    assertThat(Rules.of(1, 1024).get().workedSide(5000, 5000)).isEqualTo(2000);
  }
}
