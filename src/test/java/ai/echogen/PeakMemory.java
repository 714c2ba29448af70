package ai.echogen;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The most memory that this process has had, as Linux counts it; elsewhere nothing is known. */
final class PeakMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path CLEAR = Path.of("/proc/self/clear_refs");
  private static final String PEAK = "5"; // what is cleared

  private long before;
  private boolean isKnown;

  /** Begins anew. */
  void reset() {
    try {
      Files.writeString(CLEAR, PEAK, StandardOpenOption.WRITE);
      before = kilobytes("VmRSS:");
      isKnown = true;
    } catch (IOException e) { // not Linux, or not allowed
      isKnown = false;
    }
  }

  /** Megabytes that came beyond those of {@link #reset}, even if they are gone again. */
  long megabytes() throws IOException {
    return isKnown ? (kilobytes("VmHWM:") - before) >> 10 : 0;
  }

  private static long kilobytes(String field) throws IOException {
    for (var line : Files.readAllLines(STATUS)) {
      if (line.startsWith(field)) {
        return Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    return 0;
  }
}
