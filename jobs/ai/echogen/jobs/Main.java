package ai.echogen.jobs;

import ai.echogen.config.Reference;
import ai.echogen.jobs.cli.Build;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.jobs.cli.StopSignals;
import java.util.List;

/** Runs the job named by the first word; alone, lists the jobs. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    if (args.length == 0 || args[0].equals("--help")) {
      list();
    } else if (args[0].equals("--version")) {
      Build.versions().forEach(System.out::println);
    } else if (args[0].equals("--completion")) {
      System.out.print(Completion.script(Reference.builtIn(), JobList.JOBS));
    } else {
      StopSignals.install(System.out);
      JobRunner.exit(run(List.of(args)));
    }
  }

  private static int run(List<String> words) {
    var runner = new JobRunner(Reference.builtIn(), System.out, System.err);
    try {
      var command = JobList.command(words);
      return runner.run(command.job(), command.args());
    } catch (IllegalArgumentException e) {
      return runner.report(e);
    }
  }

  private static void list() {
    System.out.println("usage: ./echogen JOB [--config FILE]... [key=value]...");
    System.out.println("       ./echogen JOB --help");
    System.out.println("       ./echogen --master URL --conf KEY=VALUE JOB ...");
    System.out.println("       ./echogen --version | --completion");
    for (var job : JobList.JOBS) {
      System.out.printf("  %-16s%s%n", job.name(), job.summary());
    }
    System.out.println(JobRunner.ENVIRONMENT);
  }
}
