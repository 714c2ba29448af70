package ai.echogen.image;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.zip.CRC32;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Image files as cameras and other software write them. */
public final class ImageBytes {
  private ImageBytes() {}

  /** A file of any format that Java writes. */
  public static byte[] encoded(BufferedImage image, String format) {
    var out = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(image, format, out)) {
        throw new IllegalStateException("no writer for " + format);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** A WebP file as libwebp wrote it, from the test's resources. */
  public static byte[] webP(String name) throws IOException {
    try (var file = ImageBytes.class.getResourceAsStream(name + ".webp")) {
      return Objects.requireNonNull(file, name).readAllBytes();
    }
  }

  /** EXIF data with three entries, the second of which is the orientation. */
  public static byte[] exif(int orientation, ByteOrder order) {
    var tiff = ByteBuffer.allocate(50).order(order);
    tiff.put((order == ByteOrder.BIG_ENDIAN ? "MM" : "II").getBytes(StandardCharsets.US_ASCII));
    tiff.putShort((short) 42).putInt(8).putShort((short) 3);
    tiff.putShort((short) 0x0100).putShort((short) 4).putInt(1).putInt(99);
    tiff.putShort((short) 0x0112).putShort((short) 3).putInt(1);
    tiff.putShort((short) orientation).putShort((short) 0);
    tiff.putShort((short) 0x0128).putShort((short) 3).putInt(1).putInt(0);
    return tiff.array();
  }

  /** A JPEG file with EXIF data. */
  public static byte[] jpegWithExif(byte[] jpeg, byte[] exif) {
    return withSegment(jpeg, 0xE1, joined("Exif\0\0".getBytes(StandardCharsets.US_ASCII), exif));
  }

  /** A JPEG file with one more segment, the first. */
  public static byte[] withSegment(byte[] jpeg, int marker, byte[] content) {
    int length = content.length + 2;
    byte[] head = {
      jpeg[0], jpeg[1], (byte) 0xFF, (byte) marker, (byte) (length >> 8), (byte) length
    };
    return joined(head, joined(content, ByteBuffer.wrap(jpeg), 2));
  }

  /** A PNG file with one more chunk, right behind the header. */
  public static byte[] withChunk(byte[] png, String name, byte[] content) {
    var chunk = ByteBuffer.allocate(12 + content.length).putInt(content.length);
    chunk.put(name.getBytes(StandardCharsets.US_ASCII)).put(content);
    var checksum = new CRC32();
    checksum.update(chunk.array(), 4, 4 + content.length);
    chunk.putInt((int) checksum.getValue());
    int header = 8 + 12 + 13;
    var start = ByteBuffer.allocate(header).put(png, 0, header).array();
    return joined(joined(start, chunk.array()), ByteBuffer.wrap(png), header);
  }

  /** A JPEG file of one colour whose samples are written as they are. */
  public static byte[] jpegOfSamples(int side, int... samples) throws IOException {
    var raster =
        Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, side, side, samples.length, null);
    for (int i = 0; i < side * side; i++) {
      raster.setPixel(i % side, i / side, samples);
    }
    var out = new ByteArrayOutputStream();
    var writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    try (var stream = new MemoryCacheImageOutputStream(out)) {
      writer.setOutput(stream);
      var best = writer.getDefaultWriteParam();
      best.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      best.setCompressionQuality(1);
      writer.write(null, new IIOImage(raster, null, null), best);
    }
    return out.toByteArray();
  }

  /** A JPEG file that becomes sharper with each of its scans. */
  public static byte[] progressive(BufferedImage image) throws IOException {
    var out = new ByteArrayOutputStream();
    var writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    try (var stream = new MemoryCacheImageOutputStream(out)) {
      writer.setOutput(stream);
      var scans = writer.getDefaultWriteParam();
      scans.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
      writer.write(null, new IIOImage(image, null, null), scans);
    }
    return out.toByteArray();
  }

  /** The same with Adobe's marker, whose last byte says how the samples are transformed. */
  public static byte[] adobe(byte[] jpeg, int transform) {
    byte[] marker = {'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, (byte) transform};
    return withSegment(jpeg, 0xEE, marker);
  }

  private static byte[] joined(byte[] first, byte[] second) {
    return joined(first, ByteBuffer.wrap(second), 0);
  }

  private static byte[] joined(byte[] first, ByteBuffer second, int from) {
    var rest = second.slice(from, second.limit() - from);
    return ByteBuffer.allocate(first.length + rest.limit()).put(first).put(rest).array();
  }
}
