package ai.echogen.train.plan;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Some GPUs as their maker publishes them: peaks without sparsity, in 1e12 FLOPs a second, and the
 * memory's size, in GiB as the driver reports it, and speed.
 */
public enum Card {
  A10("NVIDIA A10", 22, 31.2, 62.5, 125, 0.6),
  A100("NVIDIA A100 80 GB SXM", 80, 19.5, 156, 312, 2.039),
  A100_40G("NVIDIA A100 40 GB SXM", 40, 19.5, 156, 312, 1.555),
  L4("NVIDIA L4", 22, 30.3, 60, 121, 0.3),
  L40S("NVIDIA L40S", 44, 91.6, 183, 362, 0.864),
  H100("NVIDIA H100 SXM", 79, 67, 494.5, 989, 3.35),
  H100_PCIE("NVIDIA H100 PCIe", 79, 51, 378, 756, 2.0),
  H200("NVIDIA H200", 140, 67, 494.5, 989, 4.8);

  /** What products are computed in. */
  public enum Arithmetic {
    FP32,
    TF32,
    BF16
  }

  private final String title;
  private final int gibibytes;
  private final double fp32;
  private final double tf32;
  private final double bf16;
  private final double terabytesPerSecond;

  Card(
      String title,
      int gibibytes,
      double fp32,
      double tf32,
      double bf16,
      double terabytesPerSecond) {
    this.title = title;
    this.gibibytes = gibibytes;
    this.fp32 = fp32;
    this.tf32 = tf32;
    this.bf16 = bf16;
    this.terabytesPerSecond = terabytesPerSecond;
  }

  /** The name in settings, such as {@code h100-pcie}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The card of that {@link #key}, if there is one. */
  static Optional<Card> find(String key) {
    return Arrays.stream(values()).filter(card -> card.key().equals(key)).findFirst();
  }

  static List<String> keys() {
    return Arrays.stream(values()).map(Card::key).toList();
  }

  /** What people call it. */
  public String title() {
    return title;
  }

  public MemorySize memory() {
    return MemorySize.ofGibibytes(gibibytes);
  }

  /** Most FLOPs a second. */
  public double peak(Arithmetic arithmetic) {
    return 1e12
        * switch (arithmetic) {
          case FP32 -> fp32;
          case TF32 -> tf32;
          case BF16 -> bf16;
        };
  }

  /** Bytes a second of its memory. */
  public double bandwidth() {
    return 1e12 * terabytesPerSecond;
  }
}
