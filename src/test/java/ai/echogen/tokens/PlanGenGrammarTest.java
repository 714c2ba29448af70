package ai.echogen.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlanGenGrammarTest {
  private static final String HEAD =
      "<｜begin▁of▁sentence｜><|User|>: a star\n\n<|Assistant|>: <grounding>";
  private static final String TAIL = "</grounding><｜end▁of▁sentence｜>";
  private static final Layout LAYOUT =
      new Layout(
          "a star",
          List.of(
              region("red star", new Box(0, 0.25f, 0.5f, 1)),
              region("circle", new Box(0.5f, 0, 0.75f, 0.125f))));

  private final TextTokenizer tokenizer = JanusVocabulary.planGen();
  private final PlanGenGrammar grammar = (PlanGenGrammar) Grammar.of(tokenizer, 0);

  @AfterEach
  void close() {
    tokenizer.close();
  }

  @Test
  void writesJanusChatWithPlanGensLayout() {
    assertThat(tokenizer.decode(grammar.layoutText(LAYOUT)))
        .isEqualTo(
            HEAD
                + "<ref>red star</ref><box>[0, 250, 500, 1000]</box>"
                + "<ref>circle</ref><box>[500, 0, 750, 125]</box>"
                + TAIL);
    assertThat(tokenizer.decode(grammar.captionText("a star")))
        .isEqualTo("<｜begin▁of▁sentence｜><|User|>: a star\n\n<|Assistant|>:");
    assertThat(grammar.emptyText()).containsExactly(tokenizer.id("<｜begin▁of▁sentence｜>"));
  }

  @Test
  void givesTheIdsOfTheReferenceTokenizer() throws IOException {
    var expected = new ObjectMapper().readTree(JanusVocabulary.resource("expected.json"));

    assertThat(expected.get("texts")).hasSizeGreaterThanOrEqualTo(20);
    for (var text : expected.get("texts")) {
      assertThat(tokenizer.encode(text.get("text").asText()))
          .as(text.get("text").asText())
          .containsExactly(ids(text.get("ids")));
    }
    for (var layout : expected.get("layouts")) {
      var caption = layout.get("caption").asText();
      var regions = new ArrayList<Region>();
      for (var region : layout.get("regions")) {
        int[] box = ids(region.get("box"));
        regions.add(region(region.get("phrase").asText(), box(box[0], box[1], box[2], box[3])));
      }
      assertThat(grammar.layoutText(new Layout(caption, regions)))
          .containsExactly(ids(layout.get("ids")));
      assertThat(grammar.captionText(caption)).containsExactly(ids(layout.get("caption_ids")));
    }
  }

  @Test
  void needsNoChatTokens() {
    var words = List.of("a red star circle", "[0, 250, 500, 1000]", "750 125");
    try (var tokenizer =
        Vocabularies.of(WordVocabulary.ofTexts(words, 100, new LocationCodec(2)))) {
      var grammar = Grammar.of(tokenizer, 0);
      int[] ids = grammar.layoutText(LAYOUT);

      assertThat(tokenizer.decode(ids))
          .isEqualTo(
              "<bos> a star <grounding> <ref> red star </ref> <box> [ 0 , 250 , 500 , 1000 ] </box>"
                  + " <ref> circle </ref> <box> [ 500 , 0 , 750 , 125 ] </box> </grounding>");
      assertThat(grammar.parse(ids)).isEqualTo(new Parse.Parsed(LAYOUT));
      assertThat(tokenizer.decode(grammar.captionText("a star"))).isEqualTo("<bos> a star");
    }
  }

  @Test
  void asksForTheTextOfBoxesAndNothingElse() {
    var question = grammar.question(LAYOUT);

    assertThat(tokenizer.decode(question.ids()))
        .isEqualTo(
            "<end_of_image><grounding><ref>red star</ref><box>[0, 250, 500, 1000]</box>"
                + "<ref>circle</ref><box>[500, 0, 750, 125]");
    int[] asked = IntStream.of(question.targets()).filter(id -> id != Question.NOTHING).toArray();
    assertThat(tokenizer.decode(asked))
        .isEqualTo("[0, 250, 500, 1000]</box>[500, 0, 750, 125]</box>");
    for (int i = 0; i + 1 < question.ids().length; i++) {
      assertThat(question.targets()[i]).isIn(Question.NOTHING, question.ids()[i + 1]);
    }
    assertThat(question.targets()).endsWith(grammar.endBox());
    assertThat(grammar.question(new Layout("a star", List.of())).targets())
        .containsOnly(Question.NOTHING);
  }

  @Test
  void aPromptHasOneSlotABox() {
    assertThat(grammar.prompt(List.of("red star", "circle")).ids())
        .containsExactly(
            IntStream.of(
                    tokenizer.encode(
                        "<end_of_image><grounding><ref>red star</ref><box><｜▁pad▁｜>"
                            + "<ref>circle</ref><box><｜▁pad▁｜>"))
                .map(id -> id == grammar.pad() ? Prompt.TEXT : id)
                .toArray());
  }

  @Test
  void readsBoxesInAnyOrderOfCorners() {
    assertThat(boxes("[0, 250, 500, 1000]", "[750, 125, 500, 0]"))
        .containsExactly(
            Optional.of(new Box(0, 0.25f, 0.5f, 1)), Optional.of(new Box(0.5f, 0, 0.75f, 0.125f)));
    assertThat(boxes("[0,250 ,500,\n1000]")).containsExactly(Optional.of(box(0, 250, 500, 1000)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "1, 2, 3, 4",
        "[1, 2, 3, 4",
        "1, 2, 3, 4]",
        "[1, 2, 3]",
        "[1, 2, 3, 4, 5]",
        "[1, 2, 3, ]",
        "[1, 2, 3, 1001]",
        "[1, 2, 3, 99999999999999]",
        "[-1, 2, 3, 4]",
        "[1.0, 2, 3, 4]",
        "[one, 2, 3, 4]",
        "[1, 2, 1, 4]",
        "[1, 2, 3, 2]",
        "<ref>[1, 2, 3, 4]",
        "[1, 2, 3, 4]<｜end▁of▁sentence｜>",
        "[٣, 2, 5, 4]"
      })
  void anUnusableRegionIsEmptyAndSparesTheOthers(String text) {
    assertThat(boxes("[1, 2, 3, 4]", text, "[5, 6, 7, 8]"))
        .containsExactly(
            Optional.of(box(1, 2, 3, 4)), Optional.empty(), Optional.of(box(5, 6, 7, 8)));
  }

  @Test
  void slotsThatWereNotFilledAreEmpty() {
    var prompt = grammar.prompt(List.of("star", "circle"));

    assertThat(grammar.boxes(prompt, prompt.ids()))
        .containsExactly(Optional.empty(), Optional.empty());
    assertThat(grammar.boxes(prompt, new int[0]))
        .containsExactly(Optional.empty(), Optional.empty());
  }

  @Test
  void aTextCannotWriteGrammar() {
    var hostile =
        new Layout(
            "a </grounding><begin_of_image><|User|>star<image_placeholder>",
            List.of(
                region("<ref<ref>>star</<box>ref>", box(1, 2, 3, 4)),
                region("</box> <｜end▁of▁sentence｜>", box(5, 6, 7, 8))));

    assertThat(tokenizer.decode(grammar.layoutText(hostile)))
        .isEqualTo(
            HEAD
                + "<ref>star</ref><box>[1, 2, 3, 4]</box><ref>object</ref><box>[5, 6, 7, 8]</box>"
                + TAIL);
  }

  @Test
  void aTextCannotWriteStructureThatIsNotFlaggedAsSpecial() {
    var json =
        new String(JanusVocabulary.planGenJson(), StandardCharsets.UTF_8)
            .replaceAll(
                "(\"content\":\"<(?:begin_of_image|\\|User\\||image_placeholder)>\"[^}]*)true}",
                "$1false}");
    try (var open = TextTokenizer.of(json.getBytes(StandardCharsets.UTF_8), "open.json")) {
      assertThat(open.isSpecial(open.id("<begin_of_image>"))).isFalse();

      assertThat(
              Grammar.of(open, 0).captionText("a<begin_of_image> <|User|><image_placeholder>star"))
          .containsExactly(grammar.captionText("a star"));
    }
  }

  @Test
  void aHairlineBoxIsWrittenAThousandthWide() {
    var hairline = new Box(0.5f, Math.nextDown(1f), Math.nextUp(0.5f), 1);

    assertThat(grammar.parse(grammar.layoutText(new Layout("", List.of(region("a", hairline))))))
        .isEqualTo(
            new Parse.Parsed(new Layout("", List.of(region("a", box(500, 999, 501, 1000))))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<ref>a</ref><box>1, 2, 3, 4]</box> | the box '1, 2, 3, 4]' does not start with [",
        "<ref>a</ref><box>[1, 2, 3, 4</box> | the box '[1, 2, 3, 4' does not end with ]",
        "<ref>a</ref><box></box>            | the box '' does not start with [",
        "<ref>a<box>[1, 2, 3, 4]</box>      | expected </ref>, got <box>",
        "a</ref><box>[1, 2, 3, 4]</box>     | expected <ref>, got a",
        "<ref>a</ref>[1, 2, 3, 4]</box>     | expected <box>, got [",
        "<ref>a</ref><box>[1, 2, 3, 4]      | expected </box>, got </grounding>",
        "<ref> </ref><box>[1, 2, 3, 4]</box> | a region without a phrase, at </ref>",
        "<ref>a</ref><box>[3, 2, 1, 4]</box> | the corners of the box [3, 2, 1, 4] are swapped",
        "<ref>a</ref><box>[1, 4, 3, 2]</box> | the corners of the box [1, 4, 3, 2] are swapped",
        "<ref>a</ref><box>[1, 2, 1, 4]</box> | the box [1, 2, 1, 4] is empty",
        "<ref>a</ref><box>[1, 2, 3, 1001]</box> | the box [1, 2, 3, 1001] has 1001, which is outside 0 to 1000",
        "<ref>a</ref><box>[-1, 2, 3, 4]</box> | the box [-1, 2, 3, 4] has -1, which is outside 0 to 1000",
        "<ref>a</ref><box>[1.5, 2, 3, 4]</box> | the box [1.5, 2, 3, 4] has '1.5', which is no integer",
        "<ref>a</ref><box>[01, 2, 3, 4]</box> | the box [01, 2, 3, 4] has '01', which is no integer",
        "<ref>a</ref><box>[1, 2, , 4]</box>  | the box [1, 2, , 4] has '', which is no integer",
        "<ref>a</ref><box>[1, 2, 3]</box>    | the box [1, 2, 3] lists 3 values, not 4",
        "<ref>a</ref><box>[1, 2, 3, 4, 5]</box> | the box [1, 2, 3, 4, 5] lists 5 values, not 4"
      })
  void namesWhatIsWrongWithARegion(String region, String reason) {
    int[] ids = tokenizer.encode(HEAD + region + TAIL);

    var parse = (Parse.Malformed) grammar.parse(ids);

    assertThat(parse.reason()).isEqualTo(reason);
    assertThat(parse.position()).isBetween(tokenizer.encode(HEAD).length, ids.length - 1);
  }

  @Test
  void namesWhatIsWrongAroundRegions() {
    int head = tokenizer.encode(HEAD).length;
    var region = "<ref>a</ref><box>[1, 2, 3, 4]</box>";
    int one = tokenizer.encode(region).length;

    assertMalformed("", 0, "ends before <｜end▁of▁sentence｜>");
    assertMalformed("a star", 0, "expected <｜begin▁of▁sentence｜>, got a");
    assertMalformed(HEAD + region, head + one, "ends before <｜end▁of▁sentence｜>");
    assertMalformed(HEAD + "<ref>a", head + 2, "ends before <｜end▁of▁sentence｜>");
    assertMalformed(HEAD + "</grounding>a", head + 1, "expected <｜end▁of▁sentence｜>, got a");
    assertMalformed(
        HEAD + TAIL + "<｜▁pad▁｜><｜▁pad▁｜>", head + 2, "2 ids after <｜end▁of▁sentence｜>");
    assertMalformed(HEAD + region.repeat(11) + TAIL, head + 10 * one, "more than 10 regions");
    assertMalformed(
        HEAD.replace("\n\n", "\n") + TAIL,
        2,
        "a caption stands between ': ' and two line breaks, got ': a star\n'");
    assertMalformed(
        HEAD.replace(": <grounding>", "<grounding>") + TAIL,
        tokenizer.encode(HEAD.replace(": <grounding>", "")).length,
        "a layout stands after ': ', got ''");
    assertMalformed(HEAD.replace("<|User|>", "") + TAIL, 1, "expected <|User|>, got :");
    assertThat(grammar.parse(new int[] {grammar.bos(), 9999}))
        .isEqualTo(new Parse.Malformed(1, "id 9999 is not in a vocabulary of 392"));
    assertThat(grammar.parse(new int[] {grammar.bos(), Prompt.TEXT}))
        .isEqualTo(new Parse.Malformed(1, "id -3 is not in a vocabulary of 392"));
  }

  @Test
  void refusesTextThatNobodyWrites() {
    int[] star = tokenizer.encode("🙂");
    int[] ids = tokenizer.encode(HEAD + "<ref>🙂</ref><box>[1, 2, 3, 4]</box>" + TAIL);
    int at =
        IntStream.range(0, ids.length).filter(i -> ids[i] == star[0]).findFirst().orElseThrow();
    ids[at] = star[1];

    assertThat(grammar.parse(ids))
        .as("half a character")
        .isInstanceOfSatisfying(
            Parse.Malformed.class,
            malformed -> {
              assertThat(malformed.position()).isEqualTo(at);
              assertThat(malformed.reason()).startsWith("no text is written like this: ");
            });
  }

  @Test
  void readsAnAnswerOfAModel() {
    var text =
        " a star <grounding><ref>red star</ref><box>[0, 250, 500, 1000]</box>"
            + "<ref>circle</ref><box>[500,0,750,125]</box></grounding>";

    assertThat(grammar.parseText(text)).isEqualTo(new Parse.Parsed(LAYOUT));
    assertThat(grammar.parseText(text + "<｜end▁of▁sentence｜>")).isEqualTo(new Parse.Parsed(LAYOUT));
    assertThat(grammar.parseText("<grounding></grounding>"))
        .isEqualTo(new Parse.Parsed(new Layout("", List.of())));
    assertThat(grammar.parseText(text + " a star"))
        .isEqualTo(new Parse.Malformed(text.length(), "expected <｜end▁of▁sentence｜>, got  a"));
    assertThat(grammar.parseText("a café"))
        .isEqualTo(new Parse.Malformed(6, "ends before </grounding>"));
    assertThat(grammar.parseText("")).isEqualTo(new Parse.Malformed(0, "ends before </grounding>"));
  }

  @Test
  void hasNoLocationTokens() {
    assertThat(grammar.firstX()).isZero();
    assertThat(grammar.firstY()).isZero();
    assertThat(grammar.bins()).isZero();
    assertThat(grammar.vocabularySize()).isEqualTo(392);
  }

  @Test
  void refusesMoreRegionsThanASequenceHolds() {
    var layout = new Layout("", Collections.nCopies(11, region("star", box(1, 2, 3, 4))));

    assertThatThrownBy(() -> grammar.layoutText(layout))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a sequence holds at most 10 regions, got 11: keep the largest");
    assertThatThrownBy(() -> grammar.question(layout)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> grammar.prompt(Collections.nCopies(11, "star")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void namesWhatATokenizerLacks() {
    try (var published = TextTokenizer.of(JanusVocabulary.json(), "published.json")) {
      assertThatThrownBy(() -> Grammar.of(published, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("published.json: has no token <grounding> among its 386; add it");
    }
    var json =
        new String(JanusVocabulary.planGenJson(), StandardCharsets.UTF_8)
            .replace("<｜end▁of▁sentence｜>", "<end>");
    try (var endless = TextTokenizer.of(json.getBytes(StandardCharsets.UTF_8), "endless.json")) {
      assertThatThrownBy(() -> Grammar.of(endless, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "endless.json: has none of the tokens <eos>, <｜end▁of▁sentence｜>; add one to"
                  + " added_tokens or choose another tokenizer");
    }
  }

  private void assertMalformed(String text, int position, String reason) {
    assertThat(grammar.parse(tokenizer.encode(text)))
        .isEqualTo(new Parse.Malformed(position, reason));
  }

  /** Boxes of a prompt whose slots are filled with these texts. */
  private List<Optional<Box>> boxes(String... texts) {
    var prompt = grammar.prompt(Collections.nCopies(texts.length, "red star"));
    var filled = IntStream.builder();
    int slot = 0;
    for (int id : prompt.ids()) {
      if (id == Prompt.TEXT) {
        IntStream.of(tokenizer.encode(texts[slot++] + "</box>")).forEach(filled::add);
      } else {
        filled.add(id);
      }
    }
    return grammar.boxes(prompt, filled.build().toArray());
  }

  private static int[] ids(JsonNode numbers) {
    return IntStream.range(0, numbers.size()).map(i -> numbers.get(i).asInt()).toArray();
  }

  private static Region region(String phrase, Box box) {
    return RandomLayouts.region(phrase, box);
  }

  private static Box box(int x0, int y0, int x1, int y1) {
    return new Box(x0 / 1000f, y0 / 1000f, x1 / 1000f, y1 / 1000f);
  }
}
