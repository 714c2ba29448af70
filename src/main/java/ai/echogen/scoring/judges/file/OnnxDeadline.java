package ai.echogen.scoring.judges.file;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Ends a run of ONNX Runtime that comes to no end, as a loop of a damaged model may: between two
 * operations, once its time is over.
 */
final class OnnxDeadline implements AutoCloseable {
  private static final ScheduledExecutorService TIMER =
      Executors.newSingleThreadScheduledExecutor(
          runnable -> {
            var thread = new Thread(runnable, "judge deadline");
            thread.setDaemon(true);
            return thread;
          });

  private final OrtSession.RunOptions options;
  private final ScheduledFuture<?> end;
  private boolean isOver;
  private boolean isClosed;

  /**
   * Begins.
   *
   * @param seconds for the run
   */
  OnnxDeadline(int seconds) throws OrtException {
    options = new OrtSession.RunOptions();
    end = TIMER.schedule(this::terminate, seconds, TimeUnit.SECONDS);
  }

  private synchronized void terminate() {
    if (isClosed) {
      return;
    }
    isOver = true;
    try {
      options.setTerminate(true);
    } catch (OrtException e) {
      throw new IllegalStateException(e); // it only sets a flag
    }
  }

  /** What the run is to be given. */
  OrtSession.RunOptions options() {
    return options;
  }

  /** Whether the run was ended. */
  synchronized boolean isOver() {
    return isOver;
  }

  @Override
  public synchronized void close() {
    isClosed = true;
    end.cancel(false);
    options.close();
  }
}
