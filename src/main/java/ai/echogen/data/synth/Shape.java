package ai.echogen.data.synth;

import java.util.Locale;

/** The outlines of shape scenes, each filling its box: u and v run from -1 to 1 across the box. */
public enum Shape {
  CIRCLE {
    @Override
    public boolean covers(double u, double v) {
      return u * u + v * v <= 1;
    }
  },
  SQUARE {
    @Override
    public boolean covers(double u, double v) {
      return true;
    }
  },
  TRIANGLE {
    @Override
    public boolean covers(double u, double v) {
      return Math.abs(u) <= (v + 1) / 2;
    }
  },
  STAR {
    @Override
    public boolean covers(double u, double v) {
      return insideStar(u, v);
    }
  },
  RING {
    @Override
    public boolean covers(double u, double v) {
      var square = u * u + v * v;
      return square <= 1 && square >= RING_HOLE * RING_HOLE;
    }
  },
  CROSS {
    @Override
    public boolean covers(double u, double v) {
      return Math.abs(u) <= CROSS_ARM || Math.abs(v) <= CROSS_ARM;
    }
  };

  private static final double RING_HOLE = 0.5;
  private static final double CROSS_ARM = 0.3; // half the width of an arm
  private static final double STAR_NOTCH = 0.48; // radius of the inner corners; the tips are at 1
  private static final int STAR_CORNERS = 10;
  private static final double[] STAR_U = new double[STAR_CORNERS];
  private static final double[] STAR_V = new double[STAR_CORNERS];

  static {
    // The tips of a five-pointed star of radius 1 span 2 sin(72°) across and 1 + cos(36°) down.
    var halfWidth = StrictMath.sin(StrictMath.toRadians(72));
    var height = 1 + StrictMath.cos(StrictMath.toRadians(36));
    for (var i = 0; i < STAR_CORNERS; i++) {
      var radius = i % 2 == 0 ? 1 : STAR_NOTCH;
      var angle = StrictMath.toRadians(36 * i);
      STAR_U[i] = radius * StrictMath.sin(angle) / halfWidth;
      STAR_V[i] = (1 - radius * StrictMath.cos(angle)) * 2 / height - 1;
    }
  }

  /** Whether a point of the box, both coordinates in [-1, 1], lies in the shape. */
  public abstract boolean covers(double u, double v);

  /** The lower-case word for it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * How much of a pixel the shape covers when it fills a box, in [0, 1], from 4 × 4 points.
   *
   * @param width of the box, pixels
   * @param height of the box, pixels
   */
  public double coverage(int x, int y, int width, int height) {
    var hits = 0;
    for (var sy = 0; sy < 4; sy++) {
      var v = (y + (sy + 0.5) / 4) / height * 2 - 1;
      for (var sx = 0; sx < 4; sx++) {
        var u = (x + (sx + 0.5) / 4) / width * 2 - 1;
        if (covers(u, v)) {
          hits++;
        }
      }
    }
    return hits / 16.0;
  }

  private static boolean insideStar(double u, double v) {
    var inside = false;
    for (int i = 0, j = STAR_CORNERS - 1; i < STAR_CORNERS; j = i++) {
      if (STAR_V[i] > v != STAR_V[j] > v
          && u < (STAR_U[j] - STAR_U[i]) * (v - STAR_V[i]) / (STAR_V[j] - STAR_V[i]) + STAR_U[i]) {
        inside = !inside;
      }
    }
    return inside;
  }
}
