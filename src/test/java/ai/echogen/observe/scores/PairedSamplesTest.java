package ai.echogen.observe.scores;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.observe.ScoreSummary;
import ai.echogen.observe.scores.SampleScores.Share;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PairedSamplesTest {
  private static final Map<String, Share> NUMBERS = Map.of("m", new Share(1, 1));

  @Test
  void samplesOfBothArePairedAndTheOthersCounted() {
    var first = run(Map.of(), Map.of(), "a", "b", "d");
    var second = run(Map.of(), Map.of(), "b", "c", "d", "e");
    var pairs = PairedSamples.of(first, second);
    assertThat(pairs.first()).extracting(SampleScores::id).containsExactly("b", "d");
    assertThat(pairs.second()).extracting(SampleScores::id).containsExactly("b", "d");
    assertThat(pairs.onlyFirst()).containsExactly("a");
    assertThat(pairs.onlySecond()).containsExactly("c", "e");
    assertThat(pairs.differences()).isEmpty();
  }

  @Test
  void otherRulesAndOtherDataAreNamed() {
    var first =
        run(
            Map.of("iou", "0.5", "size", "512", "system", "one", "system.drawn", "x"),
            Map.of("data_fingerprint.test", "aa", "data_fingerprint.val", "x", "model", "1"),
            "a");
    var second =
        run(
            Map.of("iou", "0.75", "nms", "0.8", "size", "512", "system", "two"),
            Map.of("data_fingerprint.test", "bb", "model", "2"),
            "a");
    assertThat(PairedSamples.of(first, second).differences())
        .containsExactly(
            "protocol iou: 0.5 and 0.75",
            "protocol nms: nothing and 0.8",
            "data_fingerprint.test: aa and bb");
  }

  @Test
  void samplesThatAreOthersUnderTheSameIdAreNamed() {
    var first = run(Map.of(), Map.of(), "a", "b");
    var samples =
        List.of(
            Samples.of("a", "another phrase", NUMBERS),
            new SampleScores(
                "b",
                "train",
                "image 7",
                Samples.numbers(NUMBERS),
                first.samples().get(1).wanted(),
                List.of(),
                List.of(),
                null,
                null));
    var second = Samples.run("second", Path.of("/second"), first.summary(), samples);
    assertThat(PairedSamples.of(first, second).differences())
        .containsExactly(
            "regions wanted of 1 of the 2 samples of both, such as a",
            "split of 1 of the 2 samples of both, such as b",
            "image of 1 of the 2 samples of both, such as b");
  }

  private static ScoredRun run(
      Map<String, String> protocol, Map<String, String> made, String... ids) {
    var provenance = Samples.provenance();
    made.forEach(provenance::put);
    var summary =
        new ScoreSummary(new TreeMap<>(), new TreeMap<>(), new TreeMap<>(protocol), provenance);
    var samples = List.of(ids).stream().map(id -> Samples.of(id, "a dog", NUMBERS)).toList();
    return Samples.run("run", Path.of("/run"), summary, samples);
  }
}
