package ai.echogen.data.augment;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CaptionsTest {
  private static List<Region> regions(String... phrases) {
    return Stream.of(phrases).map(p -> new Region(p, p, new Box(0, 0, 1, 1))).toList();
  }

  @Test
  void captionsThatCountCountAnew() {
    var before = new Layout("two dogs and a cat", regions("dog", "dog", "cat"));
    assertThat(Captions.isCounted(before)).isTrue();
    assertThat(Captions.recounted(before, regions("dog")).caption()).isEqualTo("a dog");
    assertThat(Captions.extended(before, regions("dog", "owl"), regions("owl")).caption())
        .isEqualTo("a dog and an owl");
    assertThat(Captions.extended(new Layout("", List.of()), regions("owl"), regions("owl")))
        .isEqualTo(new Layout("an owl", regions("owl")));
  }

  @Test
  void othersStayWhenRegionsGo() {
    var before = new Layout("pets at play", regions("dog", "cat"));
    assertThat(Captions.recounted(before, regions("dog")))
        .isEqualTo(new Layout("pets at play", regions("dog")));
    var blank = new Layout("", regions("dog"));
    assertThat(Captions.extended(blank, regions("dog", "owl"), regions("owl")).caption()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "pets at play|owl|pets at play, and an owl",
        "Pets at play.|red cup|Pets at play, and a red cup.",
        "Pets!|owl;red cup|Pets, an owl and a red cup!",
        "Pets|owl;red cup;the moon|Pets, an owl, a red cup and the moon",
        "Pets|two cups|Pets, and two cups",
      })
  void othersMentionWhatIsPasted(String caption, String added, String expected) {
    var before = new Layout(caption, regions("dog"));
    var pasted = regions(added.split(";"));
    assertThat(Captions.extended(before, pasted, pasted).caption()).isEqualTo(expected);
  }

  @Test
  void aPictureWithoutACaptionGetsOneOfWhatItsPhrasesSay() {
    var nothing = new Layout("", List.of());
    assertThat(Captions.extended(nothing, regions("owl", "owl"), regions("owl", "owl")).caption())
        .isEqualTo("two owls");
    var moon = List.of(new Region("the moon", "object", new Box(0, 0, 1, 1)));
    assertThat(Captions.extended(nothing, moon, moon).caption()).isEqualTo("the moon");
    assertThat(Captions.extended(nothing, List.of(), List.of())).isSameAs(nothing);
  }

  @Test
  void aBlankCategoryIsNotCounted() {
    var nameless = List.of(new Region("dog", "", new Box(0, 0, 1, 1)));
    var before = new Layout("a dog", nameless);
    assertThat(Captions.isCounted(before)).isFalse();
    assertThat(Captions.recounted(before, nameless).caption()).isEqualTo("a dog");
    assertThat(Captions.recounted(new Layout("a dog", regions("dog")), nameless).caption())
        .isEqualTo("a dog");
  }
}
