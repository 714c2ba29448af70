package ai.echogen.data.augment;

import ai.echogen.image.Picture;
import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Grey pictures with objects of one colour each, and where these are found again. */
final class Drawn {
  static final int RED = 0xFFE01010;
  static final int BLUE = 0xFF1010E0;
  static final int GREEN = 0xFF10C010;

  private static final int NEAR = 60; // of 255, in each channel

  private final Picture picture;
  private final List<Region> regions = new ArrayList<>();

  Drawn(int width, int height) {
    picture = new Picture(width, height, new int[width * height]);
    var random = new Random(1);
    Arrays.setAll(picture.argb(), i -> 0xFF000000 | (110 + random.nextInt(30)) * 0x010101);
  }

  /** A rectangle whose pixels are from the first corner to before the second one. */
  Drawn rectangle(String phrase, int color, int x0, int y0, int x1, int y1) {
    for (int y = y0; y < y1; y++) {
      Arrays.fill(picture.argb(), y * picture.width() + x0, y * picture.width() + x1, color);
    }
    return region(phrase, x0, y0, x1, y1);
  }

  /** The ellipse that fills this rectangle. */
  Drawn ellipse(String phrase, int color, int x0, int y0, int x1, int y1) {
    for (int y = y0; y < y1; y++) {
      for (int x = x0; x < x1; x++) {
        double right = (x + 0.5 - (x0 + x1) / 2.0) / ((x1 - x0) / 2.0);
        double down = (y + 0.5 - (y0 + y1) / 2.0) / ((y1 - y0) / 2.0);
        if (right * right + down * down <= 1) {
          picture.argb()[y * picture.width() + x] = color;
        }
      }
    }
    return region(phrase, x0, y0, x1, y1);
  }

  /** A box around nothing. */
  Drawn region(String phrase, int x0, int y0, int x1, int y1) {
    float width = picture.width();
    float height = picture.height();
    var box = new Box(x0 / width, y0 / height, x1 / width, y1 / height);
    regions.add(new Region(phrase, phrase, box));
    return this;
  }

  Annotated captioned(String caption) {
    return new Annotated("drawn", picture, new Layout(caption, regions));
  }

  /** Around the pixels that have nearly this colour, relative to the picture. */
  static Extent found(Picture picture, int color) {
    int x0 = Integer.MAX_VALUE;
    int y0 = Integer.MAX_VALUE;
    int x1 = -1;
    int y1 = -1;
    for (int i = 0; i < picture.argb().length; i++) {
      if (isNear(picture.argb()[i], color)) {
        x0 = Math.min(x0, i % picture.width());
        x1 = Math.max(x1, i % picture.width() + 1);
        y0 = Math.min(y0, i / picture.width());
        y1 = Math.max(y1, i / picture.width() + 1);
      }
    }
    double width = picture.width();
    double height = picture.height();
    return new Extent(x0 / width, y0 / height, x1 / width, y1 / height);
  }

  /** How many pixels have nearly this colour. */
  static long count(Picture picture, int color) {
    return Arrays.stream(picture.argb()).filter(pixel -> isNear(pixel, color)).count();
  }

  private static boolean isNear(int pixel, int color) {
    for (int shift = 0; shift <= 16; shift += 8) {
      if (Math.abs((pixel >> shift & 0xFF) - (color >> shift & 0xFF)) > NEAR) {
        return false;
      }
    }
    return true;
  }

  /** Most distance of the sides of two boxes, in pixels of a picture. */
  static double distance(Extent a, Extent b, Picture picture) {
    return Math.max(
        Math.max(Math.abs(a.x0() - b.x0()), Math.abs(a.x1() - b.x1())) * picture.width(),
        Math.max(Math.abs(a.y0() - b.y0()), Math.abs(a.y1() - b.y1())) * picture.height());
  }

  /** The same of the only region, or that of a phrase, and the pixels of a colour. */
  static double distance(Annotated drawn, String phrase, int color) {
    var box =
        drawn.regions().stream()
            .filter(region -> region.phrase().equals(phrase))
            .findFirst()
            .orElseThrow()
            .box();
    return distance(Extent.of(box), found(drawn.picture(), color), drawn.picture());
  }
}
