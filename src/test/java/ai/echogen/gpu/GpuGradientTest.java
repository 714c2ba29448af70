package ai.echogen.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.echogen.data.CounterRandom;
import ai.echogen.model.decoder.AttentionForm;
import ai.echogen.model.decoder.Decoder;
import ai.echogen.model.decoder.DecoderConfig;
import ai.echogen.model.decoder.ImageCodes;
import ai.echogen.model.decoder.Precision;
import ai.echogen.model.decoder.TextIds;
import ai.echogen.objectives.LayoutTokens;
import ai.echogen.objectives.PmtpObjective;
import ai.echogen.objectives.Unit;
import ai.echogen.tokens.Question;
import ai.echogen.torch.Cuda;
import ai.echogen.torch.Tensors;
import ai.echogen.torch.weights.FlatWeights;
import ai.echogen.torch.weights.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The gradient at sizes where attention takes other kernels than at small ones: sequences of some
 * 300 tokens, heads of 64 numbers, a mask.
 */
@OnGpu
class GpuGradientTest {
  private static final int VOCABULARY = 2000;
  private static final ImageCodes CODES = new ImageCodes(4096, 8, 256);
  private static final TextIds IDS = new TextIds(VOCABULARY, 0, 1, 2, 100, 200, 64);
  private static final DecoderConfig SIZES =
      new DecoderConfig(1024, 2048, 2, 16, 16, 64, 1e-6, 1e4, 2048, 2, false, false);
  private static final int TIMES = 5;

  @ParameterizedTest
  @CsvSource({"SEPARATE, FP32, 1e-4", "LAYERED, FP32, 1e-4", "SEPARATE, BF16, 3e-2"})
  void isTheSameToTheBitAndNearTheProcessors(
      AttentionForm form, Precision precision, double tolerance) {
    var device = OnGpu.REHEARSED ? Device.cpu() : Device.gpu(0);
    if (!OnGpu.REHEARSED) {
      Cuda.require(device, new Cuda.Mode(true, false));
    }
    try (var decoder =
            new Decoder(SIZES, CODES, IDS, form, precision, Optional.empty(), Optional.empty());
        var plain = new Decoder(SIZES, CODES, IDS, form);
        var weights = Weights.random(decoder.parameters().layout(), 1)) {
      var expected = gradient(plain, weights, Device.cpu());
      var hashes = new ArrayList<String>();
      double worst = 0;
      for (int i = 0; i < TIMES; i++) {
        var found = gradient(decoder, weights, device);
        hashes.add(found.sha256());
        worst = Math.max(worst, distance(found.values(), expected.values()));
      }
      System.out.printf(
          Locale.ROOT, "gradient %s %s: %.2e from float32's on the CPU%n", form, precision, worst);
      assertThat(hashes.stream().distinct()).hasSize(1);
      assertThat(worst).isLessThan(tolerance);
    }
  }

  private record Gradient(String sha256, float[] values) {}

  private static Gradient gradient(Decoder decoder, Weights weights, Device device) {
    var settings = new PmtpObjective.Settings(0, 1, 1, false, 1);
    try (var scope = Tensors.on(device);
        var there = weights.copyTo(device);
        var objective = new PmtpObjective(decoder, settings)) {
      var gradient = FlatWeights.zeros(scope, weights.layout());
      var samples = samples();
      var totals = new long[3];
      for (var sample : samples) {
        var counts = objective.counts(sample);
        for (int i = 0; i < totals.length; i++) {
          totals[i] += counts[i];
        }
      }
      objective.accumulate(scope, gradient, there.flat(), new Unit<>(1, 0, 0, samples, totals));
      return new Gradient(FlatWeights.sha256(gradient), gradient.toFloatArray());
    }
  }

  /** ‖a − b‖ / ‖b‖. */
  private static double distance(float[] a, float[] b) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < a.length; i++) {
      difference += Math.pow(a[i] - b[i], 2);
      norm += Math.pow(b[i], 2);
    }
    return Math.sqrt(difference / norm);
  }

  private static List<LayoutTokens> samples() {
    return IntStream.range(0, 8).mapToObj(GpuGradientTest::sample).toList();
  }

  private static LayoutTokens sample(int number) {
    var random = CounterRandom.of(7, number);
    var text = ids(random, 20 + number);
    var question = ids(random, 24 + 2 * number);
    var targets = new int[question.length];
    for (int i = 0; i < targets.length; i++) {
      targets[i] = i % 3 == 0 ? Question.NOTHING : 100 + (int) (random.nextDouble() * 64);
    }
    var codes = new int[CODES.perImage()];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (int) (random.nextDouble() * CODES.codebook());
    }
    return new LayoutTokens(text, codes, new Question(question, targets));
  }

  private static int[] ids(CounterRandom random, int length) {
    return IntStream.range(0, length)
        .map(i -> 3 + (int) (random.nextDouble() * (VOCABULARY - 3)))
        .toArray();
  }
}
