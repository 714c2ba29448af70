package ai.echogen.data.synth;

import java.util.Locale;

/** What lies on a shape: a mild fading towards the background, so that its colour stays its own. */
public enum Texture {
  PLAIN {
    @Override
    boolean fades(double x, double y) {
      return false;
    }
  },
  STRIPED {
    @Override
    boolean fades(double x, double y) {
      return Math.floorMod((int) Math.floor(y / 3), 2) == 1;
    }
  },
  DOTTED {
    @Override
    boolean fades(double x, double y) {
      var dx = x - 6 * Math.floor(x / 6) - 3;
      var dy = y - 6 * Math.floor(y / 6) - 3;
      return dx * dx + dy * dy <= 3.2;
    }
  };

  /** The share of the background in a faded place. */
  static final double FADE = 0.28;

  /** Whether a place of the object fades, in units of 1/64 image from its upper left corner. */
  abstract boolean fades(double x, double y);

  /** The lower-case word for it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
