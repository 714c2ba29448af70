package ai.echogen.observe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.image.Png;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorBoardSinkTest {
  @TempDir private Path dir;

  @Test
  void maskedChecksumIsThatOfTensorFlow() {
    // The length field of TensorFlow's own first record, "brain.Event:2" (24 bytes), as in any
    // event file.
    var length = new byte[] {24, 0, 0, 0, 0, 0, 0, 0};
    assertThat(Integer.toHexString(TensorBoardSink.maskedCrc(length))).isEqualTo("224b7fa3");
  }

  @Test
  void firstRecordHoldsTheFileVersion() throws Exception {
    var sink = TensorBoardSink.create(dir);
    sink.close();
    assertThat(sink.file().getFileName().toString())
        .matches("events\\.out\\.tfevents\\.\\d{10}\\..+");
    var events = events(sink.file());
    assertThat(events).hasSize(2);
    assertThat(text(events.get(0).get(3))).isEqualTo("brain.Event:2");
    assertThat(number(events.get(0).get(1)).getDouble())
        .isBetween(1.6e9, System.currentTimeMillis() / 1000.0 + 1);
  }

  @Test
  void scalarsKeepTagStepAndValue() throws Exception {
    var sink = TensorBoardSink.create(dir);
    sink.log(300, new TreeMap<>(Map.of("loss/draw", 2.5, "lr", Double.NaN)));
    sink.close();
    var event = events(sink.file()).get(2);
    assertThat(event.get(2)).containsExactly(300L);
    var summary = fields((byte[]) event.get(5).get(0));
    assertThat(summary.get(1)).hasSize(2);
    var first = fields((byte[]) summary.get(1).get(0));
    assertThat(text(first.get(1))).isEqualTo("loss/draw");
    assertThat(number(first.get(2)).getFloat()).isEqualTo(2.5f);
    var second = fields((byte[]) summary.get(1).get(1));
    assertThat(number(second.get(2)).getFloat()).isNaN();
  }

  @Test
  void picturesAreWholePngs() throws Exception {
    var image = new BufferedImage(7, 5, BufferedImage.TYPE_INT_RGB);
    image.setRGB(3, 2, 0x123456);
    var sink = TensorBoardSink.create(dir);
    sink.image(4, "samples", image);
    sink.close();
    var summary = fields((byte[]) events(sink.file()).get(2).get(5).get(0));
    var value = fields((byte[]) summary.get(1).get(0));
    assertThat(text(value.get(1))).isEqualTo("samples");
    var picture = fields((byte[]) value.get(4).get(0));
    assertThat(picture.get(1)).containsExactly(5L);
    assertThat(picture.get(2)).containsExactly(7L);
    var decoded = Png.decode((byte[]) picture.get(4).get(0));
    assertThat(decoded.getRGB(3, 2) & 0xffffff).isEqualTo(0x123456);
  }

  @Test
  void resumingAsksTensorBoardToDropLaterSteps() throws Exception {
    var sink = TensorBoardSink.resume(dir, 9);
    sink.close();
    var event = events(sink.file()).get(1);
    assertThat(event.get(2)).containsExactly(10L);
    assertThat(fields((byte[]) event.get(7).get(0)).get(1)).containsExactly(1L);
  }

  @Test
  void aNewBeginningAsksTensorBoardToDropAllThatIsThere() throws Exception {
    TensorBoardSink.create(dir).close();
    var sink = TensorBoardSink.create(dir);
    sink.close();
    var event = events(sink.file()).get(1);
    assertThat(event.get(2)).containsExactly(0L);
    assertThat(fields((byte[]) event.get(7).get(0)).get(1)).containsExactly(1L);
  }

  @Test
  void twoSinksOfTheSameSecondDoNotShareAFile() {
    var first = TensorBoardSink.create(dir);
    var second = TensorBoardSink.create(dir);
    first.close();
    second.close();
    assertThat(first.file()).isNotEqualTo(second.file());
  }

  /** The events of a file, each field number with its values; fails on a wrong checksum. */
  private static List<Map<Integer, List<Object>>> events(Path file) throws Exception {
    var bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<Map<Integer, List<Object>>> events = new ArrayList<>();
    while (bytes.hasRemaining()) {
      var length = new byte[8];
      bytes.get(length);
      assertThat(bytes.getInt()).isEqualTo(TensorBoardSink.maskedCrc(length));
      var data = new byte[(int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong()];
      bytes.get(data);
      assertThat(bytes.getInt()).isEqualTo(TensorBoardSink.maskedCrc(data));
      events.add(fields(data));
    }
    return events;
  }

  private static Map<Integer, List<Object>> fields(byte[] message) {
    var bytes = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
    Map<Integer, List<Object>> fields = new LinkedHashMap<>();
    while (bytes.hasRemaining()) {
      var key = (int) varint(bytes);
      Object value =
          switch (key & 7) {
            case 0 -> varint(bytes);
            case 1 -> take(bytes, 8);
            case 2 -> take(bytes, (int) varint(bytes));
            case 5 -> take(bytes, 4);
            default -> throw new AssertionError("wire type " + (key & 7));
          };
      fields.computeIfAbsent(key >>> 3, k -> new ArrayList<>()).add(value);
    }
    return fields;
  }

  private static byte[] take(ByteBuffer bytes, int length) {
    var part = new byte[length];
    bytes.get(part);
    return part;
  }

  private static long varint(ByteBuffer bytes) {
    var value = 0L;
    for (var shift = 0; ; shift += 7) {
      var next = bytes.get();
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }

  private static String text(List<Object> field) {
    return new String((byte[]) field.get(0), UTF_8);
  }

  private static ByteBuffer number(List<Object> field) {
    return ByteBuffer.wrap((byte[]) field.get(0)).order(ByteOrder.LITTLE_ENDIAN);
  }
}
