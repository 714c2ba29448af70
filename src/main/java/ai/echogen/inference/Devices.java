package ai.echogen.inference;

import ai.djl.Device;
import org.apache.spark.TaskContext;

/** Which device a task computes on, in training as well. */
public final class Devices {
  private Devices() {}

  /** The GPU that Spark assigned to the running task, or the processor if it assigned none. */
  public static Device ofTask() {
    var context = TaskContext.get();
    var gpu = context == null ? null : context.resourcesJMap().get("gpu");
    if (gpu == null || gpu.addresses().length == 0) {
      return Device.cpu();
    }
    var address = gpu.addresses()[0];
    try {
      return Device.gpu(Integer.parseInt(address));
    } catch (NumberFormatException e) { // which says less: no cause
      throw new IllegalArgumentException(
          "a GPU's address must be its number, got %s: check the discovery script"
              .formatted(address));
    }
  }
}
