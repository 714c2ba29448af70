package ai.echogen.jobs;

import ai.echogen.config.Check;
import ai.echogen.jobs.cli.Job;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.model.convert.AdapterFiles;
import ai.echogen.model.convert.Checkpoint;
import ai.echogen.model.convert.Conversion;
import ai.echogen.model.convert.Target;
import ai.echogen.model.convert.WeightType;
import ai.echogen.observe.Progress;
import ai.echogen.storage.Location;
import ai.echogen.storage.StagedDirectory;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/** Turns published Janus checkpoints into our model directories, and back. */
public final class ConvertJob extends Job<ConvertJob.Settings> {
  /**
   * The section {@code convert} of reference.conf.
   *
   * @param model directory of a checkpoint, in either published layout or ours
   * @param adapter directory of an adapter in PEFT's form, to be merged into the weights
   * @param out directory to write
   * @param dtype of the weights that are written; empty: {@link Conversion#defaultType}
   */
  public record Settings(
      Location model,
      Optional<Location> adapter,
      Location out,
      Target to,
      Optional<WeightType> dtype,
      long maxShardBytes) {
    public Settings {
      new Check()
          .that("maxShardBytes", maxShardBytes >= 1, "must be >= 1, got " + maxShardBytes)
          .orThrow();
    }
  }

  private static final long MEGABYTE = 1_000_000;

  public ConvertJob() {
    super(
        "convert",
        "Turns published Janus checkpoints into model directories, and back.",
        Settings.class);
  }

  public static void main(String[] args) {
    JobRunner.main(new ConvertJob(), args);
  }

  @Override
  public List<String> plan(Settings settings) throws IOException {
    settings.model().requireDirectory("model");
    StagedDirectory.requireFree(settings.out());
    return withConversion(settings, Conversion::plan);
  }

  @Override
  public void run(Settings settings, JobContext context) throws IOException {
    var console = context.console();
    try (var staged = new StagedDirectory(settings.out())) {
      var unused =
          withConversion(
              settings,
              conversion -> {
                conversion.plan().forEach(console::println);
                write(conversion, staged, console);
                return conversion.numBytes();
              });
      staged.publish();
      console.printf("wrote %s%n", settings.out());
    }
  }

  private static void write(Conversion conversion, StagedDirectory staged, PrintStream console)
      throws IOException {
    long total = conversion.numBytes() / MEGABYTE;
    try (var progress = new Progress(console, "convert: MB", total, Duration.ofSeconds(5))) {
      staged.fill(folder -> conversion.write(folder, inMegabytes(progress)));
    }
  }

  private interface Use<T> {
    T of(Conversion conversion) throws IOException;
  }

  /** Opens the sources on this machine for as long as the conversion is used. */
  private static <T> T withConversion(Settings settings, Use<T> use) throws IOException {
    return settings
        .model()
        .onDisk(
            model -> {
              if (settings.adapter().isEmpty()) {
                return use(settings, model, Optional.empty(), use);
              }
              var adapter = settings.adapter().get();
              return adapter.onDisk(
                  here -> use(settings, model, Optional.of(AdapterFiles.open(here)), use));
            });
  }

  private static <T> T use(
      Settings settings, Path model, Optional<AdapterFiles> adapter, Use<T> use)
      throws IOException {
    try (var source = Checkpoint.open(model)) {
      var type = settings.dtype().orElse(Conversion.defaultType(source, settings.to()));
      return use.of(new Conversion(source, adapter, settings.to(), type, settings.maxShardBytes()));
    }
  }

  /** Advances by whole megabytes and keeps the rest for the next call. */
  private static LongConsumer inMegabytes(Progress progress) {
    var rest = new long[1];
    return bytes -> {
      rest[0] += bytes;
      progress.advance(rest[0] / MEGABYTE);
      rest[0] %= MEGABYTE;
    };
  }
}
