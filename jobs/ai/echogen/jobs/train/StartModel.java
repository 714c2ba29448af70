package ai.echogen.jobs.train;

import ai.echogen.jobs.model.ModelTexts;
import ai.echogen.model.JanusModel;
import ai.echogen.model.decoder.AttentionForm;
import ai.echogen.model.decoder.Decoder;
import ai.echogen.model.decoder.LoraConfig;
import ai.echogen.model.decoder.NewTokens;
import ai.echogen.model.decoder.Precision;
import ai.echogen.model.directory.GroundingFeatures;
import ai.echogen.model.directory.JanusConfig;
import ai.echogen.model.directory.JanusDirectory;
import ai.echogen.model.vision.VisionInitial;
import ai.echogen.model.vision.VisionParameters;
import ai.echogen.model.vq.VqNetwork;
import ai.echogen.objectives.rows.LayoutRows;
import ai.echogen.storage.Location;
import ai.echogen.tokens.Grammar;
import ai.echogen.tokens.NewWords;
import ai.echogen.tokens.TextTokenizer;
import ai.echogen.tokens.WordVocabulary;
import ai.echogen.torch.safetensors.SafetensorsModel;
import ai.echogen.torch.safetensors.SafetensorsWriter;
import ai.echogen.torch.weights.ParameterLayout;
import ai.echogen.torch.weights.Weights;
import ai.echogen.train.rollout.GroundedBoxes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a training run starts from: a new model for the words of its data, or a model directory.
 * Owns tokenizer and weights.
 */
public final class StartModel implements AutoCloseable {
  private final JanusConfig config;
  private final byte[] tokenizerJson;
  private final TextTokenizer tokenizer;
  private final Grammar grammar;
  private final Weights weights;
  private final Weights vq;
  private final Optional<Weights> vision;

  private StartModel(
      JanusConfig config,
      byte[] tokenizerJson,
      TextTokenizer tokenizer,
      Weights weights,
      Weights vq,
      Optional<Weights> vision) {
    this.config = config;
    this.tokenizerJson = tokenizerJson;
    this.tokenizer = tokenizer;
    this.grammar = Grammar.of(tokenizer, config.locationBins(), config.room());
    this.weights = weights;
    this.vq = vq;
    this.vision = vision;
  }

  /** A new model, with the VQ tokenizer of {@code settings.tokenizer}. */
  static StartModel fresh(PretrainSettings settings, WordVocabulary words) throws IOException {
    var directory = settings.tokenizer().orElseThrow();
    var vqConfig = directory.onDisk(List.of(JanusConfig.FILE), JanusConfig::read).vq();
    var vq = directory.onDisk(here -> JanusDirectory.read(here, new VqNetwork(vqConfig).layout()));
    var json = words.toJson().getBytes(StandardCharsets.UTF_8);
    var tokenizer = TextTokenizer.of(json, "vocabulary of " + settings.data());
    var grammar = Grammar.of(tokenizer, settings.locationBins());
    var config =
        new JanusConfig(
            Optional.of(settings.model()),
            vqConfig,
            settings.hasVision() ? Optional.of(settings.vision()) : Optional.empty(),
            settings.finalForm(),
            settings.grounding(),
            grammar.vocabularySize(),
            settings.locationBins());
    int hidden = settings.model().hidden();
    try (var decoder = JanusModel.decoder(config, grammar, AttentionForm.SEPARATE)) {
      return new StartModel(
          config,
          json,
          tokenizer,
          decoder.initialWeights(vq.values(VqNetwork.CODEBOOK), settings.train().seed()),
          vq,
          hasVisionApart(config)
              ? Optional.of(
                  VisionInitial.weights(settings.vision(), hidden, settings.train().seed()))
              : Optional.empty());
    }
  }

  /**
   * The model of a directory, whose tokenizer gets the grammar's tokens where it lacks them.
   *
   * @param finalForm that the finished model is run in
   * @param grounding what it reads images by
   */
  public static StartModel of(
      Location directory, AttentionForm finalForm, GroundingFeatures grounding) throws IOException {
    return directory.onDisk(here -> of(here, finalForm, grounding));
  }

  private static StartModel of(Path directory, AttentionForm finalForm, GroundingFeatures grounding)
      throws IOException {
    var read = JanusModel.readConfig(directory);
    var config =
        new JanusConfig(
            read.decoder(),
            read.vq(),
            read.vision(),
            finalForm,
            grounding,
            read.vocabulary(),
            read.locationBins());
    var json = JanusDirectory.readTokenizer(directory, config);
    var tokenizer = TextTokenizer.of(json, directory + "/" + JanusDirectory.TOKENIZER);
    return new StartModel(
        config,
        json,
        tokenizer,
        JanusDirectory.read(directory, JanusModel.layout(config)),
        JanusDirectory.read(directory, new VqNetwork(config.vq()).layout()),
        hasVisionApart(config)
            ? Optional.of(JanusDirectory.read(directory, visionLayout(config)))
            : Optional.empty());
  }

  public JanusConfig config() {
    return config;
  }

  /** Whether there may be words that its tokenizer lacks and can be given. */
  boolean takesWords() {
    return NewWords.isOfWords(tokenizerJson, tokenizer.origin());
  }

  /** A model that knows more words than the one that it is made of. */
  record Grown(StartModel model, List<String> words) {}

  /**
   * This model with a token of its own for each of these words that its tokenizer reads as unknown;
   * it takes this one over.
   *
   * @param seed of the new rows
   */
  Grown with(List<String> words, long seed) {
    var added = NewWords.add(tokenizerJson, tokenizer.origin(), words).orElse(null);
    if (added == null) {
      return new Grown(this, List.of());
    }
    var larger = TextTokenizer.of(added.json(), tokenizer.origin());
    var grown = config.withVocabulary(Math.max(config.vocabulary(), larger.size()));
    var ids = added.words().stream().collect(Collectors.toMap(word -> word, larger::id));
    var known =
        IntStream.range(0, tokenizer.size())
            .filter(id -> tokenizer.has(id) && !tokenizer.isSpecial(id))
            .boxed()
            .toList();
    var rows = NewTokens.grow(weights, JanusModel.layout(grown), known, ids, seed);
    tokenizer.close();
    weights.close();
    return new Grown(new StartModel(grown, added.json(), larger, rows, vq, vision), added.words());
  }

  Grammar grammar() {
    return grammar;
  }

  /** The texts that it takes. */
  ModelTexts texts() {
    return new ModelTexts(
        "the model's tokenizer",
        new String(tokenizerJson, StandardCharsets.UTF_8),
        config.locationBins(),
        config.room());
  }

  /** How rows of token shards become samples. */
  public LayoutRows rows() {
    boolean readsImages = config.grounding() == GroundingFeatures.SIGLIP;
    return new LayoutRows(
        new String(tokenizerJson, StandardCharsets.UTF_8),
        config.locationBins(),
        config.room(),
        fingerprint(),
        config.codes().perImage(),
        config.codes().codebook(),
        readsImages ? config.vision().orElseThrow().imageSize() : 0,
        0,
        List.of());
  }

  /**
   * The same, where a share of the samples is also asked for what is not there.
   *
   * @param phrases to ask for
   */
  public LayoutRows rows(double absentShare, List<String> phrases) {
    var rows = rows();
    return new LayoutRows(
        rows.tokenizer(),
        rows.locationBins(),
        rows.room(),
        rows.codesBy(),
        rows.numCodes(),
        rows.codebook(),
        rows.imageSide(),
        absentShare,
        phrases);
  }

  /** What reads boxes with weights of the transformer, in one of its forms. */
  public GroundedBoxes grounding(AttentionForm form, Precision precision) {
    try (var decoder = JanusModel.decoder(config, grammar, form)) {
      return new GroundedBoxes(
          decoder.config(),
          decoder.codes(),
          decoder.ids(),
          form,
          precision,
          new String(tokenizerJson, StandardCharsets.UTF_8),
          config.locationBins());
    }
  }

  /** Weights of the transformer. */
  public Weights weights() {
    return weights;
  }

  /** What token shards must carry. */
  public String fingerprint() {
    return vq.sha256();
  }

  /** The transformer in one of its forms, to train it or an adapter of it; the caller closes it. */
  public Decoder decoder(AttentionForm form, Precision precision, LoraConfig lora) {
    return JanusModel.decoder(config, grammar, form, precision, lora.ifOn());
  }

  /** Writes the model with other weights of the transformer. */
  public void write(Path directory, Weights trained, String card) throws IOException {
    var parts = new ArrayList<>(List.of(trained, vq));
    vision.ifPresent(parts::add);
    JanusDirectory.write(directory, config, parts, tokenizerJson, card);
  }

  /**
   * Writes the model around weights of the transformer that lie in several files beside it.
   *
   * @param fileOfTensor where these tensors lie
   * @param numBytes data bytes of these
   */
  void writeRest(Path directory, Map<String, String> fileOfTensor, long numBytes, String card)
      throws IOException {
    JanusDirectory.writeWithout(directory, config, tokenizerJson, card);
    int files = Set.copyOf(fileOfTensor.values()).size() + 1;
    var name = SafetensorsModel.fileNames(files).get(files - 1);
    var places = new TreeMap<>(fileOfTensor);
    var writer = new SafetensorsWriter();
    for (var part : vision.isPresent() ? List.of(vq, vision.get()) : List.of(vq)) {
      part.addTo(writer);
      part.layout().parameters().forEach(parameter -> places.put(parameter.name(), name));
    }
    writer.write(directory.resolve(name));
    SafetensorsModel.writeIndex(directory, places, numBytes + writer.numBytes());
  }

  @Override
  public void close() {
    tokenizer.close();
    weights.close();
    vq.close();
    vision.ifPresent(Weights::close);
  }

  /** Whether there is a vision encoder that the transformer does not read through. */
  private static boolean hasVisionApart(JanusConfig config) {
    return config.vision().isPresent() && config.grounding() == GroundingFeatures.VQ;
  }

  private static ParameterLayout visionLayout(JanusConfig config) {
    int hidden = config.decoder().orElseThrow().hidden();
    return new VisionParameters(config.vision().orElseThrow(), hidden).layout();
  }
}
