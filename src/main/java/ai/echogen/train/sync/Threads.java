package ai.echogen.train.sync;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** The threads of one training task: they share work that is cut into units. */
public final class Threads implements AutoCloseable {
  /** One unit of the work; no result depends on which thread does which. */
  public interface Work {
    public void run(int unit);
  }

  private final int count;
  private final ExecutorService helpers;

  /**
   * @param count with the calling thread
   */
  public Threads(int count) {
    this.count = count;
    var number = new AtomicInteger();
    helpers =
        Executors.newCachedThreadPool(
            runnable -> {
              var thread = new Thread(runnable, "echogen-step-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  public int count() {
    return count;
  }

  /** Does all units and returns when the last is done. Throws what the first failed one threw. */
  public void run(int units, Work work) throws InterruptedException {
    var next = new AtomicInteger();
    Runnable share =
        () -> {
          for (int unit = next.getAndIncrement(); unit < units; unit = next.getAndIncrement()) {
            try {
              work.run(unit);
            } catch (RuntimeException | Error e) {
              next.set(units); // the others need not go on
              throw e;
            }
          }
        };
    var others =
        IntStream.range(1, Math.min(count, units)).mapToObj(i -> helpers.submit(share)).toList();
    Throwable failure = null;
    try {
      share.run();
    } catch (RuntimeException | Error e) {
      failure = e;
    }
    for (var other : others) {
      var thrown = failureOf(other);
      failure = failure == null ? thrown : failure;
    }
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    if (failure instanceof Error e) {
      throw e;
    }
  }

  /** Waits, whatever happens: the units read tensors that the caller will close. */
  private static @org.jspecify.annotations.Nullable Throwable failureOf(Future<?> share)
      throws InterruptedException {
    boolean interrupted = false;
    while (true) {
      try {
        share.get();
        break;
      } catch (ExecutionException e) {
        return e.getCause();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      throw new InterruptedException();
    }
    return null;
  }

  @Override
  public void close() {
    helpers.shutdown();
  }
}
