package ai.echogen.scoring.benchmarks;

import static ai.echogen.scoring.benchmarks.Samples.sample;
import static ai.echogen.scoring.benchmarks.Samples.seen;
import static ai.echogen.scoring.benchmarks.Samples.target;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.image.Png;
import ai.echogen.layout.Box;
import ai.echogen.scoring.benchmarks.Benchmark.Given;
import ai.echogen.scoring.benchmarks.CocoLayoutBenchmark.Areas;
import ai.echogen.scoring.benchmarks.CocoLayoutBenchmark.Crowds;
import ai.echogen.scoring.benchmarks.GroundingBenchmark.RuleName;
import ai.echogen.scoring.benchmarks.InstanceBenchmark.ClassNames;
import ai.echogen.scoring.benchmarks.InstanceBenchmark.Colors;
import ai.echogen.scoring.judges.VisualQuestion;
import ai.echogen.scoring.metrics.BoxBaselines;
import ai.echogen.scoring.metrics.ClipScore;
import ai.echogen.scoring.metrics.Detection;
import ai.echogen.scoring.metrics.PixelBox;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Each protocol on two or three cases whose numbers are known. */
class BenchmarkNumbersTest {
  private static final int DRAWS = 50;
  private static final Offset<Double> EXACT = within(1e-12);

  private static DetectorSource detector(Map<String, List<Detection>> seen) {
    return new DetectorSource.Known(seen, new TreeMap<>(Map.of("judge", "known")));
  }

  private static BufferedImage picture(Color color) {
    var picture = new BufferedImage(100, 100, BufferedImage.TYPE_INT_RGB);
    var graphics = picture.createGraphics();
    graphics.setColor(color);
    graphics.fillRect(0, 0, 100, 100);
    graphics.dispose();
    return picture;
  }

  private static Scores scores(Benchmark benchmark, Case... cases) throws IOException {
    return scores(benchmark, picture(Color.RED), cases);
  }

  private static Scores scores(Benchmark benchmark, BufferedImage picture, Case... cases)
      throws IOException {
    var judged = new ArrayList<Judged>();
    for (var one : cases) {
      benchmark
          .accept(one)
          .ifPresent(
              accepted -> {
                try {
                  judged.add(benchmark.judge(new Given(Judged.of(accepted), picture, accepted)));
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                }
              });
    }
    return benchmark.scores(judged, DRAWS, 3);
  }

  @Test
  void cocoLayoutScoresWhatWasAskedAndAllOfThePicture() throws IOException {
    // In "1" the dog is met exactly and the small bird is not asked for; in "2" nothing is seen.
    var one = sample("1", target("dog", 0, 0, 50, 50), target("bird", 90, 90, 95, 95));
    var two = sample("2", target("dog", 50, 50, 100, 100));
    var three = sample("3", target("bird", 0, 0, 5, 5)); // nothing is left of it
    var seen = Map.of("1", List.of(seen("dog", 0.9, 0, 0, 50, 50), seen("cat", 0.8, 0, 0, 9, 9)));
    var benchmark =
        new CocoLayoutBenchmark(
            detector(seen),
            0,
            Areas.ORIGINAL,
            Crowds.IGNORED,
            new CaseFilter(0.02, 1, 8, List.of()));

    var scores = scores(benchmark, one, two, three);

    // One of two dogs found: precision 1 up to recall 0.5, which 51 of 101 points have.
    assertThat(scores.numbers().get("ap")).isEqualTo(51 / 101.0, EXACT);
    assertThat(scores.numbers().get("ap50")).isEqualTo(51 / 101.0, EXACT);
    assertThat(scores.numbers()).doesNotContainKey("ap_small").containsKey("ap_medium");
    assertThat(scores.numbers().get("full.ap")).isEqualTo(51 / 101.0 / 2, EXACT); // no bird
    assertThat(scores.numbers().get("mean_iou")).isEqualTo(0.5, EXACT);
    assertThat(scores.numbers().get("detections_per_truth")).isEqualTo(1, EXACT);
    assertThat(scores.numbers().get("regions")).isEqualTo(2);
    var interval = scores.intervals().get("ap50");
    assertThat(interval.low()).isEqualTo(0, EXACT); // both draws of "2"
    assertThat(interval.high()).isEqualTo(1, EXACT);
    assertThat(interval.draws()).isEqualTo(DRAWS);
    assertThat(benchmark.protocol())
        .containsEntry("filter.share", "> 0.02")
        .containsEntry("filter.boxes", "1 to 8")
        .containsEntry("judge.judge", "known")
        .containsEntry("areas", "original");
  }

  @Test
  void crowdsAreIgnoredOrMissing() throws IOException {
    var crowd = target("dog", 50, 50, 100, 100).with(Target.Kind.CROWD);
    var one = sample("1", target("dog", 0, 0, 50, 50), crowd);
    var seen =
        Map.of("1", List.of(seen("dog", 0.9, 60, 60, 90, 90), seen("dog", 0.8, 0, 0, 50, 50)));
    var ignored =
        new CocoLayoutBenchmark(detector(seen), 0, Areas.ORIGINAL, Crowds.IGNORED, CaseFilter.NONE);
    var leftOut =
        new CocoLayoutBenchmark(
            detector(seen), 0, Areas.ORIGINAL, Crowds.LEFT_OUT, CaseFilter.NONE);

    assertThat(scores(ignored, one).numbers().get("ap")).isEqualTo(1, EXACT);
    assertThat(scores(leftOut, one).numbers().get("ap")).isEqualTo(0.5, EXACT); // second of two
  }

  @Test
  void areasAreThoseOfTheScaledPicture() throws IOException {
    var one = sample("1", target("dog", 0, 0, 30, 30)); // 900 pixels, 23,593 of 512 × 512
    var seen = Map.of("1", List.of(seen("dog", 0.9, 0, 0, 30, 30)));
    var original =
        new CocoLayoutBenchmark(
            detector(seen), 512, Areas.ORIGINAL, Crowds.IGNORED, CaseFilter.NONE);
    var scaled =
        new CocoLayoutBenchmark(detector(seen), 512, Areas.SCALED, Crowds.IGNORED, CaseFilter.NONE);

    assertThat(scores(original, one).numbers()).containsKey("ap_small");
    assertThat(scores(scaled, one).numbers()).containsKey("ap_large").doesNotContainKey("ap_small");
  }

  @Test
  void cocoPositionCountsInstancesAndImages() throws IOException {
    var one = sample("a", target("dog", 0, 0, 50, 50), target("cat", 50, 50, 100, 100));
    var two = sample("b", target("dog", 0, 0, 50, 50));
    var seen =
        Map.of(
            "a", List.of(seen("dog", 0.9, 0, 0, 50, 50), seen("cat", 0.9, 50, 50, 100, 60)),
            "b", List.of(seen("dog", 0.5, 0, 0, 50, 40)));
    var benchmark = new InstanceBenchmark(detector(seen), 0, ClassNames.CATEGORY, Colors.NOT_ASKED);

    var scores = scores(benchmark, one, two);

    assertThat(scores.numbers().get("success")).isEqualTo(2 / 3.0, EXACT);
    assertThat(scores.numbers().get("miou")).isEqualTo((1 + 0.2 + 0.8) / 3, within(1e-6));
    assertThat(scores.numbers().get("image_success")).isEqualTo(0.5, EXACT);
    assertThat(scores.numbers().get("L2.success")).isEqualTo(0.5, EXACT);
    assertThat(scores.numbers()).containsKeys("ap50").doesNotContainKey("color_in_place");
    assertThat(scores.intervals().get("success").low()).isEqualTo(0.5, EXACT);
    var sampled = scores.samples(List.of(judged(benchmark, one), judged(benchmark, two)));
    assertThat(sampled.get(0).number("success")).hasValue(0.5);
    assertThat(sampled.get(0).seen()).hasSize(2);
    assertThat(sampled.get(1).number("miou").getAsDouble()).isEqualTo(0.8, within(1e-6));
  }

  private static Judged judged(Benchmark benchmark, Case one) throws IOException {
    return benchmark.judge(new Given(Judged.of(one), picture(Color.RED), one));
  }

  @Test
  void cocoMigAsksForTheColourInTheWantedBox() throws IOException {
    var one =
        sample(
            "a",
            target("a red chair", "x", 0, 0, 50, 50),
            target("a blue chair", "x", 50, 50, 100, 100),
            target("the chair", "x", 0, 50, 50, 100));
    var seen =
        Map.of(
            "a",
            List.of(
                seen("chair", 0.9, 0, 0, 50, 50),
                seen("chair", 0.9, 50, 50, 100, 100),
                seen("chair", 0.9, 0, 50, 50, 100)));
    var benchmark = new InstanceBenchmark(detector(seen), 0, ClassNames.NOUN, Colors.ASKED);

    var scores = scores(benchmark, one).numbers(); // the picture is all red

    assertThat(scores.get("success")).isEqualTo(2 / 3.0, EXACT);
    assertThat(scores.get("position")).isEqualTo(1, EXACT);
    assertThat(scores.get("miou")).isEqualTo(2 / 3.0, EXACT); // a wrong colour has 0
    assertThat(scores.get("color_in_place")).isEqualTo(0.5, EXACT);
    assertThat(scores.get("image_success")).isEqualTo(0, EXACT);
    assertThat(benchmark.protocol()).containsEntry("color_judge.least_share", "0.2");
  }

  @Test
  void groundingFollowsItsRuleAndHasBaselines() {
    // IoU 0.5 exactly, none, and two kings in the other order.
    var exact = sample("a", target("a dog", 0, 0, 40, 40));
    var none = sample("b", target("a cat", 0, 0, 40, 40));
    var kings = sample("c", target("king", 0, 0, 10, 10), target("King", 90, 90, 100, 100));
    var judged =
        List.of(
            read(exact, new PixelBox(0, 0, 40, 20)),
            read(none, (PixelBox) null),
            read(kings, new PixelBox(90, 90, 100, 100), new PixelBox(0, 0, 10, 10)));
    var baselines = new BoxBaselines(Set.of("a dog", "a cat"));
    baselines.add("a dog", new Box(0, 0, 0.4f, 0.4f));
    baselines.add("other", new Box(0.6f, 0.6f, 1, 1));

    var loose =
        new GroundingBenchmark(RuleName.REFCOCO, baselines).scores(judged, DRAWS, 1).numbers();
    var strict = new GroundingBenchmark(RuleName.REF_L4, null).scores(judged, 0, 1);

    assertThat(loose.get("acc50")).isEqualTo(0.25, EXACT);
    assertThat(loose.get("assigned.acc50")).isEqualTo(0.75, EXACT);
    assertThat(loose.get("missing")).isEqualTo(0.25, EXACT);
    assertThat(loose.get("repeated")).isEqualTo(0.5, EXACT);
    assertThat(loose.get("mean_iou")).isEqualTo(0.5 / 4, EXACT);
    assertThat(loose.get("baseline.phrase.acc50")).isEqualTo(0.25, EXACT); // the dog's own box
    assertThat(loose.get("baseline.constant.acc50")).isEqualTo(0, EXACT);
    assertThat(loose.get("baseline.mean.mean_iou")).isGreaterThan(0);
    assertThat(strict.numbers().get("acc50")).isEqualTo(0, EXACT); // 0.5 is not above 0.5
    assertThat(strict.numbers()).doesNotContainKey("baseline.mean.acc50");
    assertThat(strict.intervals()).isEmpty();
    assertThat(new GroundingBenchmark(RuleName.MDETR, null).protocol())
        .containsEntry("found", "generalised IoU >= t")
        .containsEntry("rule", "mdetr");
  }

  private static Judged read(Case sample, @Nullable PixelBox... boxes) {
    return CaseWork.withRead(Judged.of(sample), Arrays.asList(boxes));
  }

  @Test
  void overlayHasDifficultyAndLevels() throws IOException {
    var apart = sample("a", target("red dog", "dog", 0, 0, 10, 10));
    var over =
        sample(
            "b",
            target("red dog", "dog", 0, 0, 20, 20),
            target("blue dog", "dog", 10, 0, 30, 20)); // IoU 1/3, one word of three in common
    var seen =
        Map.of(
            "a", List.of(seen("dog", 1, 0, 0, 10, 10)),
            "b", List.of(seen("dog", 1, 0, 0, 20, 20), seen("dog", 1, 10, 0, 30, 20)));
    var benchmark = new OverlayBenchmark(detector(seen), 0, null, 0, List.of(0.1, 0.5));

    var scores = scores(benchmark, apart, over).numbers();

    assertThat(scores.get("difficulty")).isEqualTo((0 + 1 / 9.0) / 2, EXACT);
    assertThat(scores.get("miou")).isEqualTo(1, within(1e-6));
    assertThat(scores.get("o_miou")).isEqualTo(1, within(1e-6));
    assertThat(scores)
        .containsKeys("simple.miou", "regular.o_miou")
        .doesNotContainKey("complex.miou");
    assertThat(benchmark.protocol())
        .containsEntry("likeness", "common words of two phrases / words of both")
        .containsEntry("levels", "[0.1, 0.5]");
  }

  @Test
  void spatialScoresRelationsOfTheCaption() throws IOException {
    var dog = target("dog", 0, 40, 20, 60);
    var cat = target("cat", 80, 40, 100, 60);
    var right =
        new Case("a", "test", "a", 100, 100, "a dog on the left of a cat", List.of(dog, cat), null);
    var wrong =
        new Case(
            "b", "test", "b", 100, 100, "a dog on the right of a cat", List.of(dog, cat), null);
    var none = new Case("c", "test", "c", 100, 100, "a dog and a cat", List.of(dog, cat), null);
    var both = List.of(seen("dog", 0.8, 0, 40, 20, 60), seen("cat", 0.6, 80, 40, 100, 60));
    var benchmark =
        new SpatialBenchmark(detector(Map.of("a", both, "b", both, "c", both)), 512, 150);

    var scores = scores(benchmark, right, wrong, none);

    assertThat(scores.numbers().get("spatial_left_of")).isEqualTo(0.85, EXACT);
    assertThat(scores.numbers().get("spatial_right_of")).isEqualTo(0, EXACT); // 0.35 is below 0.5
    assertThat(scores.numbers().get("relation")).isEqualTo(0.5, EXACT);
    assertThat(scores.leftOut()).containsEntry("no relation in the prompt", 1L);
  }

  /** Says yes to what it is told. */
  private record Oracle(String yes) implements LayoutSamBenchmark.Asked, VisualQuestion {
    @Override
    public VisualQuestion judge() {
      return this;
    }

    @Override
    public List<String> answers(List<Query> queries) {
      return queries.stream()
          .map(q -> q.question().contains(yes) ? "Yes" : q.question().contains("odd") ? "?" : "No")
          .toList();
    }

    @Override
    public SortedMap<String, String> describe() {
      return new TreeMap<>(Map.of("model", "oracle"));
    }
  }

  @Test
  void layoutSamAsksForAttributesOfWhatIsThere() throws IOException {
    var one =
        sample(
            "a",
            target("dog", 0, 0, 50, 50),
            target("odd", 50, 50, 100, 100),
            target("dog", 0, 0, 0.1, 0.1)); // no pixel
    var benchmark = new LayoutSamBenchmark(new Oracle("\"dog\" present"), 0);

    var judged = judged(benchmark, one);
    var scores = benchmark.scores(List.of(judged), 0, 1).numbers();

    assertThat(scores.get("spatial")).isEqualTo(1 / 3.0, EXACT);
    assertThat(scores.get("color")).isEqualTo(0, EXACT);
    assertThat(judged.findings()).hasSize(1).first().asString().contains("neither of yes and no");
    var all = new LayoutSamBenchmark(new Oracle("dog"), 0);
    assertThat(scores(all, one).numbers().get("shape")).isEqualTo(1 / 3.0, EXACT);
    assertThat(all.protocol()).containsEntry("judge.model", "oracle");
  }

  @Test
  void qualityOfTheSamePicturesIsZero() throws IOException {
    var benchmark = new QualityBenchmark(0, null, null, ClipScore.COSINE, 1);
    var judged = new ArrayList<Judged>();
    for (int i = 0; i < 4; i++) {
      var picture = picture(new Color(50 * i, 10, 10));
      var file = Png.encode(picture);
      var one = new Case("s" + i, "test", "s" + i, 100, 100, "", List.of(), file);
      judged.add(benchmark.judge(new Given(Judged.of(one), picture, one)));
    }

    var scores = benchmark.scores(judged, 0, 1).numbers();

    assertThat(scores.get("frechet")).isEqualTo(0, within(1e-9));
    assertThat(scores).containsKeys("kernel", "kernel_deviation").doesNotContainKey("clip");
    assertThat(scores.get("originals")).isEqualTo(4);
  }
}
