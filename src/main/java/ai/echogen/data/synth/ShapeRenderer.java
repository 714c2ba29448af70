package ai.echogen.data.synth;

import ai.echogen.data.CounterRandom;
import java.awt.image.BufferedImage;

/**
 * Paints a shape scene: a light background with a slight tint, gradient and noise, and on it the
 * shapes with soft (antialiased) edges, each with a slight shift of its colour.
 */
final class ShapeRenderer {
  private static final double TINT = 5;
  private static final double GRADIENT = 5;
  private static final double COLOR_JITTER = 5;
  private static final double NOISE = 1.5; // standard deviation, of 255

  private ShapeRenderer() {}

  static BufferedImage paint(ShapeScene scene, CounterRandom random) {
    var size = scene.size();
    var pixels = background(size, random);
    for (var item : scene.items()) {
      paint(item, pixels, size, random);
    }
    var image = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
    for (var i = 0; i < size * size; i++) {
      var rgb = 0;
      for (var c = 0; c < 3; c++) {
        var value = Math.round(pixels[i * 3 + c] + NOISE * noise(random));
        rgb = rgb << 8 | (int) Math.max(0, Math.min(255, value));
      }
      image.setRGB(i % size, i / size, rgb);
    }
    return image;
  }

  private static double[] background(int size, CounterRandom random) {
    var light = random.nextDouble(228, 248);
    var right = random.nextDouble(-GRADIENT, GRADIENT);
    var down = random.nextDouble(-GRADIENT, GRADIENT);
    var pixels = new double[size * size * 3];
    for (var c = 0; c < 3; c++) {
      var tone = light + random.nextDouble(-TINT, TINT);
      for (var i = 0; i < size * size; i++) {
        pixels[i * 3 + c] =
            tone
                + right * (i % size / (double) size - 0.5)
                + down * (i / size / (double) size - 0.5);
      }
    }
    return pixels;
  }

  private static void paint(ShapeScene.Item item, double[] pixels, int size, CounterRandom random) {
    var rgb = item.look().color().rgb();
    var color = new double[3];
    for (var c = 0; c < 3; c++) {
      color[c] = rgb[c] + random.nextDouble(-COLOR_JITTER, COLOR_JITTER);
    }
    var unit = 64.0 / size;
    for (var y = 0; y < item.height(); y++) {
      for (var x = 0; x < item.width(); x++) {
        var alpha = item.look().shape().coverage(x, y, item.width(), item.height());
        if (item.look().texture().fades((x + 0.5) * unit, (y + 0.5) * unit)) {
          alpha *= 1 - Texture.FADE;
        }
        var at = ((item.y() + y) * size + item.x() + x) * 3;
        for (var c = 0; c < 3; c++) {
          pixels[at + c] += alpha * (color[c] - pixels[at + c]);
        }
      }
    }
  }

  /** Nearly normal, deviation 1: the sum of the four 16-bit parts of one word. */
  private static double noise(CounterRandom random) {
    var word = random.nextLong();
    var sum = (word & 0xFFFF) + (word >>> 16 & 0xFFFF) + (word >>> 32 & 0xFFFF) + (word >>> 48);
    return (sum / 65536.0 - 2) * Math.sqrt(3);
  }
}
