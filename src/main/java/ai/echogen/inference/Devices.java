package ai.echogen.inference;

import ai.djl.Device;
import ai.echogen.torch.Cuda;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkContext$;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.resource.ResourceInformation;

/** Which device a task computes on, in training as well: the one place that decides. */
public final class Devices {
  /** {@code cpu}, {@code gpu}, or {@code auto}: the GPU that Spark assigned, if it did. */
  public static final String DEVICE = "spark.echogen.device";

  /** Whether a GPU gives equal bits; see {@link Cuda.Mode}. */
  public static final String DETERMINISTIC = "spark.echogen.deterministic";

  /** Whether a GPU's float32 products are TF32; see {@link Cuda.Mode}. */
  public static final String TF32 = "spark.echogen.tf32";

  private static final String GPU = "gpu";
  private static final String DRIVER = "driver"; // as Spark names its executor

  private Devices() {}

  /**
   * The GPU that Spark assigned to the running task, else one that it assigned to the driver where
   * tasks run in the driver, else the processor.
   *
   * @throws IllegalArgumentException if libtorch cannot use that GPU, or if one is asked for and
   *     none is assigned
   */
  public static Device ofTask() {
    var device = chosen();
    if (device.isGpu()) {
      var env = SparkEnv.get();
      Cuda.require(
          device,
          new Cuda.Mode(
              env == null || env.conf().getBoolean(DETERMINISTIC, true),
              env != null && env.conf().getBoolean(TF32, false)));
    }
    return device;
  }

  /** The same, whether or not libtorch can use it. */
  static Device chosen() {
    var env = SparkEnv.get();
    var wanted = env == null ? "auto" : env.conf().get(DEVICE, "auto");
    if (!List.of("auto", "cpu", GPU).contains(wanted)) {
      throw new IllegalArgumentException(DEVICE + " must be auto, cpu or gpu, got " + wanted);
    }
    if (wanted.equals("cpu")) {
      return Device.cpu();
    }
    var addresses = assigned();
    if (addresses.length > 0) {
      var context = TaskContext.get();
      int place = context == null ? 0 : context.partitionId() % addresses.length;
      return Device.gpu(number(addresses[place]));
    }
    if (wanted.equals(GPU)) {
      throw new IllegalArgumentException(
          DEVICE
              + "=gpu, but Spark has assigned none: give executors one (spark.executor.resource.gpu.amount,"
              + " spark.task.resource.gpu.amount), or with a local master the driver"
              + " (spark.driver.resource.gpu.amount), and the discovery script of deploy/");
    }
    return Device.cpu();
  }

  /** Addresses of the task's GPUs; those of the driver for what runs in it. */
  private static String[] assigned() {
    var context = TaskContext.get();
    var ofTask = context == null ? null : context.resourcesJMap().get(GPU);
    if (ofTask != null && ofTask.addresses().length > 0) {
      return ofTask.addresses();
    }
    var env = SparkEnv.get();
    if (env == null || !env.executorId().equals(DRIVER)) {
      return new String[0];
    }
    var ofDriver = resources().get(GPU);
    return ofDriver == null ? new String[0] : ofDriver.addresses();
  }

  /** Of the driver; a session would not be told to a task. */
  private static Map<String, ResourceInformation> resources() {
    var active = SparkContext$.MODULE$.getActive();
    return active.isEmpty()
        ? Map.of()
        : JavaSparkContext.fromSparkContext(active.get()).resources();
  }

  private static int number(String address) {
    try {
      return Integer.parseInt(address);
    } catch (NumberFormatException e) { // which says less: no cause
      throw new IllegalArgumentException(
          "a GPU's address must be its number, got %s: check the discovery script"
              .formatted(address));
    }
  }
}
