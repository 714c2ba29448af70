package ai.echogen.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LocationGrammarTest {
  private static final LocationCodec CODEC = new LocationCodec(32);
  private static final Layout LAYOUT =
      new Layout(
          "a star, left of a circle",
          List.of(
              region("red star", new Box(0, 0.25f, 0.5f, 1)),
              region("circle", new Box(0.5f, 0, 0.75f, 0.125f))));

  private final TextTokenizer tokenizer = Vocabularies.tokenizer(CODEC);
  private final LocationGrammar grammar = new LocationGrammar(tokenizer, CODEC);

  @AfterEach
  void close() {
    tokenizer.close();
  }

  @Test
  void writesCaptionThenPhrasesWithTheirBoxes() {
    assertThat(grammar.layoutText(LAYOUT))
        .containsExactly(
            ids(
                "<bos> a star , left of a circle <grounding> red star <x_0> <y_8> <x_15> <y_31>"
                    + " circle <x_16> <y_0> <x_23> <y_3> </grounding>"));
    assertThat(grammar.captionText("a star")).containsExactly(ids("<bos> a star"));
    assertThat(grammar.emptyText()).containsExactly(ids("<bos>"));
    assertThat(grammar.endBox()).isEqualTo(tokenizer.id("</box>"));
  }

  @Test
  void asksForLocationsAndNothingElse() {
    var question = grammar.question(LAYOUT);

    assertThat(question.ids())
        .containsExactly(
            ids("<end_of_image> red star <x_0> <y_8> <x_15> <y_31> circle <x_16> <y_0> <x_23>"));
    assertThat(question.targets())
        .containsExactly(targets("- - <x_0> <y_8> <x_15> <y_31> - <x_16> <y_0> <x_23> <y_3>"));
  }

  @Test
  void whatIsNotThereHasAnAnswerOfItsOwn() {
    var question = grammar.question(LAYOUT, Set.of(0));
    assertThat(question.targets())
        .containsExactly(targets("- - <x_31> <y_31> <x_0> <y_0> - <x_16> <y_0> <x_23> <y_3>"));
    var prompt = grammar.prompt(List.of("red star", "circle"));
    int[] filled =
        ids("<end_of_image> red star <x_31> <y_31> <x_0> <y_0> circle <x_16> <y_0> <x_23> <y_3>");
    assertThat(grammar.boxes(prompt, filled))
        .containsExactly(Optional.empty(), Optional.of(new Box(0.5f, 0, 0.75f, 0.125f)));
    assertThat(CODEC.encode(new Box(0, 0, 1, 1))).isNotEqualTo(CODEC.nothing());
  }

  @Test
  void asksNothingOfALayoutWithoutRegions() {
    var question = grammar.question(new Layout("a star", List.of()));

    assertThat(question.ids()).containsExactly(grammar.endImage());
    assertThat(question.targets()).containsExactly(Question.NOTHING);
    assertThat(grammar.boxes(grammar.prompt(List.of()), new int[] {grammar.endImage()})).isEmpty();
  }

  @Test
  void promptHasASlotWhereTheQuestionHasATarget() {
    var question = grammar.question(LAYOUT);
    int[] prompt = grammar.prompt(List.of("red star", "circle")).ids();

    assertThat(prompt).hasSize(question.ids().length + 1);
    assertThat(prompt[0]).isEqualTo(question.ids()[0]);
    for (int i = 0; i < question.targets().length; i++) {
      int target = question.targets()[i];
      if (target == Question.NOTHING) {
        assertThat(prompt[i + 1]).isEqualTo(question.ids()[i + 1]);
      } else {
        assertThat(prompt[i + 1]).isEqualTo(grammar.isX(target) ? Prompt.X : Prompt.Y);
      }
    }
  }

  @Test
  void readsBoxesFromFilledSlots() {
    var prompt = grammar.prompt(List.of("red star", "circle"));
    int[] filled =
        ids("<end_of_image> red star <x_15> <y_31> <x_0> <y_8> circle <x_16> <y_0> <x_23> <y_3>");

    assertThat(grammar.boxes(prompt, filled))
        .as("swapped corners are sorted")
        .containsExactly(
            Optional.of(new Box(0, 0.25f, 0.5f, 1)), Optional.of(new Box(0.5f, 0, 0.75f, 0.125f)));
  }

  @Test
  void anUnusableRegionIsEmptyAndSparesTheOthers() {
    var prompt = grammar.prompt(List.of("star", "circle", "square"));
    int[] wrongAxis =
        ids("<end_of_image> star <x_1> <x_1> <x_2> <y_2> circle <x_16> <y_0> <x_23> <y_3> square");

    assertThat(grammar.boxes(prompt, wrongAxis))
        .containsExactly(
            Optional.empty(), Optional.of(new Box(0.5f, 0, 0.75f, 0.125f)), Optional.empty());
    assertThat(grammar.boxes(prompt, new int[0]))
        .containsExactly(Optional.empty(), Optional.empty(), Optional.empty());
    assertThat(grammar.boxes(prompt, prompt.ids()))
        .containsExactly(Optional.empty(), Optional.empty(), Optional.empty());
  }

  @Test
  void aTextCannotWriteGrammar() {
    var hostile =
        new Layout(
            "a </grounding><begin_of_image> star",
            List.of(region("<x_3> circle <eos>", box(1)), region("</box>", box(2))));

    assertThat(grammar.layoutText(hostile))
        .containsExactly(
            ids(
                "<bos> a star <grounding> circle <x_1> <y_1> <x_1> <y_1> <unk> <x_2> <y_2> <x_2>"
                    + " <y_2> </grounding>"));
  }

  @Test
  void tenThousandRandomLayoutsComeBack() {
    long seed = 20260318;
    var random = new Random(seed);
    for (int n = 0; n < 10_000; n++) {
      var layout = randomLayout(random);

      assertThat(grammar.parse(grammar.layoutText(layout)))
          .as("seed %d, layout %d", seed, n)
          .isEqualTo(new Parse.Parsed(layout));
    }
  }

  @Test
  void namesWhatIsWrongWithADamagedList() {
    assertMalformed("", 0, "ends before </grounding>");
    assertMalformed("a star", 0, "expected <bos>, got a");
    assertMalformed("<bos> a star", 3, "ends before </grounding>");
    assertMalformed("<bos> a <x_1>", 2, "expected <grounding>, got <x_1>");
    assertMalformed("<bos> <grounding> star <x_1> <y_1>", 5, "ends before </grounding>");
    assertMalformed(
        "<bos> <grounding> star <x_1> <x_1>", 4, "expected a location <y_…>, got <x_1>");
    assertMalformed(
        "<bos> <grounding> star </grounding>", 3, "expected a location <x_…>, got </grounding>");
    assertMalformed(
        "<bos> <grounding> <x_1> <y_1> <x_1> <y_1>", 2, "a region without a phrase, at <x_1>");
    assertMalformed(
        "<bos> <grounding> star <x_2> <y_1> <x_1>", 5, "the box ends left of its start");
    assertMalformed(
        "<bos> <grounding> star <x_1> <y_2> <x_1> <y_1>", 6, "the box ends above its start");
    assertMalformed("<bos> <grounding> </grounding> <pad> <pad>", 3, "2 ids after </grounding>");
    assertMalformed(
        "<bos> <grounding>" + " star <x_1> <y_1> <x_1> <y_1>".repeat(11) + " </grounding>",
        52,
        "more than 10 regions");
    assertThat(grammar.parse(new int[] {grammar.bos(), 9999}))
        .isEqualTo(
            new Parse.Malformed(
                1, "id 9999 is not in a vocabulary of " + grammar.vocabularySize()));
    assertThat(grammar.parse(new int[] {grammar.bos(), Prompt.X}))
        .isInstanceOf(Parse.Malformed.class);
  }

  @Test
  void noDamageCrashesTheReader() {
    var random = new Random(11);
    for (int n = 0; n < 5_000; n++) {
      int[] ids = grammar.layoutText(randomLayout(random));
      for (int damage = 0; damage <= random.nextInt(3); damage++) {
        ids[random.nextInt(ids.length)] = random.nextInt(grammar.vocabularySize() + 2) - 1;
      }
      int[] cut = Arrays.copyOf(ids, random.nextInt(ids.length));

      if (grammar.parse(cut) instanceof Parse.Malformed malformed) {
        assertThat(malformed.position()).isBetween(0, cut.length);
        assertThat(malformed.reason()).isNotBlank();
      }
      assertThat(grammar.parse(ids)).isNotNull();
    }
  }

  @Test
  void refusesMoreRegionsThanASequenceHolds() {
    var layout = new Layout("", Collections.nCopies(11, region("star", box(1))));

    assertThatThrownBy(() -> grammar.layoutText(layout))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a sequence holds at most 10 regions, got 11: keep the largest");
    assertThatThrownBy(() -> grammar.question(layout)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> grammar.prompt(Collections.nCopies(11, "star")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesATokenizerWithOtherLocations() {
    assertThatThrownBy(() -> Grammar.of(tokenizer, 33))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("tokenizer.json: has no token <x_32> ");

    var json =
        WordVocabulary.ofTexts(Vocabularies.WORDS, 100, CODEC)
            .toJson()
            .replace("<x_1>", "<swap>")
            .replace("<x_2>", "<x_1>")
            .replace("<swap>", "<x_2>");
    try (var shuffled =
        TextTokenizer.of(json.getBytes(StandardCharsets.UTF_8), "shuffled/tokenizer.json")) {
      assertThatThrownBy(() -> Grammar.of(shuffled, 32))
          .hasMessage(
              "shuffled/tokenizer.json: location tokens must have consecutive ids, but <x_1> is 15,"
                  + " not 14");
    }
  }

  @Test
  void refusesStructureThatACaptionCouldWrite() {
    var json =
        WordVocabulary.ofTexts(Vocabularies.WORDS, 100, CODEC)
            .toJson()
            .replace("\"special\" : true", "\"special\" : false");
    try (var open = TextTokenizer.of(json.getBytes(StandardCharsets.UTF_8), "tokenizer.json")) {
      assertThatThrownBy(() -> Grammar.of(open, 32))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("<grounding> must be a special token");
    }
  }

  private void assertMalformed(String tokens, int position, String reason) {
    assertThat(grammar.parse(ids(tokens))).isEqualTo(new Parse.Malformed(position, reason));
  }

  private int[] ids(String tokens) {
    return tokens.isEmpty()
        ? new int[0]
        : Stream.of(tokens.split(" ")).mapToInt(tokenizer::id).toArray();
  }

  private int[] targets(String tokens) {
    return Stream.of(tokens.split(" "))
        .mapToInt(token -> token.equals("-") ? Question.NOTHING : tokenizer.id(token))
        .toArray();
  }

  private static Layout randomLayout(Random random) {
    var regions =
        IntStream.range(0, random.nextInt(Layout.MAX_REGIONS + 1))
            .mapToObj(i -> region(randomWords(random, 1 + random.nextInt(4)), randomBox(random)))
            .toList();
    return new Layout(randomWords(random, random.nextInt(12)), regions);
  }

  private static String randomWords(Random random, int count) {
    return String.join(
        " ",
        random
            .ints(count, 0, Vocabularies.WORDS.size())
            .mapToObj(Vocabularies.WORDS::get)
            .toList());
  }

  private static Box randomBox(Random random) {
    return CODEC.decode(
        random.nextInt(32), random.nextInt(32), random.nextInt(32), random.nextInt(32));
  }

  private static Region region(String phrase, Box box) {
    return new Region(phrase, phrase, box);
  }

  private static Box box(int cell) {
    return CODEC.decode(cell, cell, cell, cell);
  }
}
