package ai.echogen.model.directory;

import ai.djl.Device;
import ai.echogen.model.vq.VqConfig;
import ai.echogen.storage.LocalFiles;
import ai.echogen.tokens.AddedTokens;
import ai.echogen.tokens.Grammar;
import ai.echogen.tokens.PlanGenGrammar;
import ai.echogen.tokens.TextTokenizer;
import ai.echogen.torch.safetensors.SafetensorsModel;
import ai.echogen.torch.safetensors.SafetensorsWriter;
import ai.echogen.torch.weights.ParameterLayout;
import ai.echogen.torch.weights.Weights;
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

  /** Name of the file with a model's habits of sampling. */
  public static final String GENERATION = "generation_config.json";

  /** Name of the model card. */
  public static final String CARD = "README.md";

  private static final long PART_BYTES = 5_000_000_000L;

  private JanusDirectory() {}

  /** Writes a VQ tokenizer alone. */
  public static void writeTokenizer(Path directory, VqConfig config, Weights weights, String card)
      throws IOException {
    writeTokenizerWithout(directory, config, card);
    var writer = new SafetensorsWriter();
    weights.addTo(writer);
    writer.writeModel(directory, PART_BYTES);
  }

  /** Writes all of a VQ tokenizer but its weights. */
  public static void writeTokenizerWithout(Path directory, VqConfig config, String card)
      throws IOException {
    Files.createDirectories(directory);
    JanusConfig.tokenizer(config).write(directory);
    Files.writeString(directory.resolve(CARD), card);
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
    writeWithout(directory, config, tokenizerJson, card);
    var writer = new SafetensorsWriter();
    parts.forEach(part -> part.addTo(writer));
    writer.writeModel(directory, PART_BYTES);
  }

  /** Writes all of a model but its weights. */
  public static void writeWithout(
      Path directory, JanusConfig config, byte[] tokenizerJson, String card) throws IOException {
    Files.createDirectories(directory);
    try (var tokenizer = TextTokenizer.of(tokenizerJson, directory + "/" + TOKENIZER)) {
      var grammar = Grammar.of(tokenizer, config.locationBins());
      config.write(directory, grammar);
      Files.writeString(directory.resolve(GENERATION), generationConfig(grammar));
    }
    Files.write(directory.resolve(TOKENIZER), tokenizerJson);
    Files.writeString(directory.resolve(CARD), card);
  }

  /**
   * The text tokenizer of a directory. Where boxes are written as digits, it gets the tokens around
   * them that a published tokenizer lacks; they take rows of the embedding that no token uses.
   */
  public static byte[] readTokenizer(Path directory, JanusConfig config) throws IOException {
    var file = directory.resolve(TOKENIZER);
    if (!Files.exists(file)) {
      throw new IllegalArgumentException(
          directory + " has no " + TOKENIZER + ": texts cannot be read without it");
    }
    var json = LocalFiles.readSmall(file);
    return config.locationBins() > 0
        ? json
        : AddedTokens.add(json, file.toString(), PlanGenGrammar.TOKENS, config.vocabulary());
  }

  /** {@link #GENERATION} as transformers' image generation looks things up there. */
  public static String generationConfig(Grammar grammar) throws IOException {
    var json = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    var root = json.createObjectNode();
    root.put("do_sample", true).put("temperature", 1.0).put("guidance_scale", 1.0);
    root.put("bos_token_id", grammar.bos());
    root.put("eos_token_id", grammar.eos());
    root.put("pad_token_id", grammar.pad());
    root.putObject("generation_kwargs").put("boi_token_id", grammar.beginImage());
    return json.writeValueAsString(root) + "\n";
  }

  /** Weights of a layout from a directory, in main memory; the caller closes them. */
  public static Weights read(Path directory, ParameterLayout layout) throws IOException {
    return read(directory, layout, Device.cpu());
  }

  /** The same on a device. */
  public static Weights read(Path directory, ParameterLayout layout, Device device)
      throws IOException {
    try (var weights = SafetensorsModel.open(directory)) {
      return Weights.read(layout, weights, device);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(directory + ": " + e.getMessage(), e);
    }
  }
}
