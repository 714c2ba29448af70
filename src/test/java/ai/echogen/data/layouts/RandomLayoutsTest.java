package ai.echogen.data.layouts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.echogen.data.shards.Finding;
import ai.echogen.layout.Region;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RandomLayoutsTest {
  private static final PhraseList PHRASES =
      new PhraseList(IntStream.range(0, 12).mapToObj(i -> "thing" + i).toList(), 0);

  @ParameterizedTest
  @CsvSource({"1, 4, 0.01, 0.3", "2, 10, 0.02, 0", "3, 3, 0.15, 0.05", "1, 1, 0.5, 1"})
  void boxesObeyTheBounds(int least, int most, double minArea, double maxIou) {
    var source = new RandomLayouts(3, PHRASES, new LayoutBounds(least, most, minArea, maxIou));
    var numbers = new TreeMap<Integer, Integer>();
    for (long index = 0; index < 400; index++) {
      var made = source.layout(index);
      var regions = made.layout().orElseThrow().regions();
      assertThat(made.findings()).isEmpty();
      numbers.merge(regions.size(), 1, Integer::sum);
      assertThat(regions).extracting(Region::phrase).doesNotHaveDuplicates();
      for (int i = 0; i < regions.size(); i++) {
        var box = regions.get(i).box();
        assertThat(((double) box.x1() - box.x0()) * ((double) box.y1() - box.y0()))
            .isGreaterThanOrEqualTo(minArea);
        for (int j = 0; j < i; j++) {
          assertThat(box.iou(regions.get(j).box())).isLessThanOrEqualTo(maxIou);
        }
      }
    }
    int expected = 400 / (most - least + 1);
    assertThat(numbers.keySet()).hasSize(most - least + 1).allMatch(n -> n >= least && n <= most);
    assertThat(numbers.values()).allMatch(times -> times > expected / 2);
  }

  @Test
  void phrasesAreEquallyLikely() {
    var source = new RandomLayouts(3, PHRASES, new LayoutBounds(1, 4, 0.01, 0.3));
    var times = new TreeMap<String, Integer>();
    int all = 0;
    for (long index = 0; index < 4000; index++) {
      for (var region : source.layout(index).layout().orElseThrow().regions()) {
        times.merge(region.phrase(), 1, Integer::sum);
        all++;
      }
    }
    double expected = all / 12.0;
    double chiSquare =
        times.values().stream().mapToDouble(n -> (n - expected) * (n - expected) / expected).sum();
    assertThat(times).hasSize(12);
    assertThat(chiSquare).isLessThan(31.3); // 11 degrees of freedom, one run in a thousand
  }

  @Test
  void aLayoutIsAFunctionOfSeedAndIndex() {
    var bounds = new LayoutBounds(1, 4, 0.01, 0.3);
    var source = new RandomLayouts(3, PHRASES, bounds);
    assertThat(source.layout(5)).isEqualTo(new RandomLayouts(3, PHRASES, bounds).layout(5));
    assertThat(source.layout(5).layout())
        .isNotEqualTo(new RandomLayouts(4, PHRASES, bounds).layout(5).layout());
    assertThat(source.layout(5).id()).isEqualTo("random-3-00000005");
  }

  @Test
  void whatFindsNoPlaceIsNamed() {
    var source = new RandomLayouts(1, PHRASES, new LayoutBounds(10, 10, 0.05, 0));
    var made = IntStream.range(0, 20).mapToObj(source::layout).toList();
    assertThat(made)
        .filteredOn(one -> one.layout().isEmpty())
        .isNotEmpty()
        .allSatisfy(
            one ->
                assertThat(one.findings())
                    .containsExactly(Finding.dropped(CorpusLayouts.NO_PLACE, one.id())));
    var loose = new RandomLayouts(1, PHRASES, new LayoutBounds(1, 10, 0.05, 0));
    assertThat(IntStream.range(0, 60).mapToObj(loose::layout))
        .filteredOn(one -> !one.findings().isEmpty())
        .isNotEmpty()
        .allMatch(one -> one.layout().orElseThrow().regions().size() < 10)
        .allMatch(one -> one.findings().get(0).reason().equals(RandomLayouts.FEWER));
  }

  @Test
  void whatCannotBeIsSaid() {
    assertThatThrownBy(() -> new RandomLayouts(1, PHRASES, new LayoutBounds(1, 10, 0.06, 0)))
        .hasMessage("minArea must be <= 0.0500 for maxRegions=10, got 0.06");
    assertThatThrownBy(
            () ->
                new RandomLayouts(
                    1, new PhraseList(List.of("a"), 0), new LayoutBounds(1, 2, 0.01, 0)))
        .hasMessageContaining("needs as many different phrases, got 1");
    assertThatThrownBy(() -> new LayoutBounds(0, 11, Double.NaN, 1.5))
        .hasMessageContaining("minRegions must be 1 to 10, got 0")
        .hasMessageContaining("maxRegions must be minRegions=0 to 10, got 11")
        .hasMessageContaining("minArea must be > 0 and <= 0.5, got NaN")
        .hasMessageContaining("maxIou must be 0 to 1, got 1.5");
  }
}
