package ai.echogen.scoring.judges;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The colours of COCO-MIG, as ranges of hue, saturation and value in OpenCV's 8-bit form: hue 0 to
 * 180, the others 0 to 255, both ends included.
 *
 * <p>This is the table that the benchmark's authors score with now. An earlier one of theirs has
 * other ends, such as 78 to 124 for blue; scores by different tables do not compare.
 */
public enum HsvColor {
  RED(new Range(0, 50, 70, 9, 255, 255), new Range(159, 50, 70, 180, 255, 255)),
  BLUE(new Range(90, 50, 70, 128, 255, 255)),
  YELLOW(new Range(25, 50, 70, 35, 255, 255)),
  GREEN(new Range(36, 50, 70, 89, 255, 255)),
  BLACK(new Range(0, 0, 0, 180, 255, 30)),
  WHITE(new Range(0, 0, 221, 180, 43, 255)),
  BROWN(new Range(6, 43, 35, 25, 255, 255));

  private record Range(int h0, int s0, int v0, int h1, int s1, int v1) {
    boolean has(int h, int s, int v) {
      return h >= h0 && h <= h1 && s >= s0 && s <= s1 && v >= v0 && v <= v1;
    }
  }

  private static final int SHIFT = 12; // OpenCV divides by tables of fractions with 12 bits
  private static final int[] BY_VALUE = table(255.0); // 255 / value
  private static final int[] BY_CHROMA = table(180 / 6.0); // a sixth of the circle / difference

  private final List<Range> ranges;

  HsvColor(Range... ranges) {
    this.ranges = List.of(ranges);
  }

  /** The colour that a word names, if it is one of these. */
  public static Optional<HsvColor> named(String word) {
    return Arrays.stream(values()).filter(color -> color.word().equals(word)).findFirst();
  }

  /** Its name in a phrase. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Whether a pixel has this colour.
   *
   * @param rgb 0xRRGGBB; what is above does not count
   */
  public boolean has(int rgb) {
    int hsv = hsv(rgb);
    return ranges.stream().anyMatch(range -> range.has(hsv >> 16, hsv >> 8 & 0xFF, hsv & 0xFF));
  }

  /** Hue, saturation and value, a byte each, bit for bit as OpenCV's conversion of 8-bit RGB. */
  static int hsv(int rgb) {
    int red = rgb >> 16 & 0xFF;
    int green = rgb >> 8 & 0xFF;
    int blue = rgb & 0xFF;
    int value = Math.max(red, Math.max(green, blue));
    int chroma = value - Math.min(red, Math.min(green, blue));
    int sixths; // of the circle, times chroma
    if (value == red) {
      sixths = green - blue;
    } else if (value == green) {
      sixths = blue - red + 2 * chroma;
    } else {
      sixths = red - green + 4 * chroma;
    }
    int half = 1 << (SHIFT - 1);
    int saturation = (chroma * BY_VALUE[value] + half) >> SHIFT;
    int hue = (sixths * BY_CHROMA[chroma] + half) >> SHIFT;
    return (hue < 0 ? hue + 180 : hue) << 16 | saturation << 8 | value;
  }

  private static int[] table(double numerator) {
    var table = new int[256];
    for (int i = 1; i < table.length; i++) {
      table[i] = (int) Math.rint(numerator * (1 << SHIFT) / i);
    }
    return table;
  }
}
