package ai.echogen.torch;

import ai.djl.Device;
import ai.djl.ndarray.types.Shape;
import ai.djl.util.cuda.CudaUtils;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.util.HashSet;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * GPUs as libtorch sees them, and its switches for them, which DJL does not reach: those of {@code
 * at::Context}, set by their C++ names. They hold for the whole process.
 */
public final class Cuda {
  /**
   * How a process computes on its GPUs.
   *
   * @param deterministic whether the same input gives the same bits: attention's backward pass,
   *     sums by index and cuBLAS take their slower ways, and an operation that has none is an error
   * @param tf32 whether float32 products are rounded to TF32, ten bits of mantissa, before they are
   *     multiplied
   */
  public record Mode(boolean deterministic, boolean tf32) {}

  private static final String TORCH = "torch_cpu";
  private static final String CONTEXT = "_ZN2at13globalContextEv"; // at::globalContext()
  private static final String MEMBER = "_ZN2at7Context"; // of at::Context
  private static final String WORKSPACE = "CUBLAS_WORKSPACE_CONFIG";
  private static final Set<Device> FOUND = new HashSet<>();
  private static @Nullable Mode mode;

  private Cuda() {}

  /**
   * Makes sure that a GPU can be computed on, in the one mode of this process.
   *
   * @throws IllegalArgumentException if libtorch has no CUDA, or not this device, or if the process
   *     computes in another mode already
   */
  public static synchronized void require(Device device, Mode wanted) {
    if (mode != null && !mode.equals(wanted)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "this process computes on GPUs with %s, not with %s: start another",
              mode,
              wanted));
    }
    if (FOUND.contains(device)) {
      return;
    }
    if (mode == null) {
      keepWorkspace(wanted);
    }
    try {
      compute(device);
    } catch (RuntimeException e) { // which library says what, differs: no cause
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "GPU %d is assigned, but libtorch %s cannot use it (%s): give one with CUDA (docs/cluster.md), or"
                  + " compute without, --conf spark.echogen.device=cpu",
              device.getDeviceId(),
              Tensors.libtorch(),
              firstSentence(e)));
    }
    if (mode == null) {
      set(wanted);
      mode = wanted;
    }
    FOUND.add(device);
  }

  /** Bytes of a GPU's memory, if the CUDA runtime is found that tells. */
  public static OptionalLong memory(Device device) {
    return CudaUtils.getGpuCount() > device.getDeviceId()
        ? OptionalLong.of(CudaUtils.getGpuMemory(device).getMax())
        : OptionalLong.empty();
  }

  /** GPUs that the CUDA runtime counts; 0 where there is none. */
  public static int count() {
    return CudaUtils.getGpuCount();
  }

  /** Whether the first GPU can be computed on. */
  public static boolean works() {
    try {
      compute(Device.gpu(0));
      return true;
    } catch (RuntimeException e) {
      return false;
    }
  }

  private static void compute(Device device) {
    try (var manager = Tensors.on(device)) {
      var unused = manager.zeros(new Shape(1)).toFloatArray();
    }
  }

  private static void set(Mode wanted) {
    var torch = NativeLibrary.getInstance(TORCH);
    var context = torch.getFunction(CONTEXT).invokePointer(new Object[0]);
    call(torch, context, "18setAllowTF32CuBLASEb", wanted.tf32());
    call(torch, context, "17setAllowTF32CuDNNEb", wanted.tf32());
    if (wanted.deterministic()) {
      call(torch, context, "21setDeterministicCuDNNEb", true);
      call(torch, context, "26setDeterministicAlgorithmsEbb", true, false); // not only a warning
      // new tensors are not filled with NaN: every one here is written before it is read
      call(torch, context, "39setDeterministicFillUninitializedMemoryEb", false);
    }
  }

  private static void call(NativeLibrary torch, Pointer context, String name, boolean... values) {
    var arguments = new Object[values.length + 1];
    arguments[0] = context;
    for (int i = 0; i < values.length; i++) {
      arguments[i + 1] = (byte) (values[i] ? 1 : 0);
    }
    torch.getFunction(MEMBER + name).invokeVoid(arguments);
  }

  /**
   * cuBLAS gives equal bits only with a workspace of its own, which it reads of the environment.
   */
  private static void keepWorkspace(Mode wanted) {
    if (wanted.deterministic() && System.getenv(WORKSPACE) == null) {
      int unused =
          NativeLibrary.getProcess()
              .getFunction("setenv")
              .invokeInt(new Object[] {WORKSPACE, ":4096:8", 0});
    }
  }

  private static String firstSentence(RuntimeException e) {
    var text = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    int end = text.indexOf(". ");
    return end < 0 ? text : text.substring(0, end);
  }
}
