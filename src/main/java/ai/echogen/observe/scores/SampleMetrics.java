package ai.echogen.observe.scores;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Which metrics samples have, and which of them orders the samples best. */
public final class SampleMetrics {
  /** The last parts of names, the one that tells most of a single sample first. */
  private static final List<String> TELLING =
      List.of("mean_iou", "miou", "iou", "o_miou", "spatial", "success", "acc50");

  private static final Set<String> LOWER_IS_BETTER =
      Set.of("frechet", "fid", "kid", "kernel", "l1", "l2", "loss", "error", "missing", "mse");

  private SampleMetrics() {}

  /** The metrics that any sample has a number of, those of most samples first, then by name. */
  public static List<String> of(Collection<SampleScores> samples) {
    var counts = new TreeMap<String, Integer>();
    for (var sample : samples) {
      for (var metric : sample.numbers().keySet()) {
        if (sample.number(metric).isPresent()) {
          counts.merge(metric, 1, Integer::sum);
        }
      }
    }
    var metrics = new ArrayList<>(counts.keySet());
    metrics.sort(Comparator.comparing(counts::get, Comparator.reverseOrder()));
    return metrics;
  }

  /**
   * The metric to order samples by: the wanted one, else the most telling of those that most
   * samples have.
   *
   * @param metrics as {@link #of} lists them
   * @return nothing if there are no metrics
   * @throws IllegalArgumentException if the wanted one is none of them
   */
  public static Optional<String> leading(List<String> metrics, Optional<String> wanted) {
    if (wanted.isPresent() && !metrics.contains(wanted.get())) {
      throw new IllegalArgumentException(
          "metric=%s: no sample has a number of it; the samples have %s"
              .formatted(
                  wanted.get(), metrics.isEmpty() ? "none at all" : String.join(", ", metrics)));
    }
    return wanted.or(
        () ->
            TELLING.stream()
                .flatMap(end -> metrics.stream().filter(metric -> end.equals(last(metric))))
                .findFirst()
                .or(() -> metrics.stream().findFirst()));
  }

  /** The first of the metrics, and the leading one in any case: as many as a page can show. */
  static List<String> shown(List<String> metrics, Optional<String> leading, int most) {
    var shown = new LinkedHashSet<String>();
    leading.ifPresent(shown::add);
    metrics.stream().limit(most).forEach(shown::add);
    return shown.stream().limit(most).toList();
  }

  /** Whether less of it is better: an error or a distance. */
  public static boolean isLowerBetter(String metric) {
    for (var part : metric.toLowerCase(Locale.ROOT).split("[._]", -1)) {
      if (LOWER_IS_BETTER.contains(part)) {
        return true;
      }
    }
    return false;
  }

  private static String last(String metric) {
    return metric.substring(metric.lastIndexOf('.') + 1);
  }
}
