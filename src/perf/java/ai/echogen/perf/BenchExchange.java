package ai.echogen.perf;

import ai.echogen.data.feed.MemoryFeed;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.objectives.LayoutTokens;
import ai.echogen.objectives.PmtpSource;
import ai.echogen.objectives.TransformerSpec;
import ai.echogen.observe.MetricSink;
import ai.echogen.storage.LocalFiles;
import ai.echogen.storage.Location;
import ai.echogen.torch.safetensors.SafetensorsModel;
import ai.echogen.torch.weights.ParameterLayout;
import ai.echogen.train.CheckpointSettings;
import ai.echogen.train.DivergenceSettings;
import ai.echogen.train.EvalSettings;
import ai.echogen.train.ExchangeSettings;
import ai.echogen.train.ExchangeSettings.Mode;
import ai.echogen.train.ExchangeSettings.Wire;
import ai.echogen.train.StopSettings;
import ai.echogen.train.TrainerSettings;
import ai.echogen.train.checkpoint.Checkpoints;
import ai.echogen.train.cluster.Training;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.apache.spark.sql.SparkSession;

/** One measurement of each way to train a model of one size. */
record BenchExchange(BenchExchangeJob.Settings settings, BenchSize size) {
  private static final int MICRO_SHARDS = 2;
  private static final int NUM_SAMPLES = 1024; // enough for batches of like length
  private static final double WARM_UP = 0.3; // of the steps
  private static final int WORKER_MEMORY = 512; // MiB more than its executor

  /** A way to train. */
  enum Variant {
    BARE("a loop without Spark, 2 threads", 0, Mode.SYNCHRONOUS, Wire.FLOAT32),
    LOCAL("local[2]", 0, Mode.SYNCHRONOUS, Wire.FLOAT32),
    ONE("1 executor", 1, Mode.SYNCHRONOUS, Wire.FLOAT32),
    TWO_FLOAT32("2 executors, float32", 2, Mode.SYNCHRONOUS, Wire.FLOAT32),
    TWO_BFLOAT16("2 executors, bfloat16", 2, Mode.SYNCHRONOUS, Wire.BFLOAT16),
    TWO_ROUNDS("2 executors, rounds", 2, Mode.ROUNDS, Wire.FLOAT32);

    private final String words;
    private final int executors;
    private final Mode mode;
    private final Wire wire;

    Variant(String words, int executors, Mode mode, Wire wire) {
      this.words = words;
      this.executors = executors;
      this.mode = mode;
      this.wire = wire;
    }

    int executors() {
      return executors;
    }

    Mode mode() {
      return mode;
    }

    Wire wire() {
      return wire;
    }

    @Override
    public String toString() {
      return words;
    }
  }

  /**
   * What was measured, a step.
   *
   * @param bytes that rank 0 sent
   */
  record Numbers(double stepMs, double exchangeMs, double bytes, double tokensPerSecond) {
    static Numbers median(List<Numbers> runs) {
      return new Numbers(
          of(runs, Numbers::stepMs),
          of(runs, Numbers::exchangeMs),
          of(runs, Numbers::bytes),
          of(runs, Numbers::tokensPerSecond));
    }

    private static double of(List<Numbers> runs, ToDoubleFunction<Numbers> value) {
      return Medians.of(runs.stream().mapToDouble(value).toArray());
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%.1f ms a step, %.1f of exchange, %,.0f tokens/s",
          stepMs,
          exchangeMs,
          tokensPerSecond);
    }
  }

  static BenchSamples samples(BenchExchangeJob.Settings settings) {
    return BenchSamples.of(
        settings.seed(), Math.max(NUM_SAMPLES, settings.batch()), BenchSamples.DEMO_CODES, 0);
  }

  /** One measurement of each variant. */
  Map<Variant, Numbers> run() throws IOException {
    var numbers = new TreeMap<Variant, Numbers>();
    var samples = samples(settings);
    numbers.put(Variant.BARE, bare(samples));
    for (int executors = 0; executors <= 2; executors++) {
      var spark = session(executors);
      try {
        for (var variant : Variant.values()) {
          if (variant == Variant.BARE || variant.executors() != executors) {
            continue;
          }
          if (executors > 1 && variant.mode() == Mode.SYNCHRONOUS) {
            var unused = train(variant, samples, spark, MICRO_SHARDS, 0, size.compiling());
          }
          boolean rounds = variant.mode() == Mode.ROUNDS;
          int round = size.innerSteps(settings);
          int warmUp = rounds ? round : warmUp();
          int steps = rounds ? round : steps();
          numbers.put(variant, train(variant, samples, spark, settings.batch(), warmUp, steps));
        }
      } finally {
        spark.stop();
      }
    }
    return numbers;
  }

  private SparkSession session(int executors) {
    var conf =
        JobContext.sparkConf("bench exchange")
            .set(
                "spark.master",
                executors == 0
                    ? "local[2]"
                    : String.format(
                        Locale.ROOT,
                        "local-cluster[%d,1,%d]",
                        executors,
                        settings.memory() + WORKER_MEMORY))
            .set("spark.executor.memory", settings.memory() + "m")
            .set("spark.scheduler.minRegisteredResourcesRatio", "1.0")
            .set("spark.ui.enabled", "false");
    return SparkSession.builder().config(conf).getOrCreate();
  }

  private Numbers bare(BenchSamples samples) throws IOException {
    try (var decoder = size.decoder(samples)) {
      var source =
          new PmtpSource(TransformerSpec.ofModel(decoder), settings.pmtp(), Long.MAX_VALUE);
      double seconds = 0;
      int steps = 0;
      for (int numSteps : new int[] {warmUp(), steps()}) {
        steps = numSteps;
        seconds =
            BareLoop.run(
                new Training.Plan<>(
                    "bare", source, trainer(Variant.BARE, settings.batch(), numSteps)),
                MemoryFeed.of(samples.samples(), LayoutTokens::numTokens),
                decoder.initialWeights(
                    BenchSamples.codebook(settings.seed(), BenchSamples.DEMO_CODES),
                    settings.seed()),
                MICRO_SHARDS);
      }
      double tokensAStep = (double) samples.numTokens() / samples.samples().size();
      return new Numbers(
          1e3 * seconds / steps, 0, 0, settings.batch() * tokensAStep * steps / seconds);
    }
  }

  /** Trains a new model for {@code warmUp} steps, then for {@code measured} that count. */
  private Numbers train(
      Variant variant,
      BenchSamples samples,
      SparkSession spark,
      int batch,
      int warmUp,
      int measured)
      throws IOException {
    int steps = warmUp + measured;
    var directory = Files.createTempDirectory("echogen-bench");
    try (var decoder = size.decoder(samples)) {
      var source =
          new PmtpSource(TransformerSpec.ofModel(decoder), settings.pmtp(), Long.MAX_VALUE);
      var settled = new Measured(warmUp);
      try (var training =
          new Training<>(
              spark,
              new Training.Plan<>(variant.toString(), source, trainer(variant, batch, steps)),
              decoder.initialWeights(
                  BenchSamples.codebook(settings.seed(), BenchSamples.DEMO_CODES), settings.seed()),
              checkpoints(spark, directory, decoder.trainedLayout(), variant),
              System.out)) {
        training.run(steps, MemoryFeed.of(samples.samples(), LayoutTokens::numTokens), settled);
        double tokensAStep = batch * (double) samples.numTokens() / samples.samples().size();
        double seconds = settled.seconds();
        return new Numbers(
            1e3 * seconds / measured,
            settled.exchangeMs(),
            (double) training.bytesSent() / steps,
            tokensAStep * measured / seconds);
      }
    } finally {
      LocalFiles.delete(directory);
    }
  }

  private int steps() {
    return (int) Math.max(2, Math.round(size.steps() * settings.stepScale()));
  }

  private int warmUp() {
    return (int) Math.max(1, Math.round(steps() * WARM_UP));
  }

  private static Optional<Checkpoints> checkpoints(
      SparkSession spark, Path directory, ParameterLayout layout, Variant variant)
      throws IOException {
    if (variant.executors() == 0) {
      return Optional.empty();
    }
    return Optional.of(
        new Checkpoints(
            Location.of(directory),
            layout,
            new WeightsOnly(),
            "{}",
            Map.of(),
            new PrintStream(PrintStream.nullOutputStream())));
  }

  private TrainerSettings trainer(Variant variant, int batch, int steps) {
    return new TrainerSettings(
        steps,
        batch,
        MICRO_SHARDS,
        settings.seed(),
        1,
        CheckpointSettings.AT_THE_END,
        EvalSettings.NEVER,
        new ExchangeSettings(
            variant.mode(), variant.wire(), MICRO_SHARDS, size.innerSteps(settings), 0.7, 0.9),
        DivergenceSettings.STOP_AFTER_TEN,
        StopSettings.STANDARD,
        settings.optim());
  }

  /** Checkpoints that nothing but the weights is written into. */
  private static final class WeightsOnly implements Checkpoints.ModelFiles {
    @Override
    public List<String> names(int parts) {
      return SafetensorsModel.fileNames(parts);
    }

    @Override
    public void complete(Path directory, Map<String, String> fileOfTensor, long numBytes) {}
  }

  /** Times of the steps after the first. */
  private static final class Measured implements MetricSink {
    private final int warmUp;
    private final List<Double> exchange = new ArrayList<>();
    private long start;
    private long end;

    Measured(int warmUp) {
      this.warmUp = warmUp;
    }

    @Override
    public void log(long step, Map<String, Double> values) {
      if (step == warmUp) {
        start = System.nanoTime();
      } else if (step > warmUp) {
        end = System.nanoTime();
        exchange.add(values.getOrDefault("exchange_ms", 0.0));
      }
    }

    double seconds() {
      return (end - start) / 1e9;
    }

    double exchangeMs() {
      return Medians.of(exchange.stream().mapToDouble(Double::doubleValue).toArray());
    }

    @Override
    public void close() {}
  }
}
