package ai.echogen.inference;

import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;

/**
 * The use of something that others use as well: it stays open until {@link #close}.
 *
 * @param <V> what is lent
 */
public final class Lease<V> implements AutoCloseable {
  private final V value;
  private final Runnable giveBack;
  private final AtomicBoolean over = new AtomicBoolean();

  Lease(V value, Runnable giveBack) {
    this.value = value;
    this.giveBack = giveBack;
  }

  /** What is lent; not to be closed, nor to be used after {@link #close}. */
  public V value() {
    if (over.get()) {
      throw new IllegalStateException("the lease is over");
    }
    return value;
  }

  /** What is lent, until the running Spark task ends: for maps that are read bit by bit. */
  public V untilTaskEnds() {
    var task = TaskContext.get();
    if (task == null) {
      throw new IllegalStateException("no Spark task runs in this thread");
    }
    TaskCompletionListener listener = context -> close();
    task.addTaskCompletionListener(listener);
    return value();
  }

  /** Gives it back; doing so twice does no harm. */
  @Override
  public void close() {
    if (!over.getAndSet(true)) {
      giveBack.run();
    }
  }
}
