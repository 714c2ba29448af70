package ai.echogen.objectives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.echogen.data.CounterRandom;
import ai.echogen.model.decoder.AttentionForm;
import ai.echogen.model.decoder.Decoder;
import ai.echogen.model.decoder.DecoderConfig;
import ai.echogen.model.decoder.ImageCodes;
import ai.echogen.model.decoder.LoraConfig;
import ai.echogen.model.decoder.Precision;
import ai.echogen.model.decoder.TextIds;
import ai.echogen.model.vision.VisionConfig;
import ai.echogen.tokens.Question;
import ai.echogen.torch.Closeness;
import ai.echogen.torch.Tensors;
import ai.echogen.torch.weights.FlatWeights;
import ai.echogen.torch.weights.ParameterLayout.Parameter;
import ai.echogen.torch.weights.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What costs less memory computes the same gradient. */
class PmtpObjectiveTest {
  private static final int VOCABULARY = 40;
  private static final int SIDE = 8;
  private static final ImageCodes CODES = new ImageCodes(12, 4, 9);
  private static final TextIds IDS = new TextIds(VOCABULARY, 0, 1, 0, 10, 20, 4);
  private static final DecoderConfig SIZES =
      new DecoderConfig(16, 24, 3, 4, 2, 6, 1e-6, 1e4, 128, 2, true, true);
  private static final VisionConfig VISION =
      new VisionConfig(8, 16, 2, 2, 4, SIDE, 3, 1e-6, 2, true);
  private static final PmtpObjective.Settings PLAIN =
      new PmtpObjective.Settings(0.3, 1, 0.7, false, 1);

  private final NDManager manager = Tensors.cpu();
  private final List<LayoutTokens> samples = samples();

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @EnumSource(AttentionForm.class)
  void checkpointingComputesTheSameGradient(AttentionForm form) {
    try (var decoder = decoder(form, Optional.empty(), Optional.empty());
        var weights = weights(decoder)) {
      var expected = gradient(decoder, PLAIN, weights);
      var actual = gradient(decoder, new PmtpObjective.Settings(0.3, 1, 0.7, true, 1), weights);
      assertSame(actual, expected);
    }
  }

  @ParameterizedTest
  @EnumSource(AttentionForm.class)
  void bfloat16ComputesNearlyTheSameGradient(AttentionForm form) {
    try (var decoder = decoder(form, Optional.empty(), Optional.empty());
        var narrow = narrow(form, Optional.empty());
        var weights = weights(decoder)) {
      var expected = gradient(decoder, PLAIN, weights);
      var actual = gradient(narrow, PLAIN, weights);
      assertNear(actual, expected);
      assertThat(gradient(narrow, PLAIN, weights).gradient().toFloatArray())
          .isEqualTo(actual.gradient().toFloatArray());
      assertNear(
          gradient(narrow, new PmtpObjective.Settings(0.3, 1, 0.7, true, 2), weights), expected);
    }
  }

  @Test
  void bfloat16TrainsAnAdapterToo() {
    var lora = Optional.of(new LoraConfig(3, 6, List.of("q_proj", "up_proj", "down_proj")));
    try (var adapted = decoder(AttentionForm.LAYERED, Optional.empty(), lora);
        var narrow = narrow(AttentionForm.LAYERED, lora);
        var plain = decoder(AttentionForm.LAYERED, Optional.empty(), Optional.empty());
        var weights = weights(plain);
        var adapter = Weights.random(adapted.trainedLayout(), 3)) {
      assertNear(
          gradient(narrow, PLAIN, weights, adapter), gradient(adapted, PLAIN, weights, adapter));
    }
  }

  /** Some percent, as eight bits of mantissa give; not equal, or it was not bfloat16. */
  private static void assertNear(Result actual, Result expected) {
    var difference = actual.gradient().sub(expected.gradient()).norm().getFloat();
    assertThat(difference / expected.gradient().norm().getFloat()).isBetween(1e-4f, 0.05f);
    assertThat(actual.metrics()).containsExactly(expected.metrics(), within(0.02));
  }

  private static Decoder narrow(AttentionForm form, Optional<LoraConfig> lora) {
    return new Decoder(SIZES, CODES, IDS, form, Precision.BF16, Optional.empty(), lora);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void accumulationComputesTheSameGradient(boolean checkpointing) {
    try (var decoder = decoder(AttentionForm.LAYERED, Optional.empty(), Optional.empty());
        var weights = weights(decoder)) {
      var expected = gradient(decoder, PLAIN, weights);
      assertSame(
          gradient(decoder, new PmtpObjective.Settings(0.3, 1, 0.7, checkpointing, 3), weights),
          expected);
      assertSame(
          gradient(decoder, new PmtpObjective.Settings(0.3, 1, 0.7, checkpointing, 99), weights),
          expected);
    }
  }

  @Test
  void eachTasksGradientIsWeighted() {
    try (var decoder = decoder(AttentionForm.LAYERED, Optional.empty(), Optional.empty());
        var weights = weights(decoder)) {
      var drawing = gradient(decoder, settings(1, 0), weights);
      var grounding = gradient(decoder, settings(0, 1), weights);
      var both = gradient(decoder, settings(0.5, 2), weights);
      for (var parameter : decoder.parameters().layout().parameters()) {
        var ofDrawing = values(drawing, parameter);
        var ofGrounding = values(grounding, parameter);
        var sum = new float[ofDrawing.length];
        for (int i = 0; i < sum.length; i++) {
          sum[i] = 0.5f * ofDrawing[i] + 2 * ofGrounding[i];
        }
        assertClose(values(both, parameter), sum, parameter.name());
      }
    }
  }

  private static PmtpObjective.Settings settings(double drawing, double grounding) {
    return new PmtpObjective.Settings(0.3, drawing, grounding, false, 1);
  }

  @Test
  void theVisionEncoderIsTrainedWhereImagesAreReadThroughIt() {
    try (var decoder = decoder(AttentionForm.SEPARATE, Optional.of(VISION), Optional.empty());
        var weights = weights(decoder)) {
      var expected = gradient(decoder, PLAIN, weights);
      for (var parameter : decoder.parameters().layout().parameters()) {
        boolean keyBias = parameter.name().endsWith("k_proj.bias"); // shifts all scores alike
        if (parameter.name().startsWith("model.vision_model") && !keyBias) {
          assertThat(norm(values(expected, parameter))).as(parameter.name()).isGreaterThan(1e-5);
        }
      }
      assertSame(
          gradient(decoder, new PmtpObjective.Settings(0.3, 1, 0.7, true, 2), weights), expected);
    }
  }

  @Test
  void theVisionEncoderNeedsSequencesOfTheirOwn() {
    try (var decoder = decoder(AttentionForm.LAYERED, Optional.of(VISION), Optional.empty())) {
      assertThatThrownBy(() -> new PmtpObjective(decoder, PLAIN))
          .hasMessageContaining("form must be separate")
          .hasMessageContaining("got layered");
    }
  }

  /** At B = 0 the gradient of A is 0 and that of B is scale · (gradient of W) A'. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anAdaptersFirstGradientIsThatOfItsMatrices(boolean checkpointing) {
    var lora = new LoraConfig(3, 6, LoraConfig.MODULES);
    try (var decoder = decoder(AttentionForm.LAYERED, Optional.empty(), Optional.empty());
        var adapted = decoder(AttentionForm.LAYERED, Optional.empty(), Optional.of(lora));
        var weights = weights(decoder);
        var adapter = adapted.initialAdapter(5)) {
      var full = gradient(decoder, PLAIN, weights);
      var settings = new PmtpObjective.Settings(0.3, 1, 0.7, checkpointing, 1);
      var result = gradient(adapted, settings, weights, adapter);
      assertThat(result.metrics()).containsExactly(full.metrics(), within(1e-6));
      for (var b : adapter.layout().parameters()) {
        if (!b.name().endsWith("lora_B.weight")) {
          assertThat(norm(values(result, b))).as(b.name()).isZero();
          continue;
        }
        var name = b.name().replace("base_model.model.", "").replace("lora_B.", "");
        var w = decoder.parameters().layout().parameter(name);
        var a = adapter.values(b.name().replace("lora_B", "lora_A"));
        var gradient = manager.create(values(full, w)).reshape(w.shape().get(0), w.shape().get(1));
        var expected =
            gradient.matMul(manager.create(a).reshape(3, w.shape().get(1)).transpose()).mul(2);
        assertClose(values(result, b), expected.toFloatArray(), b.name());
      }
    }
  }

  @Test
  void aMergedAdapterIsTheModelThatItMade() {
    var lora = new LoraConfig(2, 8, List.of("k_proj", "up_proj", "down_proj"));
    try (var decoder = decoder(AttentionForm.SEPARATE, Optional.empty(), Optional.empty());
        var adapted = decoder(AttentionForm.SEPARATE, Optional.empty(), Optional.of(lora));
        var weights = weights(decoder);
        var adapter = Weights.random(adapted.trainedLayout(), 3)) {
      double before = gradient(decoder, PLAIN, weights).metrics()[0];
      double through = gradient(adapted, PLAIN, weights, adapter).metrics()[0];
      adapted.merge(weights, adapter);
      double after = gradient(decoder, PLAIN, weights).metrics()[0];
      assertThat(after).isCloseTo(through, within(1e-5));
      assertThat(Math.abs(after - before)).isGreaterThan(1e-4);
    }
  }

  private Result gradient(Decoder decoder, PmtpObjective.Settings settings, Weights weights) {
    try (var objective = new PmtpObjective(decoder, settings)) {
      return result(objective, weights);
    }
  }

  private Result gradient(
      Decoder decoder, PmtpObjective.Settings settings, Weights frozen, Weights adapter) {
    try (var objective = new PmtpObjective(decoder, settings, Optional.of(frozen))) {
      assertThat(objective.layout().size()).isEqualTo(adapter.layout().size());
      return result(objective, adapter);
    }
  }

  private record Result(NDArray gradient, double[] metrics) {}

  private Result result(PmtpObjective objective, Weights weights) {
    var totals = new long[3];
    for (var sample : samples) {
      var counts = objective.counts(sample);
      for (int i = 0; i < totals.length; i++) {
        totals[i] += counts[i];
      }
    }
    var gradient = manager.zeros(weights.flat().getShape());
    var unit = new Unit<>(11, 4, 0, samples, totals);
    return new Result(
        gradient, objective.accumulate(manager, gradient, weights.flat(), unit).metrics());
  }

  private static Decoder decoder(
      AttentionForm form, Optional<VisionConfig> vision, Optional<LoraConfig> lora) {
    return new Decoder(SIZES, CODES, IDS, form, vision, lora);
  }

  private static Weights weights(Decoder decoder) {
    var codebook = new float[CODES.codebook() * CODES.width()];
    var random = CounterRandom.of(2);
    for (int i = 0; i < codebook.length; i++) {
      codebook[i] = (float) random.nextGaussian();
    }
    return decoder.initialWeights(codebook, 1);
  }

  /** Texts and questions of different lengths. */
  private static List<LayoutTokens> samples() {
    var random = CounterRandom.of(1);
    var samples = new ArrayList<LayoutTokens>();
    for (int i = 0; i < 4; i++) {
      var question = ids(random, 3 + i, VOCABULARY);
      var targets = ids(random, 3 + i, VOCABULARY);
      targets[0] = Question.NOTHING;
      var pixels = new byte[SIDE * SIDE * 3];
      for (int k = 0; k < pixels.length; k++) {
        pixels[k] = (byte) random.nextInt(256);
      }
      samples.add(
          new LayoutTokens(
              ids(random, 2 + 2 * i, VOCABULARY),
              ids(random, CODES.perImage(), CODES.codebook()),
              new Question(question, targets),
              pixels));
    }
    return samples;
  }

  private static int[] ids(CounterRandom random, int length, int bound) {
    var ids = new int[length];
    for (int i = 0; i < length; i++) {
      ids[i] = random.nextInt(bound);
    }
    return ids;
  }

  private static void assertSame(Result actual, Result expected) {
    assertThat(actual.metrics()).containsExactly(expected.metrics(), within(1e-6));
    assertClose(
        actual.gradient().toFloatArray(), expected.gradient().toFloatArray(), "flat gradient");
  }

  private static void assertClose(float[] actual, float[] expected, String what) {
    assertThat(norm(expected)).as(what).isPositive();
    Closeness.assertClose(actual, expected, 2e-5, what);
  }

  private static float[] values(Result result, Parameter parameter) {
    var values = new float[(int) parameter.size()];
    FlatWeights.values(result.gradient(), parameter).get(values);
    return values;
  }

  private static double norm(float[] values) {
    double sum = 0;
    for (var value : values) {
      sum += value * value;
    }
    return Math.sqrt(sum);
  }
}
