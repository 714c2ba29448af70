package ai.echogen;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Changed protobuf messages of any kind: without their definition, content that can be read as
 * fields is taken for a message. Lengths are right again after a change.
 */
final class ProtobufMutants {
  private static final int VARINT = 0; // wire types
  private static final int EIGHT_BYTES = 1;
  private static final int LENGTH = 2;
  private static final int FOUR_BYTES = 5;
  private static final int MOST_LEVELS = 30;

  private static final long[] ODD = {
    -1,
    0,
    1,
    2,
    3,
    7,
    100,
    65_536,
    1 << 20,
    1 << 28,
    Integer.MAX_VALUE,
    1L << 32,
    1L << 40,
    1L << 61,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };

  /** A field; content that is a message is in {@code inner}, else in {@code content}. */
  private static final class Field {
    int number;
    int wire;
    long value;
    byte[] content = {};
    List<Field> inner = List.of();

    boolean isMessage() {
      return !inner.isEmpty();
    }

    Field copy() {
      var copy = new Field();
      copy.number = number;
      copy.wire = wire;
      copy.value = value;
      copy.content = content.clone();
      copy.inner = isMessage() ? new ArrayList<>(inner.stream().map(Field::copy).toList()) : inner;
      return copy;
    }
  }

  private ProtobufMutants() {}

  /** Changes one to three fields of a message, wherever they are in it. */
  static byte[] of(byte[] message, Random random) {
    var root = fields(message, 0).orElseThrow();
    for (int k = 0; k <= random.nextInt(3); k++) {
      var messages = new ArrayList<List<Field>>();
      gather(root, messages);
      if (!messages.isEmpty()) {
        change(messages.get(random.nextInt(messages.size())), random);
      }
    }
    return bytes(root);
  }

  private static void gather(List<Field> fields, List<List<Field>> messages) {
    if (!fields.isEmpty()) {
      messages.add(fields);
    }
    fields.stream().filter(Field::isMessage).forEach(field -> gather(field.inner, messages));
  }

  private static void change(List<Field> fields, Random random) {
    int at = random.nextInt(fields.size());
    var field = fields.get(at);
    switch (random.nextInt(8)) {
      case 0 -> fields.remove(at);
      case 1 -> fields.add(at, field.copy());
      case 2 -> field.number = 1 + random.nextInt(30);
      case 3 -> fields.add(random.nextInt(fields.size()), fields.remove(at));
      default -> changeValue(field, random);
    }
  }

  private static void changeValue(Field field, Random random) {
    if (field.wire == LENGTH && field.isMessage()) {
      change(field.inner, random);
    } else if (field.wire == LENGTH) {
      changeContent(field, random);
    } else {
      field.value = odd(random);
    }
  }

  /** Texts and packed numbers, most of which have eight bytes. */
  private static void changeContent(Field field, Random random) {
    var content = field.content;
    if (content.length >= 8 && random.nextInt(3) > 0) {
      int at = random.nextInt(content.length / 8) * 8;
      writeLittleEndian(odd(random), content, at);
    } else if (content.length > 0 && random.nextInt(3) > 0) {
      content[random.nextInt(content.length)] = (byte) random.nextInt(256);
    } else {
      field.content = Arrays.copyOf(content, random.nextInt(content.length + 9));
    }
  }

  private static long odd(Random random) {
    return random.nextInt(4) == 0 ? random.nextLong() : ODD[random.nextInt(ODD.length)];
  }

  private static void writeLittleEndian(long value, byte[] to, int at) {
    for (int i = 0; i < 8; i++) {
      to[at + i] = (byte) (value >>> (8 * i));
    }
  }

  /** What a message holds; empty if it is none. */
  private static Optional<List<Field>> fields(byte[] message, int level) {
    var fields = new ArrayList<Field>();
    var at = new int[1];
    while (at[0] < message.length) {
      long tag = varint(message, at);
      var field = new Field();
      field.number = (int) (tag >>> 3);
      field.wire = (int) tag & 7;
      if (tag <= 0 || tag >>> 3 == 0 || tag >>> 3 >= 1 << 29 || !read(field, message, at, level)) {
        return Optional.empty();
      }
      fields.add(field);
    }
    return Optional.of(fields);
  }

  private static boolean read(Field field, byte[] message, int[] at, int level) {
    switch (field.wire) {
      case VARINT -> {
        field.value = varint(message, at);
        return at[0] <= message.length;
      }
      case EIGHT_BYTES, FOUR_BYTES -> {
        int length = field.wire == EIGHT_BYTES ? 8 : 4;
        if (length > message.length - at[0]) {
          return false;
        }
        for (int i = 0; i < length; i++, at[0]++) {
          field.value |= (message[at[0]] & 0xFFL) << (8 * i);
        }
        return true;
      }
      case LENGTH -> {
        long length = varint(message, at);
        if (length < 0 || length > message.length - at[0]) {
          return false;
        }
        var content = Arrays.copyOfRange(message, at[0], at[0] + (int) length);
        at[0] += (int) length;
        if (level < MOST_LEVELS && !isText(content)) {
          field.inner = fields(content, level + 1).orElse(List.of());
        }
        field.content = field.isMessage() ? new byte[0] : content;
        return true;
      }
      default -> {
        return false;
      }
    }
  }

  private static boolean isText(byte[] content) {
    for (byte letter : content) {
      if (letter < ' ') {
        return false;
      }
    }
    return true;
  }

  /** A number; behind the end of the message if it is cut short. */
  private static long varint(byte[] message, int[] at) {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (at[0] >= message.length) {
        at[0] = message.length + 1;
        return -1;
      }
      byte next = message[at[0]++];
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        return value;
      }
    }
    at[0] = message.length + 1;
    return -1;
  }

  private static byte[] bytes(List<Field> fields) {
    var out = new ByteArrayOutputStream();
    for (var field : fields) {
      write((long) field.number << 3 | field.wire, out);
      switch (field.wire) {
        case VARINT -> write(field.value, out);
        case LENGTH -> {
          var content = field.isMessage() ? bytes(field.inner) : field.content;
          write(content.length, out);
          out.writeBytes(content);
        }
        default -> {
          var value = new byte[8];
          writeLittleEndian(field.value, value, 0);
          out.write(value, 0, field.wire == EIGHT_BYTES ? 8 : 4);
        }
      }
    }
    return out.toByteArray();
  }

  private static void write(long varint, ByteArrayOutputStream out) {
    for (; (varint & ~0x7FL) != 0; varint >>>= 7) {
      out.write((int) (varint & 0x7F | 0x80));
    }
    out.write((int) varint);
  }
}
