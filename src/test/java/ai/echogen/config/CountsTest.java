package ai.echogen.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A key that takes one number or several. */
class CountsTest {
  record Several(Counts numbers) {}

  @TempDir private Path temp;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"8 | 8", "[8] | 8", "[1, 2, 4] | [1, 2, 4]", "[] | []", "1e3 | 1000"})
  void oneNumberOrAList(String text, String counts) throws Exception {
    assertThat(bind(text).numbers()).hasToString(counts);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "some     | numbers must be a whole number of at most 32 bits, got \"some\"",
        "1.5      | numbers must be a whole number of at most 32 bits, got 1.5",
        "[1, two] | numbers[1] must be a whole number of at most 32 bits, got \"two\"",
        "{a = 1}  | numbers must be a whole number of at most 32 bits, got {\"a\":1}",
        "null     | numbers is missing"
      })
  void whatIsNeitherIsRefused(String text, String problem) {
    assertThatThrownBy(() -> bind(text)).hasMessageContaining(problem);
  }

  @Test
  void theSameNumbersAreEqual() {
    assertThat(Counts.of(List.of(1, 2))).isEqualTo(Counts.of(List.of(1, 2)));
    assertThat(Counts.of(List.of(1, 2))).isNotEqualTo(Counts.of(List.of(2, 1)));
    assertThat(Counts.of(List.of(3))).hasSameHashCodeAs(Counts.of(List.of(3)));
  }

  private Several bind(String text) throws Exception {
    var file = temp.resolve("some.conf");
    Files.writeString(file, "numbers = " + text);
    return Settings.load("doctor", List.of(file), List.of()).bind(Several.class);
  }
}
