package ai.echogen.scoring.judges;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class VocabularyTest {
  private static final Vocabulary COCO =
      new Vocabulary(
          Set.of("bird", "car", "mouse", "mouse (no class)"),
          Map.of("owl", "bird", "red car", "car", "bird", "car"),
          Set.of("mouse", "toy"));

  @Test
  void aWordThatIsTranslatedMeansThatClassEvenIfItIsOneItself() {
    assertThat(COCO.classOf("owl", "owl")).hasValue("bird");
    assertThat(COCO.classOf("bird", "bird")).hasValue("car");
    assertThat(COCO.classOf("car", "car")).hasValue("car");
  }

  @Test
  void aPhraseIsTranslatedBeforeItsCategory() {
    assertThat(COCO.classOf("red car", "vehicle")).hasValue("car");
    assertThat(COCO.classOf("a white owl", "owl")).hasValue("bird");
    assertThat(COCO.classOf("toy", "car")).isEmpty();
  }

  @Test
  void whatHasNoClassHasALabelThatIsNone() {
    assertThat(COCO.classOf("zebra", "zebra")).isEmpty();
    assertThat(COCO.label("zebra", "zebra")).isEqualTo("zebra");
    assertThat(COCO.classOf("mouse", "mouse")).isEmpty();
    assertThat(COCO.classes()).contains("mouse").doesNotContain(COCO.label("mouse", "mouse"));
    assertThat(COCO.classes()).doesNotContain(COCO.label("toy", "car"));
  }

  @Test
  void everyNameMayBeAClassOfADetectorThatSaysNothing() {
    assertThat(Vocabulary.UNKNOWN.classOf("a zebra", "zebra")).hasValue("zebra");
    assertThat(Vocabulary.UNKNOWN.label("a zebra", "zebra")).isEqualTo("zebra");
  }
}
