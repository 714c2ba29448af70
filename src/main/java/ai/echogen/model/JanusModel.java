package ai.echogen.model;

import ai.djl.ndarray.NDManager;
import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import ai.echogen.tokens.Grammar;
import ai.echogen.tokens.Prompt;
import ai.echogen.tokens.TextTokenizer;
import ai.echogen.torch.Tensors;
import ai.echogen.torch.Weights;
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

  private JanusModel(
      JanusConfig config, TextTokenizer tokenizer, AttentionForm form, Path directory)
      throws IOException {
    this.config = config;
    this.tokenizer = tokenizer;
    grammar = Grammar.of(tokenizer, config.locationBins());
    decoder = new Decoder(config.decoder().orElseThrow(), config.codes(), ids(grammar), form);
    weights = JanusDirectory.read(directory, decoder.parameters().layout());
    vq =
        new VqModel(
            config.vq(), JanusDirectory.read(directory, new VqNetwork(config.vq()).layout()));
  }

  /** Loads a directory in the attention form that it was trained in. */
  public static JanusModel load(Path directory) throws IOException {
    return load(directory, JanusConfig.read(directory).form());
  }

  /** Loads a directory and runs it in another attention form. */
  public static JanusModel load(Path directory, AttentionForm form) throws IOException {
    var config = readConfig(directory);
    var tokenizer = TextTokenizer.load(directory.resolve(JanusDirectory.TOKENIZER));
    return new JanusModel(config, tokenizer, form, directory);
  }

  /**
   * The configuration of a directory that {@link #load} can load.
   *
   * @throws IllegalArgumentException if its model does not both draw and ground
   */
  public static JanusConfig readConfig(Path directory) throws IOException {
    var config = JanusConfig.read(directory);
    if (config.decoder().isEmpty() || config.locationBins() == 0) {
      throw new IllegalArgumentException(
          directory
              + " holds no model that draws and grounds: "
              + JanusConfig.FILE
              + (config.decoder().isEmpty() ? " has no text_config" : " has no location_bins"));
    }
    return config;
  }

  /** The ids that the decoder needs of a grammar's vocabulary. */
  public static TextIds ids(Grammar grammar) {
    return new TextIds(
        grammar.vocabularySize(),
        grammar.pad(),
        grammar.beginImage(),
        0,
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

  /** Reads a box for each phrase of each layout from image codes; empty where none can be read. */
  public List<List<Optional<Box>>> ground(List<int[]> codes, List<Layout> layouts) {
    return ground(codes.stream().map(c -> new int[0]).toList(), codes, layouts);
  }

  /** The same with drawing texts before the images: for the leak test. */
  public List<List<Optional<Box>>> ground(
      List<int[]> texts, List<int[]> codes, List<Layout> layouts) {
    var prompts =
        layouts.stream()
            .map(l -> grammar.prompt(l.regions().stream().map(Region::phrase).toList()))
            .toList();
    try (var scope = manager.newSubManager()) {
      var filled =
          decoder.ground(
              scope, weights.flat(), texts, codes, prompts.stream().map(Prompt::ids).toList());
      var boxes = new ArrayList<List<Optional<Box>>>();
      for (int i = 0; i < prompts.size(); i++) {
        boxes.add(grammar.boxes(prompts.get(i), filled.get(i)));
      }
      return boxes;
    }
  }

  /** Codes of RGB pictures that have the tokenizer's size. */
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
