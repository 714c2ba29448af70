package ai.echogen.data.synth;

import ai.echogen.image.Png;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Folders of cut-outs and backgrounds, drawn for tests. */
public final class SpriteFiles {
  private static final List<Color> COLORS =
      List.of(Color.RED, Color.GREEN, Color.BLUE, Color.YELLOW, Color.CYAN, Color.MAGENTA);

  private SpriteFiles() {}

  /** Six usable classes, one of two looks, and a file for each way to be of no use. */
  public static void write(Path sprites, Path backgrounds) throws IOException {
    var names = List.of("disc", "plum", "globe", "lemon", "bead", "rose");
    for (var i = 0; i < names.size(); i++) {
      sprite(sprites.resolve("round/" + names.get(i) + ".png"), COLORS.get(i), 60, 40 + i);
      text(sprites.resolve("round/" + names.get(i) + ".txt"), "A " + names.get(i) + ".");
    }
    sprite(sprites.resolve("plum2.png"), Color.PINK, 50, 80);
    text(sprites.resolve("plum2.txt"), "The plum!\nde.utf8=Eine Pflaume.");

    sprite(sprites.resolve("symbols/a.png"), Color.RED, 40, 40);
    text(sprites.resolve("symbols/a.txt"), "The letter A.");
    sprite(sprites.resolve("silent.png"), Color.RED, 40, 40);
    sprite(sprites.resolve("long.png"), Color.RED, 40, 40);
    text(sprites.resolve("long.txt"), "Remember to wash your hands with soap.");
    text(sprites.resolve("broken.png"), "<html>");
    text(sprites.resolve("broken.txt"), "A wreck.");
    var opaque = new BufferedImage(40, 40, BufferedImage.TYPE_INT_RGB);
    Files.write(sprites.resolve("opaque.png"), Png.encode(opaque));
    text(sprites.resolve("opaque.txt"), "A brick.");

    for (var i = 0; i < 12; i++) {
      var image = new BufferedImage(200, 120, BufferedImage.TYPE_INT_RGB);
      for (var x = 0; x < 200; x++) {
        for (var y = 0; y < 120; y++) {
          image.setRGB(x, y, i * 16 << 16 | x << 8 & 0xFF00 | y); // red tells which it is
        }
      }
      var file = backgrounds.resolve("nature/view" + i + ".png");
      Files.createDirectories(file.getParent());
      Files.write(file, Png.encode(image));
    }
    text(backgrounds.resolve("nature/torn.jpg"), "not a photograph");
  }

  /** An ellipse in a wide transparent margin. */
  private static void sprite(Path file, Color color, int width, int height) throws IOException {
    var image = new BufferedImage(width + 30, height + 20, BufferedImage.TYPE_INT_ARGB);
    var graphics = image.createGraphics();
    graphics.setColor(color);
    graphics.fillOval(10, 5, width, height);
    graphics.dispose();
    Files.createDirectories(file.getParent());
    Files.write(file, Png.encode(image));
  }

  private static void text(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
