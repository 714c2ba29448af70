package ai.echogen.scoring.judges.file;

import ai.echogen.storage.FileContent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Looks through an ONNX file before the runtime opens it: whether it is whole, and which files its
 * tensors lie in, as a tensor may name any file of the machine.
 *
 * <p>The file is one protobuf message, {@code ModelProto} of {@code onnx.proto3}. Only messages in
 * which a tensor can lie are gone into, by the numbers of their fields:
 *
 * <pre>
 * model     7 graph, 20 training, 25 function
 * graph     1 node, 5 tensor, 15 sparse tensor
 * node      5 attribute
 * attribute 5 and 10 tensor, 6 and 11 graph, 22 and 23 sparse tensor
 * sparse    1 and 2 tensor
 * function  7 node, 11 attribute
 * training  1 and 2 graph
 * tensor    13 entry of external data: 1 key, 2 value
 * </pre>
 */
final class OnnxFile {
  private static final int MOST_LEVELS = 100; // as many as protobuf's own reader takes
  private static final int LONGEST_TEXT = 4096;
  private static final int GRAPH_OF_MODEL = 7;
  private static final int KEY = 1;
  private static final int VALUE = 2;
  private static final String LOCATION = "location";

  private static final int VARINT = 0; // wire types
  private static final int EIGHT_BYTES = 1;
  private static final int LENGTH = 2;
  private static final int FOUR_BYTES = 5;
  private static final int LARGEST_FIELD = (1 << 29) - 1;

  private enum Message {
    MODEL,
    GRAPH,
    NODE,
    ATTRIBUTE,
    SPARSE,
    FUNCTION,
    TRAINING,
    TENSOR,
    ENTRY
  }

  private static final Map<Message, Map<Integer, Message>> INNER =
      Map.of(
          Message.MODEL,
          Map.of(GRAPH_OF_MODEL, Message.GRAPH, 20, Message.TRAINING, 25, Message.FUNCTION),
          Message.GRAPH,
          Map.of(1, Message.NODE, 5, Message.TENSOR, 15, Message.SPARSE),
          Message.NODE,
          Map.of(5, Message.ATTRIBUTE),
          Message.ATTRIBUTE,
          Map.of(
              5, Message.TENSOR,
              10, Message.TENSOR,
              6, Message.GRAPH,
              11, Message.GRAPH,
              22, Message.SPARSE,
              23, Message.SPARSE),
          Message.SPARSE,
          Map.of(1, Message.TENSOR, 2, Message.TENSOR),
          Message.FUNCTION,
          Map.of(7, Message.NODE, 11, Message.ATTRIBUTE),
          Message.TRAINING,
          Map.of(1, Message.GRAPH, 2, Message.GRAPH),
          Message.TENSOR,
          Map.of(13, Message.ENTRY));

  private final Path file;
  private final ByteBuffer bytes;
  private final Set<String> places = new TreeSet<>();
  private boolean hasGraph;
  private int wire;

  private OnnxFile(Path file, ByteBuffer bytes) {
    this.file = file;
    this.bytes = bytes;
  }

  /**
   * Fails unless a file is a whole ONNX model whose tensors lie in it, or in files that are listed.
   *
   * @param data names of files of its folder
   * @throws IllegalArgumentException if it is not
   */
  static void check(Path file, List<String> data) throws IOException {
    try (var channel = FileChannel.open(file)) {
      if (channel.size() > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            file + ": must have less than 2 GiB: save its weights as external data");
      }
      var bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
      new OnnxFile(file, bytes.order(ByteOrder.LITTLE_ENDIAN)).check(data);
    }
  }

  private void check(List<String> data) {
    var start = new byte[Math.min(FileContent.BYTES, bytes.remaining())];
    bytes.get(0, start);
    FileContent.mistaken(start)
        .ifPresent(
            what -> {
              throw new IllegalArgumentException(file + ": is " + what);
            });
    walk(Message.MODEL, bytes.limit(), 0);
    if (!hasGraph) {
      throw notOnnx("it has no graph");
    }
    for (var place : places) {
      if (!data.contains(place)) {
        throw new IllegalArgumentException(
            "%s: keeps weights in \"%s\"; only files of its folder that judge.json lists as data are opened, which are %s"
                .formatted(file, place, data));
      }
    }
  }

  private void walk(Message message, int end, int level) {
    if (level > MOST_LEVELS) {
      throw notOnnx("it is nested too deep");
    }
    while (bytes.position() < end) {
      int field = field(end);
      if (wire == LENGTH) {
        int inner = content(end);
        enter(message, field, inner, level);
        bytes.position(inner);
      }
    }
  }

  private void enter(Message message, int field, int end, int level) {
    hasGraph |= message == Message.MODEL && field == GRAPH_OF_MODEL;
    var inner = INNER.getOrDefault(message, Map.of()).get(field);
    if (inner == Message.ENTRY) {
      readEntry(end);
    } else if (inner != null) {
      walk(inner, end, level + 1);
    }
  }

  /** Whatever order its halves have, and were one there twice. */
  private void readEntry(int end) {
    var keys = new ArrayList<String>();
    var values = new ArrayList<String>();
    while (bytes.position() < end) {
      int field = field(end);
      if (wire == LENGTH) {
        int inner = content(end);
        if (field == KEY || field == VALUE) {
          (field == KEY ? keys : values).add(text(inner));
        }
        bytes.position(inner);
      }
    }
    if (keys.contains(LOCATION)) {
      places.addAll(values);
    }
  }

  private String text(int end) {
    var text = new byte[Math.min(LONGEST_TEXT, end - bytes.position())];
    bytes.get(text);
    return new String(text, StandardCharsets.UTF_8);
  }

  /** The number of the field that begins here, whose {@link #wire} type it sets. */
  private int field(int end) {
    int start = bytes.position();
    long tag = varint(end);
    wire = (int) tag & 7;
    if (tag >>> 3 == 0 || tag >>> 3 > LARGEST_FIELD) {
      throw notOnnx(String.format(Locale.ROOT, "no field begins at byte %d", start));
    }
    switch (wire) {
      case VARINT -> {
        long unused = varint(end);
      }
      case EIGHT_BYTES -> skip(8, end);
      case FOUR_BYTES -> skip(4, end);
      case LENGTH -> {} // the caller goes on
      default -> throw notOnnx(String.format(Locale.ROOT, "no field begins at byte %d", start));
    }
    return (int) (tag >>> 3);
  }

  /** Where the content of a field ends whose length comes next. */
  private int content(int end) {
    long length = varint(end);
    if (length < 0 || length > end - bytes.position()) {
      throw cutShort(length);
    }
    return bytes.position() + (int) length;
  }

  private void skip(int length, int end) {
    if (length > end - bytes.position()) {
      throw cutShort(length);
    }
    bytes.position(bytes.position() + length);
  }

  private long varint(int end) {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (bytes.position() >= end) {
        throw cutShort(1);
      }
      byte next = bytes.get();
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw notOnnx(String.format(Locale.ROOT, "no number ends at byte %d", bytes.position()));
  }

  private IllegalArgumentException cutShort(long length) {
    return new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "%s: is cut short, or is no ONNX model: %d bytes should follow byte %d of %d",
            file,
            length,
            bytes.position(),
            bytes.limit()));
  }

  private IllegalArgumentException notOnnx(String why) {
    return new IllegalArgumentException(file + ": is no ONNX model: " + why);
  }
}
