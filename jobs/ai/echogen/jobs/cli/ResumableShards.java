package ai.echogen.jobs.cli;

import ai.echogen.data.shards.Manifest;
import ai.echogen.storage.Location;
import ai.echogen.storage.StagedDirectory;
import java.io.IOException;

/**
 * Shards that a job makes part by part: a run that was stopped, killed or failed is gone on with by
 * the same command, if what it reads is the same too.
 */
public final class ResumableShards {
  /** Writes shards, such as by {@code ShardStore.resume}. */
  public interface Writer {
    Manifest write(StagedDirectory staged) throws IOException;
  }

  private ResumableShards() {}

  /**
   * Writes shards.
   *
   * @param job its name
   * @param inputs differs if what the job reads differs; the product's version and the job's
   *     settings count anyhow
   */
  public static Manifest write(
      String job, Location out, String inputs, JobContext context, Writer writer)
      throws IOException {
    var made = Build.version() + context.settingsJson() + inputs;
    try (var staged = StagedDirectory.resumable(out, made)) {
      StopSignals.keeps("what is finished is kept; the same command goes on");
      if (staged.isResumed()) {
        context.console().println(job + ": goes on with what an earlier run has finished");
      }
      return write(staged, writer);
    } finally {
      StopSignals.keeps(null);
    }
  }

  private static Manifest write(StagedDirectory staged, Writer writer) throws IOException {
    try {
      return writer.write(staged);
    } catch (IllegalArgumentException e) { // the same command would fail again
      staged.discard();
      throw e;
    }
  }
}
