package ai.echogen.data.layouts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.echogen.data.shards.Finding;
import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.NamedLayout;
import ai.echogen.layout.Region;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GivenLayoutsTest {
  private static final LayoutBounds BOUNDS = new LayoutBounds(1, 2, 0.1, 1);
  private static final Region REGION = new Region("dog", " ", new Box(0, 0, 0.5f, 0.5f));

  @Test
  void aBlankCategoryBecomesThePhraseAndElseNothingChanges() {
    var other = new Region("a cat", "cat", new Box(0.5f, 0, 1, 1));
    var made = keep(new NamedLayout("a", new Layout("two", List.of(REGION, other))));
    assertThat(made.layout().orElseThrow())
        .isEqualTo(new Layout("two", List.of(new Region("dog", "dog", REGION.box()), other)));
    assertThat(made.findings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0, 0.5, fewer regions than minRegions",
    "1, 3, 0.5, more regions than maxRegions",
    "1, 2, 0.3, a box smaller than minArea",
    "121, 1, 0.5, 'id of more than 120 letters'"
  })
  void whatDoesNotFitIsNamed(int letters, int regions, float side, String why) {
    var id = "x".repeat(letters);
    var region = new Region("dog", "dog", new Box(0, 0, side, side));
    var layout = new Layout("c", Collections.nCopies(regions, region));
    var made = keep(new NamedLayout(id, layout));
    assertThat(made.layout()).isEmpty();
    assertThat(made.findings()).containsExactly(Finding.dropped(why, id));
  }

  @Test
  void otherPhrasesAreAFunctionOfSeedAndId() {
    var list = new PhraseList(List.of("ant", "bee", "cow", "the elk"), 0);
    var named = new NamedLayout("a", new Layout("c", List.of(REGION, REGION)));
    var given = new GivenLayouts(1, BOUNDS, list);
    var layout = given.layout(named).layout().orElseThrow();
    assertThat(layout.regions()).extracting(Region::box).containsOnly(REGION.box());
    assertThat(layout.regions()).extracting(Region::phrase).doesNotHaveDuplicates();
    assertThat(layout.caption())
        .contains(layout.regions().get(0).phrase(), " and ", layout.regions().get(1).phrase());
    assertThat(given.layout(named)).isEqualTo(given.layout(named));
    assertThat(
            IntStream.range(0, 30)
                .mapToObj(i -> new GivenLayouts(i, BOUNDS, list).layout(named).layout())
                .distinct())
        .hasSizeGreaterThan(6);
  }

  @Test
  void tooFewPhrasesAreRefused() {
    assertThatThrownBy(() -> new GivenLayouts(1, BOUNDS, new PhraseList(List.of("ant"), 0)))
        .hasMessageContaining("maxRegions=2 needs as many different phrases, got 1");
  }

  private static LayoutSource.Made keep(NamedLayout named) {
    return new GivenLayouts(1, BOUNDS, null).layout(named);
  }
}
