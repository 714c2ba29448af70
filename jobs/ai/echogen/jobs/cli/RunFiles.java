package ai.echogen.jobs.cli;

import ai.echogen.observe.ConsoleSink;
import ai.echogen.observe.JsonlSink;
import ai.echogen.observe.Metrics;
import ai.echogen.observe.TensorBoardSink;
import ai.echogen.storage.LocalFiles;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * A job's output directory as local files: the directory itself where it is local, else a temporary
 * one that {@link #publish} copies to it.
 */
public final class RunFiles implements AutoCloseable {
  private final Location target;
  private final Path local;

  public RunFiles(Location target) throws IOException {
    this.target = target;
    try {
      target.makeDirectories();
      var probe = target.child(".writable-" + UUID.randomUUID().toString().substring(0, 8));
      probe.write(new byte[0]);
      probe.delete();
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "%s: cannot be written to (%s); give another out="
              .formatted(target, e.getClass().getSimpleName() + ": " + e.getMessage()),
          e);
    }
    local = target.isLocal() ? target.local() : Files.createTempDirectory("echogen-run");
  }

  /** Where it is in the end. */
  Location target() {
    return target;
  }

  public Path local() {
    return local;
  }

  /** Metrics of a training run: console, {@code metrics.jsonl} and TensorBoard events. */
  Metrics metrics(PrintStream console, long steps, int interval, long resumedStep) {
    var jsonl = local.resolve("metrics.jsonl");
    var events = local.resolve("tensorboard");
    return new Metrics(
        new ConsoleSink(console, steps, interval),
        resumedStep > 0 ? JsonlSink.resume(jsonl, resumedStep) : JsonlSink.create(jsonl),
        resumedStep > 0
            ? TensorBoardSink.resume(events, resumedStep)
            : TensorBoardSink.create(events));
  }

  /** Copies what was written to the target, where that is another file system. */
  public void publish() throws IOException {
    if (!target.isLocal()) {
      target.put(local);
    }
  }

  @Override
  public void close() {
    if (target.isLocal()) {
      return;
    }
    try {
      LocalFiles.delete(local);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
