package ai.echogen.jobs.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Locale;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;

/** The most memory that a process has had resident, as Linux counts it. */
public final class PeakMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final int TASKS_A_CORE = 4; // so that each executor gets one

  private PeakMemory() {}

  /** Of this process, in 10^9 bytes; NaN where the system does not say. */
  public static double gigabytes() throws IOException {
    if (!Files.exists(STATUS)) {
      return Double.NaN;
    }
    return Files.readAllLines(STATUS).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) * 1024 / 1e9)
        .findFirst()
        .orElse(Double.NaN);
  }

  /** Of this process and the largest executor, for people. */
  static String line(SparkSession spark) throws IOException {
    var driver = String.format(Locale.ROOT, "%.2f GB", gigabytes());
    if (spark.sparkContext().isLocal()) {
      return driver;
    }
    var context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    int tasks = TASKS_A_CORE * context.defaultParallelism();
    var largest =
        context
            .parallelize(Collections.nCopies(tasks, 0), tasks)
            .mapToPair(task -> new Tuple2<>(SparkEnv.get().executorId(), gigabytes()))
            .reduceByKey(Math::max)
            .values()
            .reduce(Math::max);
    return String.format(Locale.ROOT, "%s of the driver, %.2f GB of an executor", driver, largest);
  }
}
