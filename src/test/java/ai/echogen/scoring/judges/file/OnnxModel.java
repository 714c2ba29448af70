package ai.echogen.scoring.judges.file;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes ONNX models: the protobuf messages of {@code onnx.proto3}, with the fields that tiny
 * models need.
 */
final class OnnxModel {
  static final int FLOAT = 1;
  static final int UINT8 = 2;
  static final int INT64 = 7;
  static final int STRING = 8;
  static final int BOOL = 9;
  static final int DOUBLE = 11;

  private static final int VARINT = 0;
  private static final int LENGTH = 2;

  /** A protobuf message that is written field by field. */
  static final class Message {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Message number(int field, long value) {
      varint((long) field << 3 | VARINT);
      varint(value);
      return this;
    }

    Message bytes(int field, byte[] content) {
      varint((long) field << 3 | LENGTH);
      varint(content.length);
      bytes.writeBytes(content);
      return this;
    }

    Message text(int field, String text) {
      return bytes(field, text.getBytes(StandardCharsets.UTF_8));
    }

    Message message(int field, Message inner) {
      return bytes(field, inner.toBytes());
    }

    byte[] toBytes() {
      return bytes.toByteArray();
    }

    private void varint(long value) {
      for (; (value & ~0x7FL) != 0; value >>>= 7) {
        bytes.write((int) (value & 0x7F | 0x80));
      }
      bytes.write((int) value);
    }
  }

  private final Message graph = new Message().text(2, "tiny");
  private int opset = 13;

  OnnxModel opset(int version) {
    opset = version;
    return this;
  }

  /** An input; a length of -1 is free. */
  OnnxModel input(String name, int type, long... shape) {
    graph.message(11, value(name, type, shape));
    return this;
  }

  OnnxModel output(String name, int type, long... shape) {
    graph.message(12, value(name, type, shape));
    return this;
  }

  /** A constant. */
  OnnxModel floats(String name, float[] values, long... shape) {
    var raw = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      raw.putFloat(value);
    }
    graph.message(5, tensor(name, FLOAT, shape).bytes(9, raw.array()));
    return this;
  }

  OnnxModel longs(String name, long[] values, long... shape) {
    var raw = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (long value : values) {
      raw.putLong(value);
    }
    graph.message(5, tensor(name, INT64, shape).bytes(9, raw.array()));
    return this;
  }

  /** A constant that lies in another file. */
  OnnxModel external(String name, String file, long bytes, long... shape) {
    graph.message(5, externalTensor(name, file, bytes, shape));
    return this;
  }

  static Message externalTensor(String name, String file, long bytes, long... shape) {
    return tensor(name, FLOAT, shape)
        .message(13, new Message().text(1, "location").text(2, file))
        .message(13, new Message().text(1, "length").text(2, Long.toString(bytes)))
        .number(14, 1);
  }

  /** A constant as it is given. */
  OnnxModel tensor(Message tensor) {
    graph.message(5, tensor);
    return this;
  }

  OnnxModel node(String operator, List<String> inputs, String output, Message... attributes) {
    graph.message(1, nodeOf(operator, inputs, output, attributes));
    return this;
  }

  static Message nodeOf(
      String operator, List<String> inputs, String output, Message... attributes) {
    var node = new Message();
    inputs.forEach(input -> node.text(1, input));
    node.text(2, output).text(4, operator);
    for (var attribute : attributes) {
      node.message(5, attribute);
    }
    return node;
  }

  /** A constant that is the output. */
  OnnxModel answers(String name, float[] values, long... shape) {
    return floats(name + "_value", values, shape)
        .node("Identity", List.of(name + "_value"), name)
        .output(name, FLOAT, shape);
  }

  byte[] toBytes() {
    return new Message()
        .number(1, 8) // IR version
        .message(8, new Message().text(1, "").number(2, opset))
        .message(7, graph)
        .toBytes();
  }

  private static Message tensor(String name, int type, long... shape) {
    var tensor = new Message();
    for (long length : shape) {
      tensor.number(1, length);
    }
    return tensor.number(2, type).text(8, name);
  }

  static Message value(String name, int type, long... shape) {
    var dimensions = new Message();
    for (long length : shape) {
      dimensions.message(
          1, length < 0 ? new Message().text(2, "n") : new Message().number(1, length));
    }
    var tensor = new Message().number(1, type).message(2, dimensions);
    return new Message().text(1, name).message(2, new Message().message(1, tensor));
  }
}
