package ai.echogen.torch;

import static org.assertj.core.api.Assertions.assertThat;

/** How the fixtures measure tensors: by the share of the largest entry that one may be off. */
public final class Closeness {
  private Closeness() {}

  /** Fails unless no entry is off by more than {@code share} of the largest expected one. */
  public static void assertClose(float[] actual, float[] expected, double share, String what) {
    assertThat(actual).as(what).hasSameSizeAs(expected);
    double largest = 0;
    double worst = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      double error = Math.abs((double) actual[i] - expected[i]);
      worst = Double.isFinite(error) ? Math.max(worst, error) : Double.POSITIVE_INFINITY;
    }
    assertThat(worst).as(what).isLessThanOrEqualTo(share * largest);
  }
}
