package ai.echogen.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.echogen.torch.FlatWeights;
import ai.echogen.torch.ParameterLayout;
import ai.echogen.torch.SafetensorsModel;
import ai.echogen.torch.SafetensorsWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Model directories in Hugging Face's layout: {@code config.json}, {@code model.safetensors} (in
 * parts with an index when large), {@code tokenizer.json}, {@code generation_config.json} and a
 * card, {@code README.md}.
 */
public final class JanusDirectory {
  /** Name of the text tokenizer's file. */
  public static final String TOKENIZER = "tokenizer.json";

  private static final long PART_BYTES = 5_000_000_000L;

  private JanusDirectory() {}

  /** Weights by layout, to be written or as they were read. */
  public record Weights(ParameterLayout layout, NDArray flat) {}

  /** Writes a VQ tokenizer alone. */
  public static void writeTokenizer(Path directory, VqConfig config, NDArray weights, String card)
      throws IOException {
    Files.createDirectories(directory);
    JanusConfig.tokenizer(config).write(directory);
    var writer = new SafetensorsWriter();
    FlatWeights.add(writer, new VqNetwork(config).layout(), weights, "");
    writer.writeModel(directory, PART_BYTES);
    Files.writeString(directory.resolve("README.md"), card);
  }

  /** Writes a whole model: transformer, VQ tokenizer and text tokenizer. */
  public static void write(
      Path directory,
      JanusConfig config,
      Weights decoder,
      Weights vq,
      byte[] tokenizerJson,
      String card)
      throws IOException {
    Files.createDirectories(directory);
    config.write(directory);
    var writer = new SafetensorsWriter();
    FlatWeights.add(writer, decoder.layout(), decoder.flat(), "");
    FlatWeights.add(writer, vq.layout(), vq.flat(), "");
    writer.writeModel(directory, PART_BYTES);
    Files.write(directory.resolve(TOKENIZER), tokenizerJson);
    Files.writeString(
        directory.resolve("generation_config.json"),
        """
        {
          "do_sample": true,
          "temperature": 1.0,
          "guidance_scale": 1.0
        }
        """,
        StandardCharsets.UTF_8);
    Files.writeString(directory.resolve("README.md"), card);
  }

  /** Weights of a layout from a directory, attached to {@code manager}. */
  public static NDArray read(NDManager manager, Path directory, ParameterLayout layout)
      throws IOException {
    try (var weights = SafetensorsModel.open(directory)) {
      return FlatWeights.read(manager, layout, weights);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(directory + ": " + e.getMessage(), e);
    }
  }
}
