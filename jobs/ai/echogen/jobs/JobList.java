package ai.echogen.jobs;

import ai.echogen.config.Spelling;
import java.util.List;

/** Every job, in the order of the pipeline. */
final class JobList {
  static final List<Job<?>> JOBS =
      List.of(
          new IngestJob(),
          new SynthesizeJob(),
          new ExportJob(),
          new TrainTokenizerJob(),
          new TokenizeJob(),
          new ConvertJob(),
          new PretrainJob(),
          new GenerateJob(),
          new ScoreJob(),
          new BenchJob(),
          new LeakJob(),
          new DemoJob());

  private JobList() {}

  /** Throws {@link IllegalArgumentException} if there is no such job. */
  static Job<?> named(String name) {
    var names = JOBS.stream().map(Job::name).toList();
    return JOBS.stream()
        .filter(job -> job.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no job is called '%s'%s"
                        .formatted(
                            name,
                            Spelling.nearest(name, names)
                                .map(near -> "; did you mean " + near + "?")
                                .orElse("; the jobs are " + String.join(", ", names)))));
  }
}
