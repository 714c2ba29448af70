package ai.echogen.scoring.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.data.CounterRandom;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FeatureSumsTest {
  private static final int COUNT = 5_500; // five whole leaves and a part
  private static final int LENGTH = 3;
  private static final Set<Integer> LEFT_OUT = Set.of(0, 17, 1_024, 5_000);

  @Test
  void isTheMeanAndTheCovarianceOfAllVectors() {
    var vectors = new ArrayList<double[]>();
    IntStream.range(0, COUNT).filter(i -> !LEFT_OUT.contains(i)).forEach(i -> vectors.add(row(i)));
    var moments = whole().moments();
    assertThat(moments.count()).isEqualTo(COUNT - 4);
    var means =
        IntStream.range(0, LENGTH)
            .mapToDouble(i -> vectors.stream().mapToDouble(v -> v[i]).average().orElseThrow())
            .toArray();
    assertThat(moments.mean()).containsExactly(means, within(1e-9));
    for (int i = 0; i < LENGTH; i++) {
      for (int k = 0; k < LENGTH; k++) {
        int row = i;
        int column = k;
        double sum =
            vectors.stream()
                .mapToDouble(v -> (v[row] - means[row]) * (v[column] - means[column]))
                .sum();
        assertThat(moments.covariance(i, k)).isCloseTo(sum / (vectors.size() - 1), within(1e-9));
      }
    }
  }

  @Test
  void partsOfAnyKindGiveTheSameBits() throws Exception {
    var expected = whole().moments();
    for (int parts : new int[] {2, 3, 7, 40}) {
      assertSame(merged(parts, Way.ROUND_ROBIN), expected);
      assertSame(merged(parts, Way.IN_A_ROW), expected);
      assertSame(merged(parts, Way.AT_RANDOM), expected);
    }
    assertThat(plain().mean()[0])
        .as("the order of additions counts here")
        .isNotEqualTo(expected.mean()[0]);
  }

  @Test
  void aNumberThatNeverComesIsAsIfLeftOut() {
    var sums = new FeatureSums(LENGTH);
    IntStream.range(0, COUNT).filter(i -> !LEFT_OUT.contains(i)).forEach(i -> sums.add(i, row(i)));
    assertSame(sums, whole().moments());
    var few = new FeatureSums(LENGTH);
    few.add(1_000_000_000_000L, row(1));
    few.add(3, row(2));
    assertThat(few.moments().count()).isEqualTo(2);
    assertThat(new FeatureSums(LENGTH).moments().count()).isZero();
  }

  @Test
  void refusesWhatIsNotFiniteByItsIndex() {
    assertThatThrownBy(() -> new FeatureSums(LENGTH).add(12, new double[] {1, Double.NaN, 3}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("feature vector 12 has NaN at index 1");
    assertThatThrownBy(
            () ->
                FeatureMoments.of(
                    List.of(new double[] {1}, new double[] {Double.NEGATIVE_INFINITY})))
        .hasMessage("feature vector 1 has -Infinity at index 0");
    assertThatThrownBy(() -> new FeatureSums(LENGTH).add(2, new double[4]))
        .hasMessageContaining("feature vector 2 must have 3 numbers")
        .hasMessageContaining("got 4");
    assertThatThrownBy(() -> new FeatureSums(3).merge(new FeatureSums(4)))
        .hasMessage("feature vectors have 3 and 4 numbers");
  }

  @Test
  void refusesANumberThatCameBefore() {
    var sums = new FeatureSums(LENGTH);
    sums.add(4, row(4));
    assertThatThrownBy(() -> sums.leaveOut(4)).hasMessage("feature vector 4 came twice");
    assertThatThrownBy(() -> whole().add(1_500, row(1)))
        .hasMessage("feature vector 1500 came twice");
    assertThatThrownBy(() -> sums.merge(whole())).hasMessageContaining("twice");
    assertThatThrownBy(() -> sums.add(-1, row(0))).hasMessageContaining("from 0, got -1");
  }

  private static FeatureSums whole() {
    return part(IntStream.range(0, COUNT));
  }

  private static FeatureSums part(IntStream numbers) {
    var sums = new FeatureSums(LENGTH);
    numbers.forEach(
        i -> {
          if (LEFT_OUT.contains(i)) {
            sums.leaveOut(i);
          } else {
            sums.add(i, row(i));
          }
        });
    return sums;
  }

  private enum Way {
    ROUND_ROBIN,
    IN_A_ROW,
    AT_RANDOM
  }

  /** The parts come back from other machines, the last first. */
  private static FeatureSums merged(int parts, Way way) throws Exception {
    var merged = new FeatureSums(LENGTH);
    for (int p = parts - 1; p >= 0; p--) {
      int part = p;
      merged.merge(
          copy(
              part(
                  IntStream.range(0, COUNT)
                      .filter(
                          i ->
                              part
                                  == switch (way) {
                                    case ROUND_ROBIN -> i % parts;
                                    case IN_A_ROW -> (long) i * parts / COUNT;
                                    case AT_RANDOM -> CounterRandom.of(5, i).nextInt(parts);
                                  }))));
    }
    return merged;
  }

  private static FeatureSums copy(FeatureSums sums) throws IOException, ClassNotFoundException {
    var bytes = new ByteArrayOutputStream();
    new ObjectOutputStream(bytes).writeObject(sums);
    return (FeatureSums)
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
  }

  private static void assertSame(FeatureSums got, FeatureMoments expected) {
    assertThat(got.moments().count()).isEqualTo(expected.count());
    assertThat(got.moments().mean()).isEqualTo(expected.mean());
    assertThat(got.moments().scatter()).isEqualTo(expected.scatter());
  }

  private static FeatureMoments plain() {
    return FeatureMoments.of(
        IntStream.range(0, COUNT)
            .filter(i -> !LEFT_OUT.contains(i))
            .mapToObj(FeatureSumsTest::row)
            .toList());
  }

  private static double[] row(int number) {
    var random = CounterRandom.of(2, number);
    double shared = random.nextGaussian();
    return new double[] {
      shared + 0.1, 100 + random.nextGaussian() + shared, random.nextGaussian() * 0.01
    };
  }
}
