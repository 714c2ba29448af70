package ai.echogen.inference;

import ai.djl.Device;
import ai.djl.ndarray.types.Shape;
import ai.echogen.torch.Cuda;
import ai.echogen.torch.Tensors;
import ai.echogen.torch.script.Script;
import java.io.IOException;
import java.io.Serializable;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.SparkEnv;
import org.apache.spark.util.Utils;
import org.jspecify.annotations.Nullable;

/** What a process finds on its machine: what it computes with, and what it can read. */
public final class Machine {
  /** A thing and what was found of it, for people. */
  public record Finding(String what, String found) implements Serializable {}

  private static final Path PROCESSOR = Path.of("/proc/cpuinfo");
  private static final List<String> NARROW = List.of("avx512_bf16", "amx_bf16"); // as Linux says
  private static final List<String> SCHEMES = List.of("file", "hdfs", "s3a", "gs", "abfs");
  private static final int SIDE = 1024;
  private static final int PRODUCTS = 5;
  private static final String PRODUCT =
      """
      def multiply(x: Tensor, times: Tensor) -> List[Tensor]:
        y = x
        for i in range(int(times.item())):
          y = torch.mm(x, x)
        return [y.flatten()[0].to(6)]

      def narrow(x: Tensor) -> List[Tensor]:
        return [x.to(15)]
      """;

  private static @Nullable List<Finding> found;

  private Machine() {}

  /** Everything, in this process, looked at once: products take about a second of a core. */
  public static synchronized List<Finding> once() throws IOException {
    if (found == null) {
      found = here();
    }
    return found;
  }

  private static List<Finding> here() throws IOException {
    var found = new ArrayList<Finding>();
    found.add(
        new Finding(
            "java",
            System.getProperty("java.version")
                + ", heap of "
                + gib(Runtime.getRuntime().maxMemory())));
    found.add(new Finding("processor", processor()));
    found.add(new Finding("memory", memory()));
    found.add(new Finding("libtorch", Tensors.libtorch() + ", from " + Tensors.libraries()));
    found.add(new Finding("cuda", cuda()));
    var device = Device.cpu();
    try {
      device = Devices.ofTask();
      found.add(
          new Finding("tasks compute on", device.isGpu() ? device.toString() : "the processor"));
    } catch (IllegalArgumentException e) {
      found.add(new Finding("tasks compute on", "nothing: " + e.getMessage()));
    }
    found.add(new Finding("products there", products(device)));
    found.add(new Finding("file systems", fileSystems()));
    found.add(new Finding("scratch", scratch()));
    return found;
  }

  private static String processor() throws IOException {
    int cores = Runtime.getRuntime().availableProcessors();
    if (!Files.exists(PROCESSOR)) {
      return String.format(Locale.ROOT, "%s, %d cores", System.getProperty("os.arch"), cores);
    }
    try (var lines = Files.lines(PROCESSOR, StandardCharsets.UTF_8)) {
      var name = "";
      Set<String> flags = Set.of();
      for (var line : lines.limit(64).toList()) {
        var value = line.substring(line.indexOf(':') + 1).strip();
        if (line.startsWith("model name") && name.isEmpty()) {
          name = value;
        } else if (line.startsWith("flags") && flags.isEmpty()) {
          flags = Set.of(value.split(" +"));
        }
      }
      var narrow = NARROW.stream().filter(flags::contains).toList();
      return String.format(
          Locale.ROOT,
          "%s, %d cores; bfloat16: %s",
          name,
          cores,
          narrow.isEmpty()
              ? "no instructions for it, so precision=bf16 will be slow"
              : String.join(", ", narrow));
    }
  }

  private static String memory() {
    var machine =
        ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class);
    return gib(machine.getTotalMemorySize()) + ", " + gib(machine.getFreeMemorySize()) + " free";
  }

  private static String cuda() {
    if (!Cuda.works()) {
      return Cuda.count() == 0
          ? "none"
          : Cuda.count() + " GPUs, but this libtorch has no CUDA (docs/cluster.md)";
    }
    var memory = Cuda.memory(Device.gpu(0));
    return "libtorch computes on it"
        + (memory.isPresent() ? ", " + gib(memory.getAsLong()) + " on GPU 0" : "");
  }

  /** How fast matrices are multiplied in either precision, with the threads of one task. */
  private static String products(Device device) {
    try (var manager = Tensors.on(device);
        var script = Script.compile(PRODUCT)) {
      var wide = manager.ones(new Shape(SIDE, SIDE));
      var narrow = script.evaluate(manager, "narrow", wide).get(0);
      var rates = new ArrayList<String>();
      for (var x : List.of(wide, narrow)) {
        var few = Tensors.steering(manager, 2L);
        var many = Tensors.steering(manager, (long) PRODUCTS);
        var ignored = script.evaluate(manager, "multiply", x, few).get(0).toFloatArray();
        long start = System.nanoTime();
        var unused = script.evaluate(manager, "multiply", x, many).get(0).toFloatArray();
        double seconds = (System.nanoTime() - start) / 1e9;
        rates.add(
            String.format(Locale.ROOT, "%,.0f", PRODUCTS * 2 * Math.pow(SIDE, 3) / seconds / 1e9));
      }
      return String.format(
          Locale.ROOT,
          "fp32 %s, bf16 %s GFLOP/s (a task's, %d × %d)",
          rates.get(0),
          rates.get(1),
          SIDE,
          SIDE);
    }
  }

  /** Which of the usual schemes Hadoop has a class for. */
  private static String fileSystems() {
    var conf = new Configuration();
    var there = new ArrayList<String>();
    var missing = new TreeSet<String>();
    for (var scheme : SCHEMES) {
      try {
        var unused = FileSystem.getFileSystemClass(scheme, conf);
        there.add(scheme);
      } catch (IOException | RuntimeException e) { // no class of that name
        missing.add(scheme);
      }
    }
    return String.join(", ", there)
        + (missing.isEmpty() ? "" : "; not on the class path: " + String.join(", ", missing));
  }

  private static String scratch() throws IOException {
    var env = SparkEnv.get();
    var folders =
        env == null
            ? Stream.of(System.getProperty("java.io.tmpdir"))
            : Stream.of(Utils.getConfiguredLocalDirs(env.conf()));
    var lines = new ArrayList<String>();
    for (var folder : folders.toList()) {
      var path = Path.of(folder);
      lines.add(
          Files.isDirectory(path)
              ? folder + ", " + gib(Files.getFileStore(path).getUsableSpace()) + " free"
              : folder + ", which is not there");
    }
    return String.join("; ", lines);
  }

  private static String gib(long bytes) {
    return String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1L << 30));
  }
}
