package ai.echogen.model;

import ai.djl.Device;
import ai.echogen.model.decoder.AttentionForm;
import ai.echogen.model.decoder.Decoder;
import ai.echogen.model.decoder.DecoderParameters;
import ai.echogen.model.decoder.LoraConfig;
import ai.echogen.model.decoder.Precision;
import ai.echogen.model.decoder.TextIds;
import ai.echogen.model.directory.GroundingFeatures;
import ai.echogen.model.directory.JanusConfig;
import ai.echogen.model.directory.JanusDirectory;
import ai.echogen.model.vision.VisionConfig;
import ai.echogen.model.vq.VqModel;
import ai.echogen.model.vq.VqNetwork;
import ai.echogen.tokens.Grammar;
import ai.echogen.tokens.TextTokenizer;
import ai.echogen.torch.weights.ParameterLayout;
import ai.echogen.torch.weights.Weights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * A model directory, loaded to a device: everything that drawing and grounding need. Thread-safe;
 * {@link #close} frees all of it.
 */
public final class JanusModel implements AutoCloseable {
  private final JanusConfig config;
  private final TextTokenizer tokenizer;
  private final Grammar grammar;
  private final Decoder decoder;
  private final VqModel vq;
  private final Weights weights;

  /**
   * Puts a model together; takes weights and tokenizer over.
   *
   * @param mode how it is run
   * @param weights of {@link #layout}
   */
  public JanusModel(
      JanusConfig config,
      TextTokenizer tokenizer,
      RunMode mode,
      Weights weights,
      Weights vqWeights) {
    this.config = config;
    this.tokenizer = tokenizer;
    this.weights = weights;
    grammar = Grammar.of(tokenizer, config.locationBins(), config.room());
    var form = mode.form() == null ? config.form() : mode.form();
    decoder = decoder(config, grammar, form, mode.precision(), Optional.empty());
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

  /** The transformer of a configuration, in float32, which the caller closes. */
  public static Decoder decoder(JanusConfig config, Grammar grammar, AttentionForm form) {
    return decoder(config, grammar, form, Precision.FP32, Optional.empty());
  }

  /** The same, to train an adapter of it if there is to be one. */
  public static Decoder decoder(
      JanusConfig config,
      Grammar grammar,
      AttentionForm form,
      Precision precision,
      Optional<LoraConfig> lora) {
    return new Decoder(
        config.decoder().orElseThrow(),
        config.codes(),
        ids(grammar, config.vocabulary()),
        form,
        precision,
        eyes(config),
        lora);
  }

  /** Loads a directory to main memory, to run it as it was finished. */
  public static JanusModel load(Path directory) throws IOException {
    return load(directory, RunMode.FINISHED, Device.cpu());
  }

  /** Loads a directory to a device. */
  public static JanusModel load(Path directory, RunMode mode, Device device) throws IOException {
    var config = readConfig(directory);
    var json = JanusDirectory.readTokenizer(directory, config);
    var tokenizer = TextTokenizer.of(json, directory + "/" + JanusDirectory.TOKENIZER);
    return new JanusModel(
        config,
        tokenizer,
        mode,
        JanusDirectory.read(directory, layout(config), device),
        JanusDirectory.read(directory, new VqNetwork(config.vq()).layout(), device));
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
          String.format(
              Locale.ROOT,
              "the tokenizer has %,d tokens, the embedding only %,d rows: they do not belong together",
              grammar.vocabularySize(),
              vocabulary));
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

  @Override
  public void close() {
    decoder.close();
    vq.close();
    tokenizer.close();
    weights.close();
  }
}
