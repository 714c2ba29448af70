package ai.echogen.jobs.cli;

import ai.echogen.observe.ConsoleSink;
import ai.echogen.observe.JsonlSink;
import ai.echogen.observe.MetricSink;
import ai.echogen.observe.Metrics;
import ai.echogen.observe.TensorBoardSink;
import ai.echogen.storage.DirectoryLease;
import ai.echogen.storage.LocalFiles;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A job's output directory as local files: the directory itself where it is local, else a temporary
 * one that {@link #publish} copies to it.
 */
public final class RunFiles implements AutoCloseable {
  private static final String JSONL = "metrics.jsonl";
  private static final String EVENTS = "tensorboard";

  private final RunDirectory directory;
  private final Location target;
  private final Path local;
  private final DirectoryLease lease;
  private final boolean isNew;

  /**
   * Takes the directory for the job, until this is closed.
   *
   * @throws IllegalArgumentException if it is another's or cannot be written to
   */
  public RunFiles(RunDirectory directory, JobContext context) throws IOException {
    this.directory = directory;
    this.target = directory.place();
    try {
      isNew = !target.exists();
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
    lease = directory.take(context);
    local = target.isLocal() ? target.local() : Files.createTempDirectory("echogen-run");
  }

  /** Fails where another run has taken the directory over. */
  void requireHeld() {
    lease.requireHeld();
  }

  /** Where it is in the end. */
  Location target() {
    return target;
  }

  public Path local() {
    return local;
  }

  /**
   * Metrics of a training run: console, {@code metrics.jsonl} and TensorBoard events, which can be
   * read while they are written, wherever they lie.
   *
   * @param resumedStep that an earlier part of the run has come to; its lines up to there stay
   */
  Metrics metrics(PrintStream console, long steps, int interval, long resumedStep)
      throws IOException {
    fetch(JSONL);
    fetch(EVENTS);
    var jsonl = local.resolve(JSONL);
    var events = local.resolve(EVENTS);
    var sinks = new ArrayList<MetricSink>();
    sinks.add(new ConsoleSink(console, steps, interval));
    if (resumedStep > 0) {
      sinks.add(JsonlSink.resume(jsonl, resumedStep));
      sinks.add(TensorBoardSink.resume(events, resumedStep));
    } else {
      sinks.add(JsonlSink.create(jsonl));
      sinks.add(TensorBoardSink.create(events));
    }
    if (!target.isLocal()) {
      sinks.add(new LiveFiles(local, target, List.of(JSONL, EVENTS), console));
    }
    return new Metrics(sinks.toArray(MetricSink[]::new));
  }

  /** What earlier parts of the run have left. */
  private void fetch(String name) throws IOException {
    if (!target.isLocal() && target.child(name).exists()) {
      target.child(name).get(local.resolve(name));
    }
  }

  /**
   * Copies what was written to the target, where that is another file system.
   *
   * @param found what {@code run.json} is to say of the result: fingerprints, hashes
   */
  public void publish(Map<String, String> found) throws IOException {
    publish();
    directory.finish(found);
  }

  /** The same of a run that is not over. */
  public void publish() throws IOException {
    if (!target.isLocal()) {
      target.put(local);
    }
  }

  /** Leaves no directory of its own making in which there is nothing but its name. */
  @Override
  public void close() {
    try {
      boolean isBare = isNew && lease.isHeld() && directory.giveUp();
      lease.close();
      if (isBare) {
        target.deleteEmpty();
      }
      if (!target.isLocal()) {
        LocalFiles.delete(local);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
