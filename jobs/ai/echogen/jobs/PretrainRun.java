package ai.echogen.jobs;

import ai.echogen.data.Sample;
import ai.echogen.data.feed.ShardFeed;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.data.shards.TokenShards;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.RunFiles;
import ai.echogen.jobs.cli.TrainingRun;
import ai.echogen.model.decoder.Decoder;
import ai.echogen.model.directory.LoraDirectory;
import ai.echogen.objectives.LayoutTokens;
import ai.echogen.objectives.PmtpSource;
import ai.echogen.tokens.LocationCodec;
import ai.echogen.tokens.WordVocabulary;
import ai.echogen.torch.Tensors;
import ai.echogen.torch.safetensors.SafetensorsModel;
import ai.echogen.torch.weights.Weights;
import ai.echogen.train.EvalSettings;
import ai.echogen.train.checkpoint.Checkpoints;
import ai.echogen.train.cluster.Evaluator;
import ai.echogen.train.cluster.GroundingEvaluator;
import ai.echogen.train.cluster.HeldOutEvaluator;
import ai.echogen.train.rollout.GroundedBoxes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.SparkSession;

/** One run of pre-training: what it starts from, the stage, the samples, and what it leaves. */
record PretrainRun(PretrainJob.Settings settings, JobContext context) {
  private static final int GROUNDED_AT_ONCE = 32;

  void run() throws Exception {
    var spark = context.spark();
    Tensors.setThreadsPerTask(1);
    try (var files = new RunFiles(settings.out());
        var start =
            settings.init().isPresent()
                ? StartModel.of(settings.init().get(), settings)
                : StartModel.fresh(settings, words(spark));
        var decoder = start.decoder(settings.form(), settings.lora())) {
      requireSameTokenizer(start.fingerprint());
      var samples = ShardFeed.of(settings.data(), "train", start.rows());
      context
          .console()
          .printf(
              "%,d training samples, %,d tokens in the vocabulary%n",
              samples.size(), start.grammar().vocabularySize());
      var card = card(context.settingsJson());
      var subject =
          new TrainingRun.Subject<>(
              source(decoder, start),
              samples,
              settings.lora().isOn()
                  ? decoder.initialAdapter(settings.train().seed())
                  : start.weights(),
              settings.lora().isOn() ? new AdapterFiles(settings) : new ModelFiles(start, card),
              fingerprints(start),
              evaluators(start));
      new TrainingRun("PMTP", settings.train(), settings.resume(), settings.pauseAt())
          .train(context, files, subject, weights -> finish(files, start, decoder, weights));
    }
  }

  private List<Evaluator<LayoutTokens>> evaluators(StartModel start) throws IOException {
    var eval = settings.train().eval();
    if (!eval.isOn()) {
      return List.of();
    }
    var samples = ShardFeed.of(settings.data(), eval.split(), start.rows());
    var losses = new HeldOutEvaluator<>(samples, settings.train().batch(), eval.samples());
    return eval.accuracy()
        ? List.of(
            losses, new GroundingEvaluator(start.grounding(settings.finalForm()), heldOut(eval)))
        : List.of(losses);
  }

  /** Held-out images in batches; those of the settings are few. */
  private List<GroundedBoxes.Images> heldOut(EvalSettings eval) {
    var rows =
        ShardStore.split(settings.data(), eval.split(), "caption", "regions", "codes")
            .head(eval.samples())
            .read();
    var batches = new ArrayList<GroundedBoxes.Images>();
    for (int from = 0; from < rows.size(); from += GROUNDED_AT_ONCE) {
      var part = rows.subList(from, Math.min(rows.size(), from + GROUNDED_AT_ONCE));
      batches.add(
          new GroundedBoxes.Images(
              part.stream().map(TokenShards::codes).toList(),
              part.stream().map(row -> TokenShards.trim(Sample.layout(row))).toList()));
    }
    return batches;
  }

  private Map<String, String> fingerprints(StartModel start) {
    var fingerprints = new TreeMap<String, String>();
    fingerprints.put("data", ShardStore.manifest(settings.data()).fingerprint("train"));
    fingerprints.put("tokenizer", start.fingerprint());
    if (settings.init().isPresent()) {
      fingerprints.put("init", start.weights().sha256());
    }
    return fingerprints;
  }

  private PmtpSource source(Decoder decoder, StartModel start) {
    return settings.lora().isOn()
        ? PmtpSource.ofAdapter(
            decoder,
            settings.pmtp(),
            settings.firstCausalStep(),
            settings.lora(),
            settings.init().orElseThrow(),
            start.weights())
        : PmtpSource.ofModel(decoder, settings.pmtp(), settings.firstCausalStep());
  }

  /** {@code model/}, and {@code adapter/} where only an adapter was trained. */
  private void finish(RunFiles files, StartModel start, Decoder decoder, Weights trained)
      throws IOException {
    var weights = trained;
    if (settings.lora().isOn()) {
      var base = new AdapterFiles(settings).base();
      LoraDirectory.write(files.local().resolve("adapter"), settings.lora(), trained, base);
      decoder.merge(start.weights(), trained);
      weights = start.weights();
    }
    start.write(files.local().resolve("model"), weights, card(context.settingsJson()));
  }

  /** The form of a whole model's checkpoints: what is not trained lies in a file of its own. */
  private record ModelFiles(StartModel start, String card) implements Checkpoints.ModelFiles {
    @Override
    public List<String> names(int parts) {
      return SafetensorsModel.fileNames(parts + 1).subList(0, parts);
    }

    @Override
    public void complete(Path directory, Map<String, String> fileOfTensor, long numBytes)
        throws IOException {
      start.writeRest(directory, fileOfTensor, numBytes, card);
    }
  }

  /** The form of an adapter's checkpoints. */
  private record AdapterFiles(PretrainJob.Settings settings) implements Checkpoints.ModelFiles {
    @Override
    public List<String> names(int parts) {
      return List.of(LoraDirectory.WEIGHTS);
    }

    @Override
    public void complete(Path directory, Map<String, String> fileOfTensor, long numBytes)
        throws IOException {
      LoraDirectory.writeConfig(directory, settings.lora(), base());
    }

    private String base() {
      return settings.init().orElseThrow().name();
    }
  }

  private WordVocabulary words(SparkSession spark) {
    return CaptionWords.count(
        spark, settings.data(), settings.maxWords(), new LocationCodec(settings.locationBins()));
  }

  private void requireSameTokenizer(String given) {
    var first = ShardStore.split(settings.data(), "train", "codes", "tokenizer").head(1).read();
    var codesBy = first.get(0).<String>getAs("tokenizer");
    if (!codesBy.equals(given)) {
      throw new IllegalArgumentException(
          "data=%s holds codes of the VQ tokenizer %s, that of %s is %s: give the one that made them, or tokenize again"
              .formatted(
                  settings.data(),
                  codesBy,
                  settings
                      .init()
                      .map(dir -> "init=" + dir)
                      .orElse("tokenizer=" + settings.tokenizer().orElseThrow()),
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
