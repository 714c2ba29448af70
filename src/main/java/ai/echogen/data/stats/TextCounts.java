package ai.echogen.data.stats;

import java.io.Serializable;
import java.util.Comparator;
import java.util.List;

/** How many different texts there are, and the most frequent of them. */
public final class TextCounts implements Serializable {
  private static final long serialVersionUID = 1;

  /** Texts that are kept. */
  public static final int MOST = 50;

  /** A text and how often it occurs: frequent ones first, equally frequent ones by alphabet. */
  public record Entry(String text, long count) implements Comparable<Entry>, Serializable {
    private static final Comparator<Entry> ORDER =
        Comparator.comparingLong(Entry::count).reversed().thenComparing(Entry::text);

    @Override
    public int compareTo(Entry other) {
      return ORDER.compare(this, other);
    }
  }

  private final Smallest<Entry> most = new Smallest<>(MOST);
  private long distinct;
  private long total;

  /**
   * @param text that was not added before
   * @param count how often it occurs in all
   */
  void add(String text, long count) {
    most.add(new Entry(text, count));
    distinct++;
    total += count;
  }

  /** Adds other texts, none of which is here. */
  TextCounts merge(TextCounts other) {
    most.merge(other.most);
    distinct += other.distinct;
    total += other.total;
    return this;
  }

  /** How many different ones. */
  public long distinct() {
    return distinct;
  }

  /** How many, repeated ones too. */
  public long total() {
    return total;
  }

  /** The most frequent, at most {@link #MOST}. */
  public List<Entry> most() {
    return most.list();
  }
}
