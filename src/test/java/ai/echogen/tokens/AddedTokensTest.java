package ai.echogen.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddedTokensTest {
  private static final int ROWS = 400;

  @Test
  void numbersTokensAsTheReferenceDoes() throws IOException {
    var expected = new ObjectMapper().readTree(JanusVocabulary.resource("expected.json"));
    try (var tokenizer = JanusVocabulary.planGen()) {
      for (var token : PlanGenGrammar.TOKENS) {
        int id = expected.get("added").get(token).asInt();
        assertThat(tokenizer.id(token)).isEqualTo(id);
        assertThat(tokenizer.isSpecial(id)).isTrue();
        assertThat(tokenizer.encode("a" + token)).endsWith(id).hasSize(2);
      }
    }
  }

  @Test
  void keepsEveryOtherByte() {
    var before = text(JanusVocabulary.json());
    var after = text(JanusVocabulary.planGenJson());

    var inserted = after.length() - before.length();
    int at = after.indexOf("]", after.indexOf("</box>")) - inserted;
    assertThat(after.substring(0, at) + after.substring(at + inserted)).isEqualTo(before);
    assertThat(after.substring(at, at + inserted)).startsWith(",{\"id\":386,").endsWith("}");
  }

  @Test
  void changesNothingASecondTime() {
    var once = JanusVocabulary.planGenJson();

    assertThat(AddedTokens.add(once, "t.json", PlanGenGrammar.TOKENS, ROWS)).isEqualTo(once);
    assertThat(AddedTokens.add(once, "t.json", List.of(), ROWS)).isEqualTo(once);
    assertThat(
            AddedTokens.add(
                AddedTokens.add(JanusVocabulary.json(), "t.json", List.of("<grounding>"), ROWS),
                "t.json",
                PlanGenGrammar.TOKENS,
                ROWS))
        .as("in two steps")
        .isEqualTo(once);
  }

  @Test
  void refusesATokenWithoutARow() {
    assertThatThrownBy(
            () -> AddedTokens.add(JanusVocabulary.json(), "t.json", PlanGenGrammar.TOKENS, 391))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "t.json: </box> would be token 391, but the embedding has only the rows 0 to 390: give"
                + " it more rows or leave tokens out");
  }

  @Test
  void refusesATokenThatIsThereButNotSpecial() {
    var json =
        text(JanusVocabulary.planGenJson())
            .replaceAll("(\"content\":\"<ref>\"[^}]*)true}", "$1false}");

    assertThatThrownBy(() -> AddedTokens.add(bytes(json), "t.json", PlanGenGrammar.TOKENS, ROWS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "t.json: <ref> is token 388 already, but not a special one: set special to true in"
                + " added_tokens");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"added_tokens\": [], \"model\": {\"vocab\": {\"a\": 0}}}",
        "{\"model\": {\"vocab\": {\"a\": 0}},\n \"added_tokens\": [\n ]\n}",
        "\uFEFF{\"é\": [\"汉\"], \"added_tokens\": [ ], \"model\": {\"vocab\": {\"a\": 0}}}"
      })
  void fillsAnEmptyList(String json) throws IOException {
    var added =
        new ObjectMapper()
            .readTree(AddedTokens.add(bytes(json), "t.json", List.of("<a>", "<b>"), 3));

    assertThat(added.get("added_tokens").findValuesAsText("content")).containsExactly("<a>", "<b>");
    assertThat(added.get("added_tokens").findValuesAsText("id")).containsExactly("1", "2");
  }

  @Test
  void givesAWordOfTheModelItsOwnId() throws IOException {
    var json = "{\"added_tokens\": [], \"model\": {\"vocab\": {\"a\": 0, \"<ref>\": 1, \"b\": 2}}}";

    var added =
        new ObjectMapper()
            .readTree(AddedTokens.add(bytes(json), "t.json", List.of("<box>", "<ref>"), 4));

    assertThat(added.get("added_tokens").findValuesAsText("id")).containsExactly("3", "1");
  }

  @Test
  void refusesAFileWithoutTheList() {
    assertThatThrownBy(
            () ->
                AddedTokens.add(
                    bytes("{\"model\": {\"vocab\": {\"a\": 0}}}"), "t.json", List.of("<a>"), 9))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("t.json: has no list added_tokens");
  }

  private static String text(byte[] json) {
    return new String(json, StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String json) {
    return json.getBytes(StandardCharsets.UTF_8);
  }
}
