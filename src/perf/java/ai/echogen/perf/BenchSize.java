package ai.echogen.perf;

import ai.echogen.model.decoder.AttentionForm;
import ai.echogen.model.decoder.Decoder;
import ai.echogen.model.decoder.DecoderConfig;
import java.util.List;

/**
 * A model to measure the exchange with.
 *
 * @param steps of a measurement
 * @param compiling steps after which Java's compilers have done with the exchange
 * @param longestRound most inner steps of a round that is measured: a longer one takes too long
 */
record BenchSize(
    String name,
    int hidden,
    int intermediate,
    int layers,
    int steps,
    int compiling,
    int longestRound) {
  static final List<String> NAMES = List.of("1M", "10M", "50M");

  private static final int HEAD_WIDTH = 32;

  static BenchSize of(String name) {
    return switch (name) {
      case "1M" -> new BenchSize(name, 128, 352, 4, 60, 500, 50);
      case "10M" -> new BenchSize(name, 384, 1024, 5, 14, 250, 50);
      case "50M" -> new BenchSize(name, 768, 2048, 7, 5, 60, 5);
      default -> throw new IllegalStateException(name);
    };
  }

  /** Inner steps of the rounds that are measured. */
  int innerSteps(BenchExchangeJob.Settings settings) {
    return Math.min(longestRound, settings.innerSteps());
  }

  DecoderConfig config() {
    int heads = hidden / HEAD_WIDTH;
    return new DecoderConfig(
        hidden, intermediate, layers, heads, heads, HEAD_WIDTH, 1e-6, 10_000, 2048, 2, true, true);
  }

  Decoder decoder(BenchSamples samples) {
    return new Decoder(config(), BenchSamples.DEMO_CODES, samples.ids(), AttentionForm.LAYERED);
  }

  long parameters(BenchExchangeJob.Settings settings) {
    var samples = BenchExchange.samples(settings);
    try (var decoder = decoder(samples)) {
      return decoder.parameters().layout().size();
    }
  }
}
