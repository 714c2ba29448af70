package ai.echogen.data;

import java.util.ArrayList;
import java.util.List;

/** Places that are spread evenly over many, so that a few say something of all. */
public final class RowSpread {
  private RowSpread() {}

  /**
   * At most {@code wanted} different places of {@code [0, size)}, in their order, the first among
   * them.
   */
  public static List<Long> of(long size, int wanted) {
    long number = Math.min(size, wanted);
    var places = new ArrayList<Long>();
    for (long i = 0; i < number; i++) {
      places.add(Math.floorDiv(Math.multiplyExact(i, size), number));
    }
    return places;
  }

  /** The same of a list. */
  public static <T> List<T> of(List<T> all, int wanted) {
    return of(all.size(), wanted).stream().map(place -> all.get(place.intValue())).toList();
  }
}
