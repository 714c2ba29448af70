package ai.echogen.inference;

import ai.djl.Device;
import ai.echogen.model.JanusModel;
import ai.echogen.model.RunMode;
import ai.echogen.model.directory.JanusConfig;
import ai.echogen.model.vq.VqModel;
import ai.echogen.storage.Location;
import ai.echogen.torch.Tensors;
import ai.echogen.torch.weights.Weights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToLongFunction;
import org.apache.hadoop.fs.FileStatus;

/**
 * Loaded models, one of each an executor and device: its tasks share the weights.
 *
 * <p>A model is known by its directory, the mode it runs in, and the length and time of its files,
 * so a directory that was written anew is loaded anew. It stays loaded while it is lent, and after
 * that until others need the room: all models on a device together are kept to {@code
 * spark.echogen.modelMemory}, by default a quarter of the device's memory.
 */
public final class ModelPool {
  private static final String CAPACITY = "spark.echogen.modelMemory";
  private static final int SHARE = 4; // of the memory, by default

  private record Key(Location directory, String kind, long version) {}

  private static final Map<Device, LeasePool<Key>> POOLS = new ConcurrentHashMap<>();

  private ModelPool() {}

  /**
   * The model of a directory on any Hadoop file system, on the device of the running task.
   *
   * @param mode how it is run
   */
  public static Lease<JanusModel> lease(Location directory, RunMode mode) throws IOException {
    return lease(
        directory,
        JanusModel.class,
        mode.toString(),
        (place, device) -> JanusModel.load(place, mode, device),
        model -> bytes(model.weights()) + bytes(model.vq().weights()));
  }

  /** The VQ tokenizer of a directory on any Hadoop file system, on the device of the task. */
  public static Lease<VqModel> leaseTokenizer(Location directory) throws IOException {
    return lease(
        directory, VqModel.class, "tokenizer", VqModel::load, model -> bytes(model.weights()));
  }

  private static long bytes(Weights weights) {
    return Float.BYTES * weights.layout().size();
  }

  private interface Loader<T> {
    T load(Path directory, Device device) throws IOException;
  }

  private static <T extends AutoCloseable> Lease<T> lease(
      Location directory, Class<T> type, String kind, Loader<T> loader, ToLongFunction<T> bytes)
      throws IOException {
    Tensors.setThreadsPerTask(1);
    var parts = directory.list();
    long version =
        parts.stream()
            .mapToLong(part -> part.getLen() * 31 + part.getModificationTime())
            .reduce(7, (a, b) -> a * 1_000_003 + b);
    var device = Devices.ofTask();
    return POOLS
        .computeIfAbsent(device, where -> LeasePool.of(where, CAPACITY, SHARE))
        .lease(
            new Key(directory, kind, version),
            type,
            parts.stream().mapToLong(FileStatus::getLen).sum(),
            () -> directory.onDisk(place -> loader.load(place, device)),
            bytes);
  }

  /**
   * The configuration of a model that {@link #lease} can load; its weights are not looked at.
   *
   * @throws IllegalArgumentException if the directory holds no such model
   */
  public static JanusConfig config(Location directory) throws IOException {
    return directory.onDisk(List.of(JanusConfig.FILE), JanusModel::readConfig);
  }
}
