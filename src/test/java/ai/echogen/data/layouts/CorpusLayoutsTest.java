package ai.echogen.data.layouts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.data.LocalSpark;
import ai.echogen.data.layouts.CorpusStatistics.Origin;
import ai.echogen.data.shards.FileSize;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is drawn is like what was counted, which is constructed here. */
class CorpusLayoutsTest {
  private static final LayoutBounds LOOSE = new LayoutBounds(1, 10, 1e-6, 1);
  private static final int NUMBER = 4000;

  @TempDir private static Path temp;
  private static CorpusStatistics scenes;
  private static List<Layout> drawn;

  @BeforeAll
  static void draw() {
    var shards = Corpora.write(temp.resolve("shards"), Corpora.scenes(30), FileSize.DEFAULT);
    var spark = LocalSpark.session().sparkContext();
    scenes =
        new CorpusCount(100, 100, 1)
            .count(
                JavaSparkContext.fromSparkContext(spark),
                ShardStore.split(shards, "train", "caption", "regions"),
                new Origin("shards", "train", "abc"),
                spark.longAccumulator("rows"));
    drawn = drawn(CorpusLayouts.of(scenes, 9, LOOSE, 0.1));
  }

  private static List<Layout> drawn(LayoutSource source) {
    return LongStream.range(0, NUMBER)
        .mapToObj(index -> source.layout(index).layout().orElseThrow())
        .toList();
  }

  /** Per image: two birds in 30 %, a cup and a table in 50 %, a sky in 30 %, a dog in 20 %. */
  @Test
  void theFirstCategoryComesByFrequency() {
    var first =
        drawn.stream()
            .collect(
                Collectors.groupingBy(l -> l.regions().get(0).category(), Collectors.counting()));
    var expected =
        Map.of(
            "bird", 0.6 / 2.1, "cup", 0.5 / 2.1, "table", 0.5 / 2.1, "sky", 0.3 / 2.1, "dog",
            0.2 / 2.1);
    assertThat(chiSquare(first, expected)).isLessThan(18.5); // 4 degrees of freedom, 1 in 1000
  }

  @Test
  void theNumberOfRegionsIsThatOfTheImages() {
    var numbers =
        drawn.stream()
            .collect(Collectors.groupingBy(l -> l.regions().size(), Collectors.counting()));
    assertThat(chiSquare(numbers, Map.of(1, 0.2, 2, 0.5, 3, 0.3))).isLessThan(13.8);
  }

  @Test
  void theNextCategoryComesByCompany() {
    var after = new HashMap<String, Map<String, Long>>();
    for (var layout : drawn) {
      if (layout.regions().size() > 1) {
        after
            .computeIfAbsent(layout.regions().get(0).category(), first -> new HashMap<>())
            .merge(layout.regions().get(1).category(), 1L, Long::sum);
      }
    }
    assertThat(after.get("table")).containsOnlyKeys("cup");
    assertThat(after.get("cup")).containsOnlyKeys("table");
    assertThat(after.get("sky")).containsOnlyKeys("bird");
    assertThat(after.get("bird")).containsOnlyKeys("bird", "sky");
    assertThat(chiSquare(after.get("bird"), Map.of("bird", 0.5, "sky", 0.5))).isLessThan(10.9);
    assertThat(after.get("dog")).hasSize(5); // is never in company: anything, by frequency
  }

  @Test
  void boxesLieWhereTheCategoriesDo() {
    var tables = boxes("table");
    assertThat(mean(tables, box -> (box.x0() + box.x1()) / 2.0)).isCloseTo(0.5, within(0.01));
    assertThat(mean(tables, box -> (box.y0() + box.y1()) / 2.0)).isCloseTo(0.6, within(0.01));
    assertThat(mean(tables, box -> (double) box.x1() - box.x0())).isCloseTo(0.3, within(0.005));
    double y = mean(tables, box -> (box.y0() + box.y1()) / 2.0);
    assertThat(mean(tables, box -> Math.pow((box.y0() + box.y1()) / 2.0 - y, 2)))
        .isCloseTo(0.06 * 0.06, within(0.0006));
    assertThat(mean(boxes("bird"), box -> (double) box.x1() - box.x0()))
        .isCloseTo(0.08, within(0.003));
  }

  /** Tables move by 0.06 and cups with them: alone, a cup's place says nothing of the table's. */
  @Test
  void pairsLieToEachOtherAsTheyDid() {
    var offsets = new ArrayList<Double>();
    for (var layout : drawn) {
      var regions = layout.regions();
      if (regions.size() == 2 && regions.get(0).category().equals("table")) {
        offsets.add(center(regions.get(1)) - center(regions.get(0)));
      }
    }
    double mean = offsets.stream().mapToDouble(d -> d).average().orElseThrow();
    double variance =
        offsets.stream().mapToDouble(d -> (d - mean) * (d - mean)).average().orElseThrow();
    assertThat(offsets).hasSizeGreaterThan(300);
    assertThat(mean).isCloseTo(-0.2, within(0.005));
    assertThat(Math.sqrt(variance)).isLessThan(0.02);
  }

  @Test
  void phrasesAreThoseOfTheCategory() {
    var phrases =
        drawn.stream()
            .flatMap(layout -> layout.regions().stream())
            .filter(region -> region.category().equals("cup"))
            .collect(Collectors.groupingBy(Region::phrase, Collectors.counting()));
    // Cups are in images 0 to 4 of ten, of which 0, 2 and 4 have "a cup".
    assertThat(chiSquare(phrases, Map.of("a cup", 0.6, "a red cup", 0.4))).isLessThan(10.9);
    assertThat(drawn).extracting(Layout::caption).contains("a cup and a table", "two birds");
  }

  @Test
  void aLayoutIsAFunctionOfStatisticsSeedAndIndex() {
    var bounds = new LayoutBounds(2, 3, 0.001, 0.2);
    var one = CorpusLayouts.of(scenes, 9, bounds, 10);
    assertThat(one.layout(3)).isEqualTo(CorpusLayouts.of(scenes, 9, bounds, 10).layout(3));
    assertThat(one.layout(3).layout())
        .isNotEqualTo(CorpusLayouts.of(scenes, 8, bounds, 10).layout(3).layout());
    assertThat(one.layout(3).id()).isEqualTo("corpus-9-00000003");
  }

  @Test
  void boundsAreKept() {
    var bounds = new LayoutBounds(2, 3, 0.01, 0.1);
    var source = CorpusLayouts.of(scenes, 9, bounds, 0.1);
    int whole = 0;
    for (long index = 0; index < 500; index++) {
      var made = source.layout(index);
      if (made.layout().isEmpty()) {
        assertThat(made.findings().get(0).kept()).isFalse();
        continue;
      }
      var boxes = made.layout().get().regions().stream().map(Region::box).toList();
      assertThat(boxes).hasSizeBetween(2, 3).allMatch(box -> box.area() >= 0.01);
      for (int i = 0; i < boxes.size(); i++) {
        for (int j = 0; j < i; j++) {
          assertThat(boxes.get(i).iou(boxes.get(j))).isLessThanOrEqualTo(0.1);
        }
      }
      whole += made.findings().isEmpty() ? 1 : 0;
    }
    assertThat(whole).isGreaterThan(400);
  }

  @Test
  void whatWasSeenOnceIsDrawnTowardsWhatIsUsual() {
    var once = scenes.categories().get(4); // the dog, in the middle
    var strict = once.boxes().gaussian();
    assertThat(once.name()).isEqualTo("dog");
    var shrunk = strict.with(once.boxes().count(), scenes.boxes().gaussian(), 1e6);
    assertThat(shrunk.mean()[3]).isCloseTo(scenes.boxes().mean().get(3), within(1e-3));
  }

  @Test
  void aNumberThatNoImageHadIsRefused() {
    assertThatThrownBy(() -> CorpusLayouts.of(scenes, 9, new LayoutBounds(5, 10, 0.01, 1), 10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("shards has no image with 5 to 10 regions");
  }

  private interface Measure {
    double of(Box box);
  }

  private static List<Box> boxes(String category) {
    return drawn.stream()
        .flatMap(layout -> layout.regions().stream())
        .filter(region -> region.category().equals(category))
        .map(Region::box)
        .toList();
  }

  private static double mean(List<Box> boxes, Measure measure) {
    return boxes.stream().mapToDouble(measure::of).average().orElseThrow();
  }

  private static double center(Region region) {
    return (region.box().y0() + region.box().y1()) / 2.0;
  }

  private static <K> double chiSquare(Map<K, Long> found, Map<K, Double> shares) {
    long all = found.values().stream().mapToLong(Long::longValue).sum();
    assertThat(found.keySet()).isEqualTo(shares.keySet());
    return shares.entrySet().stream()
        .mapToDouble(
            share -> {
              double expected = all * share.getValue();
              return Math.pow(found.get(share.getKey()) - expected, 2) / expected;
            })
        .sum();
  }
}
