package ai.echogen.model;

import ai.djl.ndarray.NDManager;
import ai.echogen.image.Pixels;
import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import ai.echogen.model.decoder.AttentionForm;
import ai.echogen.model.decoder.Decoder;
import ai.echogen.model.decoder.DecoderParameters;
import ai.echogen.model.decoder.LoraConfig;
import ai.echogen.model.decoder.TextIds;
import ai.echogen.model.directory.GroundingFeatures;
import ai.echogen.model.directory.JanusConfig;
import ai.echogen.model.directory.JanusDirectory;
import ai.echogen.model.vision.VisionConfig;
import ai.echogen.model.vq.VqModel;
import ai.echogen.model.vq.VqNetwork;
import ai.echogen.tokens.Grammar;
import ai.echogen.tokens.Prompt;
import ai.echogen.tokens.TextTokenizer;
import ai.echogen.torch.Tensors;
import ai.echogen.torch.weights.ParameterLayout;
import ai.echogen.torch.weights.Weights;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * A model directory, loaded: layouts in, images out, and back. Thread-safe; {@link #close} frees
 * all of it.
 */
public final class JanusModel implements AutoCloseable {
  private final JanusConfig config;
  private final TextTokenizer tokenizer;
  private final Grammar grammar;
  private final Decoder decoder;
  private final VqModel vq;
  private final NDManager manager = Tensors.cpu();
  private final Weights weights;

  /**
   * Puts a model together; takes weights and tokenizer over.
   *
   * @param form attention form to run it in
   * @param weights of {@link #layout}
   */
  public JanusModel(
      JanusConfig config,
      TextTokenizer tokenizer,
      AttentionForm form,
      Weights weights,
      Weights vqWeights) {
    this.config = config;
    this.tokenizer = tokenizer;
    this.weights = weights;
    grammar = Grammar.of(tokenizer, config.locationBins());
    decoder = decoder(config, grammar, form);
    vq = new VqModel(config.vq(), vqWeights);
  }

  /**
   * How the transformer's weights lie, those of a vision encoder that it reads through included.
   */
  public static ParameterLayout layout(JanusConfig config) {
    return new DecoderParameters(
            config.decoder().orElseThrow(), config.codes(), config.vocabulary(), eyes(config))
        .layout();
  }

  /** The vision encoder that images are read through, if they are. */
  private static Optional<VisionConfig> eyes(JanusConfig config) {
    return config.grounding() == GroundingFeatures.SIGLIP ? config.vision() : Optional.empty();
  }

  /** The transformer of a configuration, which the caller closes. */
  public static Decoder decoder(JanusConfig config, Grammar grammar, AttentionForm form) {
    return decoder(config, grammar, form, Optional.empty());
  }

  /** The same, to train an adapter of it if there is to be one. */
  public static Decoder decoder(
      JanusConfig config, Grammar grammar, AttentionForm form, Optional<LoraConfig> lora) {
    return new Decoder(
        config.decoder().orElseThrow(),
        config.codes(),
        ids(grammar, config.vocabulary()),
        form,
        eyes(config),
        lora);
  }

  /** Loads a directory in the attention form that it was trained in. */
  public static JanusModel load(Path directory) throws IOException {
    return load(directory, JanusConfig.read(directory).form());
  }

  /** Loads a directory and runs it in another attention form. */
  public static JanusModel load(Path directory, AttentionForm form) throws IOException {
    var config = readConfig(directory);
    var json = JanusDirectory.readTokenizer(directory, config);
    var tokenizer = TextTokenizer.of(json, directory + "/" + JanusDirectory.TOKENIZER);
    return new JanusModel(
        config,
        tokenizer,
        form,
        JanusDirectory.read(directory, layout(config)),
        JanusDirectory.read(directory, new VqNetwork(config.vq()).layout()));
  }

  /**
   * The configuration of a directory that {@link #load} can load.
   *
   * @throws IllegalArgumentException if its model does not both draw and ground
   */
  public static JanusConfig readConfig(Path directory) throws IOException {
    var config = JanusConfig.read(directory);
    if (config.decoder().isEmpty()) {
      throw new IllegalArgumentException(
          directory
              + " holds no model that draws and grounds: "
              + JanusConfig.FILE
              + " has no text_config");
    }
    return config;
  }

  /**
   * The ids that the decoder needs of a grammar's vocabulary.
   *
   * @param vocabulary rows of the token embedding: as many as the grammar's tokens, or more
   */
  public static TextIds ids(Grammar grammar, int vocabulary) {
    if (vocabulary < grammar.vocabularySize()) {
      throw new IllegalArgumentException(
          "the tokenizer has %,d tokens, the embedding only %,d rows: they do not belong together"
              .formatted(grammar.vocabularySize(), vocabulary));
    }
    return new TextIds(
        vocabulary,
        grammar.pad(),
        grammar.beginImage(),
        grammar.endBox(),
        grammar.firstX(),
        grammar.firstY(),
        grammar.bins());
  }

  public JanusConfig config() {
    return config;
  }

  public Grammar grammar() {
    return grammar;
  }

  public Decoder decoder() {
    return decoder;
  }

  /** Owned by this model. */
  public Weights weights() {
    return weights;
  }

  /** The VQ tokenizer. */
  public VqModel vq() {
    return vq;
  }

  /** Draws the codes of each layout; see {@link Decoder#draw}. */
  public List<int[]> draw(List<Layout> layouts, double[][] uniforms, Decoder.Sampling sampling) {
    return draw(layouts, Optional.empty(), uniforms, sampling);
  }

  /**
   * The same, with guidance leading away from a text where there is one.
   *
   * @param negativePrompt such as "low quality, blurry", as PlanGen draws
   */
  public List<int[]> draw(
      List<Layout> layouts,
      Optional<String> negativePrompt,
      double[][] uniforms,
      Decoder.Sampling sampling) {
    try (var scope = manager.newSubManager()) {
      var texts = layouts.stream().map(grammar::layoutText).toList();
      var drawing =
          negativePrompt.isEmpty()
              ? decoder.draw(scope, weights.flat(), texts, uniforms, sampling)
              : decoder.draw(
                  scope,
                  weights.flat(),
                  texts,
                  Collections.nCopies(
                      texts.size(), grammar.captionText(negativePrompt.orElseThrow())),
                  uniforms,
                  sampling);
      return drawing.codes();
    }
  }

  /**
   * Reads a box for each phrase of each layout from image codes; empty where none can be read. A
   * model that reads images through its vision encoder looks at the decoded picture.
   */
  public List<List<Optional<Box>>> ground(List<int[]> codes, List<Layout> layouts) {
    return decoder.vision().isPresent()
        ? groundImages(decode(codes), layouts)
        : ground(codes.stream().map(c -> new int[0]).toList(), codes, layouts);
  }

  /** The same from pictures of any size, which a model without a vision encoder encodes first. */
  public List<List<Optional<Box>>> groundImages(List<BufferedImage> images, List<Layout> layouts) {
    if (decoder.vision().isEmpty()) {
      return ground(encode(images), layouts);
    }
    int side = decoder.vision().orElseThrow().imageSize();
    var bytes = images.stream().map(image -> Pixels.square(image, side)).toList();
    var prompts = prompts(layouts);
    try (var scope = manager.newSubManager()) {
      return boxes(prompts, decoder.groundImages(scope, weights.flat(), bytes, ids(prompts)));
    }
  }

  /** The same with drawing texts before the images: for the leak test. */
  public List<List<Optional<Box>>> ground(
      List<int[]> texts, List<int[]> codes, List<Layout> layouts) {
    var prompts = prompts(layouts);
    try (var scope = manager.newSubManager()) {
      return boxes(prompts, decoder.ground(scope, weights.flat(), texts, codes, ids(prompts)));
    }
  }

  private List<Prompt> prompts(List<Layout> layouts) {
    return layouts.stream()
        .map(layout -> grammar.prompt(layout.regions().stream().map(Region::phrase).toList()))
        .toList();
  }

  private static List<int[]> ids(List<Prompt> prompts) {
    return prompts.stream().map(Prompt::ids).toList();
  }

  private List<List<Optional<Box>>> boxes(List<Prompt> prompts, List<int[]> filled) {
    var boxes = new ArrayList<List<Optional<Box>>>();
    for (int i = 0; i < prompts.size(); i++) {
      boxes.add(grammar.boxes(prompts.get(i), filled.get(i)));
    }
    return boxes;
  }

  /** Codes of pictures of any shape; see {@link VqModel#encode}. */
  public List<int[]> encode(List<BufferedImage> images) {
    return vq.encode(images);
  }

  /** Pictures of codes. */
  public List<BufferedImage> decode(List<int[]> codes) {
    return vq.decode(codes);
  }

  @Override
  public void close() {
    decoder.close();
    vq.close();
    tokenizer.close();
    weights.close();
    manager.close();
  }
}
