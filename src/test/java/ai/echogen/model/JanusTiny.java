package ai.echogen.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.echogen.model.decoder.AttentionForm;
import ai.echogen.model.decoder.Decoder;
import ai.echogen.model.decoder.TextIds;
import ai.echogen.model.directory.JanusConfig;
import ai.echogen.model.vision.VisionConfig;
import ai.echogen.torch.safetensors.SafetensorsFile;
import ai.echogen.torch.safetensors.SafetensorsModel;
import ai.echogen.torch.weights.FlatWeights;
import ai.echogen.torch.weights.ParameterLayout;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** The random Janus checkpoint that the fixtures of transformers were computed with. */
public final class JanusTiny {
  private static final Path ROOT =
      Path.of(System.getProperty("echogen.fixtures", "src/test/resources/fixtures"));
  public static final Path FOLDER = ROOT.resolve("janus-tiny");
  public static final Path TRAINING = ROOT.resolve("llama-train");
  public static final Path OPTIMIZERS = ROOT.resolve("optim");
  public static final Path POLICIES = ROOT.resolve("grpo");

  private JanusTiny() {}

  /** What {@code config.json} describes. */
  public static JanusConfig config() throws IOException {
    return JanusConfig.read(FOLDER);
  }

  /** The decoder, reading images by their codes; its images begin with the given token. */
  public static Decoder decoder(int beginImage) throws IOException {
    return decoder(beginImage, Optional.empty());
  }

  /** The decoder, reading images through its vision encoder. */
  public static Decoder seeingDecoder() throws IOException {
    return decoder(0, config().vision());
  }

  private static Decoder decoder(int beginImage, Optional<VisionConfig> vision) throws IOException {
    var config = config();
    int pad = json(FOLDER.resolve("config.json")).at("/text_config/pad_token_id").asInt();
    return new Decoder(
        config.decoder().orElseThrow(),
        config.codes(),
        new TextIds(config.vocabulary(), pad, beginImage, 0, 0, 0, 0),
        AttentionForm.SEPARATE,
        vision,
        Optional.empty());
  }

  /** The checkpoint's weights, flat (P), attached to {@code manager}. */
  public static NDArray weights(NDManager manager, ParameterLayout layout) throws IOException {
    try (var model = SafetensorsModel.open(FOLDER)) {
      return FlatWeights.read(manager, layout, model);
    }
  }

  /** An int64 tensor of a fixture, with its shape. */
  public static NDArray ids(NDManager manager, SafetensorsFile file, String name)
      throws IOException {
    var values = Arrays.stream(file.ints(name)).asLongStream().toArray();
    return manager.create(values, shape(file, name));
  }

  /** A float32 tensor of a fixture, with its shape. */
  public static NDArray floats(NDManager manager, SafetensorsFile file, String name)
      throws IOException {
    return manager.create(file.floats(name), shape(file, name));
  }

  public static JsonNode json(Path file) throws IOException {
    return new ObjectMapper().readTree(file.toFile());
  }

  private static Shape shape(SafetensorsFile file, String name) {
    return new Shape(file.tensor(name).dimensions());
  }
}
