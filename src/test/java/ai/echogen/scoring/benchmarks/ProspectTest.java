package ai.echogen.scoring.benchmarks;

import static ai.echogen.scoring.benchmarks.Samples.sample;
import static ai.echogen.scoring.benchmarks.Samples.seen;
import static ai.echogen.scoring.benchmarks.Samples.target;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.data.shards.Finding;
import ai.echogen.scoring.benchmarks.CocoLayoutBenchmark.Areas;
import ai.echogen.scoring.benchmarks.CocoLayoutBenchmark.Crowds;
import ai.echogen.scoring.benchmarks.InstanceBenchmark.ClassNames;
import ai.echogen.scoring.benchmarks.InstanceBenchmark.Colors;
import ai.echogen.scoring.judges.Vocabulary;
import ai.echogen.scoring.judges.file.JudgeFile;
import ai.echogen.scoring.metrics.Detection;
import ai.echogen.storage.Location;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What is known of a run before it, and of a judge that knows some of what is wanted. */
class ProspectTest {
  private static final Set<String> CLASSES = Set.of("bird", "car", "chair", "mouse", "person");
  private static final DetectorSource PLAIN = judge(Vocabulary.of(CLASSES));
  private static final DetectorSource TRANSLATING =
      judge(new Vocabulary(CLASSES, Map.of("owl", "bird"), Set.of("mouse")));

  private static DetectorSource judge(Vocabulary vocabulary) {
    return new DetectorSource.OfFile(
        new JudgeFile(Location.of(Path.of("coco", "judge.json")), 1, new TreeMap<>(), vocabulary));
  }

  private static Benchmark coco(DetectorSource judge, CaseFilter filter) {
    return new CocoLayoutBenchmark(judge, 0, Areas.ORIGINAL, Crowds.IGNORED, filter);
  }

  private static final List<Case> CASES =
      List.of(
          sample("1", target("owl", 0, 0, 50, 50), target("car", 50, 50, 100, 100)),
          sample("2", target("owl", 0, 0, 50, 50), target("igloo", 50, 50, 100, 100)));

  @Test
  void regionsWithoutAClassAreCountedByName() {
    var prospect = Prospect.of(coco(PLAIN, CaseFilter.NONE), CASES);

    assertThat(prospect.numUnknown()).isEqualTo(3);
    assertThat(prospect.said().orElseThrow())
        .startsWith("3 of 4 regions have no class of ")
        .contains("judge.json and count as misses: owl (2), igloo (1); its synonyms ");
    assertThatCode(() -> prospect.requireSome("cases")).doesNotThrowAnyException();
    assertThat(Prospect.of(coco(TRANSLATING, CaseFilter.NONE), CASES).unknown())
        .isEqualTo(Map.of("igloo", 1L));
  }

  @Test
  void noClassForAnyRegionIsAnError() {
    var owls = List.of(sample("1", target("owl", 0, 0, 50, 50)));

    assertThatThrownBy(
            () -> Prospect.of(coco(PLAIN, CaseFilter.NONE), owls).requireSome("the split test"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("the split test: none of the 1 regions has a class of ")
        .hasMessageContaining("judge.json: owl (1)")
        .hasMessageContaining("docs/judges.md");
  }

  @Test
  void aDetectorThatDoesNotSayMayKnowAll() {
    var known = new DetectorSource.Known(Map.of(), new TreeMap<>());

    var prospect = Prospect.of(coco(known, CaseFilter.NONE), CASES);

    assertThat(prospect.regions()).isZero();
    assertThat(prospect.said()).isEmpty();
  }

  @Test
  void whyNothingCanBeScoredIsSaidByReason() {
    var spatial = new SpatialBenchmark(PLAIN, 512, 150);
    var cases = new ArrayList<>(CASES);
    cases.add(sample("3", target("owl", 0, 0, 50, 50)));
    cases.add(sample("4"));
    assertThatThrownBy(() -> Prospect.of(spatial, cases).requireSome("layouts.jsonl"))
        .hasMessageContaining("layouts.jsonl: no sample can be scored")
        .hasMessageContaining("fewer than two regions: 1")
        .hasMessageContaining("no region to ask for: 1")
        .hasMessageContaining("no relation in the prompt: 2");
    var filter = new CaseFilter(0, 3, 8, List.of());
    assertThatThrownBy(() -> Prospect.of(coco(PLAIN, filter), CASES).requireSome("cases"))
        .hasMessageContaining("kept from the benchmark by its filter: 2");
    assertThatThrownBy(() -> Prospect.of(spatial, List.of()).requireSome("cases"))
        .hasMessageContaining("it has none");
  }

  @Test
  void whatIsLookedForIsCalledAsTheBenchmarkHasIt() {
    var chair = sample("1", target("a red chair", "thing", 0, 0, 50, 50));
    var nouns = new InstanceBenchmark(PLAIN, 0, ClassNames.NOUN, Colors.ASKED);
    assertThat(Prospect.of(nouns, List.of(chair)).unknown()).isEmpty();
    var people =
        new Case(
            "1",
            "test",
            "1",
            Samples.SIDE,
            Samples.SIDE,
            "a girl next to a car",
            List.of(target("girl", 0, 0, 50, 50), target("car", 50, 50, 100, 100)),
            null);
    var spatial = Prospect.of(new SpatialBenchmark(PLAIN, 512, 150), List.of(people));
    assertThat(spatial.regions()).isEqualTo(2);
    assertThat(spatial.unknown()).isEmpty();
  }

  @Test
  void synonymsAreSeenAndWhatMeansNoClassIsNot() {
    var detections = List.of(seen("bird", 0.9, 0, 0, 50, 50), seen("mouse", 0.8, 50, 50, 100, 100));
    var wanted = sample("1", target("owl", 0, 0, 50, 50), target("mouse", 50, 50, 100, 100));

    // Plain: the mouse is met and the owl is not. With synonyms it is the other way round.
    assertThat(ap(PLAIN, wanted, detections)).isCloseTo(0.5, within(1e-12));
    assertThat(ap(TRANSLATING, wanted, detections)).isCloseTo(0.5, within(1e-12));
    var owl = sample("1", target("owl", 0, 0, 50, 50));
    assertThat(ap(PLAIN, owl, detections)).isZero();
    assertThat(ap(TRANSLATING, owl, detections)).isCloseTo(1, within(1e-12));
    var mouse = sample("1", target("mouse", 50, 50, 100, 100));
    assertThat(ap(PLAIN, mouse, detections)).isCloseTo(1, within(1e-12));
    assertThat(ap(TRANSLATING, mouse, detections)).isZero();

    for (var benchmark :
        List.of(
            new InstanceBenchmark(TRANSLATING, 0, ClassNames.CATEGORY, Colors.NOT_ASKED),
            new OverlayBenchmark(TRANSLATING, 0, null, 0, List.of()))) {
      var numbers = scores(benchmark, owl, detections).numbers();
      assertThat(numbers.getOrDefault("miou", -1.0)).isEqualTo(1);
    }
  }

  private static double ap(DetectorSource judge, Case wanted, List<Detection> seen) {
    return scores(coco(judge, CaseFilter.NONE), wanted, seen).numbers().getOrDefault("ap", -1.0);
  }

  private static Scores scores(Benchmark benchmark, Case wanted, List<Detection> seen) {
    var judged = Judged.of(wanted).withSeen(Benchmark.SEEN, seen).withVector("difficulty", 0);
    return benchmark.scores(List.of(judged), 0, 1);
  }

  @Test
  void relationsAreScoredUnderSynonyms() {
    var judge = judge(new Vocabulary(CLASSES, Map.of("owl", "bird"), Set.of("man")));
    var seen = List.of(seen("bird", 1, 0, 0, 20, 20), seen("person", 1, 60, 0, 80, 20));
    var benchmark = new SpatialBenchmark(judge, 512, 150);

    assertThat(spatial(benchmark, "girl", seen)).isEqualTo(1);
    assertThat(spatial(benchmark, "man", seen)).isZero(); // means no class, also not person
  }

  private static double spatial(Benchmark benchmark, String other, List<Detection> seen) {
    var wanted =
        new Case(
            "1",
            "test",
            "1",
            Samples.SIDE,
            Samples.SIDE,
            "an owl on the left of the other",
            List.of(target("owl", 0, 0, 20, 20), target(other, 60, 0, 80, 20)),
            null);
    return scores(benchmark, wanted, seen).numbers().getOrDefault("both_seen", -1.0);
  }

  @Test
  void countsAloneAreNoScores() {
    var scores = new Scores();
    scores.count("regions", 7);

    assertThat(scores.isEmpty()).isTrue();
    scores.put("ap", 0);
    assertThat(scores.isEmpty()).isFalse();
  }

  @Test
  void aJudgeThatSawNothingInManyPicturesIsToldOf() {
    var benchmark = coco(PLAIN, CaseFilter.NONE);
    var blind = new ArrayList<Judged>();
    for (int i = 0; i < 20; i++) {
      blind.add(
          Judged.of(sample("" + i, target("car", 0, 0, 9, 9))).withSeen(Benchmark.SEEN, List.of()));
    }

    assertThat(BlindJudge.said(benchmark, blind).orElseThrow())
        .startsWith("warning: the judge saw nothing in any of 20 pictures: threshold, ")
        .contains("output.coordinates", "judge.json");
    assertThat(BlindJudge.said(benchmark, blind.subList(1, 20))).isEmpty();
    var missing = new ArrayList<>(blind);
    missing.set(
        0, blind.get(0).withFindings(List.of(Finding.adjusted(PictureSource.NO_PICTURE, "0"))));
    assertThat(BlindJudge.said(benchmark, missing)).isEmpty();
    blind.set(0, blind.get(0).withSeen(Benchmark.SEEN, List.of(seen("car", 0.1, 0, 0, 1, 1))));
    assertThat(BlindJudge.said(benchmark, blind)).isEmpty();
  }
}
