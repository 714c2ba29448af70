package ai.echogen.scoring.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.data.CounterRandom;
import ai.echogen.scoring.metrics.AveragePrecision.Classes;
import ai.echogen.scoring.metrics.AveragePrecision.Found;
import ai.echogen.scoring.metrics.AveragePrecision.Truth;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the fixture of pycocotools does not show: parts, draws and refusals. */
class AveragePrecisionTest {
  private static final Set<Integer> CATEGORIES = Set.of(1, 2, 3);
  private static final int IMAGES = 12;

  @ParameterizedTest
  @EnumSource
  void imagesMatchedApartGiveTheSameBits(Classes classes) {
    var truths = truths(IMAGES);
    var found = found(IMAGES);
    var images = new ArrayList<CocoImage>();
    for (long image = 0; image < IMAGES; image++) {
      images.add(image(image, truths, found, classes));
    }
    Collections.reverse(images);
    Collections.swap(images, 2, 7);
    assertThat(AveragePrecision.of(images).stats())
        .isEqualTo(AveragePrecision.of(CATEGORIES, truths, found, classes).stats())
        .allSatisfy((name, value) -> assertThat(value).as(name).isNotNaN());
  }

  /** Copies under new numbers, which follow the image that they are copies of. */
  @ParameterizedTest
  @EnumSource
  void aDrawIsTheMetricOfTheDrawnImages(Classes classes) {
    var truths = truths(IMAGES);
    var found = found(IMAGES);
    var counts = new int[] {1, 0, 3, 1, 2, 0, 0, 1, 2, 1, 1, 0};
    var manyTruths = new ArrayList<Truth>();
    var manyFound = new ArrayList<Found>();
    for (int image = 0; image < IMAGES; image++) {
      for (int copy = 0; copy < counts[image]; copy++) {
        for (var t : truths) {
          if (t.image() == image) {
            manyTruths.add(
                new Truth(
                    10 * image + copy,
                    t.category(),
                    t.x(),
                    t.y(),
                    t.width(),
                    t.height(),
                    t.area(),
                    t.crowd()));
          }
        }
        for (var f : found) {
          if (f.image() == image) {
            manyFound.add(
                new Found(
                    10 * image + copy,
                    f.category(),
                    f.x(),
                    f.y(),
                    f.width(),
                    f.height(),
                    f.score()));
          }
        }
      }
    }
    var once = AveragePrecision.of(CATEGORIES, truths, found, classes);
    assertThat(once.images()).hasSize(IMAGES).isSorted();
    var drawn = once.resampled(counts).stats();
    AveragePrecision.of(CATEGORIES, manyTruths, manyFound, classes)
        .stats()
        .forEach(
            (name, value) -> assertThat(drawn.get(name)).as(name).isCloseTo(value, within(1e-12)));
    assertThat(drawn).isNotEqualTo(once.stats());
  }

  @Test
  void hasAnIntervalOverTheImages() {
    var precision =
        AveragePrecision.of(CATEGORIES, truths(IMAGES), found(IMAGES), Classes.SEPARATE);
    var interval =
        new Bootstrap(IMAGES, 200, 1).interval(counts -> precision.resampled(counts).ap());
    assertThat(interval.value()).isEqualTo(precision.ap());
    assertThat(interval.low()).isLessThan(interval.value());
    assertThat(interval.high()).isGreaterThan(interval.value());
  }

  @Test
  void refusesAnImageThatIsThereTwice() {
    var image = image(7, truths(IMAGES), found(IMAGES), Classes.SEPARATE);
    assertThatThrownBy(() -> AveragePrecision.of(List.of(image, image)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("image 7 is there twice");
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY})
  void refusesNumbersThatAreNotFinite(double bad) {
    assertThatThrownBy(() -> new Found(3, 1, 0, 0, 1, 1, bad))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("image 3");
    assertThatThrownBy(() -> new Truth(4, 1, bad, 0, 1, 1, 1, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("image 4");
  }

  @Test
  void ranksEqualValuesAsTheyCome() {
    assertThat(Ranking.byFallingValue(new double[] {0, 2, -0.0, 2, 1, 0}))
        .containsExactly(1, 3, 4, 0, 2, 5);
    assertThat(Ranking.byFallingValue(new double[0])).isEmpty();
  }

  private static CocoImage image(
      long image, List<Truth> truths, List<Found> found, Classes classes) {
    return CocoImage.of(
        image,
        CATEGORIES,
        truths.stream().filter(t -> t.image() == image).toList(),
        found.stream().filter(f -> f.image() == image).toList(),
        classes);
  }

  private static List<Truth> truths(int images) {
    var random = CounterRandom.of(5);
    var truths = new ArrayList<Truth>();
    for (int i = 0; i < 4 * images; i++) {
      double side = random.nextDouble(10, 120);
      truths.add(
          new Truth(
              i % images,
              random.nextInt(1, 4), // 4 is not measured
              random.nextDouble(0, 100),
              random.nextDouble(0, 100),
              side,
              side,
              side * side,
              i % 9 == 0));
    }
    return truths;
  }

  /** Scores differ, so that no tie depends on the order of copies. */
  private static List<Found> found(int images) {
    var random = CounterRandom.of(6);
    var found = new ArrayList<Found>();
    for (var truth : truths(images)) {
      for (int i = 0; i < 3; i++) {
        found.add(
            new Found(
                truth.image(),
                truth.category(),
                truth.x() + random.nextDouble(-5, 5),
                truth.y() + random.nextDouble(-5, 5),
                truth.width() * random.nextDouble(0.8, 1.2),
                truth.height(),
                random.nextDouble()));
      }
    }
    return found;
  }
}
