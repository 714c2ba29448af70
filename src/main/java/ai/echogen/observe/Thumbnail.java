package ai.echogen.observe;

import ai.echogen.image.Png;
import java.awt.image.BufferedImage;
import java.util.Base64;

/** A small picture with a text below it, inside the report's file. */
public record Thumbnail(BufferedImage image, String caption) implements Figure {
  @Override
  public String html() {
    return Figures.format(
        "<figure class=\"picture\"><img width=\"%d\" height=\"%d\" alt=\"\""
            + " src=\"data:image/png;base64,%s\"><figcaption>%s</figcaption></figure>\n",
        image.getWidth(),
        image.getHeight(),
        Base64.getEncoder().encodeToString(Png.encode(image)),
        Escape.html(caption));
  }
}
