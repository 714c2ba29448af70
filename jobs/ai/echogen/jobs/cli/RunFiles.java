package ai.echogen.jobs.cli;

import ai.echogen.observe.ConsoleSink;
import ai.echogen.observe.JsonlSink;
import ai.echogen.observe.Metrics;
import ai.echogen.observe.TensorBoardSink;
import ai.echogen.storage.Storage;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/**
 * A job's output directory as local files: the directory itself where it is local, else a temporary
 * one that {@link #publish} copies to it.
 */
public final class RunFiles implements AutoCloseable {
  private final org.apache.hadoop.fs.Path target;
  private final FileSystem files;
  private final Path local;
  private final boolean remote;

  public RunFiles(String directory, Configuration hadoop) throws IOException {
    target = new org.apache.hadoop.fs.Path(directory);
    files = target.getFileSystem(hadoop);
    remote = !files.getUri().getScheme().equals("file");
    local =
        remote
            ? Files.createTempDirectory("echogen-run")
            : Path.of(files.makeQualified(target).toUri());
    requireWritable(directory);
  }

  private void requireWritable(String directory) {
    try {
      Files.createDirectories(local);
      Files.delete(Files.createTempFile(local, "writable", ""));
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "%s: cannot be written to (%s); give another out="
              .formatted(directory, e.getClass().getSimpleName() + ": " + e.getMessage()),
          e);
    }
  }

  /** The directory as it was given. */
  String target() {
    return target.toString();
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
    if (!remote) {
      return;
    }
    files.mkdirs(target);
    try (var parts = Files.list(local)) {
      for (var part : parts.sorted().toList()) {
        files.copyFromLocalFile(false, true, new org.apache.hadoop.fs.Path(part.toUri()), target);
      }
    }
  }

  @Override
  public void close() {
    if (!remote) {
      return;
    }
    try {
      Storage.delete(local);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
