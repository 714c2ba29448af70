package ai.echogen.jobs;

import ai.echogen.config.Spelling;
import ai.echogen.jobs.cli.Job;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/**
 * Every job, in the order of the pipeline; then those of other jars on the class path that offer
 * some as a service, such as the benchmarks'.
 */
public final class JobList {
  static final List<Job<?>> JOBS = all();

  private JobList() {}

  private static List<Job<?>> all() {
    var jobs =
        new ArrayList<Job<?>>(
            List.of(
                new IngestJob(),
                new SynthesizeJob(),
                new AugmentJob(),
                new LayoutsJob(),
                new ExportJob(),
                new StatsJob(),
                new VerifyJob(),
                new TrainTokenizerJob(),
                new TokenizeJob(),
                new ConvertJob(),
                new PretrainJob(),
                new CycleRLJob(),
                new GenerateJob(),
                new DrawDatasetJob(),
                new ScoreJob(),
                new CompareStagesJob(),
                new CompareScoresJob(),
                new ReportScoresJob(),
                new DemoJob(),
                new ServeJob(),
                new PlanJob(),
                new DoctorJob()));
    ServiceLoader.load(Job.class).forEach(jobs::add);
    return List.copyOf(jobs);
  }

  /** A job and the words that follow its name. */
  record Command(Job<?> job, List<String> args) {}

  /**
   * Takes a command line apart. Throws {@link IllegalArgumentException} if there is no such job.
   *
   * @param words without {@code ./echogen}
   */
  static Command command(List<String> words) {
    for (int length = Math.min(2, words.size()); length > 0; length--) {
      var name = String.join(" ", words.subList(0, length));
      for (var job : JOBS) {
        if (job.name().equals(name)) {
          return new Command(job, words.subList(length, words.size()));
        }
      }
    }
    throw unknown(words.get(0));
  }

  private static IllegalArgumentException unknown(String name) {
    var names = JOBS.stream().map(Job::name).toList();
    var way =
        names.stream().anyMatch(known -> known.startsWith(name + " "))
            ? "; say what: "
                + String.join(
                    ", ", names.stream().filter(known -> known.startsWith(name + " ")).toList())
            : Spelling.nearest(name, names)
                .map(near -> "; did you mean " + near + "?")
                .orElse("; the jobs are " + String.join(", ", names));
    return new IllegalArgumentException("no job is called '%s'%s".formatted(name, way));
  }
}
