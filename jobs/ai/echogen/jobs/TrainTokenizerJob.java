package ai.echogen.jobs;

import ai.echogen.data.feed.ShardFeed;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.jobs.cli.Build;
import ai.echogen.jobs.cli.Job;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.jobs.cli.RunDirectory;
import ai.echogen.jobs.cli.RunFiles;
import ai.echogen.jobs.cli.TrainingRun;
import ai.echogen.jobs.cli.Trial;
import ai.echogen.jobs.model.ImageSides;
import ai.echogen.jobs.train.TokenizerReport;
import ai.echogen.jobs.train.TrainTokenizerSettings;
import ai.echogen.model.directory.JanusDirectory;
import ai.echogen.model.vq.VqConfig;
import ai.echogen.model.vq.VqModel;
import ai.echogen.model.vq.VqNetwork;
import ai.echogen.objectives.VqMemory;
import ai.echogen.objectives.VqSource;
import ai.echogen.objectives.rows.ImageRows;
import ai.echogen.torch.Tensors;
import ai.echogen.torch.safetensors.SafetensorsModel;
import ai.echogen.torch.weights.Weights;
import ai.echogen.train.TrainingMemory;
import ai.echogen.train.checkpoint.Checkpoints;
import ai.echogen.train.cluster.Evaluator;
import ai.echogen.train.cluster.HeldOutEvaluator;
import ai.echogen.train.cluster.Supply;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/** Trains the VQ tokenizer on sample shards. */
public final class TrainTokenizerJob extends Job<TrainTokenizerSettings> {
  public TrainTokenizerJob() {
    super(
        "train-tokenizer",
        "Trains the VQ tokenizer, which turns images into codes, on sample shards.",
        TrainTokenizerSettings.class);
  }

  public static void main(String[] args) {
    JobRunner.main(new TrainTokenizerJob(), args);
  }

  @Override
  public List<String> plan(TrainTokenizerSettings settings) {
    var train = settings.train();
    var rows = ShardStore.manifest(settings.data()).rows();
    if (!rows.containsKey("train")) {
      throw new IllegalArgumentException(
          "%s has no split train; it has %s".formatted(settings.data(), rows.keySet()));
    }
    var vq = settings.model();
    long parameters = new VqNetwork(vq).layout().size();
    var lines =
        List.of(
            String.format(Locale.ROOT, "parameters        %,d", parameters),
            String.format(
                Locale.ROOT,
                "images            %d × %d pixels → %d × %d codes of %,d",
                vq.imageSize(),
                vq.imageSize(),
                vq.numPatches(),
                vq.numPatches(),
                vq.numEmbeddings()),
            String.format(Locale.ROOT, "training images   %,d", rows.get("train")),
            String.format(
                Locale.ROOT,
                "image tokens a step %,d, images of the whole run %,d",
                (long) train.batch() * vq.numCodes(),
                train.steps() * train.batch()));
    int cores = Runtime.getRuntime().availableProcessors();
    var memory =
        TrainingMemory.of(
            train, parameters, 0, cores, VqMemory.bytes(vq, train.samplesAMicroShard()));
    return Stream.concat(lines.stream(), memory.lines().stream()).toList();
  }

  @Override
  public Optional<RunDirectory> directory(TrainTokenizerSettings settings) {
    return Optional.of(settings.resume().in(settings.out()));
  }

  @Override
  public void run(TrainTokenizerSettings settings, JobContext context) throws Exception {
    Tensors.setThreadsPerTask(1);
    var vq = settings.model();
    var images = images(settings);
    context.console().printf(Locale.ROOT, "%,d training images%n", images.size());
    ImageSides.say(settings.data(), "train", vq.imageSize(), context.console());
    var settingsJson = context.settingsJson();
    try (var files = new RunFiles(settings.resume().in(settings.out()), context);
        var objective = source(settings).open()) {
      var subject = subject(settings, images, objective.initialWeights(), card("", settingsJson));
      new TrainingRun("VQ tokenizer", settings.train(), settings.resume(), settings.pauseAt())
          .train(
              context,
              files,
              subject,
              weights -> {
                var card =
                    card(
                        "\n\nSHA-256 of the trained weights: `%s`.".formatted(weights.sha256()),
                        settingsJson);
                // The model takes the network's weights over, and closes them.
                try (var model = new VqModel(vq, objective.networkWeights(weights))) {
                  JanusDirectory.writeTokenizer(
                      files.local().resolve("model"), vq, model.weights(), card);
                  TokenizerReport.write(settings, context, files.local(), model);
                }
              });
    }
  }

  @Override
  public List<String> measure(TrainTokenizerSettings settings, JobContext context)
      throws Exception {
    Tensors.setThreadsPerTask(1);
    var trial = new Trial(settings.train(), settings.out(), context);
    try (var objective = source(settings).open()) {
      var images = images(settings);
      trial.measure(
          "training",
          settings.train().steps(),
          subject(settings, images, objective.initialWeights(), card("", context.settingsJson())));
    }
    return trial.lines();
  }

  private static ShardFeed<byte[]> images(TrainTokenizerSettings settings) {
    return ShardFeed.of(settings.data(), "train", new ImageRows(settings.model().imageSize()));
  }

  private static TrainingRun.Subject<byte[]> subject(
      TrainTokenizerSettings settings, ShardFeed<byte[]> images, Weights initial, String card)
      throws IOException {
    return new TrainingRun.Subject<>(
        source(settings),
        Supply.of(images),
        initial,
        new TokenizerFiles(settings.model(), card),
        Map.of("data", ShardStore.manifest(settings.data()).fingerprint("train")),
        evaluators(settings),
        OptionalLong.of(0));
  }

  private static List<Evaluator<byte[]>> evaluators(TrainTokenizerSettings settings)
      throws IOException {
    var eval = settings.train().eval();
    if (!eval.isOn()) {
      return List.of();
    }
    var rows = new ImageRows(settings.model().imageSize());
    var samples = ShardFeed.of(settings.data(), eval.split(), rows);
    return List.of(new HeldOutEvaluator<>(samples, settings.train().batch(), eval.samples()));
  }

  private static VqSource source(TrainTokenizerSettings settings) {
    var train = settings.train();
    return new VqSource(
        settings.model(), settings.vq(), train.steps(), train.batch(), train.seed());
  }

  /** The form of a tokenizer's checkpoints. */
  private record TokenizerFiles(VqConfig config, String card) implements Checkpoints.ModelFiles {
    @Override
    public List<String> names(int parts) {
      return SafetensorsModel.fileNames(parts);
    }

    @Override
    public void complete(Path directory, Map<String, String> fileOfTensor, long numBytes)
        throws IOException {
      JanusDirectory.writeTokenizerWithout(directory, config, card);
      if (Set.copyOf(fileOfTensor.values()).size() > 1) {
        SafetensorsModel.writeIndex(directory, fileOfTensor, numBytes);
      }
    }
  }

  private static String card(String hash, String settings) {
    return """
        ---
        library_name: echogen
        tags: [vq-tokenizer]
        ---
        # A VQ tokenizer trained by EchoGen on Spark

        It turns images into discrete codes and back. Written by %s.%s

        Settings of the run:

        ```json
        %s
        ```
        """
        .formatted(Build.version(), hash, settings);
  }
}
