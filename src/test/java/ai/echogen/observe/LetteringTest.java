package ai.echogen.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.awt.Font;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LetteringTest {
  private static final String CAPTION =
      "two striped red circles to the left of a plain blue square";

  private final Lettering letters = new Lettering(Font.PLAIN, 12);

  @BeforeEach
  void needsFonts() {
    assumeThat(letters.height()).as("height of a line of text").isPositive();
  }

  @Test
  void aLongLineEndsInAnEllipsisAndFits() {
    var shown = letters.shortened(CAPTION, 100);
    assertThat(shown).startsWith("two striped").endsWith("…");
    assertThat(letters.width(shown)).isLessThanOrEqualTo(100);
    assertThat(letters.shortened(CAPTION, 1000)).isEqualTo(CAPTION);
  }

  @Test
  void wrappingKeepsAllWordsWhereThereIsRoom() {
    var lines = letters.wrapped(CAPTION, 150, 10);
    assertThat(lines).hasSizeGreaterThan(1);
    assertThat(String.join(" ", lines)).isEqualTo(CAPTION);
    assertThat(lines).allSatisfy(line -> assertThat(letters.width(line)).isLessThanOrEqualTo(150));
  }

  @Test
  void theLastLineThatMayBeShownTakesTheRest() {
    var lines = letters.wrapped(CAPTION, 150, 2);
    assertThat(lines).hasSize(2);
    assertThat(lines.get(1)).endsWith("…");
  }

  @Test
  void noTextHasNoLine() {
    assertThat(letters.wrapped("", 150, 2)).isEmpty();
    assertThat(letters.wrapped("  ", 150, 2)).isEmpty();
  }
}
