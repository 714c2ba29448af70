package ai.echogen.jobs.cli;

import ai.echogen.jobs.JobList;
import java.util.List;
import java.util.Map;

/**
 * One thing that {@code ./echogen} can do: settings in, a directory or a table out.
 *
 * <p>To add a job, implement this, give the class a {@code main} that calls {@link JobRunner#main},
 * list it in {@link JobList} and document each of its keys in {@code reference.conf}.
 *
 * @param <S> what the job's section of {@code reference.conf} binds to
 */
public interface Job<S extends Record> {
  /** The word after {@code ./echogen}, or two: {@code bench train}. */
  String name();

  /** The section of {@code reference.conf}. */
  default String section() {
    return name().replace(' ', '-');
  }

  /** One line for the list of jobs. */
  String summary();

  Class<S> settingsType();

  /**
   * Checks what can be checked before Spark starts, and says in a few lines what {@link #run} would
   * do: {@code --dry-run} prints them.
   *
   * @throws IllegalArgumentException if an input is missing or cannot be used
   */
  List<String> plan(S settings) throws Exception;

  void run(S settings, JobContext context) throws Exception;

  /** Words of the command line that stand for {@code key=value}, such as {@code --quick}. */
  default Map<String, String> shorthands() {
    return Map.of();
  }
}
