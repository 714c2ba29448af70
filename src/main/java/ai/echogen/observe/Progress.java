package ai.echogen.observe;

import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Shows how far long counted work has come, by time: nothing while the work is younger than the
 * interval, then a line an interval, and one at the end. Any thread may advance it.
 */
public final class Progress implements AutoCloseable {
  /** A total that nobody knows. */
  public static final long UNKNOWN = -1;

  private final PrintStream out;
  private final String label;
  private final long total;
  private final long interval;
  private final LongSupplier nanos;
  private final long started;
  private final AtomicLong done = new AtomicLong();
  private final AtomicLong nextLine;

  /**
   * @param label what is counted, such as {@code images generated}
   * @param total the count at the end, or {@link #UNKNOWN}
   * @param interval the time from line to line
   */
  public Progress(PrintStream out, String label, long total, Duration interval) {
    this(out, label, total, interval, System::nanoTime);
  }

  Progress(PrintStream out, String label, long total, Duration interval, LongSupplier nanos) {
    this.out = out;
    this.label = label;
    this.total = total;
    this.interval = interval.toNanos();
    this.nanos = nanos;
    this.started = nanos.getAsLong();
    this.nextLine = new AtomicLong(this.interval);
  }

  /** Counts {@code count} more as done. */
  public void advance(long count) {
    var sum = done.addAndGet(count);
    var age = nanos.getAsLong() - started;
    var due = nextLine.get();
    if (age >= due && nextLine.compareAndSet(due, age + interval)) {
      out.println(line(sum, age) + (total != UNKNOWN ? "  eta " + timeLeft(sum, age) : ""));
    }
  }

  /** How many are done. */
  public long done() {
    return done.get();
  }

  /** Ends the count; says so only if the work was long enough to have had a line. */
  @Override
  public void close() {
    var age = nanos.getAsLong() - started;
    if (age >= interval) {
      out.println(line(done.get(), age) + "  in " + Figures.duration(Duration.ofNanos(age)));
    }
  }

  private String line(long count, long age) {
    var rate = count / (Math.max(1, age) / 1e9);
    var share = total > 0 ? Figures.format(" (%d%%)", 100 * count / total) : "";
    var of = total == UNKNOWN ? "" : "/" + total + share;
    return Figures.format("%s %d%s  %s/s", label, count, of, Figures.number(rate));
  }

  private String timeLeft(long count, long age) {
    return count == 0
        ? "?"
        : Figures.duration(Duration.ofNanos((long) (age / (double) count * (total - count))));
  }
}
