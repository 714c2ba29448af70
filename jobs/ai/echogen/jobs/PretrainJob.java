package ai.echogen.jobs;

import ai.echogen.config.Check;
import ai.echogen.engine.Checkpoints;
import ai.echogen.engine.OptimizerSettings;
import ai.echogen.engine.TrainerSettings;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import ai.echogen.model.AttentionForm;
import ai.echogen.model.Decoder;
import ai.echogen.model.DecoderConfig;
import ai.echogen.model.GroundingFeatures;
import ai.echogen.model.ImageCodes;
import ai.echogen.model.JanusConfig;
import ai.echogen.model.JanusDirectory;
import ai.echogen.model.JanusModel;
import ai.echogen.model.TextIds;
import ai.echogen.model.VqNetwork;
import ai.echogen.stages.CausalFinish;
import ai.echogen.stages.LayoutTokens;
import ai.echogen.stages.PmtpStage;
import ai.echogen.stages.Stage;
import ai.echogen.tokens.Grammar;
import ai.echogen.tokens.LocationCodec;
import ai.echogen.tokens.TextTokenizer;
import ai.echogen.tokens.WordVocabulary;
import ai.echogen.torch.Tensors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Pre-trains the transformer on token shards: both tasks, one model. */
public final class PretrainJob implements Job<PretrainJob.Settings> {
  /** The training stages of this job. */
  public enum StageName {
    PMTP
  }

  /**
   * @param data token shards
   * @param tokenizer directory of the VQ tokenizer that made the codes
   * @param out directory of the run
   * @param pauseAt step to stop at, to be resumed later
   * @param form attention form; see {@link AttentionForm}
   * @param causalShare last share of the steps in plain causal form, so that other software can run
   *     the model
   * @param locationBins bins an axis of the location tokens
   * @param maxWords most words of the vocabulary
   */
  public record Settings(
      StageName stage,
      String data,
      String tokenizer,
      String out,
      TrainingRun.Resume resume,
      Optional<Long> pauseAt,
      AttentionForm form,
      double causalShare,
      int locationBins,
      int maxWords,
      DecoderConfig model,
      PmtpStage.Settings pmtp,
      long steps,
      int batch,
      int microShards,
      long seed,
      int logEvery,
      int checkpointEvery,
      int keepCheckpoints,
      OptimizerSettings optim) {
    public Settings {
      new Check()
          .that(
              "causalShare",
              causalShare >= 0 && causalShare <= 1,
              "must be in [0, 1], got " + causalShare)
          .that("locationBins", locationBins >= 2, "must be >= 2, got " + locationBins)
          .that("maxWords", maxWords > 0, "must be > 0, got " + maxWords)
          .orThrow();
    }

    TrainerSettings trainer() {
      return new TrainerSettings(
          steps, batch, microShards, seed, logEvery, checkpointEvery, keepCheckpoints, optim);
    }

    /** The form that the finished model is run in. */
    AttentionForm finalForm() {
      return causalShare > 0 || form.isPlainCausal() ? AttentionForm.SEPARATE : form;
    }

    long firstCausalStep() {
      return form.isPlainCausal() ? steps : Math.round(steps * (1 - causalShare));
    }
  }

  public static void main(String[] args) {
    JobRunner.main(new PretrainJob(), args);
  }

  @Override
  public String name() {
    return "pretrain";
  }

  @Override
  public String summary() {
    return "Trains the transformer on token shards (stage=pmtp).";
  }

  @Override
  public Class<Settings> settingsType() {
    return Settings.class;
  }

  @Override
  public List<String> plan(Settings settings) throws IOException {
    var vq = JanusConfig.read(Path.of(settings.tokenizer())).vq();
    var codes = new ImageCodes(vq.numEmbeddings(), vq.embedDim(), vq.numCodes());
    var ids = new TextIds(settings.maxWords(), 0, 0, 0, 0, 0, settings.locationBins());
    try (var decoder = new Decoder(settings.model(), codes, ids, settings.form())) {
      long parameters = decoder.parameters().layout().size();
      return List.of(
          "parameters         %,d (with a vocabulary of %,d)"
              .formatted(parameters, settings.maxWords()),
          "image tokens       %,d of %,d codes".formatted(codes.perImage(), codes.codebook()),
          "image tokens a step %,d".formatted((long) settings.batch() * codes.perImage()),
          "bytes of weights, gradient and moments %,d, and %,d of micro-shard gradients a step"
              .formatted(16 * parameters, 4 * parameters * settings.microShards()));
    }
  }

  @Override
  public void run(Settings settings, JobContext context) throws Exception {
    var spark = context.spark();
    var console = context.console();
    Tensors.setThreadsPerTask(1);
    var shards = TokenShards.read(spark, settings.data(), "train", Optional.empty());
    var vqDirectory = Path.of(settings.tokenizer());
    var vq = JanusConfig.read(vqDirectory).vq();
    var vqLayout = new VqNetwork(vq).layout();
    var vocabulary = vocabulary(shards, settings);
    var tokenizerJson = vocabulary.toJson().getBytes(StandardCharsets.UTF_8);
    try (var vqWeights = JanusDirectory.read(vqDirectory, vqLayout);
        var files = new RunFiles(settings.out(), spark.sparkContext().hadoopConfiguration());
        var tokenizer = TextTokenizer.of(tokenizerJson, "vocabulary of " + settings.data())) {
      requireSameTokenizer(settings, shards.tokenizer(), vqWeights.sha256());
      var grammar = Grammar.of(tokenizer, settings.locationBins());
      var samples = shards.entries().stream().map(entry -> tokens(entry, grammar)).toList();
      console.printf(
          "%,d training samples, %,d words, %,d layouts trimmed to %d regions%n",
          samples.size(), vocabulary.words().size(), shards.numTrimmed(), Layout.MAX_REGIONS);
      var codes = new ImageCodes(vq.numEmbeddings(), vq.embedDim(), vq.numCodes());
      try (var decoder =
              new Decoder(settings.model(), codes, JanusModel.ids(grammar), settings.form());
          var causal =
              new Decoder(
                  settings.model(), codes, JanusModel.ids(grammar), AttentionForm.SEPARATE);
          var stage = stage(settings, decoder, causal);
          var initial =
              decoder.initialWeights(vqWeights.values(VqNetwork.CODEBOOK), settings.seed())) {
        var config =
            new JanusConfig(
                Optional.of(settings.model()),
                vq,
                Optional.empty(),
                settings.finalForm(),
                GroundingFeatures.VQ,
                grammar.vocabularySize(),
                settings.locationBins());
        Checkpoints.ModelFiles modelFiles =
            (directory, weights) ->
                JanusDirectory.write(
                    directory,
                    config,
                    weights,
                    vqWeights,
                    tokenizerJson,
                    card(context.settingsJson()));
        new TrainingRun("PMTP", settings.trainer(), settings.resume(), settings.pauseAt())
            .train(
                context,
                files,
                stage,
                samples,
                LayoutTokens::numTokens,
                initial,
                modelFiles,
                weights -> modelFiles.write(files.local().resolve("model"), weights));
      }
    }
  }

  private static Stage<LayoutTokens> stage(Settings settings, Decoder decoder, Decoder causal) {
    var first = new PmtpStage(decoder, settings.pmtp());
    return settings.firstCausalStep() >= settings.steps()
        ? first
        : new CausalFinish(
            first, new PmtpStage(causal, settings.pmtp()), settings.firstCausalStep());
  }

  private static WordVocabulary vocabulary(TokenShards shards, Settings settings) {
    var texts =
        shards.entries().stream()
            .flatMap(
                entry ->
                    Stream.concat(
                        Stream.of(entry.layout().caption()),
                        entry.layout().regions().stream().map(Region::phrase)))
            .toList();
    return WordVocabulary.ofTexts(
        texts, settings.maxWords(), new LocationCodec(settings.locationBins()));
  }

  private static LayoutTokens tokens(TokenShards.Entry entry, Grammar grammar) {
    return new LayoutTokens(
        grammar.layoutText(entry.layout()), entry.codes(), grammar.question(entry.layout()));
  }

  private static void requireSameTokenizer(Settings settings, String codesBy, String given) {
    if (!codesBy.equals(given)) {
      throw new IllegalArgumentException(
          "data=%s holds codes of the VQ tokenizer %s, tokenizer=%s is %s: give the one that made them, or tokenize again"
              .formatted(settings.data(), codesBy, settings.tokenizer(), given));
    }
  }

  private static String card(String settings) {
    return """
        ---
        library_name: echogen
        tags: [layout-to-image, grounding]
        ---
        # A model trained by EchoGen on Spark

        It draws images from layouts and reads layouts from images. Settings of the run:

        ```json
        %s
        ```
        """
        .formatted(settings);
  }
}
