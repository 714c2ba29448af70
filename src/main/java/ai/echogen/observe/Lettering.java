package ai.echogen.observe;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Text in pictures. On a machine without fonts, as slim containers are, text is left out. */
final class Lettering {
  private static final String ELLIPSIS = "…";

  private final Font font;
  private final @Nullable FontMetrics metrics;

  /**
   * @param style {@link Font#PLAIN} or {@link Font#BOLD}
   * @param size pixels
   */
  Lettering(int style, int size) {
    font = new Font(Font.SANS_SERIF, style, size);
    metrics = metrics(font);
  }

  int width(String text) {
    return metrics == null ? 0 : metrics.stringWidth(text);
  }

  /** Height of a line, in pixels. */
  int height() {
    return metrics == null ? 0 : metrics.getAscent() + metrics.getDescent();
  }

  /** Draws a line of text whose top left corner is at (x, y). */
  void draw(Graphics2D graphics, String text, int x, int y, Color color) {
    if (metrics != null) {
      graphics.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
      graphics.setFont(font);
      graphics.setColor(color);
      graphics.drawString(text, x, y + metrics.getAscent());
    }
  }

  /** The text, its end replaced by an ellipsis if it is wider than that. */
  String shortened(String text, int width) {
    var end = text.length();
    var shown = text;
    while (end > 0 && width(shown) > width) {
      end = text.offsetByCodePoints(end, -1);
      shown = text.substring(0, end).strip() + ELLIPSIS;
    }
    return shown;
  }

  /** The text in lines of at most that width; the last one is shortened. */
  List<String> wrapped(String text, int width, int maxLines) {
    List<String> lines = new ArrayList<>();
    var line = "";
    for (var word : text.strip().split("\\s+")) {
      var longer = line.isEmpty() ? word : line + " " + word;
      if (line.isEmpty() || lines.size() == maxLines - 1 || width(longer) <= width) {
        line = longer;
      } else {
        lines.add(line);
        line = word;
      }
    }
    if (!line.isEmpty()) {
      lines.add(line);
    }
    return lines.stream().map(l -> shortened(l, width)).toList();
  }

  private static @Nullable FontMetrics metrics(Font font) {
    var graphics = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
    try {
      var metrics = graphics.getFontMetrics(font);
      return metrics.stringWidth("a") > 0 ? metrics : null;
    } catch (RuntimeException | InternalError | LinkageError e) {
      return null;
    } finally {
      graphics.dispose();
    }
  }
}
