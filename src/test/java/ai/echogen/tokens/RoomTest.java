package ai.echogen.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Captions that are longer than a model has positions for. */
class RoomTest {
  private static final List<Region> REGIONS =
      List.of(
          new Region("red star", "star", new Box(0, 0.25f, 0.5f, 1)),
          new Region("circle", "circle", new Box(0.5f, 0, 0.75f, 0.125f)));
  private static final Layout LONG = new Layout("a red star ".repeat(800), REGIONS);
  private static final Layout SHORT = new Layout("a red star", REGIONS);

  @ParameterizedTest
  @CsvSource({"8, 40", "8, 100", "0, 400", "0, 1000"})
  void onlyTheEndOfALongCaptionIsCutSoThatTextAndQuestionFit(int bins, int room) {
    try (var tokenizer = tokenizer(bins)) {
      var grammar = Grammar.of(tokenizer, bins, room);
      var free = Grammar.of(tokenizer, bins);

      int[] text = grammar.layoutText(LONG);

      assertThat(text.length + grammar.question(LONG).ids().length)
          .isLessThanOrEqualTo(room)
          .isGreaterThan(room - 3);
      var parsed = ((Parse.Parsed) grammar.parse(text)).layout();
      assertThat(parsed.regions())
          .isEqualTo(((Parse.Parsed) free.parse(free.layoutText(LONG))).layout().regions());
      assertThat(parsed.caption().strip()).startsWith("a red star a red");
      assertThat(grammar.fit(LONG).isCut()).isTrue();
      assertThat(grammar.captionText(LONG.caption())).hasSizeLessThanOrEqualTo(room);
      assertThat(grammar.layoutText(SHORT)).isEqualTo(free.layoutText(SHORT));
      assertThat(grammar.fit(SHORT).isCut()).isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource({"8, 24", "0, 80"})
  void regionsWithoutRoomAreRefusedWithTheWayOut(int bins, int room) {
    try (var tokenizer = tokenizer(bins)) {
      var grammar = Grammar.of(tokenizer, bins, room);
      assertThatThrownBy(() -> grammar.layoutText(SHORT))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll("leaves " + room, "model.maxPositions");
    }
  }

  @Test
  void aSurveySaysHowManyCaptionsAreCutAndHowFar() {
    try (var tokenizer = tokenizer(8)) {
      var lines = survey(tokenizer, 8, LONG, SHORT, SHORT).lines("the data");
      assertThat(lines)
          .containsExactly(
              "1 of 3 captions of the data are longer than the model has positions for, and are "
                  + "cut: of the longest, 26 tokens of 2,400 stay");
    }
  }

  @Test
  void aSurveyNamesTheWordsThatTheTokenizerLacks() {
    try (var tokenizer = tokenizer(8)) {
      var layout =
          new Layout(
              "a Hoop, a wedge and a hoop",
              List.of(new Region("red hoop", "hoop", new Box(0, 0, 1, 1))));
      var survey = survey(tokenizer, 8, layout);
      assertThat(survey.lines("the data"))
          .containsExactly(
              "the model's tokenizer lacks 3 words of the data, and reads each as <unk>: "
                  + "hoop (3), and (1), wedge (1)");
      survey.requirePhrases("the data"); // red is known
    }
  }

  @Test
  void atMostTwentyWordsAreNamed() {
    try (var tokenizer = tokenizer(8)) {
      var words =
          IntStream.range(0, 50).mapToObj("word%02d"::formatted).reduce("", (a, b) -> a + " " + b);
      assertThat(survey(tokenizer, 8, new Layout(words, List.of())).lines("the data").get(0))
          .contains("lacks 50 words")
          .endsWith("word19 (1), …");
    }
  }

  @Test
  void phrasesOfWhichNoWordIsKnownAreRefused() {
    try (var tokenizer = tokenizer(8)) {
      var layout =
          new Layout(
              "a red star",
              List.of(
                  new Region("hoop,", "hoop", new Box(0, 0, 1, 1)),
                  new Region("wedge", "wedge", new Box(0, 0, 1, 1))));
      var survey = survey(tokenizer, 8, layout);
      assertThatThrownBy(() -> survey.requirePhrases("the data"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll("no word of any phrase of the data", "hoop (1), wedge (1)");
      survey.add(survey(tokenizer, 8, SHORT));
      survey.requirePhrases("the data");
    }
  }

  @Test
  void aTokenizerOfBytesLacksNothing() {
    try (var tokenizer = tokenizer(0)) {
      var layout = new Layout("Ein Öhr 鼻", List.of(new Region("鼻🙂", "x", new Box(0, 0, 1, 1))));
      var survey = survey(tokenizer, 0, layout);
      survey.requirePhrases("the data");
      assertThat(survey.lines("the data")).isEmpty();
    }
  }

  private static TextSurvey survey(TextTokenizer tokenizer, int bins, Layout... layouts) {
    var grammar = Grammar.of(tokenizer, bins, bins == 0 ? Grammar.UNLIMITED : 53);
    var survey = new TextSurvey();
    for (var layout : layouts) {
      var one = new TextSurvey();
      one.add(tokenizer, grammar, layout);
      survey.add(one);
    }
    return survey;
  }

  private static TextTokenizer tokenizer(int bins) {
    return bins == 0 ? JanusVocabulary.planGen() : Vocabularies.tokenizer(new LocationCodec(bins));
  }
}
