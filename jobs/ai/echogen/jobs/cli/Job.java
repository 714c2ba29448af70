package ai.echogen.jobs.cli;

import ai.echogen.jobs.JobList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One thing that {@code ./echogen} can do: settings in, a directory or a table out.
 *
 * <p>To add a job, extend this, give the class a {@code main} that calls {@link JobRunner#main},
 * list it in {@link JobList} and document each of its keys in {@code reference.conf}.
 *
 * @param <S> what the job's section of {@code reference.conf} binds to
 */
public abstract class Job<S extends Record> {
  private final String name;
  private final String summary;
  private final Class<S> settingsType;

  /**
   * @param name the word after {@code ./echogen}, or two: {@code bench train}
   * @param summary one line for the list of jobs
   * @param settingsType what its section of {@code reference.conf} binds to
   */
  protected Job(String name, String summary, Class<S> settingsType) {
    this.name = name;
    this.summary = summary;
    this.settingsType = settingsType;
  }

  /** The word after {@code ./echogen}, or two. */
  public final String name() {
    return name;
  }

  /** The section of {@code reference.conf}. */
  public final String section() {
    return name.replace(' ', '-');
  }

  /** One line for the list of jobs. */
  public final String summary() {
    return summary;
  }

  public final Class<S> settingsType() {
    return settingsType;
  }

  /**
   * Checks what can be checked before Spark starts, and says in a few lines what {@link #run} would
   * do: {@code --dry-run} prints them.
   *
   * @throws IllegalArgumentException if an input is missing or cannot be used
   */
  public abstract List<String> plan(S settings) throws Exception;

  /** The directory that a run writes into as it goes; none where one appears whole at the end. */
  public Optional<RunDirectory> directory(S settings) {
    return Optional.empty();
  }

  public abstract void run(S settings, JobContext context) throws Exception;

  /**
   * Does a little of the work, leaves nothing of it, and says what all of it takes: {@code
   * --dry-run=measure} prints it.
   *
   * @throws IllegalArgumentException if the job has no way to tell
   */
  public List<String> measure(S settings, JobContext context) throws Exception {
    throw new IllegalArgumentException(
        name + " cannot be measured beforehand; --dry-run says what it would do");
  }

  /** Words of the command line that stand for {@code key=value}, such as {@code --quick}. */
  public Map<String, String> shorthands() {
    return Map.of();
  }
}
