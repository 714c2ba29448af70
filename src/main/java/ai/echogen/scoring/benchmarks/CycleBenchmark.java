package ai.echogen.scoring.benchmarks;

import ai.echogen.inference.ModelPool;
import ai.echogen.model.RunMode;
import ai.echogen.scoring.metrics.GroundedRegion;
import ai.echogen.scoring.metrics.GroundingAccuracy;
import ai.echogen.scoring.metrics.GroundingProtocol;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Whether a grounder finds in the drawings what the layouts asked for, where they asked for it. It
 * is only as good as the grounder, and a model that judges its own drawings likes them. {@link
 * GroundingAccuracy} has the names; found is an IoU above the threshold.
 *
 * @param grounder directory of the model that reads the boxes
 * @param fingerprint of its weights
 */
public record CycleBenchmark(Location grounder, RunMode mode, String fingerprint)
    implements Benchmark {
  @Override
  public Need need() {
    return Need.PICTURE;
  }

  @Override
  public SortedMap<String, String> protocol() {
    var rules = new TreeMap<String, String>();
    rules.put("judge.grounder", fingerprint);
    rules.put("found", "IoU > t");
    rules.put("picture", "scaled to what the grounder reads");
    return Collections.unmodifiableSortedMap(rules);
  }

  @Override
  public Judged judge(Given given) throws IOException {
    return judge(List.of(given)).get(0);
  }

  @Override
  public List<Judged> judge(List<Given> given) throws IOException {
    var cases = given.stream().map(Given::sample).toList();
    var pictures = given.stream().map(one -> Optional.ofNullable(one.picture())).toList();
    try (var lease = ModelPool.lease(grounder, mode)) {
      var read = BoxSource.read(lease.value(), cases, new ArrayList<>(pictures));
      var judged = new ArrayList<Judged>();
      for (int i = 0; i < given.size(); i++) {
        judged.add(CaseWork.withRead(given.get(i).judged(), read.get(i)));
      }
      return judged;
    }
  }

  @Override
  public Scores scores(List<Judged> judged, int draws, long seed) {
    var scores = new Scores();
    for (var one : judged) {
      var accuracy =
          new GroundingAccuracy(GroundingProtocol.STRICT, Collections.<String, String>emptyMap());
      var regions = new ArrayList<GroundedRegion>();
      var read = CaseWork.readPixels(one);
      for (int i = 0; i < read.size(); i++) {
        var target = one.sample().asked().get(i);
        regions.add(
            new GroundedRegion(
                target.phrase(), target.category(), target.box(), target.area(), read.get(i)));
      }
      accuracy.addImage(one.id(), regions);
      scores.add(one.id(), accuracy.table());
    }
    scores.close(draws, seed);
    scores.count("regions", judged.stream().mapToInt(one -> one.sample().asked().size()).sum());
    return scores;
  }
}
