package ai.echogen.observe;

import java.time.Duration;
import java.util.Locale;

/** Numbers and durations as people read them. */
final class Figures {
  private Figures() {}

  /**
   * About four significant digits: {@code 12346}, {@code 123.5}, {@code 0.912}, {@code 3.0e-04}.
   */
  static String number(double value) {
    var size = Math.abs(value);
    if (!Double.isFinite(value) || size == 0) {
      return size == 0 ? "0" : Double.toString(value);
    }
    if (size >= 1e7) {
      return format("%.3e", value);
    }
    if (size >= 999.95) {
      return format("%.0f", value);
    }
    if (size >= 99.995) {
      return format("%.1f", value);
    }
    if (size >= 9.9995) {
      return format("%.2f", value);
    }
    return format(size >= 0.00995 ? "%.3f" : "%.1e", value);
  }

  /** The two largest units: {@code 2h05m}, {@code 3m07s}, {@code 9s}. */
  static String duration(Duration duration) {
    var seconds = Math.max(0, Math.round(duration.toMillis() / 1000.0));
    if (seconds >= 86_400) {
      return format("%dd%02dh", seconds / 86_400, seconds / 3600 % 24);
    }
    if (seconds >= 3600) {
      return format("%dh%02dm", seconds / 3600, seconds / 60 % 60);
    }
    return seconds >= 60 ? format("%dm%02ds", seconds / 60, seconds % 60) : seconds + "s";
  }

  static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
