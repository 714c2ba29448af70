package ai.echogen.inference;

import ai.djl.Device;
import ai.echogen.torch.Cuda;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.apache.spark.SparkEnv;

/**
 * Things that take time to make and memory to keep, made once and lent to whoever asks.
 *
 * <p>What nobody uses any more stays for the next, as long as all of it together takes no more than
 * the capacity; then the least recently lent is closed. What is lent is never closed, nor is what
 * was given back last, so that these may take more.
 */
public final class LeasePool<K> {
  /** Makes what is not there yet. */
  public interface Maker<T> {
    T make() throws IOException;
  }

  private static final class Entry {
    private final AutoCloseable value;
    private final long bytes;
    private int leases;

    Entry(AutoCloseable value, long bytes) {
      this.value = value;
      this.bytes = bytes;
    }
  }

  private final long capacity; // bytes
  private final Map<K, Entry> entries = new LinkedHashMap<>(16, 0.75f, true); // last lent last

  /**
   * @param capacity bytes of what is kept though nobody uses it
   */
  LeasePool(long capacity) {
    this.capacity = capacity;
  }

  /**
   * A pool of what lies in a device's memory.
   *
   * @param setting Spark's, of its capacity
   * @param share of the memory, as 1 / share, where nothing is set
   */
  public static <K> LeasePool<K> of(Device device, String setting, int share) {
    var env = SparkEnv.get();
    if (env != null && env.conf().contains(setting)) {
      return new LeasePool<>(env.conf().getSizeAsBytes(setting));
    }
    if (device.isGpu()) {
      return new LeasePool<>(Cuda.memory(device).orElse(Long.MAX_VALUE) / share);
    }
    var machine =
        ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class);
    return new LeasePool<>(machine.getTotalMemorySize() / share); // of the container, in one
  }

  /**
   * Lends what a key stands for. If it is not there, it is made, while others wait.
   *
   * @param about bytes that it will take, for which room is made first
   * @param bytes that it takes
   */
  public synchronized <T extends AutoCloseable> Lease<T> lease(
      K key, Class<T> type, long about, Maker<T> maker, ToLongFunction<T> bytes)
      throws IOException {
    var entry = entries.get(key);
    if (entry == null) {
      makeRoom(about);
      var made = maker.make();
      entry = new Entry(made, bytes.applyAsLong(made));
      entries.put(key, entry);
    }
    entry.leases++;
    var lent = entry;
    return new Lease<>(type.cast(lent.value), () -> giveBack(lent));
  }

  private synchronized void giveBack(Entry entry) {
    makeRoom(0); // not of this one: the next task may want it at once
    entry.leases--;
  }

  private void makeRoom(long bytes) {
    long used = bytes + entries.values().stream().mapToLong(entry -> entry.bytes).sum();
    var oldest = entries.values().iterator();
    while (used > capacity && oldest.hasNext()) {
      var entry = oldest.next();
      if (entry.leases == 0) {
        oldest.remove();
        used -= entry.bytes;
        close(entry.value);
      }
    }
  }

  private static void close(AutoCloseable value) {
    try {
      value.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
