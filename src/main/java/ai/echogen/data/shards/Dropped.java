package ai.echogen.data.shards;

import java.util.List;
import java.util.Locale;

/**
 * What one reason cost a data set.
 *
 * @param reason such as {@code image does not decode}
 * @param count how many rows, regions or annotations, all of them counted
 * @param examples the first {@link #MAX_EXAMPLES} of them by name; none of what is counted only
 */
public record Dropped(String reason, long count, List<String> examples) {
  /** How many examples a manifest lists for a reason. */
  public static final int MAX_EXAMPLES = 20;

  public Dropped {
    examples = List.copyOf(examples);
  }

  @Override
  public String toString() {
    if (examples.isEmpty()) {
      return String.format(Locale.ROOT, "%s: %d", reason, count);
    }
    var more = count > examples.size() ? ", …" : "";
    return String.format(
        Locale.ROOT, "%s: %d (%s%s)", reason, count, String.join("; ", examples), more);
  }
}
