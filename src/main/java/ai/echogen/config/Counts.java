package ai.echogen.config;

import java.util.List;

/** One whole number, or several: {@code 8} or {@code [1, 2, 4]}. */
public final class Counts {
  private final List<Integer> values;

  private Counts(List<Integer> values) {
    this.values = List.copyOf(values);
  }

  /** These numbers, in their order. */
  public static Counts of(List<?> values) {
    return new Counts(values.stream().map(Integer.class::cast).toList());
  }

  /** The numbers, in the order in which they were given. */
  public List<Integer> values() {
    return values;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Counts counts && values.equals(counts.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return values.size() == 1 ? values.get(0).toString() : values.toString();
  }
}
