package ai.echogen.data.stats;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/** The smallest few of many different things: the same in whatever order they come. */
final class Smallest<T extends Comparable<? super T> & Serializable> implements Serializable {
  private static final long serialVersionUID = 1;
  private static final int SLACK = 8; // sorted once in so many

  private final int most;
  private final ArrayList<T> kept = new ArrayList<>();

  /**
   * @param most things that are kept
   */
  Smallest(int most) {
    this.most = most;
  }

  void add(T thing) {
    kept.add(thing);
    if (kept.size() > SLACK * most) {
      cut();
    }
  }

  void merge(Smallest<T> other) {
    kept.addAll(other.kept);
    cut();
  }

  /** In their order. */
  List<T> list() {
    cut();
    return List.copyOf(kept);
  }

  private void cut() {
    kept.sort(null);
    if (kept.size() > most) {
      kept.subList(most, kept.size()).clear();
    }
  }
}
