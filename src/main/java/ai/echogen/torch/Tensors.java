package ai.echogen.torch;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.pytorch.jni.LibUtils;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Where tensors come from and how they go back to Java. */
public final class Tensors {
  private Tensors() {}

  /** A new root manager for tensors in main memory; the caller closes it. */
  public static NDManager cpu() {
    return on(Device.cpu());
  }

  /** A new root manager on a device; the caller closes it. */
  public static NDManager on(Device device) {
    return engine().newBaseManager(device);
  }

  /**
   * Fixes how many threads one native operation uses. Bits depend on it, so it is set once, before
   * the first operation: one thread a task unless the configuration says otherwise.
   */
  public static void setThreadsPerTask(int threads) {
    var unused = engine(); // loads the native library
    JniUtils.setNumThreads(threads);
  }

  private static Engine engine() {
    var engine = Engine.getEngine("PyTorch");
    NativeLog.setLevel();
    return engine;
  }

  /** The version of libtorch, as DJL knows it. */
  public static String libtorch() {
    return engine().getVersion();
  }

  /** Where libtorch was loaded from. */
  public static String libraries() {
    var unused = engine();
    return LibUtils.getLibtorchPath();
  }

  /**
   * Numbers that steer a script, in main memory wherever the scope's tensors lie: to read them
   * there waits for no GPU.
   */
  public static NDArray steering(NDManager scope, double... values) {
    return host(scope).create(values);
  }

  /** The same, whole numbers. */
  public static NDArray steering(NDManager scope, long... values) {
    return host(scope).create(values);
  }

  /** The scope itself, or one in main memory that is closed with it. */
  private static NDManager host(NDManager scope) {
    return scope.getDevice().isGpu() ? scope.newSubManager(Device.cpu()) : scope;
  }

  /** A float32 tensor with a copy of {@code values}. */
  public static NDArray floats(NDManager manager, float[] values, long... shape) {
    return manager.create(values, new Shape(shape));
  }

  /** An int64 tensor with a copy of {@code values}, row by row. */
  public static NDArray longs(NDManager manager, long[] values, long... shape) {
    return manager.create(values, new Shape(shape));
  }

  /** A float32 tensor's bytes in little-endian order, as a copy. At most 2 GiB. */
  public static ByteBuffer bytes(NDArray source) {
    if (source.getDataType() != DataType.FLOAT32) {
      throw new IllegalStateException("bytes() is for float32, got " + source.getDataType());
    }
    return source.toByteBuffer(false).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * The memory of a contiguous tensor of any type, such as bfloat16, of which DJL may be asked
   * nothing: its name for that ends the JVM. Valid until the tensor is closed. At most 2 GiB.
   *
   * @param source in main memory
   */
  public static ByteBuffer memory(NDArray source) {
    return JniUtils.getByteBuffer((PtNDArray) source, true);
  }
}
