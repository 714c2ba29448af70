package ai.echogen.serve;

import java.util.concurrent.Callable;

/** Waits for what happens in other threads. */
final class Await {
  private static final long PATIENCE = 20_000_000_000L; // nanoseconds
  private static final int LOOK = 10; // milliseconds

  private Await() {}

  /** Returns as soon as it is so. */
  static void until(String what, Callable<Boolean> isSo) throws Exception {
    long end = System.nanoTime() + PATIENCE;
    while (!isSo.call()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("waited in vain until " + what);
      }
      Thread.sleep(LOOK);
    }
  }
}
