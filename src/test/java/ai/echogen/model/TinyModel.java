package ai.echogen.model;

import ai.echogen.data.CounterRandom;
import ai.echogen.model.decoder.AttentionForm;
import ai.echogen.model.decoder.Decoder;
import ai.echogen.model.decoder.DecoderConfig;
import ai.echogen.model.directory.GroundingFeatures;
import ai.echogen.model.directory.JanusConfig;
import ai.echogen.model.directory.JanusDirectory;
import ai.echogen.model.vq.VqConfig;
import ai.echogen.model.vq.VqNetwork;
import ai.echogen.tokens.Grammar;
import ai.echogen.tokens.LocationCodec;
import ai.echogen.tokens.TextTokenizer;
import ai.echogen.tokens.WordVocabulary;
import ai.echogen.torch.weights.ParameterLayout;
import ai.echogen.torch.weights.Weights;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A whole model directory with random weights: pictures of 16 × 16 pixels and 16 codes. */
public final class TinyModel {
  /** Side of its pictures. */
  public static final int SIDE = 16;

  /** Codes of a picture. */
  public static final int CODES = 16;

  private static final LocationCodec LOCATIONS = new LocationCodec(8);

  private TinyModel() {}

  /** Writes the directory; its vocabulary is the words of the texts. */
  public static void write(Path directory, List<String> texts) throws IOException {
    var vq = new VqConfig(8, List.of(1, 1), 1, 3, 3, 4, 4, 16, 4, 2, 2, false);
    var config = new DecoderConfig(16, 32, 2, 2, 2, 8, 1e-6, 1e4, 512, 2, true, true);
    var json =
        WordVocabulary.ofTexts(texts, 100, LOCATIONS).toJson().getBytes(StandardCharsets.UTF_8);
    try (var tokenizer = TextTokenizer.of(json, "test");
        var vqWeights = random(new VqNetwork(vq).layout())) {
      var grammar = Grammar.of(tokenizer, LOCATIONS.bins());
      var codes = vq.codes();
      var form = AttentionForm.SEPARATE;
      try (var decoder =
              new Decoder(config, codes, JanusModel.ids(grammar, grammar.vocabularySize()), form);
          var weights = decoder.initialWeights(vqWeights.values(VqNetwork.CODEBOOK), 1)) {
        JanusDirectory.write(
            directory,
            new JanusConfig(
                Optional.of(config),
                vq,
                Optional.empty(),
                form,
                GroundingFeatures.VQ,
                grammar.vocabularySize(),
                LOCATIONS.bins()),
            List.of(weights, vqWeights),
            json,
            "");
      }
    }
  }

  private static Weights random(ParameterLayout layout) {
    var weights = Weights.zeros(layout);
    var random = CounterRandom.of(7);
    for (var parameter : layout.parameters()) {
      var values = new float[(int) parameter.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (0.3 * random.nextGaussian());
      }
      weights.set(parameter.name(), values);
    }
    return weights;
  }
}
