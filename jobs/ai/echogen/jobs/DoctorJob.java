package ai.echogen.jobs;

import ai.echogen.inference.Machine;
import ai.echogen.inference.Machine.Finding;
import ai.echogen.jobs.cli.Build;
import ai.echogen.jobs.cli.Job;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.JobRunner;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import scala.Tuple2;

/** Says what the driver and each executor find: devices, libraries, memory, file systems. */
public final class DoctorJob extends Job<DoctorJob.Settings> {
  private static final int TASKS_A_CORE = 4; // so that each executor gets one

  /** The section {@code doctor} of reference.conf: nothing to set. */
  public record Settings() {}

  public DoctorJob() {
    super(
        "doctor",
        "Says what this machine and each executor find: devices, libtorch, memory, file systems.",
        Settings.class);
  }

  public static void main(String[] args) {
    JobRunner.main(new DoctorJob(), args);
  }

  @Override
  public List<String> plan(Settings settings) {
    return List.of("asks the driver and, on a cluster, one task of each executor");
  }

  @Override
  public void run(Settings settings, JobContext context) throws IOException {
    var spark = context.spark();
    var sc = JavaSparkContext.fromSparkContext(spark.sparkContext());
    var console = context.console();
    console.println("echogen             " + Build.version().replace("echogen ", ""));
    console.printf(
        Locale.ROOT,
        "spark               %s, master %s, %d tasks at once%n",
        spark.version(),
        spark.sparkContext().master(),
        sc.defaultParallelism());
    lines(Machine.once()).forEach(console::println);
    if (!spark.sparkContext().isLocal()) {
      for (var executor : executors(sc).entrySet()) {
        console.println("executor " + executor.getKey());
        lines(executor.getValue()).forEach(line -> console.println("  " + line));
      }
    }
  }

  /** What each executor finds, by its id. */
  private static Map<String, List<Finding>> executors(JavaSparkContext sc) {
    int tasks = TASKS_A_CORE * sc.defaultParallelism();
    return new TreeMap<>(
        sc.parallelize(Collections.nCopies(tasks, 0), tasks)
            .mapToPair(task -> new Tuple2<>(SparkEnv.get().executorId(), Machine.once()))
            .reduceByKey((one, another) -> one)
            .collectAsMap());
  }

  private static List<String> lines(List<Finding> findings) {
    return findings.stream()
        .map(finding -> String.format(Locale.ROOT, "%-18s  %s", finding.what(), finding.found()))
        .toList();
  }
}
