package ai.echogen.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LayoutPictureTest {
  private static final Layout LAYOUT =
      new Layout(
          "a red circle and a blue square",
          List.of(
              new Region("red circle", "circle", new Box(0.1f, 0.25f, 0.4f, 0.6f)),
              new Region("blue square", "square", new Box(0.55f, 0.5f, 1f, 1f))));

  private final BufferedImage gray = gray(64);

  @Test
  void aRegionHasTheSameColourInTheLayoutAndOverThePicture() {
    var layout = LayoutPicture.layout(LAYOUT, 256, 256);
    var overlay = LayoutPicture.overlay(gray, 4, LAYOUT);
    for (var image : List.of(layout, overlay)) {
      // Halfway down the left edge of each box, away from the labels.
      assertThat(image.getRGB(26, 110)).isEqualTo(LayoutPicture.color(0).getRGB());
      assertThat(image.getRGB(141, 200)).isEqualTo(LayoutPicture.color(1).getRGB());
    }
    assertThat(LayoutPicture.color(0)).isNotEqualTo(LayoutPicture.color(1));
  }

  @Test
  void theMiddleOfABoxIsTintedInTheLayoutAndLeftAloneOverThePicture() {
    assertThat(LayoutPicture.layout(LAYOUT, 256, 256).getRGB(64, 120))
        .isNotEqualTo(LayoutPicture.layout(LAYOUT, 256, 256).getRGB(5, 120));
    assertThat(LayoutPicture.overlay(gray, 4, LAYOUT).getRGB(64, 120) & 0xffffff)
        .isEqualTo(0x808080);
  }

  @Test
  void aBoxReadBackIsDashedInTheColourOfItsRegion() {
    var found = List.of(Optional.of(new Box(0.2f, 0.3f, 0.3f, 0.9f)), Optional.<Box>empty());
    var overlay = LayoutPicture.overlay(gray, 4, LAYOUT, found);
    var colored = 0;
    var white = 0;
    for (var y = 180; y < 225; y++) {
      var rgb = overlay.getRGB(51, y);
      colored += rgb == LayoutPicture.color(0).getRGB() ? 1 : 0;
      white += rgb == 0xffffffff ? 1 : 0;
    }
    assertThat(colored).isBetween(15, 35);
    assertThat(white).isBetween(10, 30);
  }

  @Test
  void aBoxOnTheEdgeIsDrawnWhole() {
    var overlay = LayoutPicture.overlay(gray, 4, LAYOUT);
    assertThat(overlay.getRGB(255, 200)).isEqualTo(LayoutPicture.color(1).getRGB());
    assertThat(overlay.getRGB(200, 255)).isEqualTo(LayoutPicture.color(1).getRGB());
  }

  @Test
  void aPairShowsTheLayoutBesideTheDrawing() {
    var found = List.of(Optional.<Box>empty(), Optional.<Box>empty());
    var pair = LayoutPicture.pair(gray, 4, LAYOUT, found);
    assertThat(pair.getWidth()).isEqualTo(2 * 256 + 4);
    var layout = LayoutPicture.layout(LAYOUT, 256, 256);
    var overlay = LayoutPicture.overlay(gray, 4, LAYOUT);
    for (var at = 0; at < 256; at++) {
      assertThat(pair.getRGB(at, at)).isEqualTo(layout.getRGB(at, at));
      assertThat(pair.getRGB(260 + at, at)).isEqualTo(overlay.getRGB(at, at));
    }
  }

  @Test
  void eachRegionNeedsItsAnswer() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LayoutPicture.overlay(gray, 4, LAYOUT, List.of()))
        .withMessageContaining("each of the 2 regions")
        .withMessageContaining("got 0");
  }

  private static BufferedImage gray(int size) {
    var image = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
    for (var i = 0; i < size * size; i++) {
      image.setRGB(i % size, i / size, 0x808080);
    }
    return image;
  }
}
