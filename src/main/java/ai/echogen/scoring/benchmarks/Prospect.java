package ai.echogen.scoring.benchmarks;

import ai.echogen.data.shards.DropTally;
import ai.echogen.data.shards.Dropped;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What cases alone tell of a run, before anything is drawn or looked at: how many can give a
 * number, and which of the regions that are looked for the detector has no class for. Those count
 * as misses, as every region that is not seen.
 *
 * @param cases that can give a number
 * @param others why the others cannot
 * @param regions that are looked for by a detector that says what it knows
 * @param unknown what those are called for which it has no class, and how many have the name
 * @param detector what it is called in messages
 */
public record Prospect(
    long cases, List<Dropped> others, long regions, Map<String, Long> unknown, String detector) {
  private static final int NAMED = 5; // in messages
  private static final String WAY_OUT = "its synonyms may give them one (docs/judges.md)";

  public Prospect {
    others = List.copyOf(others);
    unknown = Map.copyOf(unknown);
  }

  /** Of some cases, as they are before the benchmark's filter. */
  public static Prospect of(Benchmark benchmark, Collection<Case> cases) {
    var vocabulary = benchmark.vocabulary();
    var others = new DropTally();
    var unknown = new TreeMap<String, Long>();
    long scored = 0;
    long regions = 0;
    for (var sample : cases) {
      var accepted = CaseWork.accepted(benchmark, sample);
      var why =
          accepted.isPresent()
              ? benchmark.unscored(accepted.get())
              : Optional.of(sample.asked().isEmpty() ? CaseWork.NO_REGION : CaseWork.FILTERED);
      if (why.isPresent()) {
        others.add(why.get(), "");
        continue;
      }
      scored++;
      if (vocabulary.classes() != null) {
        for (var target : benchmark.lookedFor(accepted.orElseThrow())) {
          regions++;
          var name = benchmark.name(target);
          if (vocabulary.classOf(target.phrase(), name).isEmpty()) {
            unknown.merge(name, 1L, Long::sum);
          }
        }
      }
    }
    var detector = benchmark.watcher().map(DetectorSource::place).orElse("");
    return new Prospect(scored, others.dropped(), regions, unknown, detector);
  }

  /** Regions that are looked for, and that no detection can meet. */
  public long numUnknown() {
    return unknown.values().stream().mapToLong(Long::longValue).sum();
  }

  /**
   * Fails where there will be no number, or only misses.
   *
   * @param place of the cases
   * @throws IllegalArgumentException with the counts
   */
  public void requireSome(String place) {
    if (cases == 0) {
      throw new IllegalArgumentException(
          "%s: no sample can be scored: %s"
              .formatted(place, others.isEmpty() ? "it has none" : listed(others)));
    }
    if (regions > 0 && numUnknown() == regions) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: none of the %,d regions has a class of %s: %s; %s, or take another judge",
              place,
              regions,
              detector,
              names(),
              WAY_OUT));
    }
  }

  /** What is said of the regions without a class; nothing if there are none. */
  public Optional<String> said() {
    return unknown.isEmpty()
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "%,d of %,d regions have no class of %s and count as misses: %s; %s",
                numUnknown(),
                regions,
                detector,
                names(),
                WAY_OUT));
  }

  /** Counts by reason, in one line. */
  public static String listed(List<Dropped> reasons) {
    return reasons.stream().map(Dropped::toString).collect(Collectors.joining(", "));
  }

  /** The most frequent ones. */
  private String names() {
    var most =
        unknown.entrySet().stream()
            .sorted(
                Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                    .thenComparing(Map.Entry.comparingByKey()))
            .limit(NAMED)
            .map(e -> String.format(Locale.ROOT, "%s (%,d)", e.getKey(), e.getValue()))
            .collect(Collectors.joining(", "));
    return unknown.size() > NAMED ? most + ", …" : most;
  }
}
