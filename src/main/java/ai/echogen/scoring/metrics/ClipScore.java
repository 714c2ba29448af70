package ai.echogen.scoring.metrics;

import java.util.Locale;

/**
 * The numbers that go by the name of CLIP score, all made of the cosine of an image's and a text's
 * vector. They do not compare with one another: a row must say which one it has.
 */
public enum ClipScore {
  /** The cosine itself, as T2I-CompBench prints it. */
  COSINE,
  /** A hundred times the cosine, CLIP's own logit, as MIGC prints it. */
  LOGIT,
  /** 2.5 · max(cosine, 0), of the paper that gave the score its name (2104.08718). */
  HESSEL,
  /** max(100 · cosine, 0), as torchmetrics prints it. */
  CLIPPED_LOGIT;

  /** The score of two vectors of any length but 0. */
  public double of(double[] image, double[] text) {
    return of(cosine(image, text));
  }

  /** The score that belongs to a cosine. */
  public double of(double cosine) {
    return switch (this) {
      case COSINE -> cosine;
      case LOGIT -> 100 * cosine;
      case HESSEL -> 2.5 * Math.max(cosine, 0);
      case CLIPPED_LOGIT -> Math.max(100 * cosine, 0);
    };
  }

  private static double cosine(double[] a, double[] b) {
    if (a.length != b.length) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "vectors of an image and a text must have one length, got %d and %d",
              a.length,
              b.length));
    }
    double dot = 0;
    double square = 0;
    double other = 0;
    for (int i = 0; i < a.length; i++) {
      dot += a[i] * b[i];
      square += a[i] * a[i];
      other += b[i] * b[i];
    }
    double cosine = dot / (Math.sqrt(square) * Math.sqrt(other));
    if (!Double.isFinite(cosine)) {
      throw new IllegalArgumentException(
          "the vectors of an image and a text have no angle: one is 0, or not finite");
    }
    return Math.max(-1, Math.min(1, cosine));
  }
}
