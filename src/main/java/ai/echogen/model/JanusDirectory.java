package ai.echogen.model;

import ai.echogen.torch.ParameterLayout;
import ai.echogen.torch.SafetensorsModel;
import ai.echogen.torch.SafetensorsWriter;
import ai.echogen.torch.Weights;
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

  /** Writes a VQ tokenizer alone. */
  public static void writeTokenizer(Path directory, VqConfig config, Weights weights, String card)
      throws IOException {
    Files.createDirectories(directory);
    JanusConfig.tokenizer(config).write(directory);
    var writer = new SafetensorsWriter();
    weights.addTo(writer);
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
    decoder.addTo(writer);
    vq.addTo(writer);
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

  /** Weights of a layout from a directory; the caller closes them. */
  public static Weights read(Path directory, ParameterLayout layout) throws IOException {
    try (var weights = SafetensorsModel.open(directory)) {
      return Weights.read(layout, weights);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(directory + ": " + e.getMessage(), e);
    }
  }
}
