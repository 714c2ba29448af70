package ai.echogen.observe;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import ai.echogen.image.Png;
import java.awt.image.BufferedImage;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Writes TensorBoard event files: scalars and PNG pictures, tags as given.
 *
 * <p>File: {@code events.out.tfevents.<seconds>.<host>}, a sequence of TFRecords. A record, all
 * little-endian: length (8 bytes), masked CRC32C of those 8 bytes (4), data, masked CRC32C of the
 * data (4). The data is an {@code Event} message: wall_time = 1 (double, seconds), step = 2,
 * file_version = 3 (first record only), summary = 5, session_log = 7. A summary holds values = 1:
 * tag = 1, simple_value = 2 (float), image = 4 (height = 1, width = 2, colorspace = 3, PNG bytes =
 * 4).
 */
public final class TensorBoardSink implements MetricSink {
  private static final int CRC_MASK_DELTA = 0xa282ead8;
  private static final int SESSION_START = 1;
  private static final int RGB = 3;

  private final Path file;
  private final OutputStream out;

  private TensorBoardSink(Path file, OutputStream out) {
    this.file = file;
    this.out = out;
  }

  /** Starts a new event file in a directory; has TensorBoard drop what others there hold. */
  public static TensorBoardSink create(Path directory) {
    return resume(directory, -1);
  }

  /** Starts a new event file that has TensorBoard drop what others hold after this step. */
  public static TensorBoardSink resume(Path directory, long resumedStep) {
    var sink = open(directory);
    sink.write(event().text(3, "brain.Event:2"));
    var start = new ProtobufMessage().integer(1, SESSION_START);
    sink.write(event().integer(2, resumedStep + 1).message(7, start));
    return sink;
  }

  /** The event file. */
  public Path file() {
    return file;
  }

  @Override
  public void log(long step, Map<String, Double> values) {
    var summary = new ProtobufMessage();
    values.forEach(
        (tag, value) ->
            summary.message(1, new ProtobufMessage().text(1, tag).float32(2, value.floatValue())));
    write(event().integer(2, step).message(5, summary));
  }

  @Override
  public void image(long step, String tag, BufferedImage image) {
    var picture =
        new ProtobufMessage()
            .integer(1, image.getHeight())
            .integer(2, image.getWidth())
            .integer(3, RGB)
            .bytes(4, Png.encode(image));
    var value = new ProtobufMessage().text(1, tag).message(4, picture);
    write(event().integer(2, step).message(5, new ProtobufMessage().message(1, value)));
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": " + e.getMessage(), e);
    }
  }

  /** The checksum of TFRecords: CRC32C, rotated by 15 bits and shifted by a constant. */
  static int maskedCrc(byte[] data) {
    var crc = new CRC32C();
    crc.update(data);
    return Integer.rotateRight((int) crc.getValue(), 15) + CRC_MASK_DELTA;
  }

  private static ProtobufMessage event() {
    return new ProtobufMessage().float64(1, System.currentTimeMillis() / 1000.0);
  }

  private void write(ProtobufMessage event) {
    var data = event.encoded();
    var length = ProtobufMessage.littleEndian(8).putLong(data.length).array();
    try {
      out.write(length);
      out.write(ProtobufMessage.littleEndian(4).putInt(maskedCrc(length)).array());
      out.write(data);
      out.write(ProtobufMessage.littleEndian(4).putInt(maskedCrc(data)).array());
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": " + e.getMessage(), e);
    }
  }

  /** A file of its own, even if another sink was opened there within the same second. */
  private static TensorBoardSink open(Path directory) {
    try {
      Files.createDirectories(directory);
      for (var seconds = System.currentTimeMillis() / 1000; ; seconds++) {
        var file = directory.resolve("events.out.tfevents." + seconds + "." + host());
        try {
          var stream = Files.newOutputStream(file, CREATE_NEW, WRITE);
          return new TensorBoardSink(file, new BufferedOutputStream(stream));
        } catch (FileAlreadyExistsException e) {
          continue;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(directory + ": " + e.getMessage(), e);
    }
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
