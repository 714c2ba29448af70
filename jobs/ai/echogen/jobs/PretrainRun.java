package ai.echogen.jobs;

import ai.echogen.engine.Checkpoints;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import ai.echogen.model.AttentionForm;
import ai.echogen.model.Decoder;
import ai.echogen.model.GroundingFeatures;
import ai.echogen.model.LoraDirectory;
import ai.echogen.stages.CausalFinish;
import ai.echogen.stages.LayoutTokens;
import ai.echogen.stages.PmtpStage;
import ai.echogen.stages.Stage;
import ai.echogen.torch.ParameterLayout;
import ai.echogen.torch.Tensors;
import ai.echogen.torch.Weights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/** One run of pre-training: what it starts from, the stage, the samples, and what it leaves. */
record PretrainRun(PretrainJob.Settings settings, JobContext context) {
  void run() throws Exception {
    var spark = context.spark();
    Tensors.setThreadsPerTask(1);
    var shards = TokenShards.read(spark, settings.data(), "train", Optional.empty());
    try (var files = new RunFiles(settings.out(), spark.sparkContext().hadoopConfiguration());
        var start =
            settings.init().isPresent()
                ? StartModel.of(Path.of(settings.init().get()), settings)
                : StartModel.fresh(settings, texts(shards));
        var decoder = start.decoder(settings.form(), settings.lora());
        var causal = start.decoder(AttentionForm.SEPARATE, settings.lora());
        var stage = stage(decoder, causal, start.weights())) {
      requireSameTokenizer(shards.tokenizer(), start.fingerprint());
      var samples = samples(spark, shards, start);
      context
          .console()
          .printf(
              "%,d training samples, %,d tokens in the vocabulary, %,d layouts trimmed to %d regions%n",
              samples.size(),
              start.grammar().vocabularySize(),
              shards.numTrimmed(),
              Layout.MAX_REGIONS);
      var card = card(context.settingsJson());
      Checkpoints.ModelFiles modelFiles =
          settings.lora().isOn()
              ? new AdapterFiles(settings)
              : (directory, weights) -> start.write(directory, weights, card);
      new TrainingRun("PMTP", settings.trainer(), settings.resume(), settings.pauseAt())
          .train(
              context,
              files,
              stage,
              samples,
              LayoutTokens::numTokens,
              settings.lora().isOn() ? decoder.initialAdapter(settings.seed()) : start.weights(),
              modelFiles,
              weights -> finish(files, start, decoder, weights));
    }
  }

  /** {@code model/}, and {@code adapter/} where only an adapter was trained. */
  private void finish(RunFiles files, StartModel start, Decoder decoder, Weights trained)
      throws IOException {
    var weights = trained;
    if (settings.lora().isOn()) {
      new AdapterFiles(settings).write(files.local().resolve("adapter"), trained);
      decoder.merge(start.weights(), trained);
      weights = start.weights();
    }
    start.write(files.local().resolve("model"), weights, card(context.settingsJson()));
  }

  /** Checkpoints of an adapter. */
  private record AdapterFiles(PretrainJob.Settings settings) implements Checkpoints.ModelFiles {
    @Override
    public void write(Path directory, Weights weights) throws IOException {
      var base = Path.of(settings.init().orElseThrow()).getFileName().toString();
      LoraDirectory.write(directory, settings.lora(), weights, base);
    }

    @Override
    public Weights read(Path directory, ParameterLayout layout) throws IOException {
      return LoraDirectory.read(directory, layout);
    }
  }

  private Stage<LayoutTokens> stage(Decoder decoder, Decoder causal, Weights start) {
    var first = stage(decoder, start);
    return settings.firstCausalStep() >= settings.steps()
        ? first
        : new CausalFinish(first, stage(causal, start), settings.firstCausalStep());
  }

  private PmtpStage stage(Decoder decoder, Weights start) {
    return settings.lora().isOn()
        ? new PmtpStage(decoder, settings.pmtp(), start)
        : new PmtpStage(decoder, settings.pmtp());
  }

  private static List<String> texts(TokenShards shards) {
    return shards.entries().stream()
        .flatMap(
            entry ->
                Stream.concat(
                    Stream.of(entry.layout().caption()),
                    entry.layout().regions().stream().map(Region::phrase)))
        .toList();
  }

  private List<LayoutTokens> samples(SparkSession spark, TokenShards shards, StartModel start) {
    var grammar = start.grammar();
    var images =
        settings.grounding() == GroundingFeatures.SIGLIP
            ? ImageShards.read(
                spark,
                settings.data(),
                "train",
                Optional.empty(),
                start.config().vision().orElseThrow().imageSize())
            : List.<byte[]>of();
    var samples = new ArrayList<LayoutTokens>();
    for (int i = 0; i < shards.entries().size(); i++) {
      var entry = shards.entries().get(i);
      samples.add(
          new LayoutTokens(
              grammar.layoutText(entry.layout()),
              entry.codes(),
              grammar.question(entry.layout()),
              images.isEmpty() ? new byte[0] : images.get(i)));
    }
    return samples;
  }

  private void requireSameTokenizer(String codesBy, String given) {
    if (!codesBy.equals(given)) {
      throw new IllegalArgumentException(
          "data=%s holds codes of the VQ tokenizer %s, that of %s is %s: give the one that made them, or tokenize again"
              .formatted(
                  settings.data(),
                  codesBy,
                  settings
                      .init()
                      .map(dir -> "init=" + dir)
                      .orElse("tokenizer=" + settings.tokenizer().orElse("")),
                  given));
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
