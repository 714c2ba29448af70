package ai.echogen.observe.scores;

import ai.echogen.layout.Box;
import ai.echogen.observe.ScoreSummary;
import ai.echogen.observe.ScoreSummary.Range;
import ai.echogen.observe.scores.SampleScores.Share;
import ai.echogen.observe.scores.SampleScores.Wanted;
import ai.echogen.storage.Location;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Samples and runs for tests. */
final class Samples {
  static final Box LEFT = new Box(0, 0, 0.5f, 1);
  static final Box RIGHT = new Box(0.5f, 0, 1, 1);

  private Samples() {}

  /** A sample of one region that asks for {@link #LEFT}. */
  static SampleScores of(String id, String phrase, Map<String, Share> numbers) {
    return new SampleScores(
        id,
        "test",
        id,
        numbers(numbers),
        List.of(new Wanted(phrase, LEFT)),
        List.of(LEFT),
        List.of(),
        null,
        null);
  }

  static SampleScores of(String id, String metric, double value) {
    return of(id, "a dog", Map.of(metric, new Share(value, 1)));
  }

  /** The numbers of metrics without groups. */
  static SortedMap<String, SortedMap<String, Share>> numbers(Map<String, Share> shares) {
    var numbers = new TreeMap<String, SortedMap<String, Share>>();
    shares.forEach(
        (metric, share) ->
            numbers.put(metric, new TreeMap<>(Map.of(SampleScores.NO_GROUP, share))));
    return numbers;
  }

  static ScoreSummary summary(
      Map<String, Number> numbers, Map<String, Range> intervals, Map<String, String> protocol) {
    return new ScoreSummary(
        new TreeMap<>(numbers), new TreeMap<>(intervals), new TreeMap<>(protocol), provenance());
  }

  static ObjectNode provenance() {
    return new ObjectMapper().createObjectNode().put("job", "score");
  }

  static ScoredRun run(String name, Path place, ScoreSummary summary, List<SampleScores> samples) {
    return new ScoredRun(name, Location.of(place), summary, samples);
  }
}
