package ai.echogen.jobs;

import ai.echogen.data.ShardStore;
import ai.echogen.engine.OptimizerSettings;
import ai.echogen.engine.TrainerSettings;
import ai.echogen.eval.Psnr;
import ai.echogen.model.JanusDirectory;
import ai.echogen.model.Pixels;
import ai.echogen.model.VqConfig;
import ai.echogen.model.VqModel;
import ai.echogen.model.VqNetwork;
import ai.echogen.observe.ImageGrid;
import ai.echogen.observe.ScoresFile;
import ai.echogen.stages.VqStage;
import ai.echogen.torch.Tensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Trains the VQ tokenizer on sample shards. */
public final class TrainTokenizerJob implements Job<TrainTokenizerJob.Settings> {
  private static final int PICTURED = 8;
  private static final int EVALUATION_BATCH = 64;

  /**
   * @param data sample shards
   * @param out directory of the run
   * @param maxImages most images of the split train that are used
   * @param evaluate most images of the split test that the report is measured on
   * @param pauseAt step to stop at, to be resumed later
   */
  public record Settings(
      String data,
      String out,
      TrainingRun.Resume resume,
      Optional<Long> pauseAt,
      int maxImages,
      int evaluate,
      VqConfig model,
      VqStage.Settings vq,
      long steps,
      int batch,
      int microShards,
      long seed,
      int logEvery,
      int checkpointEvery,
      int keepCheckpoints,
      OptimizerSettings optim) {
    TrainerSettings trainer() {
      return new TrainerSettings(
          steps, batch, microShards, seed, logEvery, checkpointEvery, keepCheckpoints, optim);
    }
  }

  public static void main(String[] args) {
    JobRunner.main(new TrainTokenizerJob(), args);
  }

  @Override
  public String name() {
    return "train-tokenizer";
  }

  @Override
  public String summary() {
    return "Trains the VQ tokenizer, which turns images into codes, on sample shards.";
  }

  @Override
  public Class<Settings> settingsType() {
    return Settings.class;
  }

  @Override
  public List<String> plan(Settings settings) {
    var trainer = settings.trainer(); // checks
    var rows = ShardStore.manifest(settings.data()).rows();
    if (!rows.containsKey("train")) {
      throw new IllegalArgumentException(
          "%s has no split train; it has %s".formatted(settings.data(), rows.keySet()));
    }
    var vq = settings.model();
    long parameters = new VqNetwork(vq).layout().size();
    return List.of(
        "parameters        %,d".formatted(parameters),
        "images            %d × %d pixels → %d × %d codes of %,d"
            .formatted(
                vq.imageSize(),
                vq.imageSize(),
                vq.numPatches(),
                vq.numPatches(),
                vq.numEmbeddings()),
        "training images   %,d of %,d"
            .formatted(Math.min(settings.maxImages(), rows.get("train")), rows.get("train")),
        "image tokens a step %,d, images of the whole run %,d"
            .formatted((long) trainer.batch() * vq.numCodes(), trainer.steps() * trainer.batch()),
        "bytes of weights, gradient and moments %,d, and %,d of micro-shard gradients a step"
            .formatted(16 * parameters, 4 * parameters * trainer.microShards()));
  }

  @Override
  public void run(Settings settings, JobContext context) throws Exception {
    Tensors.setThreadsPerTask(1);
    var spark = context.spark();
    var vq = settings.model();
    var images =
        ImageShards.read(
            spark, settings.data(), "train", Optional.of(settings.maxImages()), vq.imageSize());
    context.console().printf("%,d training images%n", images.size());
    var card = card(context.settingsJson());
    try (var files = new RunFiles(settings.out(), spark.sparkContext().hadoopConfiguration());
        var stage =
            new VqStage(vq, settings.vq(), settings.steps(), settings.batch(), settings.seed());
        var initial = stage.initialWeights()) {
      new TrainingRun("VQ tokenizer", settings.trainer(), settings.resume(), settings.pauseAt())
          .train(
              context,
              files,
              stage,
              images,
              image -> vq.numCodes(),
              initial,
              (directory, weights) -> JanusDirectory.writeTokenizer(directory, vq, weights, card),
              weights -> {
                // The model takes the network's weights over, and closes them.
                try (var model = new VqModel(vq, stage.networkWeights(weights))) {
                  JanusDirectory.writeTokenizer(
                      files.local().resolve("model"), vq, model.weights(), card);
                  report(settings, context, files.local(), model);
                }
              });
    }
  }

  /** Measures and pictures the tokenizer on images that it was not trained on. */
  private static void report(Settings settings, JobContext context, Path out, VqModel model)
      throws IOException {
    var manifest = ShardStore.manifest(context.spark(), settings.data());
    if (!manifest.rows().containsKey("test")) {
      context.console().println("no split test: the tokenizer is not measured");
      return;
    }
    int side = model.config().imageSize();
    var images =
        ImageShards.read(
            context.spark(), settings.data(), "test", Optional.of(settings.evaluate()), side);
    var used = new BitSet();
    var grid =
        new ImageGrid(PICTURED, 2).heading("held-out images, and what their codes decode to");
    double error = 0;
    for (int from = 0; from < images.size(); from += EVALUATION_BATCH) {
      var batch = images.subList(from, Math.min(images.size(), from + EVALUATION_BATCH));
      var codes = model.encodeBytes(batch);
      var decoded = model.decode(codes);
      for (int i = 0; i < batch.size(); i++) {
        for (int code : codes.get(i)) {
          used.set(code);
        }
        var original = Pixels.images(batch.get(i), side).get(0);
        error += Psnr.meanSquare(original, decoded.get(i));
        if (from == 0 && i < PICTURED) {
          grid.add(original, "");
        }
      }
      if (from == 0) {
        decoded
            .subList(0, Math.min(PICTURED, decoded.size()))
            .forEach(image -> grid.add(image, ""));
      }
    }
    var scores = new TreeMap<String, Double>();
    scores.put("tokenizer.psnr", Psnr.ofMeanSquare(error / images.size(), 255));
    scores.put("tokenizer.codes_used", (double) used.cardinality());
    scores.put("tokenizer.codes", (double) model.config().numEmbeddings());
    scores.put("samples", (double) images.size());
    ScoresFile.write(out.resolve("scores.json"), scores);
    grid.write(out.resolve("samples.png"));
    context
        .console()
        .printf(
            "on %,d held-out images: PSNR %.2f dB, %,d of %,d codes used%n",
            images.size(),
            scores.get("tokenizer.psnr"),
            used.cardinality(),
            model.config().numEmbeddings());
  }

  private static String card(String settings) {
    return """
        ---
        library_name: echogen
        tags: [vq-tokenizer]
        ---
        # A VQ tokenizer trained by EchoGen on Spark

        It turns images into discrete codes and back. Settings of the run:

        ```json
        %s
        ```
        """
        .formatted(settings);
  }
}
