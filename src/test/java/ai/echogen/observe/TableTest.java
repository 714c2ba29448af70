package ai.echogen.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class TableTest {
  private final Table table =
      new Table("model", "acc50", "samples")
          .row("tiny", 0.91234, 500)
          .row("a|b <i>", 1.0, 20_000L)
          .row("größer", "", 7);

  @Test
  void theConsoleTableIsAligned() {
    assertThat(table.console())
        .isEqualTo(
            """
            model    acc50  samples
            ───────  ─────  ───────
            tiny     0.912      500
            a|b <i>  1.000    20000
            größer                7
            """);
  }

  @Test
  void theMarkdownTableKeepsItsCellsApart() {
    assertThat(table.markdown())
        .isEqualTo(
            """
            | model | acc50 | samples |
            |---|---:|---:|
            | tiny | 0.912 | 500 |
            | a\\|b &lt;i> | 1.000 | 20000 |
            | größer |  | 7 |
            """);
  }

  @Test
  void theHtmlTableIsEscapedAndMarksNumbers() {
    assertThat(table.html())
        .contains("<th>model</th><th class=\"n\">acc50</th>")
        .contains("<td>a|b &lt;i&gt;</td><td class=\"n\">1.000</td>")
        .contains("<td>größer</td><td></td><td class=\"n\">7</td>");
  }

  @Test
  void aColumnOfTextsAndNumbersStandsToTheLeft() {
    var settings = new Table("key", "value").row("lr", 0.001).row("mask", "layered").row("s", 3);
    assertThat(settings.console().lines().skip(2))
        .containsExactly("lr    1.0e-03", "mask  layered", "s     3");
    assertThat(settings.markdown()).contains("|---|---|");
  }

  @Test
  void anEmptyTableIsItsHeader() {
    assertThat(new Table("a", "long name").console()).isEqualTo("a  long name\n─  ─────────\n");
  }

  @Test
  void lineBreaksInACellDoNotBreakTheTable() {
    assertThat(new Table("a").row("x\ny").console()).contains("x y\n");
  }

  @Test
  void aRowNeedsACellForEachColumn() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> table.row("tiny", 0.5))
        .withMessage("a row needs 3 cells, got [tiny, 0.5]");
  }
}
