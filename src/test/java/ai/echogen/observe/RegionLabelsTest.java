package ai.echogen.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.echogen.layout.Box;
import ai.echogen.layout.Region;
import java.awt.Font;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RegionLabelsTest {
  private final BufferedImage image = new BufferedImage(256, 256, BufferedImage.TYPE_INT_ARGB);
  private final RegionLabels labels = new RegionLabels(image.createGraphics(), 256, 256);

  @BeforeEach
  void needsFonts() {
    assumeThat(new Lettering(Font.PLAIN, 12).height()).as("height of a line of text").isPositive();
  }

  @Test
  void aLabelOfABoxInTheLowerRightCornerStaysInside() {
    labels.drawInside(
        List.of(region("a long phrase for a small box")), List.of(new Rectangle(240, 240, 15, 15)));
    var drawn = drawn();
    assertThat(drawn.isEmpty()).isFalse();
    assertThat(drawn.x + drawn.width).isLessThanOrEqualTo(256);
    assertThat(drawn.width).isGreaterThan(100);
  }

  @Test
  void aPhraseWiderThanThePictureIsShortened() {
    labels.drawOutside(
        List.of(region("word ".repeat(40))), List.of(new Rectangle(20, 100, 50, 50)));
    assertThat(drawn().width).isBetween(200, 256);
  }

  @Test
  void anOutsideLabelLeavesTheBoxesFree() {
    var areas = List.of(new Rectangle(20, 100, 50, 50), new Rectangle(20, 40, 50, 58));
    labels.drawOutside(List.of(region("one"), region("two")), areas);
    for (var area : areas) {
      assertThat(opaque(area.x + 2, area.y + 2, area.width - 4, area.height - 4)).isZero();
    }
    assertThat(drawn().isEmpty()).isFalse();
  }

  @Test
  void labelsOfEqualBoxesDoNotCoverEachOther() {
    var area = new Rectangle(60, 60, 100, 100);
    labels.drawInside(List.of(region("one")), List.of(area));
    var one = opaque(0, 0, 256, 256);
    labels.drawInside(List.of(region("one")), List.of(area));
    assertThat(opaque(0, 0, 256, 256)).isEqualTo(2 * one);
  }

  private static Region region(String phrase) {
    return new Region(phrase, "thing", new Box(0, 0, 1, 1));
  }

  private Rectangle drawn() {
    var bounds = new Rectangle(-1, -1);
    for (var y = 0; y < 256; y++) {
      for (var x = 0; x < 256; x++) {
        if (image.getRGB(x, y) >>> 24 != 0) {
          bounds.add(new Rectangle(x, y, 1, 1));
        }
      }
    }
    return bounds;
  }

  private int opaque(int left, int top, int width, int height) {
    var count = 0;
    for (var y = top; y < top + height; y++) {
      for (var x = left; x < left + width; x++) {
        count += image.getRGB(x, y) >>> 24 == 0 ? 0 : 1;
      }
    }
    return count;
  }
}
