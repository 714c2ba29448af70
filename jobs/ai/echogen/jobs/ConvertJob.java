package ai.echogen.jobs;

import ai.echogen.config.Check;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.jobs.cli.Job;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.model.convert.AdapterFiles;
import ai.echogen.model.convert.Checkpoint;
import ai.echogen.model.convert.Conversion;
import ai.echogen.model.convert.Target;
import ai.echogen.model.convert.WeightType;
import ai.echogen.observe.Progress;
import ai.echogen.storage.StagedDirectory;
import ai.echogen.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/** Turns published Janus checkpoints into our model directories, and back. */
public final class ConvertJob implements Job<ConvertJob.Settings> {
  /**
   * The section {@code convert} of reference.conf.
   *
   * @param model directory of a checkpoint, in either published layout or ours
   * @param adapter directory of an adapter in PEFT's form, to be merged into the weights
   * @param out directory to write
   * @param dtype of the weights that are written; empty: {@link Conversion#defaultType}
   */
  public record Settings(
      String model,
      Optional<String> adapter,
      String out,
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

  public static void main(String[] args) {
    JobRunner.main(new ConvertJob(), args);
  }

  @Override
  public String name() {
    return "convert";
  }

  @Override
  public String summary() {
    return "Turns published Janus checkpoints into model directories, and back.";
  }

  @Override
  public Class<Settings> settingsType() {
    return Settings.class;
  }

  @Override
  public List<String> plan(Settings settings) throws IOException {
    if (!Files.isDirectory(Path.of(settings.model()))) {
      throw new IllegalArgumentException(settings.model() + ": no such directory; check model");
    }
    ShardStore.requireFree(settings.out());
    try (var source = Checkpoint.open(Path.of(settings.model()))) {
      return conversion(source, settings).plan();
    }
  }

  @Override
  public void run(Settings settings, JobContext context) throws IOException {
    var console = context.console();
    try (var source = Checkpoint.open(Path.of(settings.model()));
        var staged = new StagedDirectory(settings.out(), Storage.configuration())) {
      var conversion = conversion(source, settings);
      conversion.plan().forEach(console::println);
      long total = conversion.numBytes() / MEGABYTE;
      try (var progress = new Progress(console, "convert: MB", total, Duration.ofSeconds(5))) {
        conversion.write(local(staged), inMegabytes(progress));
      }
      staged.publish();
    }
    console.printf("wrote %s%n", settings.out());
  }

  private static Conversion conversion(Checkpoint source, Settings settings) throws IOException {
    var adapter =
        settings.adapter().isPresent()
            ? Optional.of(AdapterFiles.open(Path.of(settings.adapter().get())))
            : Optional.<AdapterFiles>empty();
    var type = settings.dtype().orElse(Conversion.defaultType(source, settings.to()));
    return new Conversion(source, adapter, settings.to(), type, settings.maxShardBytes());
  }

  private static Path local(StagedDirectory staged) {
    var uri = staged.path().toUri();
    if (!"file".equals(uri.getScheme())) {
      throw new IllegalArgumentException(
          uri + ": out must be a local directory; give file:///… and copy it from there");
    }
    return Path.of(uri);
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
