package ai.echogen.observe;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes the fields of one protocol buffer message, in the wire format. */
final class ProtobufMessage {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED32 = 5;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  ProtobufMessage integer(int field, long value) {
    varint(key(field, VARINT));
    varint(value);
    return this;
  }

  ProtobufMessage float64(int field, double value) {
    varint(key(field, FIXED64));
    out.writeBytes(littleEndian(8).putDouble(value).array());
    return this;
  }

  ProtobufMessage float32(int field, float value) {
    varint(key(field, FIXED32));
    out.writeBytes(littleEndian(4).putFloat(value).array());
    return this;
  }

  ProtobufMessage text(int field, String value) {
    return bytes(field, value.getBytes(UTF_8));
  }

  ProtobufMessage message(int field, ProtobufMessage value) {
    return bytes(field, value.encoded());
  }

  ProtobufMessage bytes(int field, byte[] value) {
    varint(key(field, LENGTH_DELIMITED));
    varint(value.length);
    out.writeBytes(value);
    return this;
  }

  byte[] encoded() {
    return out.toByteArray();
  }

  static ByteBuffer littleEndian(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static long key(int field, int wireType) {
    return (long) field << 3 | wireType;
  }

  private void varint(long value) {
    var rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }
}
