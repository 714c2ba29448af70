package ai.echogen.data.synth;

import java.util.Locale;

/** The palette of shape scenes: saturated colours, far from each other and from the backgrounds. */
public enum ShapeColor {
  RED(220, 40, 40),
  ORANGE(245, 130, 25),
  YELLOW(240, 205, 30),
  GREEN(40, 160, 60),
  CYAN(40, 195, 210),
  BLUE(50, 80, 220),
  PURPLE(140, 50, 180),
  BLACK(30, 30, 30);

  private final int red;
  private final int green;
  private final int blue;

  ShapeColor(int red, int green, int blue) {
    this.red = red;
    this.green = green;
    this.blue = blue;
  }

  /** Red, green and blue, 0 to 255. */
  public int[] rgb() {
    return new int[] {red, green, blue};
  }

  /** The lower-case word for it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
