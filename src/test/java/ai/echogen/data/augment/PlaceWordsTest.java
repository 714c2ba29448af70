package ai.echogen.data.augment;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlaceWordsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a dog on the left|a dog on the right",
        "Left of it, RIGHT of it|Right of it, LEFT of it",
        "the leftmost and the right-hand cup|the rightmost and the left-hand cup",
        "left_shoe|right_shoe",
        "leftwards, righthanded|rightwards, lefthanded",
        "the left's right|the right's left",
        "a bright, upright, rightful and leftover copyright|a bright, upright, rightful and"
            + " leftover copyright",
        "links und rechts|links und rechts",
      })
  void leftAndRightChangePlacesAsWholeWords(String text, String mirrored) {
    assertThat(PlaceWords.mirrored(text)).isEqualTo(mirrored);
    assertThat(PlaceWords.mirrored(mirrored)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Left", "the cup above", "upper shelf", "a man standing", "on top of it"})
  void directionsAreFound(String text) {
    assertThat(PlaceWords.haveDirection(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a red cup", "a topping", "a cupboard", "overalls", "stop sign", ""})
  void otherWordsAreNone(String text) {
    assertThat(PlaceWords.haveDirection(text)).isFalse();
    assertThat(PlaceWords.havePlace(text)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"the dog behind", "man next to the car", "second cup", "larger dog"})
  void placesAreFound(String phrase) {
    assertThat(PlaceWords.havePlace(phrase)).isTrue();
    assertThat(PlaceWords.haveDirection(phrase)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a man standing", "woman in a blue shirt", "ten"})
  void whatAnObjectIsLikeIsNoPlace(String phrase) {
    assertThat(PlaceWords.havePlace(phrase)).isFalse();
  }
}
