package ai.echogen.scoring.benchmarks;

import ai.echogen.scoring.metrics.SpatialRelation;
import ai.echogen.scoring.metrics.SpatialScores;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;

/**
 * T2I-CompBench's spatial relations (2307.06350) over what a detector sees: whether what a caption
 * puts in relation stands so in the drawing. The two objects are the categories of a case's first
 * and last region, where the benchmark takes the first and last noun of the prompt. {@link
 * SpatialScores} has the names.
 *
 * @param side of the square that a picture is scaled to for the detector, and in whose pixels
 *     nearness is measured
 * @param near distance of centres that counts as near, in these pixels
 */
public record SpatialBenchmark(DetectorSource detector, int side, double near)
    implements Benchmark {
  @Override
  public Need need() {
    return Need.PICTURE;
  }

  @Override
  public Optional<String> unscored(Case accepted) {
    if (accepted.asked().size() < 2) {
      return Optional.of("fewer than two regions");
    }
    return SpatialRelation.in(accepted.caption()).isEmpty()
        ? Optional.of(SpatialScores.NO_RELATION)
        : Optional.empty();
  }

  @Override
  public Optional<DetectorSource> watcher() {
    return Optional.of(detector);
  }

  @Override
  public List<Target> lookedFor(Case accepted) {
    var asked = accepted.asked();
    return List.of(asked.get(0), asked.get(asked.size() - 1));
  }

  @Override
  public String name(Target target) {
    return detector.vocabulary().translates(target.category())
        ? target.category()
        : SpatialScores.category(target.category());
  }

  @Override
  public SortedMap<String, String> protocol() {
    var rules = DetectorSource.rules(detector.describe(), side);
    rules.put("near", String.format(Locale.ROOT, "%s of %d pixels", near, side));
    rules.put("objects", "categories of the first and the last region");
    return Collections.unmodifiableSortedMap(rules);
  }

  @Override
  public Judged judge(Given given) throws IOException {
    var picture = DetectorSource.sized(given.picture(), side);
    return given.judged().withSeen(SEEN, detector.detect(given.sample().id(), picture));
  }

  @Override
  public Scores scores(List<Judged> judged, int draws, long seed) {
    var scores = new Scores();
    for (var one : labelled(judged)) {
      var spatial = new SpatialScores(near);
      var why = unscored(one.sample());
      if (why.isPresent()) {
        spatial.table().leaveOut(why.get());
      } else {
        var objects = lookedFor(one.sample());
        var first = objects.get(0).category();
        var last = objects.get(1).category();
        var caption = one.sample().caption();
        spatial.add(one.id(), caption, first, last, one.seen(SEEN), side, side);
      }
      scores.add(one.id(), spatial.table());
    }
    scores.close(draws, seed);
    return scores;
  }
}
