package ai.echogen.data.ingest.formats.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PythonLiteralTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[[1, 2.5, -3, 4e2], [0, 0, 1., .5]] | [[1,2.5,-3,400.0],[0,0,1.0,0.5]]",
        "['a cat', \"it's\", 'say \"hi\"'] | [\"a cat\",\"it's\",\"say \\\"hi\\\"\"]",
        "(1, 'x') | [1,\"x\"]",
        "(1,) | [1]",
        "(1) | 1",
        "() | []",
        "[] | []",
        "[1, 2,] | [1,2]",
        "[None, True, False] | [null,true,false]",
        "[nan, inf, -inf] | [\"NaN\",\"Infinity\",\"-Infinity\"]",
        "[+7, -0, 1E3, 1e-2] | [7,0,1000.0,0.01]",
        "123456789012345678901234567890 | 123456789012345678901234567890",
        "` [ 1 ,\t2 ] ` | [1,2]",
        "'' | \"\"",
        "'''it's''' | \"it's\"",
        "\"\"\"a \"quoted\" word\"\"\" | \"a \\\"quoted\\\" word\"",
        "'größe 猫' | \"größe 猫\"",
      })
  void whatReprWritesIsRead(String literal, String json) {
    assertThat(PythonLiteral.parse(literal)).hasToString(json);
  }

  @Test
  void escapesAreTakenBack() {
    assertThat(
            PythonLiteral.parse(
                    "'\\\\ \\' \\\" \\n"
                        + "\\t\\r"
                        + "\\a\\b\\f\\v \\x41\\xe9 \\u732b \\U0001f600 \\101\\0 \\q a\\\n"
                        + "b'")
                .textValue())
        .isEqualTo("\\ ' \" \n\t\r\u0007\b\f\u000B A\u00e9 猫 😀 A\0 \\q ab");
    assertThat(PythonLiteral.parse("'''two\nlines'''").textValue()).isEqualTo("two\nlines");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`` | character 1: ends too early",
        "[1, 2 | character 6: ends too early",
        "[1 2] | character 4: a comma or ] must stand here",
        "(1, 2] | character 6: a comma or ) must stand here",
        "[,] | character 2: a list, a tuple,",
        "['a | character 2: a text that begins here has no end",
        "'''a'' | character 1: a text that begins here has no end",
        "'\\x4' | character 5: a hexadecimal digit must stand here",
        "'\\u12' | character 6: a hexadecimal digit must stand here",
        "'\\U00110000' | character 12: there is no such character",
        "'\\N{CAT}' | character 3: characters by their names are not read",
        "[1] x | character 5: something behind the value",
        "'a' 'b' | character 5: something behind the value",
        "007 | character 1: a list",
        "1_000 | character 1: a list",
        "0x10 | character 1: a list",
        "1e | character 1: a list",
        "-- | character 1: a list",
        "b'x' | character 1: a list",
        "{'a': 1} | character 1: a list",
        "null | character 1: a list",
        "open('x') | character 1: a list",
        "[1, __import__('os')] | character 5: a list",
      })
  void everythingElseIsRefusedWithItsPlace(String literal, String message) {
    assertThatThrownBy(() -> PythonLiteral.parse(literal))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void aLineDoesNotEndInAPlainText() {
    assertThatThrownBy(() -> PythonLiteral.parse("'a\nb'"))
        .hasMessage("character 3: a line ends within a text");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "(", "[(", "[[1],"})
  void nestingAndLengthHaveBounds(String open) {
    assertThat(PythonLiteral.parse("[".repeat(20) + "]".repeat(20)).isArray()).isTrue();
    assertThatThrownBy(() -> PythonLiteral.parse(open.repeat(30)))
        .hasMessageContaining("more than 20 levels");
    assertThatThrownBy(() -> PythonLiteral.parse(open.repeat(1_000_000)))
        .hasMessageContaining("more than");
    assertThatThrownBy(() -> PythonLiteral.parse("9".repeat(500)))
        .hasMessageStartingWith("character 1: a list");
  }

  @Test
  void randomTextsAreReadOrRefused() {
    var seed = 3L;
    var random = new Random(seed);
    var letters = "[](),'\"\\ \nxuUN0179.eE+-NoneTruFalsi猫";
    for (int trial = 0; trial < 20_000; trial++) {
      var text = new StringBuilder();
      for (int i = random.nextInt(12); i >= 0; i--) {
        text.append(letters.charAt(random.nextInt(letters.length())));
      }
      try {
        assertThat(PythonLiteral.parse(text.toString()).isMissingNode()).isFalse();
      } catch (IllegalArgumentException e) {
        assertThat(e.getMessage()).as("seed %d: %s", seed, text).startsWith("character ");
      }
    }
  }
}
