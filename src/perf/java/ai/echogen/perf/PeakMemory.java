package ai.echogen.perf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The most memory that this process has had resident, as Linux counts it. */
final class PeakMemory {
  private static final Path STATUS = Path.of("/proc/self/status");

  private PeakMemory() {}

  /** In 10^9 bytes; NaN where the system does not say. */
  static double gigabytes() throws IOException {
    if (!Files.exists(STATUS)) {
      return Double.NaN;
    }
    return Files.readAllLines(STATUS).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) * 1024 / 1e9)
        .map(Medians::rounded)
        .findFirst()
        .orElse(Double.NaN);
  }
}
