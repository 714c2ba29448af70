package ai.echogen.objectives.djo;

import static org.assertj.core.api.Assertions.assertThat;
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
import ai.echogen.objectives.LayoutTokens;
import ai.echogen.objectives.PmtpObjective;
import ai.echogen.objectives.Unit;
import ai.echogen.objectives.djo.DjoObjective.Estimator;
import ai.echogen.objectives.djo.DjoObjective.Settings;
import ai.echogen.tokens.Question;
import ai.echogen.torch.Closeness;
import ai.echogen.torch.Tensors;
import ai.echogen.torch.weights.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The joint loss's gradient. */
class DjoObjectiveTest {
  private static final ImageCodes CODES = new ImageCodes(12, 4, 9);
  private static final TextIds IDS = new TextIds(40, 0, 1, 0, 10, 20, 4);
  private static final DecoderConfig SIZES =
      new DecoderConfig(16, 24, 3, 4, 2, 6, 1e-6, 1e4, 128, 2, true, true);
  private static final int ALL = 99; // rows at once

  private final NDManager manager = Tensors.cpu();

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @EnumSource(Estimator.class)
  void partsOfTheRowsComputeTheSameGradient(Estimator estimator) {
    try (var decoder = decoder(Optional.empty());
        var weights = weights(decoder)) {
      var expected = gradient(decoder, settings(estimator, 0.5, 0.3, ALL), weights);
      var actual = gradient(decoder, settings(estimator, 0.5, 0.3, 5), weights);
      Closeness.assertClose(
          actual.gradient().toFloatArray(), expected.gradient().toFloatArray(), 2e-5, "gradient");
      assertThat(actual.metrics()).containsExactly(expected.metrics(), within(1e-5));
    }
  }

  /** Without a loop it is PMTP in sequences of their own. */
  @ParameterizedTest
  @EnumSource(Estimator.class)
  void withoutALoopItIsPmtp(Estimator estimator) {
    try (var decoder = decoder(Optional.empty());
        var weights = weights(decoder);
        var pmtp = new PmtpObjective(decoder, new PmtpObjective.Settings(0.3, 1, 1, false, 1))) {
      var actual = gradient(decoder, settings(estimator, 0, 0.3, ALL), weights);
      var expected = manager.zeros(weights.flat().getShape());
      var samples = samples();
      var totals = new long[3];
      samples.forEach(
          sample -> {
            var counts = pmtp.counts(sample);
            Arrays.setAll(totals, i -> totals[i] + counts[i]);
          });
      pmtp.accumulate(manager, expected, weights.flat(), new Unit<>(11, 4, 0, samples, totals));
      Closeness.assertClose(
          actual.gradient().toFloatArray(), expected.toFloatArray(), 2e-5, "gradient");
    }
  }

  /** The soft loss is smooth: its gradient is what the loss changes by. */
  @Test
  void theSoftGradientIsTheSlopeOfTheLoss() {
    var settings = settings(Estimator.GUMBEL, 3, 0, 7);
    try (var decoder = decoder(Optional.empty());
        var weights = weights(decoder)) {
      var result = gradient(decoder, settings, weights);
      double norm = result.gradient().norm().getFloat();
      var direction = result.gradient().div((float) norm);
      float step = 2e-3f;
      double up = loss(decoder, settings, weights, direction.mul(step));
      double down = loss(decoder, settings, weights, direction.mul(-step));
      assertThat((up - down) / (2 * step)).isCloseTo(norm, within(0.02 * norm));
    }
  }

  /** What flows back through relaxed codes reaches the layers that draw. */
  @ParameterizedTest
  @EnumSource(Estimator.class)
  void theLoopReachesTheDrawing(Estimator estimator) {
    try (var decoder = decoder(Optional.empty());
        var weights = weights(decoder)) {
      var head =
          decoder.parameters().layout().parameter("model.generation_head.vision_head.weight");
      var with = gradient(decoder, settings(estimator, 1, 0, ALL), weights).gradient();
      var without = gradient(decoder, settings(estimator, 0, 0, ALL), weights).gradient();
      var difference = with.sub(without).toFloatArray();
      double squares = 0;
      for (int i = 0; i < head.size(); i++) {
        double value = difference[(int) head.offset() + i];
        squares += value * value;
      }
      assertThat(Math.sqrt(squares)).isGreaterThan(1e-4);
    }
  }

  @ParameterizedTest
  @EnumSource(Estimator.class)
  void itTrainsAdaptersAndMeasures(Estimator estimator) {
    var lora = new LoraConfig(3, 6, LoraConfig.MODULES);
    var settings = settings(estimator, 0.5, 0.2, ALL);
    try (var decoder = decoder(Optional.empty());
        var adapted = decoder(Optional.of(lora));
        var weights = weights(decoder);
        var adapter = adapted.initialAdapter(5);
        var whole = new DjoObjective(decoder, settings, 10, Optional.empty());
        var objective = new DjoObjective(adapted, settings, 10, Optional.of(weights))) {
      var result = result(objective, adapter.flat());
      assertThat(result.gradient().abs().max().getFloat()).isPositive();
      var unit = unit(objective);
      assertThat(objective.measure(adapter.flat(), unit))
          .containsExactly(whole.measure(weights.flat(), unit), within(1e-5));
    }
  }

  @ParameterizedTest
  @EnumSource(Estimator.class)
  void bfloat16ComputesNearlyTheSameLoss(Estimator estimator) {
    var settings = settings(estimator, 0.5, 0, 7);
    try (var decoder = decoder(Optional.empty());
        var narrow =
            new Decoder(
                SIZES,
                CODES,
                IDS,
                AttentionForm.SEPARATE,
                Precision.BF16,
                Optional.empty(),
                Optional.empty());
        var weights = weights(decoder)) {
      var expected = gradient(decoder, settings, weights);
      var actual = gradient(narrow, settings, weights);
      assertThat(actual.metrics()).containsExactly(expected.metrics(), within(0.05));
      assertThat(actual.gradient().norm().getFloat()).isFinite().isGreaterThan(0);
      assertThat(gradient(narrow, settings, weights).gradient().toFloatArray())
          .isEqualTo(actual.gradient().toFloatArray());
    }
  }

  @Test
  void theTemperatureFallsExponentially() {
    var settings = new Settings(Estimator.GUMBEL, 1, 1, 0.25, 2, 0, 1, 1);
    assertThat(settings.temperatureAt(0, 100)).isEqualTo(1);
    assertThat(settings.temperatureAt(50, 100)).isCloseTo(0.5, within(1e-12));
    assertThat(settings.temperatureAt(100, 100)).isCloseTo(0.25, within(1e-12));
  }

  private double loss(Decoder decoder, Settings settings, Weights weights, NDArray change) {
    try (var objective = new DjoObjective(decoder, settings, 10, Optional.empty())) {
      return result(objective, weights.flat().add(change)).metrics()[0];
    }
  }

  private record Result(NDArray gradient, double[] metrics) {}

  private Result gradient(Decoder decoder, Settings settings, Weights weights) {
    try (var objective = new DjoObjective(decoder, settings, 10, Optional.empty())) {
      return result(objective, weights.flat());
    }
  }

  private Result result(DjoObjective objective, NDArray weights) {
    var gradient = manager.zeros(weights.getShape());
    var outcome = objective.accumulate(manager, gradient, weights, unit(objective));
    return new Result(gradient, outcome.metrics());
  }

  private static Unit<LayoutTokens> unit(DjoObjective objective) {
    var totals = new long[3];
    for (var sample : samples()) {
      var counts = objective.counts(sample);
      Arrays.setAll(totals, i -> totals[i] + counts[i]);
    }
    return new Unit<>(11, 4, 0, samples(), totals);
  }

  private static Settings settings(
      Estimator estimator, double weight, double dropout, int rowsAtOnce) {
    return new Settings(estimator, weight, 1, 0.5, 3, dropout, 1, rowsAtOnce);
  }

  private static Decoder decoder(Optional<LoraConfig> lora) {
    return new Decoder(SIZES, CODES, IDS, AttentionForm.SEPARATE, Optional.empty(), lora);
  }

  private static Weights weights(Decoder decoder) {
    var codebook = new float[CODES.codebook() * CODES.width()];
    var random = CounterRandom.of(2);
    for (int i = 0; i < codebook.length; i++) {
      codebook[i] = (float) random.nextGaussian();
    }
    return decoder.initialWeights(codebook, 1);
  }

  private static List<LayoutTokens> samples() {
    var samples = new ArrayList<LayoutTokens>();
    for (int i = 0; i < 4; i++) {
      var targets = ids(10 + i, 3 + i, 40);
      targets[0] = Question.NOTHING;
      samples.add(
          new LayoutTokens(
              ids(i, 2 + 2 * i, 40),
              ids(30 + i, 9, 12),
              new Question(ids(20 + i, 3 + i, 40), targets)));
    }
    return samples;
  }

  private static int[] ids(int seed, int length, int bound) {
    var random = CounterRandom.of(seed);
    var ids = new int[length];
    Arrays.setAll(ids, i -> random.nextInt(bound));
    return ids;
  }
}
