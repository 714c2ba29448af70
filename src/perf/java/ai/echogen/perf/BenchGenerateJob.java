package ai.echogen.perf;

import ai.echogen.config.Check;
import ai.echogen.inference.Devices;
import ai.echogen.inference.Drawer;
import ai.echogen.inference.SampleNoise;
import ai.echogen.jobs.cli.Job;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.jobs.cli.PeakMemory;
import ai.echogen.layout.Layout;
import ai.echogen.model.JanusModel;
import ai.echogen.model.RunMode;
import ai.echogen.model.decoder.Decoder;
import ai.echogen.model.decoder.Precision;
import ai.echogen.storage.Location;
import ai.echogen.torch.Tensors;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/**
 * Measures drawing: image codes from layouts, without decoding them to pixels; one JSON object on
 * the last line.
 */
public final class BenchGenerateJob extends Job<BenchGenerateJob.Settings> {
  /**
   * @param model model directory; a model of {@code sizes} with random weights if absent
   * @param modelTo directory for that model, so that other software can be measured with it
   * @param promptsTo file for the texts as token ids and the codes drawn for them greedily
   * @param batch images drawn at once, by all tasks together
   * @param tasks threads that draw a share of the batch each
   * @param threads operator threads of a task
   * @param precision what the model computes in
   */
  public record Settings(
      Optional<Location> model,
      Optional<Location> modelTo,
      Optional<Location> promptsTo,
      int batch,
      int tasks,
      int threads,
      double guidance,
      double temperature,
      Precision precision,
      int warmup,
      int repeats,
      long seed,
      BenchModel.Sizes sizes) {
    public Settings {
      new Check()
          .that("batch", batch > 0, "must be > 0, got " + batch)
          .that(
              "tasks",
              tasks > 0 && tasks <= batch,
              "must be in [1, batch = " + batch + "], got " + tasks)
          .that("threads", threads > 0, "must be > 0, got " + threads)
          .that("warmup", warmup >= 0, "must be >= 0, got " + warmup)
          .that("repeats", repeats > 0, "must be > 0, got " + repeats)
          .that(
              "modelTo",
              model.isEmpty() || modelTo.isEmpty(),
              "is for random weights; the model of model= lies in a directory already")
          .orThrow();
      var unused = new Decoder.Sampling(temperature, 0, 1, guidance); // checks
    }

    Decoder.Sampling sampling() {
      return new Decoder.Sampling(temperature, 0, 1, guidance);
    }
  }

  public BenchGenerateJob() {
    super("bench generate", "Measures drawing: images/s and tokens/s, as JSON.", Settings.class);
  }

  public static void main(String[] args) {
    JobRunner.main(new BenchGenerateJob(), args);
  }

  @Override
  public List<String> plan(Settings settings) {
    return List.of(
        String.format(
            Locale.ROOT,
            "%d measurements of %d images, after %d, guidance %s",
            settings.repeats(),
            settings.batch(),
            settings.warmup(),
            settings.guidance()));
  }

  @Override
  public void run(Settings settings, JobContext context) throws Exception {
    var unused = context.spark(); // which knows the device
    Tensors.setThreadsPerTask(settings.threads());
    var samples =
        BenchSamples.of(
            settings.seed(),
            settings.batch(),
            settings.sizes().vq().codes(),
            settings.sizes().vocabulary());
    var pool = Executors.newFixedThreadPool(settings.tasks());
    try (var model = model(settings, samples)) {
      if (settings.promptsTo().isPresent()) {
        writePrompts(model, samples.layouts(), settings);
      }
      for (int i = 0; i < settings.warmup(); i++) {
        var ignored = draw(pool, model, samples.layouts(), settings, i);
      }
      var seconds = new double[settings.repeats()];
      for (int i = 0; i < seconds.length; i++) {
        seconds[i] = draw(pool, model, samples.layouts(), settings, settings.warmup() + i);
      }
      context.console().println(json(settings, model, seconds));
    } finally {
      pool.shutdown();
    }
  }

  private static JanusModel model(Settings settings, BenchSamples samples) throws IOException {
    var mode = new RunMode(null, settings.precision());
    var device = Devices.ofTask();
    if (settings.model().isPresent()) {
      return settings.model().get().onDisk(here -> JanusModel.load(here, mode, device));
    }
    var random = BenchModel.of(settings.sizes(), samples, settings.seed());
    var model = random.load(mode, device);
    if (settings.modelTo().isPresent()) {
      random.write(settings.modelTo().get().local(), model);
    }
    return model;
  }

  /** Seconds that one drawing of the whole batch takes. */
  private static double draw(
      ExecutorService pool, JanusModel model, List<Layout> layouts, Settings settings, int run)
      throws Exception {
    int count = model.config().codes().perImage();
    var noise = new SampleNoise(settings.seed());
    var drawer = Drawer.of(model);
    var shares = new ArrayList<Callable<Integer>>();
    for (int task = 0; task < settings.tasks(); task++) {
      int from = task * layouts.size() / settings.tasks();
      int to = (task + 1) * layouts.size() / settings.tasks();
      var uniforms =
          IntStream.range(from, to)
              .mapToObj(i -> noise.uniforms("bench " + i, run, count))
              .toArray(double[][]::new);
      var share = layouts.subList(from, to);
      shares.add(
          () -> drawer.draw(model.weights().flat(), share, uniforms, settings.sampling()).size());
    }
    long start = System.nanoTime();
    for (var drawn : pool.invokeAll(shares)) {
      var unused = drawn.get(); // throws what the task threw
    }
    return (System.nanoTime() - start) / 1e9;
  }

  private static String json(Settings settings, JanusModel model, double[] seconds)
      throws IOException {
    double median = Medians.of(seconds);
    long tokens = (long) settings.batch() * model.config().codes().perImage();
    var values = new ObjectMapper().createObjectNode();
    values.put("what", "generate");
    values.put("parameters", model.decoder().parameters().layout().size());
    values.put("precision", settings.precision().name().toLowerCase(Locale.ROOT));
    values.put("device", model.weights().device().toString());
    values.put("batch", settings.batch());
    values.put("guidance", settings.guidance());
    values.put("temperature", settings.temperature());
    values.put("tokens_per_image", model.config().codes().perImage());
    values.put("tasks", settings.tasks());
    values.put("threads", settings.threads());
    values.put("repeats", settings.repeats());
    values.put("images_per_s", Medians.rounded(settings.batch() / median));
    values.put("tokens_per_s", Medians.rounded(tokens / median));
    values.put(
        "ms_per_token_of_a_batch", Medians.rounded(1e3 * median * settings.batch() / tokens));
    values.put("peak_memory_gb", Medians.rounded(PeakMemory.gigabytes()));
    return values.toString();
  }

  /** Greedy codes with and without guidance, in the form that the Python scripts read. */
  private static void writePrompts(JanusModel model, List<Layout> layouts, Settings settings)
      throws IOException {
    var root = new ObjectMapper().createObjectNode();
    var prompts = root.putArray("prompts");
    var guidances = settings.guidance() == 1 ? List.of(1.0) : List.of(1.0, settings.guidance());
    var uniforms = new double[layouts.size()][model.config().codes().perImage()];
    for (double guidance : guidances) {
      var greedy = new Decoder.Sampling(0, 0, 1, guidance);
      var codes = Drawer.of(model).draw(model.weights().flat(), layouts, uniforms, greedy);
      for (int i = 0; i < codes.size(); i++) {
        ObjectNode prompt = prompts.addObject();
        var ids = prompt.putArray("ids");
        Arrays.stream(model.grammar().layoutText(layouts.get(i))).forEach(ids::add);
        ids.add(model.grammar().beginImage());
        prompt.put("guidance", guidance);
        var drawn = prompt.putArray("codes");
        Arrays.stream(codes.get(i)).forEach(drawn::add);
      }
    }
    new ObjectMapper().writeValue(settings.promptsTo().orElseThrow().local().toFile(), root);
  }
}
