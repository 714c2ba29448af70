package ai.echogen.scoring.metrics;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * When a box counts as found, which differs from benchmark to benchmark. Thresholds are 0.50, 0.55,
 * … 0.95; a missing prediction, such as an answer that could not be read, is a miss.
 *
 * @param measure what is held against the threshold
 * @param rule whether the threshold itself is enough
 */
public record GroundingProtocol(Measure measure, Rule rule) implements Serializable {
  /** As Ref-L4's evaluator: IoU in float32, strictly above. */
  public static final GroundingProtocol REF_L4 =
      new GroundingProtocol(Measure.IOU_FLOAT32, Rule.ABOVE);

  /** As RefCOCO is scored by most, such as Qwen-VL: IoU, the threshold is enough. */
  public static final GroundingProtocol REFCOCO = new GroundingProtocol(Measure.IOU, Rule.AT_LEAST);

  /** As MDETR scores RefCOCO: generalised IoU, the threshold is enough. */
  public static final GroundingProtocol MDETR = new GroundingProtocol(Measure.GIOU, Rule.AT_LEAST);

  /** IoU strictly above, in double precision. */
  public static final GroundingProtocol STRICT = new GroundingProtocol(Measure.IOU, Rule.ABOVE);

  /** The number of thresholds. */
  public static final int NUM_THRESHOLDS = 10;

  /** What is held against the threshold. */
  public enum Measure {
    IOU,
    IOU_FLOAT32,
    GIOU
  }

  /** Whether the threshold itself is enough. */
  public enum Rule {
    ABOVE,
    AT_LEAST
  }

  /** The measure of a prediction; NaN where there is none, or none is defined. */
  public double measure(PixelBox truth, @Nullable PixelBox predicted) {
    if (predicted == null) {
      return Double.NaN;
    }
    return switch (measure) {
      case IOU -> truth.iou(predicted);
      case IOU_FLOAT32 -> truth.iouFloat32(predicted);
      case GIOU -> truth.giou(predicted);
    };
  }

  /** Whether a measure reaches threshold 0.50 + 0.05 · {@code step}. */
  public boolean isHit(double measured, int step) {
    double exact = percent(step) / 100.0;
    // A float32 is compared with the threshold as a float32.
    double threshold = measure == Measure.IOU_FLOAT32 ? (float) exact : exact;
    return rule == Rule.ABOVE ? measured > threshold : measured >= threshold;
  }

  /** The thresholds that a measure reaches, in [0, 10]. */
  public int hits(double measured) {
    int hits = 0;
    for (int step = 0; step < NUM_THRESHOLDS; step++) {
      hits += isHit(measured, step) ? 1 : 0;
    }
    return hits;
  }

  /** The threshold of a step in hundredths: 50, 55, … 95. */
  static int percent(int step) {
    return 50 + 5 * step;
  }
}
