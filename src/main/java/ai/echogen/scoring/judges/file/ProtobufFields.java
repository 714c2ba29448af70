package ai.echogen.scoring.judges.file;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** The fields of protobuf's messages in an ONNX file, each of which has to lie within its own. */
final class ProtobufFields {
  private static final int VARINT = 0; // wire types
  private static final int EIGHT_BYTES = 1;
  private static final int LENGTH = 2;
  private static final int FOUR_BYTES = 5;
  private static final int LARGEST_NUMBER = (1 << 29) - 1;
  private static final int LONGEST_TEXT = 4096;

  private final Path file;
  private final ByteBuffer bytes;
  private int at;

  ProtobufFields(Path file, ByteBuffer bytes) {
    this.file = file;
    this.bytes = bytes.order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * A field.
   *
   * @param value of a number; 0 of what has content
   * @param start of the content, or of what stands behind the field's tag
   * @param end behind it
   */
  record Field(int number, int wire, long value, int start, int end) {
    boolean isNumber() {
      return wire == VARINT;
    }

    boolean hasContent() {
      return wire == LENGTH;
    }

    int length() {
      return end - start;
    }

    /** How many values of four or of eight bytes it has, alone or packed together. */
    int numFixed(int bytesEach) {
      int alone = bytesEach == Float.BYTES ? FOUR_BYTES : EIGHT_BYTES;
      return wire == alone || wire == LENGTH ? length() / bytesEach : 0;
    }
  }

  /** Reads the fields of the whole file, in their order. */
  void each(Consumer<Field> reader) {
    each(0, bytes.limit(), reader);
  }

  /** Reads the fields of a message within another one. */
  void each(Field message, Consumer<Field> reader) {
    each(message.start(), message.end(), reader);
  }

  private void each(int start, int end, Consumer<Field> reader) {
    int next = start;
    while (next < end) {
      at = next;
      var field = field(end);
      next = field.end();
      reader.accept(field);
    }
  }

  private Field field(int end) {
    int tagAt = at;
    long tag = varint(end);
    int wire = (int) tag & 7;
    if (tag >>> 3 == 0 || tag >>> 3 > LARGEST_NUMBER) {
      throw noField(tagAt);
    }
    int number = (int) (tag >>> 3);
    int start = at;
    return switch (wire) {
      case VARINT -> new Field(number, wire, varint(end), start, at);
      case EIGHT_BYTES -> new Field(number, wire, 0, start, behind(8, end));
      case FOUR_BYTES -> new Field(number, wire, 0, start, behind(4, end));
      case LENGTH -> {
        int behind = behind(varint(end), end);
        yield new Field(number, wire, 0, at, behind);
      }
      default -> throw noField(tagAt);
    };
  }

  private int behind(long length, int end) {
    if (length < 0 || length > end - at) {
      throw cutShort(length);
    }
    return at + (int) length;
  }

  private long varint(int end) {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (at >= end) {
        throw cutShort(1);
      }
      byte next = bytes.get(at++);
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw notOnnx(String.format(Locale.ROOT, "no number ends at byte %d", at));
  }

  /** The whole numbers of a field that has one, or many packed together. */
  void numbers(Field field, LongConsumer reader) {
    if (field.isNumber()) {
      reader.accept(field.value());
    } else if (field.hasContent()) {
      at = field.start();
      while (at < field.end()) {
        reader.accept(varint(field.end()));
      }
    }
  }

  /** The beginning of a text, as far as anyone looks at it. */
  String text(Field field) {
    var text = new byte[Math.min(LONGEST_TEXT, field.length())];
    bytes.get(field.start(), text);
    return new String(text, StandardCharsets.UTF_8);
  }

  /** Eight bytes of a content, the lowest first. */
  long whole(Field field, int place) {
    return bytes.getLong(field.start() + place * Long.BYTES);
  }

  /** Four bytes of a content, the lowest first. */
  float real(Field field, int place) {
    return bytes.getFloat(field.start() + place * Float.BYTES);
  }

  private IllegalArgumentException noField(int place) {
    return notOnnx(String.format(Locale.ROOT, "no field begins at byte %d", place));
  }

  private IllegalArgumentException cutShort(long length) {
    return new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "%s: is cut short, or is no ONNX model: %d bytes should follow byte %d of %d",
            file,
            length,
            at,
            bytes.limit()));
  }

  /** An error about the file as a whole. */
  IllegalArgumentException notOnnx(String why) {
    return new IllegalArgumentException(file + ": is no ONNX model: " + why);
  }

  /** An error about a part of a model, by which the runtime may come to its end. */
  IllegalArgumentException wrong(String what) {
    return new IllegalArgumentException(file + ": is damaged, or cannot be run: " + what);
  }
}
