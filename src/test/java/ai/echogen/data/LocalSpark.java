package ai.echogen.data;

import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/** The one Spark session that tests share. */
public final class LocalSpark {
  private static final long PATIENCE_NANOS = 60_000_000_000L;
  private static final long LOOK_NANOS = 10_000_000;

  private LocalSpark() {}

  /** A session on two cores, without a web page. */
  public static SparkSession session() {
    return SparkSession.builder()
        .master("local[2]")
        .appName("tests")
        .config("spark.ui.enabled", false)
        .config("spark.sql.shuffle.partitions", 4)
        .config("spark.sql.codegen.wholeStage", false) // as jobs have it
        .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.log.level", "ERROR")
        .getOrCreate();
  }

  /**
   * Waits for the tasks of a job that failed or was cancelled: each ends when it looks up, and may
   * have finished its part.
   */
  public static void awaitTasks() {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (Thread.getAllStackTraces().values().stream().anyMatch(LocalSpark::isOfTask)) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("tasks of a job that has ended still run");
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  private static boolean isOfTask(StackTraceElement[] stack) {
    return Stream.of(stack)
        .anyMatch(
            call -> call.getClassName().equals("org.apache.spark.executor.Executor$TaskRunner"));
  }
}
