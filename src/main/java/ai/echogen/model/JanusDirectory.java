package ai.echogen.model;

import ai.echogen.tokens.Grammar;
import ai.echogen.tokens.TextTokenizer;
import ai.echogen.torch.ParameterLayout;
import ai.echogen.torch.SafetensorsModel;
import ai.echogen.torch.SafetensorsWriter;
import ai.echogen.torch.Weights;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Model directories in Hugging Face's layout: {@code config.json}, {@code model.safetensors} (in
 * parts with an index when large), {@code tokenizer.json}, {@code generation_config.json} and a
 * card, {@code README.md}.
 */
public final class JanusDirectory {
  /** Name of the text tokenizer's file. */
  public static final String TOKENIZER = "tokenizer.json";

  private static final String GENERATION = "generation_config.json";
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

  /**
   * Writes a whole model.
   *
   * @param parts weights of the transformer, the VQ tokenizer and, where the model has one and
   *     reads images by their codes, the vision encoder
   * @param card content of {@code README.md}
   */
  public static void write(
      Path directory, JanusConfig config, List<Weights> parts, byte[] tokenizerJson, String card)
      throws IOException {
    Files.createDirectories(directory);
    try (var tokenizer = TextTokenizer.of(tokenizerJson, directory + "/" + TOKENIZER)) {
      var grammar = Grammar.of(tokenizer, config.locationBins());
      config.write(directory, grammar);
      writeGenerationConfig(directory, grammar);
    }
    var writer = new SafetensorsWriter();
    parts.forEach(part -> part.addTo(writer));
    writer.writeModel(directory, PART_BYTES);
    Files.write(directory.resolve(TOKENIZER), tokenizerJson);
    Files.writeString(directory.resolve("README.md"), card);
  }

  /** What transformers' image generation looks up there. */
  private static void writeGenerationConfig(Path directory, Grammar grammar) throws IOException {
    var json = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    var root = json.createObjectNode();
    root.put("do_sample", true).put("temperature", 1.0).put("guidance_scale", 1.0);
    root.put("bos_token_id", grammar.bos());
    root.put("eos_token_id", grammar.eos());
    root.put("pad_token_id", grammar.pad());
    root.putObject("generation_kwargs").put("boi_token_id", grammar.beginImage());
    json.writeValue(directory.resolve(GENERATION).toFile(), root);
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
