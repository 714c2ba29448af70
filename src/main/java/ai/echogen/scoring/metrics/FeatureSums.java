package ai.echogen.scoring.metrics;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Gathers feature vectors into {@link FeatureMoments}, in any order and on any machines, to the
 * same bits.
 *
 * <p>Vectors are numbered from 0, such as by the order of their samples' ids. A leaf is 1,024
 * numbers in a row; a whole leaf is summed up, and two whole neighbours of a level merge to one of
 * the next, so the tree of additions is a function of the numbers alone. What is not whole yet is
 * kept as it is: with partitions of consecutive numbers that is little. A number that has no vector
 * must be left out by name, or its leaf is never whole and its vectors are carried to the end.
 */
public final class FeatureSums implements Serializable {
  private static final long serialVersionUID = 1;
  private static final int LEAF = 1 << 10; // vectors; raw, as large as a triangle of 2,048 rows

  /** A leaf that is not whole: its vectors by number, null where one is left out. */
  private final TreeMap<Long, TreeMap<Long, Vector>> leaves = new TreeMap<>();

  /** Whole parts of the tree, by level and place in it. */
  private final List<TreeMap<Long, FeatureMoments>> levels = new ArrayList<>();

  private final int length;

  /** A vector, or none. */
  private record Vector(double @Nullable [] features) implements Serializable {}

  /**
   * @param length of a vector
   */
  public FeatureSums(int length) {
    this.length = length;
  }

  /**
   * Adds a vector.
   *
   * @throws IllegalArgumentException if its length is another, or a number is not finite
   */
  public void add(long number, double[] features) {
    FeatureMoments.requireFeatures(features, length, number);
    put(number, new Vector(features.clone()));
  }

  /** Says that a number has no vector. */
  public void leaveOut(long number) {
    put(number, new Vector(null));
  }

  /** Takes over what another one gathered, of other numbers. */
  public void merge(FeatureSums other) {
    if (other.length != length) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "feature vectors have %d and %d numbers", length, other.length));
    }
    for (int level = 0; level < other.levels.size(); level++) {
      for (var part : other.levels.get(level).entrySet()) {
        putWhole(level, part.getKey(), part.getValue());
      }
    }
    other.leaves.values().forEach(leaf -> leaf.forEach(this::put));
  }

  /** Of all vectors so far; numbers that never came are taken as left out. */
  public FeatureMoments moments() {
    var all = new ArrayList<TreeMap<Long, FeatureMoments>>();
    levels.forEach(level -> all.add(new TreeMap<>(level)));
    if (all.isEmpty()) {
      all.add(new TreeMap<>());
    }
    leaves.forEach((place, leaf) -> all.get(0).put(place, sum(leaf)));
    // A missing neighbour adds nothing, so every level can be merged to the next.
    for (int level = 0; level < all.size() - 1 || all.get(level).size() > 1; level++) {
      if (level == all.size() - 1) {
        all.add(new TreeMap<>());
      }
      var next = all.get(level + 1);
      all.get(level).forEach((place, part) -> next.merge(place / 2, part, FeatureMoments::merge));
    }
    var top = all.get(all.size() - 1);
    return top.isEmpty() ? FeatureMoments.none(length) : top.firstEntry().getValue();
  }

  private void put(long number, Vector vector) {
    if (number < 0) {
      throw new IllegalStateException("feature vectors are numbered from 0, got " + number);
    }
    long place = number / LEAF;
    var leaf = leaves.computeIfAbsent(place, p -> new TreeMap<>());
    if (isWhole(place) || leaf.put(number, vector) != null) {
      throw new IllegalStateException("feature vector " + number + " came twice");
    }
    if (leaf.size() == LEAF) {
      leaves.remove(place);
      putWhole(0, place, sum(leaf));
    }
  }

  private void putWhole(int level, long place, FeatureMoments part) {
    while (levels.size() <= level) {
      levels.add(new TreeMap<>());
    }
    var neighbour = levels.get(level).remove(place ^ 1);
    if (neighbour == null) {
      boolean isParted = !leaves.subMap(place << level, (place + 1) << level).isEmpty();
      if (levels.get(level).put(place, part) != null || isParted) {
        throw new IllegalStateException("a whole part of the feature vectors came twice");
      }
    } else {
      putWhole(
          level + 1, place / 2, place % 2 == 0 ? part.merge(neighbour) : neighbour.merge(part));
    }
  }

  private boolean isWhole(long leaf) {
    for (int level = 0; level < levels.size(); level++) {
      if (levels.get(level).containsKey(leaf >> level)) {
        return true;
      }
    }
    return false;
  }

  private FeatureMoments sum(Map<Long, Vector> leaf) {
    var vectors = new ArrayList<double[]>();
    for (var vector : leaf.values()) {
      if (vector.features() != null) {
        vectors.add(vector.features());
      }
    }
    return FeatureMoments.ofChecked(vectors, length);
  }
}
