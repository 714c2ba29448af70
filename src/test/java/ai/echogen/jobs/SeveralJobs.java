package ai.echogen.jobs;

import ai.echogen.config.Reference;
import ai.echogen.jobs.cli.Job;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.JobRunner;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Several jobs in one Spark session, each as its words. */
public final class SeveralJobs extends Job<SeveralJobs.Settings> {
  record Settings() {}

  private static final String BETWEEN = "--";

  private final List<List<String>> jobs;

  private SeveralJobs(List<List<String>> jobs) {
    super("several", "Runs jobs.", Settings.class);
    this.jobs = jobs;
  }

  /** The words of all, in one list for {@link #main}. */
  static List<String> words(List<List<String>> jobs) {
    var words = new ArrayList<String>();
    for (var job : jobs) {
      words.addAll(job);
      words.add(BETWEEN);
    }
    return words;
  }

  public static void main(String[] args) {
    var jobs = new ArrayList<List<String>>();
    var words = new ArrayList<String>();
    for (var word : args) {
      if (word.equals(BETWEEN)) {
        jobs.add(List.copyOf(words));
        words.clear();
      } else {
        words.add(word);
      }
    }
    JobRunner.exit(run(jobs, System.out));
  }

  /** Returns the exit code. */
  static int run(List<List<String>> jobs, PrintStream console) {
    return new JobRunner(Reference.of("several {}"), console, console)
        .run(new SeveralJobs(jobs), List.of());
  }

  @Override
  public List<String> plan(Settings settings) {
    return List.of();
  }

  @Override
  public void run(Settings settings, JobContext context) throws Exception {
    for (var words : jobs) {
      context.console().println("— " + String.join(" ", words));
      var command = JobList.command(words);
      JobRunner.runWithin(context, command.job(), command.args());
    }
  }
}
