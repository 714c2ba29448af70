package ai.echogen.train.plan;

import java.util.regex.Pattern;

/**
 * How many bytes a second an executor can send while it receives as many: {@code 10GbE}, {@code
 * 25Gb/s} or {@code 1.2GB/s}.
 *
 * <p>Bits are the line's, of which TCP leaves {@link #PAYLOAD}; bytes are what arrives.
 */
public final class Network {
  /** What TCP over IPv4 leaves of Ethernet with frames of 1,500 bytes: 1,448 of 1,538. */
  static final double PAYLOAD = 1448.0 / 1538;

  private static final Pattern FORM =
      Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?) ?([KkMGT]?)(bE|b/s|bit/s|B/s)");

  private final String text;
  private final double bytesPerSecond;

  private Network(String text, double bytesPerSecond) {
    this.text = text;
    this.bytesPerSecond = bytesPerSecond;
  }

  /**
   * The speed that a text says.
   *
   * @throws IllegalArgumentException if it says none
   */
  public static Network of(String text) {
    var form = FORM.matcher(text);
    if (form.matches()) {
      double value = Double.parseDouble(form.group(1)) * factor(form.group(2));
      double bytes = form.group(3).equals("B/s") ? value : value / 8 * PAYLOAD;
      if (bytes > 0) {
        return new Network(text, bytes);
      }
    }
    throw new IllegalArgumentException(
        "must be a speed such as 10GbE, 25Gb/s (bits) or 1.2GB/s (bytes), got \"" + text + "\"");
  }

  private static double factor(String prefix) {
    return switch (prefix) {
      case "K", "k" -> 1e3;
      case "M" -> 1e6;
      case "G" -> 1e9;
      case "T" -> 1e12;
      default -> 1;
    };
  }

  public double bytesPerSecond() {
    return bytesPerSecond;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Network network && bytesPerSecond == network.bytesPerSecond;
  }

  @Override
  public int hashCode() {
    return Double.hashCode(bytesPerSecond);
  }

  /** As it was given. */
  @Override
  public String toString() {
    return text;
  }
}
