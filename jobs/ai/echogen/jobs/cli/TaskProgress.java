package ai.echogen.jobs.cli;

import ai.echogen.observe.Progress;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.spark.util.LongAccumulator;

/** Shows an accumulator that tasks add to as progress, until it is closed. */
public final class TaskProgress implements AutoCloseable {
  private final Progress progress;
  private final LongAccumulator done;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          runnable -> {
            var thread = new Thread(runnable, "progress");
            thread.setDaemon(true);
            return thread;
          });

  public TaskProgress(Progress progress, LongAccumulator done) {
    this.progress = progress;
    this.done = done;
    var unused = timer.scheduleAtFixedRate(this::update, 1, 1, TimeUnit.SECONDS);
  }

  private synchronized void update() {
    var more = done.value() - progress.done();
    if (more > 0) { // no news, no line
      progress.advance(more);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
    update();
    progress.close();
  }
}
