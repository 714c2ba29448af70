package ai.echogen.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A decoded picture has the colours that its samples say, and nobody converts them again. */
class ColoursTest {
  private static final int SIDE = 16;

  @ParameterizedTest
  @CsvSource({"8, 1, png", "8, 2, png", "16, 1, png", "16, 2, png", "8, 3, png", "8, 4, png"})
  @CsvSource({"16, 3, png", "16, 4, png", "8, 1, jpg", "8, 1, bmp", "8, 1, gif"})
  void greyStaysTheGreyItIs(int bits, int bands, String format) throws IOException {
    var file = ImageBytes.encoded(grey(bits, bands), format);

    assertColour(file, 64, 64, 64, 1);
  }

  @Test
  void aHalfTransparentGreyKeepsItsAlpha() throws IOException {
    var image = grey(8, 2);
    image.getRaster().setSample(3, 3, 1, 128);

    var decoded = ImageFile.decode(ImageBytes.encoded(image, "png"));

    assertThat(decoded.getRGB(3, 3)).isEqualTo(0x80404040);
  }

  @Test
  void greyWithAProfileStaysTheGreyItIs() throws IOException {
    var profile = new ByteArrayOutputStream();
    profile.writeBytes("ICC_PROFILE\0\1\1".getBytes(StandardCharsets.ISO_8859_1));
    profile.writeBytes(ICC_Profile.getInstance(ColorSpace.CS_GRAY).getData());
    var file = ImageBytes.encoded(grey(8, 1), "jpg");

    assertColour(ImageBytes.withSegment(file, 0xE2, profile.toByteArray()), 64, 64, 64, 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8})
  void palettesAreLookedUp(int bits) throws IOException {
    int size = 1 << bits;
    byte[] red = new byte[size];
    byte[] green = new byte[size];
    byte[] blue = new byte[size];
    red[1] = 64;
    green[1] = 64;
    blue[1] = (byte) 200;
    var model = new IndexColorModel(bits, size, red, green, blue);
    int type = bits == 8 ? BufferedImage.TYPE_BYTE_INDEXED : BufferedImage.TYPE_BYTE_BINARY;
    var image = new BufferedImage(SIDE, SIDE, type, model);
    for (int i = 0; i < SIDE * SIDE; i++) {
      image.getRaster().setSample(i % SIDE, i / SIDE, 0, 1);
    }

    assertColour(ImageBytes.encoded(image, "png"), 64, 64, 200, 0);
  }

  /** Inks are stored as what they leave, with Adobe's marker and without. */
  @ParameterizedTest
  @CsvSource({"255, 255, 255, 64", "64, 64, 64, 255", "220, 20, 20, 255", "200, 100, 50, 128"})
  void inksLeaveTheirShareOfTheLight(int c, int m, int y, int k) throws IOException {
    var file = ImageBytes.jpegOfSamples(SIDE, c, m, y, k);

    assertColour(file, c * k / 255, m * k / 255, y * k / 255, 2);
    assertColour(ImageBytes.adobe(file, 0), c * k / 255, m * k / 255, y * k / 255, 2);
  }

  /** Brightness and colour are those of the inks, which are stored as what they leave. */
  @ParameterizedTest
  @CsvSource({"191, 128, 128, 255, 64, 64, 64", "179, 171, 1, 255, 255, 0, 0"})
  @CsvSource({"191, 128, 128, 128, 32, 32, 32"})
  void inksAsBrightnessAndColourToo(int y, int cb, int cr, int k, int red, int green, int blue)
      throws IOException {
    var file = ImageBytes.adobe(ImageBytes.jpegOfSamples(SIDE, y, cb, cr, k), 2);

    assertColour(file, red, green, blue, 18);
  }

  /** As libjpeg has it; Java takes these samples for red, green and blue. */
  @ParameterizedTest
  @CsvSource({"0, 1, 2", "89, 67, 99"})
  void threeComponentsOfAnyNumbersAreBrightnessAndColour(int first, int second, int third)
      throws IOException {
    var file = ImageBytes.jpegOfSamples(SIDE, 76, 85, 255);
    int[] ids = {first, second, third};
    int frame = indexOf(file, 0xC0);
    int scan = indexOf(file, 0xDA);
    for (int i = 0; i < 3; i++) {
      file[frame + 10 + 3 * i] = (byte) ids[i];
      file[scan + 5 + 2 * i] = (byte) ids[i];
    }

    assertColour(file, 254, 0, 0, 4);
  }

  private static int indexOf(byte[] file, int marker) {
    int at = 0;
    while ((file[at] & 0xFF) != 0xFF || (file[at + 1] & 0xFF) != marker) {
      at++;
    }
    return at;
  }

  /** A profile of linear light: 64 of it is 137 in sRGB. Grey stays as it is, as everywhere. */
  @Test
  void theProfileOfAPngIsApplied() throws IOException {
    var linear = ICC_Profile.getInstance(ColorSpace.CS_LINEAR_RGB).getData();
    var colour = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    var clear = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_ARGB);
    for (int i = 0; i < SIDE * SIDE; i++) {
      colour.setRGB(i % SIDE, i / SIDE, 0x404040);
      clear.setRGB(i % SIDE, i / SIDE, 0x80404040);
    }

    assertColour(withProfile(Png.encode(colour), linear), 137, 137, 137, 2);
    assertThat(ImageFile.decode(withProfile(Png.encode(clear), linear)).getRGB(3, 3))
        .isEqualTo(0x80898989);
    for (var unusable : List.of(new byte[] {1, 2, 3}, new byte[8 << 20])) {
      assertColour(withProfile(Png.encode(colour), unusable), 64, 64, 64, 0);
    }
  }

  private static byte[] withProfile(byte[] png, byte[] profile) {
    var deflater = new Deflater();
    deflater.setInput(profile);
    deflater.finish();
    var packed = new byte[profile.length + 1000];
    int length = deflater.deflate(packed);
    var content = ByteBuffer.allocate(3 + length).put((byte) 'x').put((byte) 0).put((byte) 0);
    return ImageBytes.withChunk(png, "iCCP", content.put(packed, 0, length).array());
  }

  /** Such as a grey profile in a picture of colours: viewers pass over it. */
  @Test
  void aProfileThatDoesNotFitIsPassedOver() throws IOException {
    var red = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < SIDE * SIDE; i++) {
      red.setRGB(i % SIDE, i / SIDE, 0xFF0000);
    }
    var grey = ICC_Profile.getInstance(ColorSpace.CS_GRAY).getData();
    var content = ByteBuffer.allocate(14 + grey.length);
    content.put("ICC_PROFILE\0\1\1".getBytes(StandardCharsets.US_ASCII)).put(grey);
    var file = ImageBytes.withSegment(ImageBytes.encoded(red, "jpg"), 0xE2, content.array());

    assertColour(file, 254, 0, 0, 3);
  }

  /** However it is looked at: by its pixels, drawn over, scaled, and encoded and read again. */
  private static void assertColour(byte[] file, int red, int green, int blue, int tolerance)
      throws IOException {
    var image = ImageFile.decode(file);
    assertThat(image.getType()).isIn(BufferedImage.TYPE_3BYTE_BGR, BufferedImage.TYPE_4BYTE_ABGR);
    var drawn = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    var graphics = drawn.createGraphics();
    graphics.drawImage(image, 0, 0, null);
    graphics.dispose();
    for (var each :
        new BufferedImage[] {
          image,
          drawn,
          Picture.of(image).opaque(),
          Fit.SQUASH.image(image, 8),
          Png.decode(Png.encode(image))
        }) {
      int pixel = each.getRGB(5, 5);
      assertThat(pixel >> 16 & 0xFF).isCloseTo(red, within(tolerance));
      assertThat(pixel >> 8 & 0xFF).isCloseTo(green, within(tolerance));
      assertThat(pixel & 0xFF).isCloseTo(blue, within(tolerance));
    }
  }

  private static BufferedImage grey(int bits, int bands) {
    boolean alpha = bands % 2 == 0;
    var colors =
        new ComponentColorModel(
            ColorSpace.getInstance(bands < 3 ? ColorSpace.CS_GRAY : ColorSpace.CS_sRGB),
            alpha,
            false,
            alpha ? Transparency.TRANSLUCENT : Transparency.OPAQUE,
            bits == 8 ? DataBuffer.TYPE_BYTE : DataBuffer.TYPE_USHORT);
    var raster = colors.createCompatibleWritableRaster(SIDE, SIDE);
    for (int i = 0; i < SIDE * SIDE; i++) {
      for (int band = 0; band < bands; band++) {
        int value = alpha && band == bands - 1 ? 255 : 64;
        raster.setSample(i % SIDE, i / SIDE, band, bits == 8 ? value : value * 257);
      }
    }
    return new BufferedImage(colors, raster, false, null);
  }
}
