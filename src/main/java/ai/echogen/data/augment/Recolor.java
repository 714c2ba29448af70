package ai.echogen.data.augment;

import ai.echogen.config.Check;
import ai.echogen.data.CounterRandom;
import ai.echogen.data.shards.Finding;
import ai.echogen.image.Picture;
import java.io.Serializable;
import java.util.List;

/**
 * Other light and another camera: each copy gets its own gamma, brightness, contrast, saturation
 * and hue, in this order, in double precision on sRGB values; then it is softened, and gets noise.
 * Of each, zero leaves it as it is.
 *
 * @param brightness most change of the factor of all values, from 1
 * @param contrast most change of the factor of the distance from the mean
 * @param saturation most change of the factor of the distance from grey
 * @param hue most turn of the colours, degrees
 * @param gamma most change of the exponent's natural logarithm
 * @param noise most standard deviation of the noise, of the whole range of values
 * @param blur most share of a pixel that its eight neighbours make
 */
public record Recolor(
    double brightness,
    double contrast,
    double saturation,
    double hue,
    double gamma,
    double noise,
    double blur)
    implements Change, Serializable {
  private static final double MOST_HUE = 180;
  private static final double MOST_NOISE = 0.5;

  public Recolor {
    new Check()
        .that(
            "brightness", brightness >= 0 && brightness < 1, "must be in [0, 1), got " + brightness)
        .that("contrast", contrast >= 0 && contrast < 1, "must be in [0, 1), got " + contrast)
        .that(
            "saturation",
            saturation >= 0 && saturation <= 1,
            "must be in [0, 1], got " + saturation)
        .that("hue", hue >= 0 && hue <= MOST_HUE, "must be 0 to 180, got " + hue)
        .that("gamma", gamma >= 0 && gamma <= 1, "must be in [0, 1], got " + gamma)
        .that("noise", noise >= 0 && noise <= MOST_NOISE, "must be in [0, 0.5], got " + noise)
        .that("blur", blur >= 0 && blur <= 1, "must be in [0, 1], got " + blur)
        .orThrow();
  }

  @Override
  public Annotated apply(Annotated before, CounterRandom random, List<Finding> findings) {
    var curve = curve(StrictMath.exp(random.nextDouble(-gamma, gamma)));
    double bright = random.nextDouble(1 - brightness, 1 + brightness);
    double strong = random.nextDouble(1 - contrast, 1 + contrast);
    double colored = random.nextDouble(1 - saturation, 1 + saturation);
    double turned = random.nextDouble(-hue, hue);
    double soft = random.nextDouble(0, blur);
    double noisy = random.nextDouble(0, noise);
    var picture = before.picture();
    double mean = ColorMatrix.meanLuma(picture, curve) * bright;
    var matrix =
        ColorMatrix.hue(turned).then(ColorMatrix.saturation(colored)).times(bright * strong);
    var colors = matrix.apply(picture, curve, mean * (1 - strong));
    colors = soft > 0 ? softened(colors, soft) : colors;
    return before.with(noisy > 0 ? noisy(colors, noisy, random.fork(1)) : colors);
  }

  /** What each of the 256 values becomes, from 0 to 1. */
  private static double[] curve(double exponent) {
    var curve = new double[256];
    for (int i = 0; i < curve.length; i++) {
      curve[i] = exponent == 1 ? i / 255.0 : StrictMath.pow(i / 255.0, exponent);
    }
    return curve;
  }

  /**
   * Each pixel mixed with a mean of its neighbourhood, whose weights are 1 2 1 in both directions.
   */
  static Picture softened(Picture picture, double share) {
    var soft = new int[picture.argb().length];
    for (int i = 0; i < soft.length; i++) {
      int x = i % picture.width();
      int y = i / picture.width();
      int pixel = 0xFF000000;
      for (int shift = 0; shift <= 16; shift += 8) {
        int sum = 0;
        for (int dy = -1; dy <= 1; dy++) {
          for (int dx = -1; dx <= 1; dx++) {
            int weight = (2 - Math.abs(dx)) * (2 - Math.abs(dy));
            sum += weight * (Fill.edge(picture, x + dx, y + dy) >> shift & 0xFF);
          }
        }
        int own = picture.argb()[i] >> shift & 0xFF;
        pixel |= (int) (own + (sum / 16.0 - own) * share + 0.5) << shift;
      }
      soft[i] = pixel;
    }
    return new Picture(picture.width(), picture.height(), soft);
  }

  private static Picture noisy(Picture picture, double deviation, CounterRandom random) {
    var noisy = new int[picture.argb().length];
    for (int i = 0; i < noisy.length; i++) {
      int pixel = 0xFF000000;
      for (int shift = 0; shift <= 16; shift += 8) {
        double value =
            (picture.argb()[i] >> shift & 0xFF) + 255 * deviation * random.nextGaussian();
        pixel |= (int) Math.round(Math.min(255, Math.max(0, value))) << shift;
      }
      noisy[i] = pixel;
    }
    return new Picture(picture.width(), picture.height(), noisy);
  }
}
