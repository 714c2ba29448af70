package ai.echogen.torch;

import com.sun.jna.NativeLibrary;

/**
 * libtorch's own log, on stderr. It has the level that {@code TORCH_CPP_LOG_LEVEL} in the
 * environment says once it is told to look, which only Python's PyTorch does; without, each
 * convolution of some forms says what the processor lacks.
 */
final class NativeLog {
  private static final String LOOK = "_ZN3c1011initLoggingEv"; // c10::initLogging()

  static {
    try {
      NativeLibrary.getInstance("c10").getFunction(LOOK).invokeVoid(new Object[0]);
    } catch (LinkageError e) {
      // another build of libtorch: it says more than it need
    }
  }

  private NativeLog() {}

  /** Has the level read, once; libtorch is loaded. */
  static void setLevel() {} // by the static initialiser
}
