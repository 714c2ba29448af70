package ai.echogen.jobs.cli;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.config.Configurator;
import org.jspecify.annotations.Nullable;
import sun.misc.Signal;

/**
 * What SIGINT and SIGTERM do: a training writes a checkpoint first, for which it has a while;
 * anything else ends at once, without a word of what was torn down. The second signal ends all.
 *
 * <p>Signals are a process's, and so is this.
 */
public final class StopSignals {
  /** A training ended because it was asked to; the message says what is kept. */
  static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1;

    Stopped(String message) {
      super(message);
    }
  }

  /** What a signal waits for. */
  interface Guarded<T, E extends Exception> {
    T run() throws E;
  }

  private static final List<String> NAMES = List.of("INT", "TERM");
  private static final int BASE = 128; // of a shell's exit codes

  private static final AtomicInteger GUARDED = new AtomicInteger();
  private static volatile @Nullable Signal asked;
  private static volatile int graceSeconds;
  private static volatile @Nullable String kept;

  private StopSignals() {}

  /** Takes the signals over, for a process whose main method runs a job. */
  public static void install(PrintStream console) {
    for (var name : NAMES) {
      var unused = Signal.handle(new Signal(name), signal -> ask(signal, console));
    }
  }

  /**
   * What is said when a signal ends the process.
   *
   * @param what of its work is not lost; null if all of it is
   */
  public static void keeps(@Nullable String what) {
    kept = what;
  }

  /** Whether the process was asked to end. */
  static boolean isAsked() {
    return asked != null;
  }

  /** The exit code of a process that a signal ended. */
  static int exitCode() {
    var signal = asked;
    return signal == null ? 1 : BASE + signal.getNumber();
  }

  /** The signal's name. */
  static String name() {
    var signal = asked;
    return signal == null ? "" : "SIG" + signal.getName();
  }

  /**
   * Runs what looks at {@link #isAsked} itself, and ends then.
   *
   * @param grace seconds that it may take to do so
   */
  static <T, E extends Exception> T guard(int grace, Guarded<T, E> body) throws E {
    graceSeconds = grace;
    GUARDED.incrementAndGet();
    try {
      return body.run();
    } finally {
      GUARDED.decrementAndGet();
    }
  }

  private static void ask(Signal signal, PrintStream console) {
    boolean isFirst = asked == null;
    asked = signal;
    if (!isFirst || GUARDED.get() == 0) {
      var what = kept;
      if (isFirst && what != null) {
        console.printf("SIG%s: %s%n", signal.getName(), what);
      }
      exit();
      return;
    }
    console.printf(
        Locale.ROOT,
        "SIG%s: writing a checkpoint, for which there are %d seconds; once more ends at once%n",
        signal.getName(),
        graceSeconds);
    var timer =
        new Thread(
            () -> {
              try {
                Thread.sleep(graceSeconds * 1000L);
              } catch (InterruptedException e) {
                return;
              }
              if (GUARDED.get() > 0) {
                console.printf(
                    Locale.ROOT,
                    "no checkpoint in %d seconds (train.stop.grace): the steps since the last one are lost; the same command goes on from there%n",
                    graceSeconds);
                exit();
              }
            },
            "stop-grace");
    timer.setDaemon(true);
    timer.start();
  }

  /** Ends the process; what is torn down meanwhile has nothing to tell. */
  private static void exit() {
    Configurator.setAllLevels(LogManager.ROOT_LOGGER_NAME, Level.OFF);
    new Thread(() -> Runtime.getRuntime().exit(exitCode()), "stop-exit").start();
  }
}
