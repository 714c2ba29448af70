package ai.echogen.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.data.CounterRandom;
import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** What is written comes back, and what is damaged never comes back as something else. */
class GrammarRoundTripTest {
  private static final long SEED = 20260318;
  private static final int TRIALS = 2_000;
  private static final Pattern BOX = Pattern.compile("<box>[^<]*</box>");

  private static final TextTokenizer LOCATION_TOKENIZER =
      JanusVocabulary.locations(new LocationCodec(32));
  private static final TextTokenizer PLANGEN_TOKENIZER = JanusVocabulary.planGen();

  /**
   * @param cells of the grid on which boxes come back exactly
   */
  record Case(Grammar grammar, TextTokenizer tokenizer, int cells, double resolution) {
    @Override
    public String toString() {
      return grammar.getClass().getSimpleName();
    }
  }

  static final List<Case> CASES =
      List.of(
          new Case(Grammar.of(LOCATION_TOKENIZER, 32), LOCATION_TOKENIZER, 32, 1.01 / 32),
          new Case(Grammar.of(PLANGEN_TOKENIZER, 0), PLANGEN_TOKENIZER, 1000, 0.00051));

  @AfterAll
  static void close() {
    LOCATION_TOKENIZER.close();
    PLANGEN_TOKENIZER.close();
  }

  @ParameterizedTest
  @FieldSource("CASES")
  void layoutsOnTheGridComeBackExactly(Case grammar) {
    for (int n = 0; n < TRIALS; n++) {
      var layout = onGrid(grammar, n);

      assertThat(grammar.grammar().parse(grammar.grammar().layoutText(layout)))
          .as("seed %d, layout %d", SEED, n)
          .isEqualTo(new Parse.Parsed(layout));
    }
  }

  @ParameterizedTest
  @FieldSource("CASES")
  void anyLayoutComesBackWithinTheResolution(Case grammar) {
    for (int n = 0; n < TRIALS; n++) {
      var layout = RandomLayouts.layout(CounterRandom.of(SEED, n), RandomLayouts::anywhere);

      var parse = grammar.grammar().parse(grammar.grammar().layoutText(layout));

      assertThat(parse).as("seed %d, layout %d", SEED, n).isInstanceOf(Parse.Parsed.class);
      var back = ((Parse.Parsed) parse).layout();
      assertThat(back.caption()).isEqualTo(layout.caption());
      assertThat(phrases(back)).isEqualTo(phrases(layout));
      for (int i = 0; i < layout.regions().size(); i++) {
        var expected = layout.regions().get(i).box();
        var box = back.regions().get(i).box();
        assertThat(new double[] {box.x0(), box.y0(), box.x1(), box.y1()})
            .as("seed %d, layout %d", SEED, n)
            .containsExactly(
                new double[] {expected.x0(), expected.y0(), expected.x1(), expected.y1()},
                within(grammar.resolution()));
      }
    }
  }

  @ParameterizedTest
  @FieldSource("CASES")
  void aPromptFilledWithTheTargetsGivesTheBoxes(Case grammar) {
    for (int n = 0; n < 1_000; n++) {
      var layout = onGrid(grammar, n);
      var question = grammar.grammar().question(layout);
      var prompt = grammar.grammar().prompt(phrases(layout));

      int[] filled = fill(prompt, answers(question), grammar.grammar().endBox());

      assertThat(filled).as("the question, whole").startsWith(question.ids());
      assertThat(grammar.grammar().boxes(prompt, filled))
          .as("seed %d, layout %d", SEED, n)
          .isEqualTo(layout.regions().stream().map(r -> Optional.of(r.box())).toList());
    }
  }

  @ParameterizedTest
  @FieldSource("CASES")
  void damagedIdsAreRefusedOrSpellWhatIsRead(Case grammar) {
    int[] replacements = IntStream.range(-4, grammar.grammar().vocabularySize() + 2).toArray();
    int numRead = 0;
    for (int n = 0; n < TRIALS; n++) {
      int[] whole = grammar.grammar().layoutText(onGrid(grammar, n));
      int[] damaged = RandomLayouts.damage(CounterRandom.of(SEED, n, 1), whole, replacements);

      var parse = grammar.grammar().parse(damaged);

      if (parse instanceof Parse.Parsed parsed) {
        numRead++;
        int[] written = grammar.grammar().layoutText(parsed.layout());
        assertThat(spelling(grammar.tokenizer().decode(damaged)))
            .as("seed %d, layout %d", SEED, n)
            .isEqualTo(spelling(grammar.tokenizer().decode(written)));
      } else {
        assertNamed((Parse.Malformed) parse, damaged.length, n);
      }
      assertThat(grammar.grammar().boxes(grammar.grammar().prompt(List.of("a", "b")), damaged))
          .hasSize(2);
    }
    assertThat(numRead).as("some damage only changes words").isBetween(100, TRIALS - 100);
  }

  @Test
  void damagedTextIsRefusedOrSpellsWhatIsRead() {
    var plangen = CASES.get(1);
    var grammar = (PlanGenGrammar) plangen.grammar();
    int[] replacements = " ,[]019-.<>/abrx字\n".codePoints().toArray();
    int numRead = 0;
    for (int n = 0; n < TRIALS; n++) {
      int[] whole = answer(onGrid(plangen, n)).codePoints().toArray();
      int[] points = RandomLayouts.damage(CounterRandom.of(SEED, n, 2), whole, replacements);
      var damaged = new String(points, 0, points.length);

      var parse = grammar.parseText(damaged);

      if (parse instanceof Parse.Parsed parsed) {
        numRead++;
        assertThat(spelling(damaged))
            .as("seed %d, layout %d", SEED, n)
            .isEqualTo(spelling(answer(parsed.layout())));
      } else {
        assertNamed((Parse.Malformed) parse, damaged.length(), n);
      }
    }
    assertThat(numRead).as("some damage only changes words").isBetween(100, TRIALS - 100);
  }

  private static void assertNamed(Parse.Malformed malformed, int length, int n) {
    assertThat(malformed.position()).as("seed %d, layout %d", SEED, n).isBetween(0, length);
    assertThat(malformed.reason()).isNotBlank();
  }

  private static Layout onGrid(Case grammar, int n) {
    return RandomLayouts.layout(
        CounterRandom.of(SEED, n), random -> RandomLayouts.onGrid(random, grammar.cells()));
  }

  private static List<String> phrases(Layout layout) {
    return layout.regions().stream().map(Region::phrase).toList();
  }

  /** What a question asks for, in order. */
  private static int[] answers(Question question) {
    return IntStream.of(question.targets()).filter(id -> id != Question.NOTHING).toArray();
  }

  /** Fills slots as a decoder does. */
  private static int[] fill(Prompt prompt, int[] answers, int endBox) {
    var filled = IntStream.builder();
    int next = 0;
    for (int id : prompt.ids()) {
      if (id >= 0) {
        filled.add(id);
      } else if (id == Prompt.TEXT) {
        do {
          filled.add(answers[next++]);
        } while (answers[next - 1] != endBox);
      } else {
        filled.add(answers[next++]);
      }
    }
    return filled.build().toArray();
  }

  /** PlanGen's answer of an understanding task. */
  private static String answer(Layout layout) {
    var text = new StringBuilder(layout.caption()).append(" <grounding>");
    for (var region : layout.regions()) {
      text.append("<ref>%s</ref><box>%s</box>".formatted(region.phrase(), box(region.box())));
    }
    return text.append("</grounding>").toString();
  }

  private static List<Integer> box(Box box) {
    var numbers = new ArrayList<Integer>();
    for (float side : new float[] {box.x0(), box.y0(), box.x1(), box.y1()}) {
      numbers.add(Math.round(1000 * side));
    }
    return numbers;
  }

  /** Leaves out the spaces that mean nothing: inside boxes, and around the caption of an answer. */
  private static String spelling(String text) {
    var spelled = BOX.matcher(text).replaceAll(box -> box.group().replaceAll("\\s", ""));
    int layout = spelled.indexOf("<grounding>");
    return layout < 0 ? spelled : spelled.substring(0, layout).strip() + spelled.substring(layout);
  }
}
