package ai.echogen.scoring.judges;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.layout.Box;
import ai.echogen.scoring.judges.LayoutSamQuestions.Attribute;
import ai.echogen.scoring.judges.LayoutSamQuestions.Reply;
import java.awt.image.BufferedImage;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayoutSamQuestionsTest {
  @Test
  void theWordsAreThoseOfTheProtocol() {
    assertThat(LayoutSamQuestions.spatial("a black/white cat"))
        .isEqualTo(
            "Is the subject \"a blackwhite cat\" present in the image? Strictly answer with"
                + " \"Yes\" or \"No\", without any irrelevant words.");
    assertThat(LayoutSamQuestions.attribute(Attribute.TEXTURE, "a cat", "A cat with fur/hair."))
        .isEqualTo(
            "Is the subject in \"a cat\" in the image consistent with the texture described in the"
                + " detailed description: \"A cat with furhair.\"? Strictly answer with \"Yes\" or"
                + " \"No\", without any irrelevant words. If the texture is not mentioned in the"
                + " detailed description, the answer is \"Yes\".");
    for (var attribute : Attribute.values()) {
      assertThat(LayoutSamQuestions.attribute(attribute, "a", "b"))
          .contains(" the " + attribute.name().toLowerCase(Locale.ROOT) + " described");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Yes, YES, true",
    "'yes, it is', YES, true",
    "No., NO, false",
    "no, NO, false",
    "'Yes and No', BOTH, true",
    "'No, but yes', BOTH, true",
    "YES, NEITHER, false", // as the script has it
    "Nothing is there, NEITHER, false",
    "'', NEITHER, false",
    "'Yes, another one is not', YES, true",
  })
  void anAnswerIsAYesWhereItHasTheWord(String answer, Reply reply, boolean isYes) {
    assertThat(LayoutSamQuestions.reply(answer)).isEqualTo(reply);
    assertThat(LayoutSamQuestions.reply(answer).isYes()).isEqualTo(isYes);
  }

  @Test
  void cropsAreCutToThreeDecimalsAndThenToWholePixels() {
    var image = new BufferedImage(512, 256, BufferedImage.TYPE_INT_RGB);
    image.setRGB(51, 128, 0xFF0000);
    // 0.1004 → 0.1 → 51.2; 0.9996 → 1; 0.5004 → 0.5 → 128; 0.7511 → 0.751 → 192.256
    var crop = LayoutSamQuestions.crop(image, new Box(0.1004f, 0.5004f, 0.9996f, 0.7511f));

    assertThat(crop).isPresent();
    assertThat(crop.get().getWidth()).isEqualTo(512 - 51);
    assertThat(crop.get().getHeight()).isEqualTo(192 - 128);
    assertThat(crop.get().getRGB(0, 0) & 0xFFFFFF).isEqualTo(0xFF0000);
  }

  @Test
  void aCropWithoutAPixelIsNone() {
    var image = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);

    assertThat(LayoutSamQuestions.crop(image, new Box(0.5f, 0, 0.51f, 1))).isEmpty(); // 32 to 32
    assertThat(LayoutSamQuestions.crop(image, new Box(0.1f, 0.2f, 0.1004f, 1))).isEmpty();
    assertThat(LayoutSamQuestions.crop(image, new Box(0.5f, 0, 0.516f, 1))).isPresent(); // to 33
  }
}
