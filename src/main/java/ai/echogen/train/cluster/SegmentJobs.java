package ai.echogen.train.cluster;

import ai.echogen.train.TrainerSettings;
import ai.echogen.train.TrainingException;
import ai.echogen.train.checkpoint.StateShards;
import java.io.PrintStream;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.status.api.v1.ExecutorSummary;
import org.jspecify.annotations.Nullable;
import scala.collection.JavaConverters;

/** Runs segments of steps as Spark jobs, each with a {@link Membership}. */
final class SegmentJobs implements AutoCloseable {
  private static final String DESCRIPTION = "spark.job.description";
  private static final int ATTEMPTS = 3; // of a job that Spark gave up on
  private static final long GENERATIONS = 1_000_000L; // of one job, at most

  private final JavaSparkContext context;
  private final String label;
  private final TrainerSettings settings;
  private final PrintStream console;
  private final SparkListener losses;
  private volatile @Nullable Membership membership;
  private int jobs;
  private int size; // executors that trained last

  /**
   * @param label the objective's name in the Spark UI
   * @param console is told when executors change
   */
  SegmentJobs(
      JavaSparkContext context, String label, TrainerSettings settings, PrintStream console) {
    this.context = context;
    this.label = label;
    this.settings = settings;
    this.console = console;
    this.losses =
        new SparkListener() {
          @Override
          public void onExecutorRemoved(SparkListenerExecutorRemoved removed) {
            var running = membership;
            if (running != null) {
              running.lost(removed.executorId());
            }
          }
        };
    context.sc().addSparkListener(losses);
  }

  /**
   * Runs one job, again if Spark gives it up though there may be executors.
   *
   * @param name shown in Spark's UI
   * @param firstStep the first that there are samples of
   * @param numItems of its map phase, or -1
   * @param window is told of the steps
   * @param bytesSent is told of the bytes that rank 0 sends
   * @return what its tasks reported
   * @throws TrainingException if it cannot be done
   */
  <S> Membership run(
      String name,
      Segment<S> segment,
      long firstStep,
      int numItems,
      MetricWindow window,
      LongConsumer bytesSent) {
    for (int attempt = 1; ; attempt++) {
      var stored = segment.checkpoint();
      var goal =
          new Membership.Goal(
              segment.run(),
              jobs++ * GENERATIONS,
              segment.end(),
              segment.files(),
              stored == null ? -1 : stored.step(),
              firstStep,
              numItems);
      var started =
          new Membership(
              goal,
              new StateShards(settings),
              size,
              numExecutors(segment),
              this::cores,
              notice -> console.println(label + ": " + notice));
      started.listen(window, bytesSent);
      membership = started;
      started.open();
      Exception failure = null;
      try {
        launch(name, segment);
      } catch (SparkException | RuntimeException e) {
        failure = e;
      } finally {
        started.close();
        size = started.size();
        membership = null;
      }
      var why = started.failure();
      if (why.isPresent()) {
        throw withStack(new TrainingException(name + ": " + why.get().what()), why.get());
      }
      if (failure == null) {
        return started;
      }
      if (attempt == ATTEMPTS || context.sc().isStopped()) {
        throw new TrainingException(name + ": " + failure.getMessage(), failure);
      }
      var line = String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
      console.printf("%s: %s; trying again%n", name, line);
    }
  }

  /** The cores that Spark gives an executor, or 0 if it does not know it. */
  private int cores(String executor) {
    var executors = JavaConverters.seqAsJavaList(context.sc().statusStore().executorList(true));
    return executors.stream()
        .filter(one -> one.id().equals(executor))
        .mapToInt(ExecutorSummary::totalCores)
        .findFirst()
        .orElse(0);
  }

  /** An executor's stack trace, for who wants to see more than the message. */
  private static TrainingException withStack(TrainingException thrown, Protocol.Failed failed) {
    if (!failed.stack().isEmpty()) {
      thrown.addSuppressed(new IllegalStateException("in a task: " + failed.stack()));
    }
    return thrown;
  }

  private <S> void launch(String name, Segment<S> segment) throws SparkException {
    int tasks = segment.isHere() ? 1 : numTasks();
    var before = context.getLocalProperty(DESCRIPTION);
    try {
      context.setJobDescription(name);
      context.setCallSite(name);
      JavaRDD<Integer> workers =
          context.parallelize(IntStream.range(0, tasks).boxed().toList(), tasks).setName(name);
      workers.foreach(id -> Worker.work(segment));
    } finally {
      context.clearCallSite();
      context.setJobDescription(before);
    }
  }

  /** The most that can share the work: what is not needed yet waits for executors to come. */
  private int numTasks() {
    return settings.exchange().inRounds() ? settings.exchange().workers() : settings.microShards();
  }

  private int numExecutors(Segment<?> segment) {
    int executors = context.sc().statusTracker().getExecutorInfos().length - 1; // the driver's
    return segment.isHere() ? 1 : Math.max(1, Math.min(numTasks(), executors));
  }

  @Override
  public void close() {
    context.sc().removeSparkListener(losses);
  }
}
