package ai.echogen.objectives.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.echogen.data.CounterRandom;
import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import ai.echogen.model.decoder.AttentionForm;
import ai.echogen.model.decoder.Decoder;
import ai.echogen.model.decoder.DecoderConfig;
import ai.echogen.model.decoder.ImageCodes;
import ai.echogen.model.decoder.LoraConfig;
import ai.echogen.model.decoder.Precision;
import ai.echogen.model.decoder.TextIds;
import ai.echogen.objectives.LayoutTokens;
import ai.echogen.objectives.PmtpObjective;
import ai.echogen.objectives.Unit;
import ai.echogen.tokens.Question;
import ai.echogen.torch.Closeness;
import ai.echogen.torch.Tensors;
import ai.echogen.torch.weights.Weights;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A policy's gradient, and that its first ratio is exactly 1. */
class PolicyObjectiveTest {
  private static final ImageCodes CODES = new ImageCodes(12, 4, 9);
  private static final TextIds IDS = new TextIds(40, 0, 1, 0, 10, 20, 4);
  private static final DecoderConfig SIZES =
      new DecoderConfig(16, 24, 3, 4, 2, 6, 1e-6, 1e4, 128, 2, true, true);
  private static final PolicyLoss GRPO =
      new PolicyLoss(LossType.GRPO, false, 0.2, 0.2, 0, 0, true, 0);
  private static final Anchor NONE = new Anchor(0, 0.5, 4);
  private static final Decoder.Sampling PLAIN = new Decoder.Sampling(1, 0, 1, 1);
  private static final int G = 5;

  private final NDManager manager = Tensors.cpu();

  @AfterEach
  void close() {
    manager.close();
  }

  /** What drew them says the same of its codes, but for the last bits. */
  @ParameterizedTest
  @CsvSource({"1, 0, 1, 1", "0.7, 0, 1, 1", "1, 5, 1, 1", "1, 0, 0.8, 1", "1.2, 6, 0.9, 2.5"})
  void logProbabilitiesAreThoseOfTheDrawing(
      double temperature, int topK, double topP, double scale) {
    var sampling = new Decoder.Sampling(temperature, topK, topP, scale);
    try (var decoder = decoder(AttentionForm.SEPARATE, Optional.empty());
        var weights = weights(decoder);
        var objective = objective(decoder, GRPO, sampling, NONE, 99)) {
      int[] text = ids(7, 6, 40);
      var drawing = draw(decoder, weights, text, sampling);
      var lp = objective.logProbabilities(weights.flat(), text, drawing.codes());
      for (int i = 0; i < G; i++) {
        assertThat(lp[i]).containsExactly(drawing.logProbabilities().get(i), within(2e-5f));
      }
    }
  }

  /** The ratio is 1 to the bit, or accumulate would fail, whatever the parts and the company. */
  @ParameterizedTest
  @CsvSource({
    "SEPARATE, FP32",
    "DIRECT, FP32",
    "LAYERED, FP32",
    "TWO_COPIES, FP32",
    "SEPARATE, BF16",
    "LAYERED, BF16"
  })
  void theFirstRatioIsExactlyOne(AttentionForm form, Precision precision) {
    var sampling = new Decoder.Sampling(0.9, 0, 1, 1.5);
    try (var decoder =
            new Decoder(SIZES, CODES, IDS, form, precision, Optional.empty(), Optional.empty());
        var weights = weights(decoder)) {
      for (int rows : new int[] {4, 99}) {
        try (var objective = objective(decoder, GRPO, sampling, NONE, rows)) {
          var first = group(objective, decoder, weights, 1, sampling, 0.3f);
          var second = group(objective, decoder, weights, 2, sampling, 0.3f);
          var metrics = accumulate(objective, weights, 4, first, second).metrics();
          assertThat(metrics[0]).isFinite();
          first.old()[1][2] = Math.nextUp(first.old()[1][2]);
          assertThatThrownBy(() -> accumulate(objective, weights, 4, first, second))
              .hasMessageContaining("1 of 45 log-probabilities differ")
              .hasMessageContaining("the ratio is not 1");
          assertThat(accumulate(objective, weights, 5, first, second).metrics()[0]).isFinite();
        }
      }
    }
  }

  @Test
  void partsOfTheRowsComputeTheSameGradient() {
    var loss = new PolicyLoss(LossType.DAPO, false, 0.2, 0.2, 0, 0.1, true, 0.05);
    try (var decoder = decoder(AttentionForm.SEPARATE, Optional.empty());
        var weights = weights(decoder);
        var whole = objective(decoder, loss, PLAIN, NONE, 99);
        var parts = objective(decoder, loss, PLAIN, NONE, 7)) {
      var group = group(whole, decoder, weights, 1, PLAIN, 0);
      var expected = accumulate(whole, weights, 5, group);
      var actual = accumulate(parts, weights, 5, group);
      Closeness.assertClose(
          actual.gradient().toFloatArray(), expected.gradient().toFloatArray(), 2e-5, "gradient");
      assertThat(actual.metrics()).containsExactly(expected.metrics(), within(1e-5));
    }
  }

  /** With all advantages 1 the loss falls as the codes become likelier: it is cross-entropy. */
  @Test
  void withEqualAdvantagesItIsTheCrossEntropyOfPmtp() {
    try (var decoder = decoder(AttentionForm.SEPARATE, Optional.empty());
        var weights = weights(decoder);
        var objective = objective(decoder, GRPO, PLAIN, NONE, 99);
        var pmtp = new PmtpObjective(decoder, new PmtpObjective.Settings(0, 1, 0, false, 1))) {
      var group = group(objective, decoder, weights, 1, PLAIN, 1);
      var samples =
          Arrays.stream(group.codes())
              .map(codes -> new LayoutTokens(group.text(), codes, question()))
              .toList();
      var totals = new long[3];
      samples.forEach(
          sample -> {
            var counts = pmtp.counts(sample);
            for (int i = 0; i < totals.length; i++) {
              totals[i] += counts[i];
            }
          });
      var expected = manager.zeros(weights.flat().getShape());
      var outcome =
          pmtp.accumulate(manager, expected, weights.flat(), new Unit<>(1, 0, 0, samples, totals));
      assertThat(outcome.metrics()[0]).isPositive();
      Closeness.assertClose(
          accumulate(objective, weights, 4, group).gradient().toFloatArray(),
          expected.toFloatArray(),
          2e-5,
          "gradient");
    }
  }

  @Test
  void aDrawingThatDoesNotCountHasNoPart() {
    try (var decoder = decoder(AttentionForm.SEPARATE, Optional.empty());
        var weights = weights(decoder);
        var objective = objective(decoder, GRPO, PLAIN, NONE, 99)) {
      var group = group(objective, decoder, weights, 1, PLAIN, 0);
      group.counted()[2] = false;
      var expected = accumulate(objective, weights, 4, group);
      group.advantages()[2] = new float[] {9, 9, 9, 9, 9, 9, 9, 9, 9};
      var actual = accumulate(objective, weights, 4, group);
      assertThat(actual.gradient().toFloatArray()).isEqualTo(expected.gradient().toFloatArray());
    }
  }

  @Test
  void anAdaptersReferenceIsItsBase() {
    var lora = new LoraConfig(3, 6, LoraConfig.MODULES);
    var loss = new PolicyLoss(LossType.GRPO, false, 0.2, 0.2, 0, 0.1, true, 0);
    try (var decoder = decoder(AttentionForm.SEPARATE, Optional.empty());
        var adapted = decoder(AttentionForm.SEPARATE, Optional.of(lora));
        var weights = weights(decoder);
        var adapter = adapted.initialAdapter(5);
        var whole = objective(decoder, loss, PLAIN, NONE, 99);
        var objective =
            new PolicyObjective(
                adapted,
                new PolicySettings(loss, LossTokens.CODES, PLAIN, NONE, Guide.NONE, 99),
                Optional.of(weights),
                Optional.empty())) {
      var group = group(whole, decoder, weights, 1, PLAIN, 0);
      var codes = List.of(group.codes());
      assertThat(objective.logProbabilities(adapter.flat(), group.text(), codes))
          .isDeepEqualTo(group.old());
      var gradient = accumulate(objective, adapter, 5, group).gradient();
      assertThat(gradient.abs().max().getFloat()).isPositive();
    }
  }

  @Test
  void anchorsPullTowardsRealSamples() {
    var anchor = new Anchor(0.5, 0.5, 4);
    try (var decoder = decoder(AttentionForm.SEPARATE, Optional.empty());
        var weights = weights(decoder);
        var objective = objective(decoder, GRPO, PLAIN, anchor, 99)) {
      var group = group(objective, decoder, weights, 1, PLAIN, 0);
      var real = new LayoutTokens(ids(5, 4, 40), ids(6, 9, 12), question());
      var anchored =
          new RolloutGroup(
              group.step(),
              group.text(),
              group.codes(),
              group.old(),
              group.reference(),
              new float[G][9],
              Readings.NONE,
              group.counted(),
              List.of(real));
      var result = accumulate(objective, weights, 4, anchored);
      var moved = weights.flat().sub(result.gradient().mul(0.05f));
      var after = manager.zeros(weights.flat().getShape());
      var unit = new Unit<>(1, 6, 0, List.of(anchored), objective.counts(anchored));
      var metrics = objective.accumulate(manager, after, moved, unit).metrics();
      assertThat(metrics[6]).isPositive();
      assertThat(metrics[7]).isLessThan(result.metrics()[7]);
    }
  }

  /** With no advantages only the guide moves it, and its divergence falls. */
  @ParameterizedTest
  @ValueSource(ints = {7, 99})
  void aGuideDrawsThePolicyTowardsTheGuidedStart(int rows) {
    var guide = new Guide(0.5, 2, 0.7);
    try (var decoder = decoder(AttentionForm.SEPARATE, Optional.empty());
        var weights = weights(decoder);
        var start = weights(decoder);
        var plain = objective(decoder, GRPO, PLAIN, NONE, rows);
        var guided = guided(decoder, guide, rows, start)) {
      var still = still(group(plain, decoder, weights, 1, PLAIN, 1));
      var before = accumulate(guided, weights, 4, still);
      assertThat(before.metrics()[8]).isPositive();
      assertThat(before.metrics()[0]).isCloseTo(0.5 * before.metrics()[8], within(1e-6));
      double norm = before.gradient().norm().getFloat();
      var unit = new Unit<>(1, 5, 0, List.of(still), guided.counts(still));
      double slope = 0;
      for (double step : new double[] {0.01, -0.01}) {
        var moved = weights.flat().sub(before.gradient().mul((float) (step / norm)));
        var into = manager.zeros(moved.getShape());
        slope += guided.accumulate(manager, into, moved, unit).metrics()[0] / (2 * step);
      }
      assertThat(slope).isCloseTo(-norm, within(0.02 * norm));
    }
  }

  /** Nothing is to be learnt from a guide that draws as the policy does. */
  @Test
  void aGuideWithoutGuidanceIsWhereThePolicyStarts() {
    try (var decoder = decoder(AttentionForm.LAYERED, Optional.empty());
        var weights = weights(decoder);
        var plain = objective(decoder, GRPO, PLAIN, NONE, 99);
        var guided = guided(decoder, new Guide(1, 1, 1), 99, weights)) {
      var still = still(group(plain, decoder, weights, 1, PLAIN, 1));
      var result = accumulate(guided, weights, 4, still);
      assertThat(result.metrics()[8]).isCloseTo(0, within(1e-5));
      assertThat(result.gradient().abs().max().getFloat()).isLessThan(1e-5f);
    }
  }

  @Test
  void anAdaptersGuideIsItsBase() {
    var lora = new LoraConfig(3, 6, LoraConfig.MODULES);
    var guide = new Guide(0.5, 2, 0.7);
    try (var decoder = decoder(AttentionForm.SEPARATE, Optional.empty());
        var adapted = decoder(AttentionForm.SEPARATE, Optional.of(lora));
        var weights = weights(decoder);
        var adapter = adapted.initialAdapter(5);
        var plain = objective(decoder, GRPO, PLAIN, NONE, 99);
        var whole = guided(decoder, guide, 99, weights);
        var objective =
            new PolicyObjective(
                adapted,
                new PolicySettings(GRPO, LossTokens.CODES, PLAIN, NONE, guide, 99),
                Optional.of(weights),
                Optional.empty())) {
      var still = still(group(plain, decoder, weights, 1, PLAIN, 1));
      double expected = accumulate(whole, weights, 4, still).metrics()[8];
      var result = accumulate(objective, adapter, 4, still);
      assertThat(result.metrics()[8]).isCloseTo(expected, within(1e-6));
      assertThat(result.gradient().abs().max().getFloat()).isPositive();
    }
  }

  private static PolicyObjective guided(Decoder decoder, Guide guide, int rows, Weights start) {
    return new PolicyObjective(
        decoder,
        new PolicySettings(GRPO, LossTokens.CODES, PLAIN, NONE, guide, rows),
        Optional.empty(),
        Optional.of(start));
  }

  /** Along the gradient of the boxes alone, and the ratio is 1 to the bit at first. */
  @ParameterizedTest
  @EnumSource(AttentionForm.class)
  void boxesAreLearntFromToo(AttentionForm form) {
    try (var decoder = decoder(form, Optional.empty());
        var weights = weights(decoder);
        var plain = objective(decoder, GRPO, PLAIN, NONE, 99);
        var objective = ofTokens(decoder, LossTokens.BOXES);
        var both = ofTokens(decoder, LossTokens.BOTH)) {
      var group = read(group(plain, decoder, weights, 1, PLAIN, 0.5f), decoder, objective, weights);
      var boxes = accumulate(objective, weights, 4, group);
      double norm = boxes.gradient().norm().getFloat();
      assertThat(norm).isPositive();
      assertThat(boxes.metrics()[9]).isBetween(0.0, Math.log(4));
      double slope = 0;
      for (double step : new double[] {0.01, -0.01}) {
        var moved = weights.flat().sub(boxes.gradient().mul((float) (step / norm)));
        var unit = new Unit<>(1, 5, 0, List.of(group), objective.counts(group));
        var into = manager.zeros(moved.getShape());
        slope += objective.accumulate(manager, into, moved, unit).metrics()[0] / (2 * step);
      }
      assertThat(slope).isCloseTo(-norm, within(0.02 * norm));

      var codes = accumulate(plain, weights, 4, group);
      var together = accumulate(both, weights, 4, group);
      Closeness.assertClose(
          together.gradient().toFloatArray(),
          codes.gradient().add(boxes.gradient()).toFloatArray(),
          2e-5,
          "gradient");
      group.readings().old()[2][1] = Math.nextUp(group.readings().old()[2][1]);
      assertThatThrownBy(() -> accumulate(objective, weights, 4, group))
          .hasMessageContaining("1 of 20 log-probabilities differ");
    }
  }

  /** Boxes that are drawn follow their chances, each axis among its own bins. */
  @Test
  void sampledBoxesHaveTheChancesThatAreLearnt() {
    try (var decoder = decoder(AttentionForm.SEPARATE, Optional.empty());
        var weights = weights(decoder);
        var objective = ofTokens(decoder, LossTokens.BOXES)) {
      int count = 400;
      int[] codes = ids(8, 9, 12);
      int[] program = {2, 7, -1};
      var uniforms = new double[count][1];
      for (int i = 0; i < count; i++) {
        uniforms[i][0] = (i + 0.5) / count;
      }
      var filled =
          decoder.ground(
              manager,
              weights.flat(),
              Collections.nCopies(count, codes),
              Collections.nCopies(count, program),
              uniforms);
      double all = 0;
      for (int x = 10; x < 14; x++) {
        int location = x;
        int[] ids = {2, 7};
        int[] targets = {Question.NOTHING, location};
        var lp =
            objective.boxLogProbabilities(
                weights.flat(), List.of(codes), List.of(new Question(ids, targets)));
        double chance = Math.exp(lp[0][0]);
        all += chance;
        long seen = filled.stream().filter(row -> row[2] == location).count();
        assertThat(seen / (double) count).isCloseTo(chance, within(1.5 / count));
      }
      assertThat(all).isCloseTo(1, within(1e-5));
    }
  }

  private static PolicyObjective ofTokens(Decoder decoder, LossTokens tokens) {
    return new PolicyObjective(
        decoder,
        new PolicySettings(GRPO, tokens, PLAIN, NONE, Guide.NONE, 99),
        Optional.empty(),
        Optional.empty());
  }

  /** The same drawings, of which one region was read each. */
  private RolloutGroup read(
      RolloutGroup group, Decoder decoder, PolicyObjective objective, Weights weights) {
    var uniforms = new double[G][4];
    var random = CounterRandom.of(5);
    for (var row : uniforms) {
      Arrays.setAll(row, i -> random.nextDouble());
    }
    var codes = Arrays.asList(group.codes());
    int[] program = {2, 7, -1, -2, -1, -2};
    var programs = Collections.nCopies(G, program);
    var questions =
        decoder.ground(manager, weights.flat(), codes, programs, uniforms).stream()
            .map(
                ids ->
                    new Question(
                        Arrays.copyOf(ids, 5), new int[] {-1, ids[2], ids[3], ids[4], ids[5]}))
            .toList();
    var old = objective.boxLogProbabilities(weights.flat(), codes, questions);
    var advantages = new float[G][4];
    for (int i = 0; i < G; i++) {
      Arrays.fill(advantages[i], i - 1.5f);
    }
    return new RolloutGroup(
        group.step(),
        group.text(),
        group.codes(),
        group.old(),
        group.reference(),
        group.advantages(),
        new Readings(questions, old, advantages),
        group.counted(),
        List.of());
  }

  /** The same drawings without advantages. */
  private static RolloutGroup still(RolloutGroup group) {
    return new RolloutGroup(
        group.step(),
        group.text(),
        group.codes(),
        group.old(),
        group.reference(),
        new float[G][9],
        Readings.NONE,
        group.counted(),
        List.of());
  }

  @Test
  void theImagesCreditIsPlainGrpo() {
    var box = new Box(0, 0, 0.5f, 0.5f);
    var layout =
        new Layout(
            "",
            List.of(
                new Region("a", "a", box),
                new Region("b", "b", new Box(0.9f, 0.9f, 0.92f, 0.92f))));
    double[] regions = {5, -3};
    var plain = new Credit(1, 0.2).of(layout, 16, 0.1, regions);
    for (float advantage : plain) {
      assertThat(Float.floatToIntBits(advantage)).isEqualTo(Float.floatToIntBits((float) 0.1));
    }
    var mixed = new Credit(0.25, 0.0625).of(layout, 16, 2, regions);
    assertThat(mixed[0]).isEqualTo(2f); // early
    assertThat(mixed[1]).isEqualTo((float) (0.25 * 2 + 0.75 * 5)); // under the first box
    assertThat(mixed[5]).isEqualTo((float) (0.25 * 2 + 0.75 * 5));
    assertThat(mixed[2]).isEqualTo(0.5f);
    assertThat(mixed[15]).isEqualTo((float) (0.25 * 2 + 0.75 * -3)); // too small for any centre
    assertThat(new Credit(0.25, 0.0625).ofBoxes(8, 2, regions))
        .containsExactly(4.25f, 4.25f, 4.25f, 4.25f, -1.75f, -1.75f, -1.75f, -1.75f);
  }

  private RolloutGroup group(
      PolicyObjective objective,
      Decoder decoder,
      Weights weights,
      int number,
      Decoder.Sampling sampling,
      float advantage) {
    int[] text = ids(number, 3 + number, 40);
    var codes = draw(decoder, weights, text, sampling).codes();
    var advantages = new float[G][9];
    for (int i = 0; i < G; i++) {
      Arrays.fill(advantages[i], advantage == 0 ? i - 1.5f : advantage);
    }
    var counted = new boolean[G];
    Arrays.fill(counted, true);
    var lp = objective.logProbabilities(weights.flat(), text, codes);
    var reference = objective.logProbabilities(weights.flat().mul(1.01f), text, codes);
    return new RolloutGroup(
        4,
        text,
        codes.toArray(int[][]::new),
        lp,
        reference,
        advantages,
        Readings.NONE,
        counted,
        List.of());
  }

  private Decoder.Drawing draw(
      Decoder decoder, Weights weights, int[] text, Decoder.Sampling sampling) {
    var random = CounterRandom.of(text[0], text.length);
    var uniforms = new double[G][9];
    for (var row : uniforms) {
      Arrays.setAll(row, i -> random.nextDouble());
    }
    return decoder.draw(manager, weights.flat(), List.of(text), uniforms, sampling);
  }

  private record Result(NDArray gradient, double[] metrics) {}

  private Result accumulate(
      PolicyObjective objective, Weights weights, long step, RolloutGroup... groups) {
    var totals = new long[6];
    for (var group : groups) {
      var counts = objective.counts(group);
      for (int i = 0; i < totals.length; i++) {
        totals[i] += counts[i];
      }
    }
    var gradient = manager.zeros(weights.flat().getShape());
    var unit = new Unit<>(1, step, 0, List.of(groups), totals);
    return new Result(
        gradient, objective.accumulate(manager, gradient, weights.flat(), unit).metrics());
  }

  private static PolicyObjective objective(
      Decoder decoder, PolicyLoss loss, Decoder.Sampling sampling, Anchor anchor, int rowsAtOnce) {
    return new PolicyObjective(
        decoder,
        new PolicySettings(loss, LossTokens.CODES, sampling, anchor, Guide.NONE, rowsAtOnce),
        Optional.empty(),
        Optional.empty());
  }

  private static Decoder decoder(AttentionForm form, Optional<LoraConfig> lora) {
    return new Decoder(SIZES, CODES, IDS, form, Optional.empty(), lora);
  }

  private static Weights weights(Decoder decoder) {
    var codebook = new float[CODES.codebook() * CODES.width()];
    var random = CounterRandom.of(2);
    for (int i = 0; i < codebook.length; i++) {
      codebook[i] = (float) random.nextGaussian();
    }
    return decoder.initialWeights(codebook, 1);
  }

  private static Question question() {
    return new Question(new int[] {3, 5, 6, 7}, new int[] {-1, 11, 21, 12});
  }

  private static int[] ids(int seed, int length, int bound) {
    var random = CounterRandom.of(seed);
    var ids = new int[length];
    Arrays.setAll(ids, i -> random.nextInt(bound));
    return ids;
  }
}
