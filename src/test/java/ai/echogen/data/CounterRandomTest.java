package ai.echogen.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CounterRandomTest {
  private static final int DRAWS = 100_000;

  @Test
  void sameKeysGiveTheSameNumbers() {
    var a = CounterRandom.of(7, 3);
    var b = CounterRandom.of(7, 3);
    for (var i = 0; i < 100; i++) {
      assertThat(a.nextLong()).isEqualTo(b.longAt(i)).isEqualTo(b.nextLong());
    }
  }

  @Test
  void keysInAnotherOrderOrNumberGiveAnotherStream() {
    var firsts = new HashSet<Long>();
    for (var key = 0; key < 1000; key++) {
      firsts.add(CounterRandom.of(key).longAt(0));
      firsts.add(CounterRandom.of(key, 1001).longAt(0));
      firsts.add(CounterRandom.of(1001, key).longAt(0));
      firsts.add(CounterRandom.of(1001, key, 0).longAt(0));
      firsts.add(CounterRandom.of(1001).fork(key).longAt(0));
    }
    assertThat(firsts).hasSize(5000);
  }

  @Test
  void forksDoNotDependOnWhereTheParentStands() {
    var parent = CounterRandom.of(1);
    var before = parent.fork(5).nextLong();
    parent.nextLong();
    assertThat(parent.fork(5).nextLong()).isEqualTo(before);
  }

  /**
   * Chi-squared over 100 cells: 99 degrees of freedom, so 99.99 % of good streams stay under 161.
   */
  @Test
  void doublesFillTheUnitIntervalEvenly() {
    var cells = new int[100];
    var random = CounterRandom.of(11);
    for (var i = 0; i < DRAWS; i++) {
      cells[(int) (random.nextDouble() * 100)]++;
    }
    assertThat(chiSquared(cells)).isLessThan(161);
  }

  /** The first numbers of neighbouring keys must look as random as one stream. */
  @Test
  void neighbouringKeysAreIndependent() {
    var cells = new int[100];
    for (var key = 0; key < DRAWS; key++) {
      var cell = (int) (CounterRandom.of(3, key).nextDouble() * 10);
      var next = (int) (CounterRandom.of(3, key + 1).nextDouble() * 10);
      cells[cell * 10 + next]++;
    }
    assertThat(chiSquared(cells)).isLessThan(161);
  }

  @Test
  void everyBitIsSetHalfOfTheTimeAndChangesWithEveryKeyBit() {
    var set = new int[64];
    var flipped = new int[64];
    for (var i = 0; i < 4096; i++) {
      var word = CounterRandom.of(i).longAt(0);
      var other = CounterRandom.of(i ^ 1L << (i % 64)).longAt(0);
      for (var bit = 0; bit < 64; bit++) {
        set[bit] += (int) (word >>> bit & 1);
        flipped[bit] += (int) ((word ^ other) >>> bit & 1);
      }
    }
    // Deviation of a count is 32; 5 deviations.
    assertThat(Arrays.stream(set)).allMatch(n -> Math.abs(n - 2048) < 160);
    assertThat(Arrays.stream(flipped)).allMatch(n -> Math.abs(n - 2048) < 160);
  }

  @Test
  void integersAreUniformWithinTheirBound() {
    var cells = new int[7];
    var random = CounterRandom.of(5);
    for (var i = 0; i < 70_000; i++) {
      cells[random.nextInt(10, 16) - 10]++;
    }
    assertThat(chiSquared(cells)).isLessThan(27.9); // 6 degrees of freedom, 99.99 %
    assertThatThrownBy(() -> random.nextInt(0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void gaussiansHaveTheMomentsOfTheNormalDistribution() {
    var random = CounterRandom.of(9);
    var sums = new double[4];
    for (var i = 0; i < DRAWS; i++) {
      var x = random.nextGaussian();
      for (var power = 0; power < 4; power++) {
        sums[power] += Math.pow(x, power + 1) / DRAWS;
      }
    }
    assertThat(sums[0]).isCloseTo(0, within(0.02));
    assertThat(sums[1]).isCloseTo(1, within(0.03));
    assertThat(sums[2]).isCloseTo(0, within(0.06));
    assertThat(sums[3]).isCloseTo(3, within(0.2));
  }

  @Test
  void permutationsHoldEachNumberOnceAndAllOrdersAreEquallyLikely() {
    var random = CounterRandom.of(13);
    assertThat(random.permutation(50)).containsExactlyInAnyOrder(IntStream.range(0, 50).toArray());
    var cells = new int[6];
    for (var i = 0; i < 6000; i++) {
      var order = random.permutation(3);
      cells[order[0] * 2 + (order[1] > order[2] ? 1 : 0)]++;
    }
    assertThat(chiSquared(cells)).isLessThan(25.8); // 5 degrees of freedom, 99.99 %
  }

  private static double chiSquared(int[] cells) {
    var expected = Arrays.stream(cells).sum() / (double) cells.length;
    return Arrays.stream(cells).mapToDouble(n -> (n - expected) * (n - expected) / expected).sum();
  }
}
