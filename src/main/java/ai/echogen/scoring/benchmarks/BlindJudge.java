package ai.echogen.scoring.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A detector from files that saw nothing at all: its description is wrong more often than not. */
public final class BlindJudge {
  private static final int FEWEST = 20; // pictures

  private BlindJudge() {}

  /**
   * What is said of it.
   *
   * @param judged without those that were left out
   * @return nothing if it saw something, or if there are few pictures
   */
  public static Optional<String> said(Benchmark benchmark, List<Judged> judged) {
    if (!(benchmark.watcher().orElse(null) instanceof DetectorSource.OfFile detector)) {
      return Optional.empty();
    }
    var pictures = judged.stream().filter(BlindJudge::hasPicture).toList();
    boolean sawSomething = pictures.stream().anyMatch(one -> !one.seen(Benchmark.SEEN).isEmpty());
    return sawSomething || pictures.size() < FEWEST
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "warning: the judge saw nothing in any of %,d pictures: threshold, input.divisor,"
                    + " mean, std and channels, or output.coordinates of %s may be wrong",
                pictures.size(),
                detector.place()));
  }

  private static boolean hasPicture(Judged judged) {
    return judged.findings().stream()
        .noneMatch(finding -> finding.reason().equals(PictureSource.NO_PICTURE));
  }
}
