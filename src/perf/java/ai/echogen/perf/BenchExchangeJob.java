package ai.echogen.perf;

import ai.echogen.config.Check;
import ai.echogen.jobs.cli.Job;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.objectives.PmtpObjective;
import ai.echogen.observe.Table;
import ai.echogen.torch.Tensors;
import ai.echogen.train.ExchangeSettings.Mode;
import ai.echogen.train.ExchangeSettings.Wire;
import ai.echogen.train.OptimizerSettings;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Measures what distribution costs: the exchange between two executors of one thread each, two
 * executors against one, and the engine against a loop without Spark.
 *
 * <p>It starts executors on this machine ({@code local-cluster}) for itself. Variants take turns;
 * medians count.
 */
public final class BenchExchangeJob extends Job<BenchExchangeJob.Settings> {
  /**
   * @param sizes models to measure, of {@code 1M}, {@code 10M} and {@code 50M} weights
   * @param batch samples a step
   * @param innerSteps steps of a round
   * @param stepScale factor on the number of steps a measurement
   * @param repeats measurements of each variant
   * @param memory of an executor, in MiB
   */
  public record Settings(
      List<String> sizes,
      int batch,
      int innerSteps,
      double stepScale,
      int repeats,
      int memory,
      long seed,
      PmtpObjective.Settings pmtp,
      OptimizerSettings optim) {
    public Settings {
      sizes = List.copyOf(sizes);
      new Check()
          .that(
              "sizes",
              BenchSize.NAMES.containsAll(sizes) && !sizes.isEmpty(),
              "must be some of " + BenchSize.NAMES + ", got " + sizes)
          .that("batch", batch > 1, "must be > 1, got " + batch)
          .that("innerSteps", innerSteps > 0, "must be > 0, got " + innerSteps)
          .that("stepScale", stepScale > 0, "must be > 0, got " + stepScale)
          .that("repeats", repeats > 0, "must be > 0, got " + repeats)
          .that("memory", memory >= 512, "must be >= 512, got " + memory)
          .orThrow();
    }
  }

  public BenchExchangeJob() {
    super(
        "bench exchange",
        "Measures the exchange between executors: ms a step, share, bytes, speed-up.",
        Settings.class);
  }

  public static void main(String[] args) {
    JobRunner.main(new BenchExchangeJob(), args);
  }

  @Override
  public List<String> plan(Settings settings) {
    return List.of(
        String.format(
            Locale.ROOT,
            "%d measurements each of a bare loop, local[2], one executor, and two in three ways, for %s",
            settings.repeats(),
            String.join(", ", settings.sizes())));
  }

  @Override
  public void run(Settings settings, JobContext context) throws Exception {
    Tensors.setThreadsPerTask(1);
    var exchange =
        new Table(
            "weights",
            "exchange",
            "step ms",
            "exchange ms a step",
            "share %",
            "MB a step",
            "floor MB");
    var speed = new Table("weights", "what", "tokens/s", "against", "ratio");
    for (var name : settings.sizes()) {
      var size = BenchSize.of(name);
      var runs = measure(settings, size, context);
      exchangeRows(settings, size, runs, exchange);
      speedRows(size, runs, speed);
      context.console().println(json(size, runs));
    }
    context.console().println(exchange.markdown());
    context.console().println(speed.markdown());
  }

  /** Medians of each variant's runs. */
  private static Map<BenchExchange.Variant, BenchExchange.Numbers> measure(
      Settings settings, BenchSize size, JobContext context) throws Exception {
    var all = new TreeMap<BenchExchange.Variant, List<BenchExchange.Numbers>>();
    var bench = new BenchExchange(settings, size);
    for (int i = 0; i < settings.repeats(); i++) {
      bench
          .run()
          .forEach(
              (variant, numbers) -> {
                all.computeIfAbsent(variant, any -> new ArrayList<>()).add(numbers);
                context.console().printf("%s, %s: %s%n", size.name(), variant, numbers);
              });
    }
    var medians = new TreeMap<BenchExchange.Variant, BenchExchange.Numbers>();
    all.forEach((variant, runs) -> medians.put(variant, BenchExchange.Numbers.median(runs)));
    return medians;
  }

  private static void exchangeRows(
      Settings settings,
      BenchSize size,
      Map<BenchExchange.Variant, BenchExchange.Numbers> runs,
      Table table) {
    double parameters = size.parameters(settings);
    runs.forEach(
        (variant, numbers) -> {
          if (variant.executors() == 2) {
            boolean rounds = variant.mode() == Mode.ROUNDS;
            int numBytes = variant.wire() == Wire.BFLOAT16 ? Short.BYTES : Float.BYTES;
            double floor = parameters * numBytes;
            table.row(
                size.name(),
                variant + (rounds ? " of " + size.innerSteps(settings) : ""),
                Medians.rounded(numbers.stepMs()),
                Medians.rounded(numbers.exchangeMs()),
                Medians.rounded(100 * numbers.exchangeMs() / numbers.stepMs()),
                Medians.rounded(numbers.bytes() / 1e6),
                Medians.rounded(floor / (rounds ? size.innerSteps(settings) : 1) / 1e6));
          }
        });
  }

  private static void speedRows(
      BenchSize size, Map<BenchExchange.Variant, BenchExchange.Numbers> runs, Table table) {
    var pairs =
        List.of(
            List.of(BenchExchange.Variant.LOCAL, BenchExchange.Variant.BARE),
            List.of(BenchExchange.Variant.TWO_BFLOAT16, BenchExchange.Variant.ONE),
            List.of(BenchExchange.Variant.TWO_FLOAT32, BenchExchange.Variant.ONE),
            List.of(BenchExchange.Variant.TWO_ROUNDS, BenchExchange.Variant.ONE));
    for (var pair : pairs) {
      var what = Objects.requireNonNull(runs.get(pair.get(0)));
      var against = Objects.requireNonNull(runs.get(pair.get(1)));
      table.row(
          size.name(),
          pair.get(0).toString(),
          Medians.rounded(what.tokensPerSecond()),
          pair.get(1).toString(),
          Medians.rounded(what.tokensPerSecond() / against.tokensPerSecond()));
    }
  }

  private static String json(BenchSize size, Map<BenchExchange.Variant, BenchExchange.Numbers> runs)
      throws Exception {
    var values = new LinkedHashMap<String, Object>();
    values.put("what", "exchange");
    values.put("size", size.name());
    runs.forEach(
        (variant, numbers) ->
            values.put(
                variant.toString(),
                Map.of(
                    "step_ms", Medians.rounded(numbers.stepMs()),
                    "exchange_ms", Medians.rounded(numbers.exchangeMs()),
                    "bytes", numbers.bytes(),
                    "tokens_per_s", Medians.rounded(numbers.tokensPerSecond()))));
    return new ObjectMapper().writeValueAsString(values);
  }
}
