package ai.echogen.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.echogen.data.CounterRandom;
import ai.echogen.tokens.Grammar;
import ai.echogen.tokens.LocationCodec;
import ai.echogen.tokens.TextTokenizer;
import ai.echogen.tokens.WordVocabulary;
import ai.echogen.torch.FlatWeights;
import ai.echogen.torch.ParameterLayout;
import ai.echogen.torch.Tensors;
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
    try (var manager = Tensors.cpu();
        var tokenizer = TextTokenizer.of(json, "test")) {
      var grammar = new Grammar(tokenizer, LOCATIONS);
      var codes = new ImageCodes(vq.numEmbeddings(), vq.embedDim(), vq.numCodes());
      var form = AttentionForm.SEPARATE;
      var vqLayout = new VqNetwork(vq).layout();
      var vqWeights = random(manager, vqLayout);
      try (var decoder = new Decoder(config, codes, JanusModel.ids(grammar), form)) {
        JanusDirectory.write(
            directory,
            new JanusConfig(
                Optional.of(config), vq, form, grammar.vocabularySize(), LOCATIONS.bins()),
            new JanusDirectory.Weights(
                decoder.parameters().layout(),
                decoder.initialWeights(manager, codebook(vqWeights, vqLayout), 1)),
            new JanusDirectory.Weights(vqLayout, vqWeights),
            json,
            "");
      }
    }
  }

  private static NDArray random(NDManager manager, ParameterLayout layout) {
    var flat = FlatWeights.zeros(manager, layout);
    var random = CounterRandom.of(7);
    for (var parameter : layout.parameters()) {
      var values = new float[(int) parameter.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (0.3 * random.nextGaussian());
      }
      FlatWeights.set(flat, parameter, values);
    }
    return flat;
  }

  private static float[] codebook(NDArray weights, ParameterLayout layout) {
    var values = FlatWeights.values(weights, layout.parameter(VqNetwork.CODEBOOK));
    var codebook = new float[values.remaining()];
    values.get(codebook);
    return codebook;
  }
}
