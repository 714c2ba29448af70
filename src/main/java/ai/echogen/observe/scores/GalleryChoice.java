package ai.echogen.observe.scores;

import ai.echogen.data.CounterRandom;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Chooses cases by a number or by chance. Cases with equal numbers are in an order drawn by seed,
 * so that those shown are not always the first ids.
 */
final class GalleryChoice {
  private final List<Integer> drawn;

  /**
   * @param numCases that are there, by rising id
   */
  GalleryChoice(int numCases, long seed) {
    drawn = IntStream.of(CounterRandom.of(seed, numCases).permutation(numCases)).boxed().toList();
  }

  /** All cases in the order in which chance chooses them. */
  List<Integer> drawn() {
    return drawn;
  }

  /**
   * The places of the cases with the lowest numbers, the lowest first.
   *
   * @param number of the case at a place; one that is NaN is not chosen
   * @param most that are chosen
   */
  List<Integer> lowest(IntToDoubleFunction number, int most) {
    return drawn.stream()
        .filter(place -> !Double.isNaN(number.applyAsDouble(place)))
        .sorted(Comparator.comparingDouble(number::applyAsDouble))
        .limit(most)
        .toList();
  }

  /** The same of the highest. */
  List<Integer> highest(IntToDoubleFunction number, int most) {
    return lowest(place -> -number.applyAsDouble(place), most);
  }

  /** As many places by chance. */
  List<Integer> random(int most) {
    return drawn.stream().limit(most).toList();
  }
}
