package ai.echogen.scoring.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.data.CounterRandom;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BootstrapTest {
  private static final int IMAGES = 400;

  /** A share of hits has a standard error of √(p (1 - p) / n). */
  @Test
  void intervalOfAShareIsThatOfTheNormalDistribution() {
    var interval = Bootstrap.intervals(table(0.3, 1), 2_000, 1).get("acc");
    double value = table(0.3, 1).numbers().get("acc");
    double error = Math.sqrt(value * (1 - value) / IMAGES);
    assertThat(interval.value()).isEqualTo(value);
    assertThat(interval.low()).isCloseTo(value - 1.96 * error, within(0.25 * error));
    assertThat(interval.high()).isCloseTo(value + 1.96 * error, within(0.25 * error));
    assertThat(interval.draws()).isEqualTo(2_000);
  }

  /** Ten boxes that are found together say no more than one. */
  @Test
  void imagesAreDrawnAndNotBoxes() {
    var boxes = new RatioTable();
    var images = new RatioTable();
    for (int i = 0; i < IMAGES; i++) {
      double hit = hit(i, 0.3, 1);
      images.row(id(i)).add("acc", hit, 1);
      for (int box = 0; box < 10; box++) {
        boxes.row(id(i) + " " + box, id(i)).add("acc", hit, 1);
      }
    }
    var ofBoxes = Bootstrap.intervals(boxes, 500, 1).get("acc");
    var ofImages = Bootstrap.intervals(images, 500, 1).get("acc");
    assertThat(ofBoxes.low()).isCloseTo(ofImages.low(), within(1e-12));
    assertThat(ofBoxes.high()).isCloseTo(ofImages.high(), within(1e-12));
  }

  /** Every draw summed up anew, percentiles by their definition. */
  @Test
  void agreesWithDrawingByHand() {
    var table = new RatioTable();
    var sums = new double[] {1, 5, 2, 0, 3};
    var weights = new double[] {2, 5, 2, 1, 4};
    for (int i = 0; i < sums.length; i++) {
      table.row(id(i)).add("ratio", sums[i], weights[i]);
      table
          .row(id(i) + "+", id(i))
          .add("mean over classes", i < 2 ? "a" : "b", sums[i], weights[i]);
    }
    var ratios = new double[101];
    var means = new double[101];
    for (int b = 0; b < ratios.length; b++) {
      var random = CounterRandom.of(9, b);
      double sum = 0;
      double weight = 0;
      var ofClass = new double[4];
      for (int i = 0; i < sums.length; i++) {
        int drawn = random.nextInt(sums.length);
        sum += sums[drawn];
        weight += weights[drawn];
        ofClass[drawn < 2 ? 0 : 1] += sums[drawn];
        ofClass[drawn < 2 ? 2 : 3] += weights[drawn];
      }
      ratios[b] = sum / weight;
      boolean both = ofClass[2] > 0 && ofClass[3] > 0;
      means[b] = (ratio(ofClass[0], ofClass[2]) + ratio(ofClass[1], ofClass[3])) / (both ? 2 : 1);
    }
    Arrays.sort(ratios);
    Arrays.sort(means);
    var got = Bootstrap.intervals(table, 101, 9);
    // 2.5 % of 100 steps is half-way between the third and the fourth.
    assertThat(got.get("ratio").low()).isCloseTo((ratios[2] + ratios[3]) / 2, within(1e-12));
    assertThat(got.get("ratio").high()).isCloseTo((ratios[97] + ratios[98]) / 2, within(1e-12));
    assertThat(got.get("mean over classes").low())
        .isCloseTo((means[2] + means[3]) / 2, within(1e-12));
    assertThat(got.get("mean over classes").high())
        .isCloseTo((means[97] + means[98]) / 2, within(1e-12));
  }

  @Test
  void drawsInWhichANumberIsNotDefinedDoNotCount() {
    var table = new RatioTable();
    table.row("a").add("rare", 1, 1);
    table.row("b").add("often", 1, 1);
    var interval = Bootstrap.intervals(table, 1_000, 1).get("rare");
    assertThat(interval.draws()).isBetween(700, 800); // a is drawn in three of four
    assertThat(interval.low()).isEqualTo(1);
  }

  @Test
  void aSeedDecidesAndTheOrderOfRowsDoesNot() {
    var table = table(0.5, 1);
    var other = new RatioTable();
    var ids = table.ids();
    for (int i = IMAGES - 1; i >= 0; i--) {
      other.merge(table.of(Set.of(ids.get(i))));
    }
    assertThat(Bootstrap.intervals(other, 50, 3)).isEqualTo(Bootstrap.intervals(table, 50, 3));
    assertThat(Bootstrap.intervals(table, 50, 4)).isNotEqualTo(Bootstrap.intervals(table, 50, 3));
  }

  @Test
  void comparesTwoSystemsImageByImage() {
    var better = new RatioTable();
    var worse = new RatioTable();
    for (int i = 0; i < IMAGES; i++) {
      double noise = CounterRandom.of(7, i).nextGaussian();
      worse.row(id(i)).add("score", noise, 1);
      better.row(id(i)).add("score", noise + (i % 20 == 0 ? 1 : 0), 1);
    }
    var comparison = Bootstrap.compare(worse, better, 1_000, 1).get("score");
    assertThat(comparison.difference().value()).isCloseTo(0.05, within(1e-9));
    assertThat(comparison.difference().low()).isBetween(0.02, 0.05);
    assertThat(comparison.difference().high()).isBetween(0.05, 0.08);
    assertThat(comparison.p()).isLessThan(0.01);
    assertThat(comparison.second() - comparison.first()).isCloseTo(0.05, within(1e-9));
    // Apart, the two intervals overlap: the images differ more than the systems.
    assertThat(Bootstrap.intervals(worse, 1_000, 1).get("score").high())
        .isGreaterThan(Bootstrap.intervals(better, 1_000, 1).get("score").low());
    assertThat(Bootstrap.compare(worse, worse, 100, 1).get("score").p()).isEqualTo(1);
  }

  @Test
  void pCountsTheDrawsOnTheOtherSide() {
    var first = new RatioTable();
    var second = new RatioTable();
    var differences = new double[] {3, -1, 2, -2, 0.5};
    for (int i = 0; i < differences.length; i++) {
      first.row(id(i)).add("score", 10, 1);
      second.row(id(i)).add("score", 10 + differences[i], 1);
    }
    int notAbove = 0;
    for (int b = 0; b < 200; b++) {
      var random = CounterRandom.of(2, b);
      double sum = IntStream.range(0, 5).mapToDouble(i -> differences[random.nextInt(5)]).sum();
      notAbove += sum <= 0 ? 1 : 0;
    }
    assertThat(notAbove).isBetween(20, 100);
    assertThat(Bootstrap.compare(first, second, 200, 2).get("score").p())
        .isCloseTo(2 * (notAbove + 1) / 201.0, within(1e-12));
  }

  @Test
  void anyNumberOfDrawnImagesHasAnInterval() {
    var bootstrap = new Bootstrap(IMAGES, 300, 1);
    var table = table(0.3, 1);
    var columns = table.columns();
    assertThat(bootstrap.interval(counts -> columns.value("acc", counts)))
        .isEqualTo(Bootstrap.intervals(table, 300, 1).get("acc"));
  }

  @Test
  void refusesOtherSamples() {
    var table = table(0.5, 1);
    var fewer = table.of(Set.of(id(0), id(1)));
    assertThatThrownBy(() -> Bootstrap.compare(table, fewer, 10, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("398 of 400 are in the first alone, 0 of 2 in the second")
        .hasMessageContaining("such as " + id(2));
    var elsewhere = new RatioTable();
    IntStream.range(0, IMAGES).forEach(i -> elsewhere.row(id(i), "one").add("acc", 1, 1));
    assertThatThrownBy(() -> Bootstrap.compare(table, elsewhere, 10, 1))
        .hasMessageContaining("belong to other images");
    assertThatThrownBy(() -> new Bootstrap(0, 10, 1)).hasMessageContaining("got 0 and 10");
    assertThat(Bootstrap.intervals(new RatioTable(), 10, 1)).isEmpty();
  }

  private static RatioTable table(double share, long seed) {
    var table = new RatioTable();
    for (int i = 0; i < IMAGES; i++) {
      table.row(id(i)).add("acc", hit(i, share, seed), 1);
    }
    return table;
  }

  private static double hit(int i, double share, long seed) {
    return CounterRandom.of(seed, i).nextDouble() < share ? 1 : 0;
  }

  private static double ratio(double sum, double weight) {
    return weight > 0 ? sum / weight : 0;
  }

  private static String id(int i) {
    return String.format(Locale.ROOT, "i%04d", i);
  }
}
