package ai.echogen.model;

import ai.echogen.torch.ParameterLayout;
import ai.echogen.torch.SafetensorsModel;
import ai.echogen.torch.SafetensorsWriter;
import ai.echogen.torch.Weights;
import java.io.IOException;
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

  /** Name of the file with a model's habits of sampling. */
  public static final String GENERATION = "generation_config.json";

  /** What {@link #GENERATION} says unless a model brings its own. */
  public static final String DEFAULT_GENERATION =
      """
      {
        "do_sample": true,
        "temperature": 1.0,
        "guidance_scale": 1.0
      }
      """;

  /** Name of the model card. */
  public static final String CARD = "README.md";

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
    Files.writeString(directory.resolve(CARD), card);
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
    Files.writeString(directory.resolve(GENERATION), DEFAULT_GENERATION);
    Files.writeString(directory.resolve(CARD), card);
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
