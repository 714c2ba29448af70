package ai.echogen.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonRecordTest {
  @Test
  void readsWhatIsThere() {
    var fields =
        of(
            """
            {"name": "a", "size": 4, "share": 0.5, "on": true, "inner": {"n": 1},
             "files": {"a.bin": {"bytes": 3}}, "list": [{"n": 7}], "rest": [1]}\
            """);
    assertThat(fields.text("name")).isEqualTo("a");
    assertThat(fields.whole("size", 1, 8)).isEqualTo(4);
    assertThat(fields.number("share")).isEqualTo(0.5);
    assertThat(fields.flag("on", false)).isTrue();
    assertThat(fields.object("inner").whole("n", 0, 9)).isEqualTo(1);
    assertThat(fields.objects("files").get("a.bin").whole("bytes", 0, 9)).isEqualTo(3);
    assertThat(fields.list("list", false).get(0).whole("n", 0, 9)).isEqualTo(7);
    assertThat(fields.any("rest")).hasSize(1);
    assertThat(fields.textIfAny("none")).isEmpty();
    assertThat(fields.whole("none", 0, 9, 5)).isEqualTo(5);
    fields.nothingElse().orThrow("");
  }

  @Test
  void everythingThatIsWrongIsNamedAtOnce() {
    var fields =
        of(
            """
            {"a": 4294967424, "b": 1.5, "c": "3", "d": 1e999, "e": "yes", "f": [], "g": {"h": null},
             "i": [{"k": true}, 3], "l": 1, "": 2, "m": " "}\
            """);
    fields.whole("a", 1, Integer.MAX_VALUE);
    fields.whole("b", 0, 9);
    fields.whole("c", 0, 9, 1);
    fields.number("d");
    fields.flag("e", false);
    fields.object("f");
    fields.object("g").text("h");
    fields.list("i", true).forEach(inner -> inner.text("k"));
    fields.text("m");
    fields.text("n");
    fields.nothingElse();
    assertThat(fields.problems())
        .containsExactly(
            "a must be a whole number, 1 to 2147483647, got 4294967424",
            "b must be a whole number, 0 to 9, got 1.5",
            "c must be a whole number, 0 to 9, got \"3\"",
            "d must be a number, got \"Infinity\"",
            "e must be true or false, got \"yes\"",
            "f must be an object, got []",
            "missing g.h (it must be a text)",
            "i[1] must be an object, got 3",
            "i[0].k must be a text, got true",
            "missing i[1].k (it must be a text)",
            "m must be a text, got \" \"",
            "missing n (it must be a text)",
            "l is not known",
            "\"\" is not known");
    assertThatThrownBy(() -> fields.orThrow("make it again"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("f.json: a must be a whole number")
        .hasMessageEndingWith("; make it again");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "{} {}",
        "{\"a\": 1, \"a\": 2}",
        "{\"a\": NaN}",
        "{'a': 1}",
        "\uFFFF",
        "{\"a\": 01}"
      })
  void whatIsNoJsonIsRefusedWithItsPlace(String text) {
    if (text.isEmpty()) {
      assertThatThrownBy(() -> of(text)).hasMessage("f.json: must be a JSON object, got ");
    } else {
      assertThatThrownBy(() -> of(text))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageMatching("(?s)f\\.json: \\d+: is not valid JSON: .*");
    }
  }

  @Test
  void nestingAndDigitsHaveAnEnd() {
    for (var text :
        List.of(
            "[".repeat(3000) + "]".repeat(3000),
            "{\"a\":".repeat(20_000),
            "[" + "9".repeat(1_000_000) + "]")) {
      assertThatThrownBy(() -> of(text))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("f.json: ")
          .message()
          .hasSizeLessThan(300);
    }
  }

  @Test
  void aLongNameMakesNoLongMessage() {
    var name = "n".repeat(1_000_000);
    var twice = "{\"" + name + "\": 1, \"" + name + "\": 2}";
    assertThatThrownBy(() -> of(twice))
        .hasMessageContaining("Duplicate")
        .message()
        .satisfies(message -> assertThat(message).hasSizeLessThan(500));

    var unknown = of("{\"" + name + "\": 1}").nothingElse();
    assertThatThrownBy(() -> unknown.orThrow(""))
        .message()
        .startsWith("f.json: nnn")
        .hasSizeLessThan(500);
  }

  private static JsonRecord of(String text) {
    return JsonRecord.of(JsonText.parse(text.getBytes(StandardCharsets.UTF_8), "f.json"), "f.json");
  }
}
