package ai.echogen.perf;

import ai.djl.Device;
import ai.echogen.config.Check;
import ai.echogen.model.JanusModel;
import ai.echogen.model.RunMode;
import ai.echogen.model.decoder.AttentionForm;
import ai.echogen.model.decoder.DecoderConfig;
import ai.echogen.model.directory.GroundingFeatures;
import ai.echogen.model.directory.JanusConfig;
import ai.echogen.model.directory.JanusDirectory;
import ai.echogen.model.vision.VisionConfig;
import ai.echogen.model.vision.VisionParameters;
import ai.echogen.model.vq.VqConfig;
import ai.echogen.model.vq.VqNetwork;
import ai.echogen.tokens.TextTokenizer;
import ai.echogen.torch.weights.Weights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A model of given sizes with random weights, to measure speed and memory with.
 *
 * @param config what its {@code config.json} says
 * @param tokenizerJson its vocabulary: the words of the bench's layouts
 */
record BenchModel(JanusConfig config, byte[] tokenizerJson, long seed) {
  /**
   * @param vocabulary rows of the token embedding; at least as many as there are words
   */
  record Sizes(DecoderConfig model, VqConfig vq, VisionConfig vision, int vocabulary) {
    Sizes {
      new Check().that("vocabulary", vocabulary >= 0, "must be >= 0, got " + vocabulary).orThrow();
    }
  }

  static BenchModel of(Sizes sizes, BenchSamples samples, long seed) {
    var config =
        new JanusConfig(
            Optional.of(sizes.model()),
            sizes.vq(),
            Optional.of(sizes.vision()),
            AttentionForm.SEPARATE,
            GroundingFeatures.VQ,
            samples.ids().vocabulary(),
            BenchSamples.LOCATION_BINS);
    return new BenchModel(config, samples.tokenizerJson(), seed);
  }

  /** On a device, without its vision encoder, which reads no codes. */
  JanusModel load(RunMode mode, Device device) {
    return new JanusModel(
        config,
        TextTokenizer.of(tokenizerJson, "the bench's words"),
        mode,
        Weights.random(JanusModel.layout(config), seed).movedTo(device),
        Weights.random(new VqNetwork(config.vq()).layout(), seed + 1).movedTo(device));
  }

  /** Writes the whole model: what {@link #load} gave, and a vision encoder. */
  void write(Path directory, JanusModel loaded) throws IOException {
    var vision =
        new VisionParameters(
            config.vision().orElseThrow(), config.decoder().orElseThrow().hidden());
    try (var visionWeights = Weights.random(vision.layout(), seed + 2)) {
      JanusDirectory.write(
          directory,
          config,
          List.of(loaded.weights(), loaded.vq().weights(), visionWeights),
          tokenizerJson,
          "# A model with random weights, to measure speed with\n");
    }
  }
}
