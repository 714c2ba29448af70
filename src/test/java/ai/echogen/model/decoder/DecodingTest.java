package ai.echogen.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.echogen.data.CounterRandom;
import ai.echogen.model.decoder.Decoder.Drawing;
import ai.echogen.model.decoder.Decoder.Sampling;
import ai.echogen.tokens.Prompt;
import ai.echogen.torch.Tensors;
import ai.echogen.torch.script.Script;
import ai.echogen.torch.weights.Weights;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Drawing and reading with a cache against the whole sequence at once. */
class DecodingTest {
  private static final int VOCABULARY = 60;
  private static final int END_BOX = 9;
  private static final int FIRST_X = 20;
  private static final int FIRST_Y = 30;
  private static final int BINS = 8;
  private static final ImageCodes CODES = new ImageCodes(24, 4, 9);
  private static final TextIds IDS = new TextIds(VOCABULARY, 0, 1, END_BOX, FIRST_X, FIRST_Y, BINS);
  private static final DecoderConfig SIZES =
      new DecoderConfig(16, 24, 3, 4, 2, 6, 1e-6, 1e4, 128, 2, true, true);
  private static final Sampling PLAIN = new Sampling(1, 0, 1, 1);

  private final NDManager manager = Tensors.cpu();
  private final CounterRandom random = CounterRandom.of(3);

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @EnumSource(AttentionForm.class)
  void chancesOfDrawnCodesAreThoseOfTheWholeSequence(AttentionForm form) {
    var texts = List.of(ids(2), ids(7), ids(4), ids(7), ids(1));
    try (var decoder = new Decoder(SIZES, CODES, IDS, form);
        var weights = weights(decoder);
        var whole = whole(decoder)) {
      var drawing = decoder.draw(manager, weights.flat(), texts, uniforms(5), PLAIN);
      for (int i = 0; i < texts.size(); i++) {
        var chances = chances(whole, weights, texts.get(i), drawing.codes().get(i));
        assertThat(drawing.logProbabilities().get(i)).containsExactly(chances, within(1e-4f));
      }
    }
  }

  /**
   * The chances of codes, cached and step by step, are near those in float32 of the whole sequence.
   */
  @Test
  void bfloat16DrawsAlike() {
    var texts = List.of(ids(2), ids(7), ids(4));
    try (var decoder =
            new Decoder(
                SIZES,
                CODES,
                IDS,
                AttentionForm.LAYERED,
                Precision.BF16,
                Optional.empty(),
                Optional.empty());
        var wide = new Decoder(SIZES, CODES, IDS, AttentionForm.LAYERED);
        var weights = weights(wide);
        var whole = whole(wide)) {
      var drawing = decoder.draw(manager, weights.flat(), texts, uniforms(3), PLAIN);
      for (int i = 0; i < texts.size(); i++) {
        var chances = chances(whole, weights, texts.get(i), drawing.codes().get(i));
        assertThat(drawing.logProbabilities().get(i))
            .containsExactly(chances, within(0.1f))
            .isNotEqualTo(chances);
      }
      var program = new int[] {2, 5, Prompt.X, Prompt.Y, Prompt.X, Prompt.Y};
      var filled = decoder.ground(manager, weights.flat(), List.of(codes()), List.of(program));
      assertThat(filled.get(0)).hasSameSizeAs(program).doesNotContain(Prompt.X, Prompt.Y);
    }
  }

  @ParameterizedTest
  @EnumSource(AttentionForm.class)
  void locationsAreTheLikeliestOfTheWholeSequence(AttentionForm form) {
    var codes = List.of(codes(), codes(), codes());
    var programs =
        List.of(
            new int[] {2, 5, Prompt.X, Prompt.Y, Prompt.X, Prompt.Y},
            new int[] {2, 5, 6, 7, Prompt.X, Prompt.Y, 8, Prompt.X, Prompt.Y},
            new int[] {2});
    try (var decoder = new Decoder(SIZES, CODES, IDS, form);
        var weights = weights(decoder);
        var whole = whole(decoder)) {
      var filled = decoder.ground(manager, weights.flat(), codes, programs);
      for (int i = 0; i < programs.size(); i++) {
        var program = programs.get(i);
        assertThat(filled.get(i)).hasSameSizeAs(program);
        var logits = textLogits(whole, weights, codes.get(i), filled.get(i));
        for (int j = 0; j < program.length; j++) {
          int first = program[j] == Prompt.X ? FIRST_X : FIRST_Y;
          assertThat(filled.get(i)[j])
              .isEqualTo(program[j] >= 0 ? program[j] : likeliest(logits[j - 1], first, BINS));
        }
      }
    }
  }

  /** Rows of a batch stand at different places of their programs once their texts differ. */
  @Test
  void textSlotsAreReadUpToTheEndOfTheBoxWhereverARowIs() {
    var codes = List.of(codes(), codes(), codes(), codes());
    var programs =
        List.of(
            new int[] {2, 5, Prompt.TEXT, 7, Prompt.TEXT},
            new int[] {2, Prompt.TEXT, 5},
            new int[] {2, 5, 6, 7},
            new int[] {2, 3, Prompt.TEXT, 4, Prompt.TEXT, 5, Prompt.TEXT});
    try (var decoder = new Decoder(SIZES, CODES, IDS, AttentionForm.SEPARATE);
        var weights = weights(decoder);
        var whole = whole(decoder)) {
      endBoxesOften(decoder, weights);
      var filled = decoder.ground(manager, weights.flat(), codes, programs);
      var lengths = new HashSet<Integer>();
      for (int i = 0; i < programs.size(); i++) {
        var tokens = filled.get(i);
        var logits = textLogits(whole, weights, codes.get(i), tokens);
        int at = 0;
        for (int id : programs.get(i)) {
          if (id >= 0) {
            assertThat(tokens[at++]).isEqualTo(id);
            continue;
          }
          int from = at;
          while (tokens[at] != END_BOX) {
            assertThat(tokens[at]).isEqualTo(likeliest(logits[at - 1], 0, VOCABULARY));
            at++;
          }
          lengths.add(at - from);
          assertThat(at - from).isLessThan(32);
          boolean forced = at - from == 31;
          assertThat(forced || likeliest(logits[at - 1], 0, VOCABULARY) == END_BOX).isTrue();
          at++;
        }
        assertThat(at).as("tokens of row %d", i).isEqualTo(tokens.length);
      }
      assertThat(lengths).as("lengths of the texts").hasSizeGreaterThan(1);
    }
  }

  @Test
  void aRowDoesNotDependOnItsBatch() {
    var texts = new ArrayList<int[]>();
    for (int i = 0; i < 12; i++) {
      texts.add(ids(1 + i % 5));
    }
    var uniforms = uniforms(12);
    try (var decoder = new Decoder(SIZES, CODES, IDS, AttentionForm.SEPARATE);
        var weights = weights(decoder)) {
      var together = decoder.draw(manager, weights.flat(), texts, uniforms, PLAIN);
      for (int size : new int[] {1, 5}) {
        for (int from = 0; from + size <= 12; from += size) {
          var part =
              decoder.draw(
                  manager,
                  weights.flat(),
                  texts.subList(from, from + size),
                  Arrays.copyOfRange(uniforms, from, from + size),
                  PLAIN);
          assertThat(part.codes())
              .usingElementComparator(Arrays::compare)
              .isEqualTo(together.codes().subList(from, from + size));
        }
      }
    }
  }

  /** At a billion weights a copy of the layers' matrices is 5 GB a call. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void decodingCopiesNoLargeMatrix() throws Exception {
    var wide = new DecoderConfig(1024, 2816, 4, 8, 8, 128, 1e-6, 1e4, 128, 2, false, false);
    try (var decoder = new Decoder(wide, CODES, IDS, AttentionForm.SEPARATE);
        var weights = Weights.random(decoder.parameters().layout(), 1)) {
      long matrices = 4 * decoder.parameters().endOfLayerMatrices();
      for (int rows : new int[] {1, 8}) {
        var texts = Collections.nCopies(rows, ids(2));
        var uniforms = uniforms(rows);
        var programs = Collections.nCopies(rows, new int[] {2, Prompt.X, Prompt.Y, Prompt.X});
        var images = Collections.nCopies(rows, codes());
        decoder.draw(manager, weights.flat(), texts, uniforms, PLAIN); // warms up

        long before = resetPeakMemory();
        decoder.draw(manager, weights.flat(), texts, uniforms, PLAIN);
        decoder.ground(manager, weights.flat(), images, programs);

        assertThat(peakMemory() - before).isLessThan(matrices / 4);
      }
    }
  }

  /** Bytes in use now, from which {@link #peakMemory} counts anew. */
  private static long resetPeakMemory() throws Exception {
    Files.writeString(Path.of("/proc/self/clear_refs"), "5");
    return peakMemory();
  }

  private static long peakMemory() throws Exception {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmHWM"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
        .sum();
  }

  @Test
  void topKAndTopPLeaveTheLikeliestCodesOnly() {
    var texts = List.of(ids(3));
    try (var decoder = new Decoder(SIZES, CODES, IDS, AttentionForm.SEPARATE);
        var weights = weights(decoder)) {
      var chances = firstChances(decoder, weights, texts);
      var falling =
          java.util.stream.IntStream.range(0, chances.length)
              .boxed()
              .sorted((a, b) -> Double.compare(chances[b], chances[a]))
              .toList();
      assertThat(firstCodes(decoder, weights, texts, new Sampling(1, 3, 1, 1)))
          .isEqualTo(Set.copyOf(falling.subList(0, 3)));
      double half = 0;
      int kept = 0;
      while (half < 0.5) {
        half += chances[falling.get(kept++)];
      }
      assertThat(firstCodes(decoder, weights, texts, new Sampling(1, 0, 0.5, 1)))
          .isEqualTo(Set.copyOf(falling.subList(0, kept)));
      assertThat(firstCodes(decoder, weights, texts, new Sampling(1, 0, 1e-9, 1)))
          .isEqualTo(Set.of(falling.get(0)));
      assertThat(firstCodes(decoder, weights, texts, PLAIN)).hasSizeGreaterThan(kept);
    }
  }

  @Test
  void guidanceLeadsAwayFromTheTextItIsGiven() {
    var texts = List.of(ids(4), ids(6));
    var against = List.of(ids(2), ids(7));
    try (var decoder = new Decoder(SIZES, CODES, IDS, AttentionForm.SEPARATE);
        var weights = weights(decoder)) {
      var uniforms = uniforms(2);
      var guided =
          decoder.draw(
              manager, weights.flat(), texts, against, uniforms, new Sampling(1, 0, 1, 2.5));
      for (int i = 0; i < 2; i++) {
        var with = firstLogits(decoder, weights, texts.get(i));
        var without = firstLogits(decoder, weights, against.get(i));
        var mixed = new double[with.length];
        for (int c = 0; c < mixed.length; c++) {
          mixed[c] = without[c] + 2.5 * (with[c] - without[c]);
        }
        assertThat(guided.logProbabilities().get(i)[0])
            .isCloseTo((float) logSoftmax(mixed)[guided.codes().get(i)[0]], within(1e-4f));
      }
    }
  }

  /** Makes the model write ends of boxes now and then. */
  private void endBoxesOften(Decoder decoder, Weights weights) {
    var head = weights.values("lm_head.weight");
    var values = random(CounterRandom.of(21), head.length);
    int d = SIZES.hidden();
    for (int i = 0; i < d; i++) {
      values[END_BOX * d + i] *= 1.6f;
    }
    weights.set("lm_head.weight", values);
    assertThat(decoder.parameters().layout().parameter("lm_head.weight").size())
        .isEqualTo(values.length);
  }

  private double[] firstChances(Decoder decoder, Weights weights, List<int[]> texts) {
    var logs = logSoftmax(firstLogits(decoder, weights, texts.get(0)));
    return Arrays.stream(logs).map(Math::exp).toArray();
  }

  /** Logits of an image's first code, from draws at a temperature that shows them all. */
  private double[] firstLogits(Decoder decoder, Weights weights, int[] text) {
    try (var whole = whole(decoder)) {
      var logits =
          whole
              .evaluate(
                  manager,
                  "first_logits",
                  weights.flat(),
                  PaddedIds.left(List.of(text), 0).ids(manager))
              .get(0)
              .toFloatArray();
      var doubles = new double[logits.length];
      for (int i = 0; i < logits.length; i++) {
        doubles[i] = logits[i];
      }
      return doubles;
    }
  }

  /** Which first codes are drawn over the whole range of random numbers. */
  private Set<Integer> firstCodes(
      Decoder decoder, Weights weights, List<int[]> texts, Sampling sampling) {
    int draws = 400;
    var uniforms = new double[draws][CODES.perImage()];
    var copies = new ArrayList<int[]>();
    for (int i = 0; i < draws; i++) {
      uniforms[i][0] = (i + 0.5) / draws;
      copies.add(texts.get(0));
    }
    Drawing drawing = decoder.draw(manager, weights.flat(), copies, uniforms, sampling);
    var first = new HashSet<Integer>();
    drawing.codes().forEach(codes -> first.add(codes[0]));
    return first;
  }

  private static double[] logSoftmax(double[] logits) {
    double largest = Arrays.stream(logits).max().orElseThrow();
    double sum = Arrays.stream(logits).map(l -> Math.exp(l - largest)).sum();
    return Arrays.stream(logits).map(l -> l - largest - Math.log(sum)).toArray();
  }

  /** Log-probabilities of codes behind a text, by the whole sequence at once. */
  private float[] chances(Script whole, Weights weights, int[] text, int[] codes) {
    return whole
        .evaluate(
            manager,
            "draw_chances",
            weights.flat(),
            PaddedIds.left(List.of(text), 0).ids(manager),
            PaddedIds.right(List.of(codes), 0).ids(manager))
        .get(0)
        .toFloatArray();
  }

  private static Script whole(Decoder decoder) {
    return Script.compile(
        decoder.source()
            + Script.text(DecodingTest.class, "whole-sequence.script", decoder.constants()));
  }

  private float[][] textLogits(Script whole, Weights weights, int[] codes, int[] tokens) {
    var flat =
        whole
            .evaluate(
                manager,
                "text_logits",
                weights.flat(),
                PaddedIds.right(List.of(codes), 0).ids(manager),
                PaddedIds.right(List.of(tokens), 0).ids(manager))
            .get(0)
            .toFloatArray();
    var rows = new float[tokens.length][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Arrays.copyOfRange(flat, i * VOCABULARY, (i + 1) * VOCABULARY);
    }
    return rows;
  }

  private static int likeliest(float[] logits, int first, int count) {
    int best = first;
    for (int i = first; i < first + count; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }

  private Weights weights(Decoder decoder) {
    var codebook = random(CounterRandom.of(2), CODES.codebook() * CODES.width());
    return decoder.initialWeights(codebook, 1);
  }

  private static float[] random(CounterRandom random, int length) {
    var values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private double[][] uniforms(int rows) {
    var uniforms = new double[rows][CODES.perImage()];
    for (var row : uniforms) {
      for (int i = 0; i < row.length; i++) {
        row[i] = random.nextDouble();
      }
    }
    return uniforms;
  }

  private int[] ids(int length) {
    var ids = new int[length];
    for (int i = 0; i < length; i++) {
      ids[i] = 2 + random.nextInt(VOCABULARY - 2);
    }
    return ids;
  }

  private int[] codes() {
    var codes = new int[CODES.perImage()];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = random.nextInt(CODES.codebook());
    }
    return codes;
  }
}
