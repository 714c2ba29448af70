package ai.echogen.engine;

import ai.echogen.observe.MetricSink;
import ai.echogen.observe.Metrics;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * Runs a trainer's steps as tasks of Spark in one JVM ({@code local[n]}).
 *
 * <p>One Spark job is a segment of steps, up to the next checkpoint; its tasks share the weights in
 * memory and hand each other nothing but their places on the board, so no byte is copied and a step
 * costs no job. Segments carry names in the Spark UI, such as {@code PMTP steps 100-199}.
 */
public final class LocalSteps {
  private static final int SEGMENT = 500; // steps a job at most, so that the UI shows progress
  private static final Map<Long, Board> BOARDS = new ConcurrentHashMap<>();
  private static final AtomicLong KEYS = new AtomicLong();

  private LocalSteps() {}

  /** What is done at the end of a segment whose step is due for a checkpoint. */
  private interface Due {
    void write() throws IOException;
  }

  /**
   * Trains up to step {@code until}, writing checkpoints on the way and one at the end.
   *
   * @param label the stage's name in the Spark UI
   * @param until at most {@code settings.steps}: fewer to pause and resume later
   * @throws IllegalArgumentException if the master is not local: executors in other JVMs cannot
   *     share the weights
   */
  public static <S> void run(
      SparkSession spark,
      String label,
      Trainer<S> trainer,
      TrainerSettings settings,
      long until,
      Checkpoints checkpoints,
      MetricSink metrics)
      throws IOException {
    segments(
        spark,
        label,
        trainer,
        settings,
        until,
        metrics,
        () -> checkpoints.write(trainer, settings));
  }

  /** The same without checkpoints and metrics: the weights stay in memory only. */
  public static <S> void run(
      SparkSession spark, String label, Trainer<S> trainer, TrainerSettings settings, long until) {
    try {
      segments(spark, label, trainer, settings, until, new Metrics(), () -> {});
    } catch (IOException e) {
      throw new IllegalStateException("nothing was to be written", e);
    }
  }

  /** How many tasks share a step: as many as there are cores and micro-shards. */
  public static int numTasks(SparkSession spark, TrainerSettings settings) {
    int cores = JavaSparkContext.fromSparkContext(spark.sparkContext()).defaultParallelism();
    return Math.max(1, Math.min(cores, settings.microShards()));
  }

  private static <S> void segments(
      SparkSession spark,
      String label,
      Trainer<S> trainer,
      TrainerSettings settings,
      long until,
      MetricSink metrics,
      Due due)
      throws IOException {
    var context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    if (!context.isLocal()) {
      throw new IllegalArgumentException(
          "training shares its weights inside one JVM: use master local[n], got "
              + context.master());
    }
    int tasks = numTasks(spark, settings);
    while (trainer.step() < until) {
      long from = trainer.step();
      long end = Math.min(until, from + SEGMENT);
      if (settings.checkpointEvery() > 0) {
        end = Math.min(end, from - from % settings.checkpointEvery() + settings.checkpointEvery());
      }
      segment(
          context,
          "%s steps %d-%d".formatted(label, from, end - 1),
          tasks,
          trainer.board(end, metrics));
      if (end == until
          || (settings.checkpointEvery() > 0 && end % settings.checkpointEvery() == 0)) {
        due.write();
      }
    }
  }

  private static void segment(JavaSparkContext context, String name, int tasks, Board board) {
    long key = KEYS.incrementAndGet();
    BOARDS.put(key, board);
    try {
      context.setJobDescription(name);
      List<Integer> ids = IntStream.range(0, tasks).boxed().toList();
      context.parallelize(ids, tasks).foreach(id -> work(key));
    } finally {
      context.setJobDescription(null);
      BOARDS.remove(key);
    }
  }

  private static void work(long key) throws Exception {
    var board = BOARDS.get(key);
    if (board == null) {
      throw new IllegalStateException("this JVM does not hold the weights of segment " + key);
    }
    board.work();
  }
}
