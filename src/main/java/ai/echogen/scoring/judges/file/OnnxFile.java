package ai.echogen.scoring.judges.file;

import ai.echogen.scoring.judges.file.ProtobufFields.Field;
import ai.echogen.storage.FileContent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Looks through an ONNX file before the runtime opens it, which ends the process, or writes where
 * it should not, on some of what is wrong in one: whether the file is whole, what its tensors and
 * operations say of themselves, and which files its tensors lie in, as a tensor may name any file
 * of the machine.
 *
 * <p>The file is one protobuf message, {@code ModelProto} of {@code onnx.proto3}. Only messages in
 * which a tensor can lie are gone into, by the numbers of their fields:
 *
 * <pre>
 * model     7 graph, 20 training, 25 function
 * graph     1 node, 5 tensor, 11 input, 12 output, 13 value between, 15 sparse tensor
 * node      5 attribute
 * attribute 5 and 10 tensor, 6 and 11 graph, 22 and 23 sparse tensor
 * function  7 node, 11 attribute
 * training  1 and 2 graph
 * </pre>
 */
final class OnnxFile {
  private static final int MOST_LEVELS = 100; // as many as protobuf's own reader takes
  private static final int GRAPH_OF_MODEL = 7;
  private static final long LONGEST = 1 << 24; // elements in a dimension of what goes in or out

  /** Fields of a value: its type, that of a tensor, its shape, a dimension, how long that is. */
  private static final List<Integer> TO_DIMENSION = List.of(2, 1, 2, 1, 1);

  private enum Message {
    MODEL,
    GRAPH,
    NODE,
    ATTRIBUTE,
    SPARSE,
    FUNCTION,
    TRAINING,
    TENSOR,
    INPUT,
    OUTPUT,
    VALUE
  }

  private static final Map<Message, Map<Integer, Message>> INNER =
      Map.of(
          Message.MODEL,
          Map.of(GRAPH_OF_MODEL, Message.GRAPH, 20, Message.TRAINING, 25, Message.FUNCTION),
          Message.GRAPH,
          Map.of(
              1, Message.NODE,
              5, Message.TENSOR,
              11, Message.INPUT,
              12, Message.OUTPUT,
              13, Message.VALUE,
              15, Message.SPARSE),
          Message.NODE,
          Map.of(OnnxNode.ATTRIBUTE, Message.ATTRIBUTE),
          Message.ATTRIBUTE,
          Map.of(
              5, Message.TENSOR,
              10, Message.TENSOR,
              6, Message.GRAPH,
              11, Message.GRAPH,
              22, Message.SPARSE,
              23, Message.SPARSE),
          Message.FUNCTION,
          Map.of(7, Message.NODE, 11, Message.ATTRIBUTE),
          Message.TRAINING,
          Map.of(1, Message.GRAPH, 2, Message.GRAPH));

  private static final Set<Integer> ONCE_IN_ATTRIBUTE = Set.of(5, 6); // a tensor, a graph

  /** How many inputs and outputs a graph has. */
  record Ends(int numInputs, int numOutputs) {}

  /**
   * What was found in a message and is of use to that around it: of constants, those that are
   * short, by their names.
   */
  private static final class Found {
    final Map<String, List<Number>> constants = new HashMap<>();
    final List<OnnxNode> nodes = new ArrayList<>();
    final List<Ends> graphs = new ArrayList<>();
    final Set<Integer> single = new HashSet<>();
    int numInputs;
    int numOutputs;
  }

  private final Path file;
  private final ByteBuffer bytes;
  private final ProtobufFields fields;
  private final Set<String> places = new TreeSet<>();
  private boolean hasGraph;

  private OnnxFile(Path file, ByteBuffer bytes) {
    this.file = file;
    this.bytes = bytes;
    this.fields = new ProtobufFields(file, bytes);
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
      new OnnxFile(file, bytes).check(data);
    }
  }

  private void check(List<String> data) {
    var start = new byte[Math.min(FileContent.BYTES, bytes.limit())];
    bytes.get(0, start);
    FileContent.mistaken(start)
        .ifPresent(
            what -> {
              throw new IllegalArgumentException(file + ": is " + what);
            });
    var found = new Found();
    fields.each(field -> enter(Message.MODEL, field, found, 0));
    if (!hasGraph) {
      throw fields.notOnnx("it has no graph");
    }
    for (var place : places) {
      if (!data.contains(place)) {
        throw new IllegalArgumentException(
            "%s: keeps weights in \"%s\"; only files of its folder that judge.json lists as data are opened, which are %s"
                .formatted(file, place, data));
      }
    }
  }

  private void enter(Message around, Field field, Found found, int level) {
    var message = INNER.getOrDefault(around, Map.of()).get(field.number());
    if (message == null || !field.hasContent()) {
      return;
    }
    if (level > MOST_LEVELS) {
      throw fields.notOnnx("it is nested too deep");
    }
    requireOnce(around, message, field, found);
    switch (message) {
      case TENSOR -> enterTensor(field, found);
      case SPARSE ->
          throw fields.wrong("it has a sparse tensor; export it with plain ones"); // any size
      case INPUT -> {
        found.numInputs++;
        checkShape(field, 0);
      }
      case OUTPUT -> {
        found.numOutputs++;
        checkShape(field, 0);
      }
      case VALUE -> checkShape(field, 0);
      case NODE -> enterNode(field, found, level);
      case GRAPH -> {
        hasGraph |= around == Message.MODEL;
        var inside = inside(Message.GRAPH, field, level);
        inside.nodes.forEach(node -> node.checkSizes(inside.constants));
        found.graphs.add(new Ends(inside.numInputs, inside.numOutputs));
      }
      case ATTRIBUTE -> {
        var inside = inside(Message.ATTRIBUTE, field, level);
        found.graphs.addAll(inside.graphs);
        found.constants.putAll(inside.constants);
      }
      default -> {
        var unused = inside(message, field, level);
      }
    }
  }

  /** What is said of the shape of a value; a free dimension has no number, or -1. */
  private void checkShape(Field message, int depth) {
    fields.each(
        message,
        field -> {
          if (field.number() != TO_DIMENSION.get(depth)) {
            return;
          }
          if (depth < TO_DIMENSION.size() - 1) {
            if (field.hasContent()) {
              checkShape(field, depth + 1);
            }
          } else if (field.isNumber() && (field.value() < -1 || field.value() > LONGEST)) {
            throw fields.wrong("a value has a dimension of " + field.value());
          }
        });
  }

  /** Protobuf would make one of two; nobody writes two. */
  private void requireOnce(Message around, Message message, Field field, Found found) {
    boolean isOne =
        around == Message.ATTRIBUTE
            ? ONCE_IN_ATTRIBUTE.contains(field.number())
            : message == Message.GRAPH;
    if (isOne && !found.single.add(field.number())) {
      throw fields.notOnnx("what is there once is there twice");
    }
  }

  private Found inside(Message message, Field field, int level) {
    var inside = new Found();
    fields.each(field, inner -> enter(message, inner, inside, level + 1));
    return inside;
  }

  private void enterTensor(Field field, Found found) {
    var weights = OnnxWeights.read(fields, field);
    places.addAll(weights.files());
    found.constants.put(weights.name(), weights.numbers());
  }

  private void enterNode(Field field, Found found, int level) {
    var node = OnnxNode.read(fields, field);
    var inside = inside(Message.NODE, field, level);
    node.checkInner(inside.graphs);
    node.addConstant(inside.constants.values(), found.constants);
    found.nodes.add(node);
  }
}
