package ai.echogen.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.echogen.torch.FlatWeights;
import ai.echogen.torch.SafetensorsFile;
import ai.echogen.torch.SafetensorsModel;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/** The random Janus checkpoint that the fixtures of transformers were computed with. */
public final class JanusTiny {
  private static final Path ROOT =
      Path.of(System.getProperty("echogen.fixtures", "src/test/resources/fixtures"));
  public static final Path FOLDER = ROOT.resolve("janus-tiny");
  public static final Path TRAINING = ROOT.resolve("llama-train");
  public static final Path OPTIMIZERS = ROOT.resolve("optim");

  private JanusTiny() {}

  /** The decoder that {@code config.json} describes; its images begin with the given token. */
  public static Decoder decoder(int beginImage) throws IOException {
    var root = json(FOLDER.resolve("config.json"));
    var text = root.get("text_config");
    var vq = root.get("vq_config");
    var config =
        new DecoderConfig(
            text.get("hidden_size").asInt(),
            text.get("intermediate_size").asInt(),
            text.get("num_hidden_layers").asInt(),
            text.get("num_attention_heads").asInt(),
            text.get("num_key_value_heads").asInt(),
            text.get("head_dim").asInt(),
            text.get("rms_norm_eps").asDouble(),
            text.get("rope_parameters").get("rope_theta").asDouble(),
            text.get("max_position_embeddings").asInt(),
            vq.get("num_hidden_layers").asInt(),
            false,
            false);
    int side = vq.get("num_patches").asInt();
    var codes =
        new ImageCodes(vq.get("num_embeddings").asInt(), vq.get("embed_dim").asInt(), side * side);
    var ids =
        new TextIds(
            text.get("vocab_size").asInt(),
            text.get("pad_token_id").asInt(),
            beginImage,
            0,
            0,
            0,
            0);
    return new Decoder(config, codes, ids, AttentionForm.SEPARATE);
  }

  /** The checkpoint's weights, flat (P), attached to {@code manager}. */
  public static NDArray weights(NDManager manager, Decoder decoder) throws IOException {
    try (var model = SafetensorsModel.open(FOLDER)) {
      return FlatWeights.read(manager, decoder.parameters().layout(), model);
    }
  }

  /** An int64 tensor of a fixture, with its shape. */
  public static NDArray ids(NDManager manager, SafetensorsFile file, String name)
      throws IOException {
    var values = Arrays.stream(file.ints(name)).asLongStream().toArray();
    return manager.create(values, new Shape(file.tensor(name).dimensions()));
  }

  public static JsonNode json(Path file) throws IOException {
    return new ObjectMapper().readTree(file.toFile());
  }
}
