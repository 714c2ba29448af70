package ai.echogen.data.synth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DescriptionTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "A zebra.                                | zebra",
        "An apple core.                          | apple core",
        "The fountain of youth.                  | fountain of youth",
        "Some cherries.                          | cherries",
        "Hard candy—yum!                         | hard candy",
        "A chocolate easter egg. Yum!            | chocolate easter egg",
        "A Seville orange, also a bitter orange. | seville orange",
        "A “Granny Smith” apple.                 | granny smith apple",
        "A knight’s helmet.                      | knight's helmet",
        "Tux and Spider - two friends            | tux and spider",
        "This shell is hundreds of years old!    | shell",
        "A                                       | a",
      })
  void aPhraseIsTheFirstClauseWithoutItsArticle(String text, String phrase) {
    assertThat(Description.phrase(text)).isEqualTo(phrase);
  }

  @Test
  void onlyTheFirstLineIsEnglish() {
    assertThat(Description.phrase("\n A  cow.\r\nde.utf8=Eine Kuh.\n")).isEqualTo("cow");
  }

  @Test
  void whatNobodyWouldReadAsItIsWrittenIsAFlaw() {
    for (var phrase : List.of("ze\0bra", "\u202ezebra", "ze\u200bbra", "fen\ufffdtre")) {
      assertThat(Description.flaw(Description.phrase(phrase)))
          .contains("control characters or lost letters");
    }
    assertThat(Description.flaw(Description.phrase("A " + "z".repeat(3_000_000) + ".")))
        .contains("a word of more than 60 letters");
    assertThat(Description.flaw(Description.phrase("\uFEFFUne\tfenêtre à l’ouest."))).isEmpty();
    assertThat(Description.flaw("")).isEmpty();
  }

  @Test
  void aTextWithoutAClauseIsBlank() {
    assertThat(Description.phrase("")).isBlank();
    assertThat(Description.phrase("– Because it is one…")).isBlank();
    assertThat(Description.phrase("This is a very old one.")).isBlank();
    assertThat(Description.numWords("")).isZero();
    assertThat(Description.numWords("hard candy")).isEqualTo(2);
  }
}
