package ai.echogen.scoring.judges.file;

import ai.echogen.scoring.judges.file.ProtobufFields.Field;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * An operation of a model, {@code NodeProto}, looked at where the runtime does not look: numbers by
 * which it divides or reaches beyond a tensor, and sizes that it makes of numbers.
 *
 * <pre>
 * node      1 input, 2 output, 4 operator, 5 attribute
 * attribute 1 name, 3 whole number, 5 tensor, 6 graph, 8 whole numbers
 * </pre>
 */
final class OnnxNode {
  static final int ATTRIBUTE = 5;

  private static final int INPUT = 1;
  private static final int OUTPUT = 2;
  private static final int OPERATOR = 4;
  private static final int NAME = 1;
  private static final int WHOLE = 3;
  private static final int WHOLES = 8;

  private static final long MOST_STEP = 65_536; // pixels, of a kernel or a step or an edge
  private static final long MOST_GROUPS = 1 << 20;
  private static final long MOST_SCALED = 4096; // times the pixels of a picture
  private static final long MOST_REPEATED = 1 << 22; // times a tensor is put beside itself
  private static final long MOST_MADE = 1 << 24; // elements of a tensor that is filled

  /** Attributes that are steps of at least one. */
  private static final List<String> STEPS = List.of("kernel_shape", "strides", "dilations");

  /** Attributes that are lengths at an edge. */
  private static final List<String> EDGES = List.of("pads", "output_padding", "output_shape");

  /** Operators that make a tensor as large as an input says, and the place of that input. */
  private static final Map<String, Integer> MADE =
      Map.of(
          "ConstantOfShape", 0,
          "Expand", 1,
          "OneHot", 1,
          "Pad", 1,
          "Resize", 2,
          "Tile", 1,
          "Upsample", 1);

  private final ProtobufFields fields;
  private final List<String> inputs = new ArrayList<>();
  private final Map<String, List<Long>> wholes = new HashMap<>();
  private final List<String> outputs = new ArrayList<>();
  private String operator = "";

  private OnnxNode(ProtobufFields fields) {
    this.fields = fields;
  }

  /**
   * Reads a node, but for tensors and graphs in its attributes.
   *
   * @throws IllegalArgumentException if an attribute cannot be what it is called
   */
  static OnnxNode read(ProtobufFields fields, Field message) {
    var node = new OnnxNode(fields);
    fields.each(message, node::read);
    node.check();
    return node;
  }

  private void read(Field field) {
    switch (field.number()) {
      case INPUT -> inputs.add(field.hasContent() ? fields.text(field) : "");
      case OUTPUT -> outputs.add(field.hasContent() ? fields.text(field) : "");
      case OPERATOR -> operator = field.hasContent() ? fields.text(field) : operator;
      case ATTRIBUTE -> readAttribute(field);
      default -> {}
    }
  }

  private void readAttribute(Field attribute) {
    if (!attribute.hasContent()) {
      return;
    }
    var name = new ArrayList<String>();
    var values = new ArrayList<Long>();
    fields.each(
        attribute,
        field -> {
          if (field.number() == NAME && field.hasContent()) {
            name.add(fields.text(field));
          } else if (field.number() == WHOLE || field.number() == WHOLES) {
            fields.numbers(field, values::add);
          }
        });
    if (name.size() != 1 || wholes.putIfAbsent(name.get(0), values) != null) {
      throw wrong("has the attributes %s; each must have a name of its own", name);
    }
  }

  private void check() {
    for (var name : STEPS) {
      require(name, 1, MOST_STEP);
    }
    for (var name : EDGES) {
      require(name, -MOST_STEP, MOST_STEP);
    }
    require("group", 1, MOST_GROUPS);
    var padding = values("output_padding");
    for (int i = 0; i < padding.size(); i++) {
      long step = Math.max(value("strides", i), value("dilations", i));
      if (padding.get(i) < 0 || padding.get(i) >= step) {
        throw wrong("has output_padding %s, must be less than its steps", padding);
      }
    }
  }

  private void require(String name, long least, long most) {
    var values = values(name);
    if (values.stream().anyMatch(value -> value < least || value > most)) {
      throw wrong("has %s %s, must be %d to %d", name, values, least, most);
    }
  }

  private List<Long> values(String name) {
    return wholes.getOrDefault(name, List.of());
  }

  private long value(String name, int place) {
    return place < values(name).size() ? values(name).get(place) : 1;
  }

  /**
   * Adds what it puts out, if that stands in the model.
   *
   * @param tensors values of those in its attributes
   * @param constants what is known of a graph's tensors, by their names
   */
  void addConstant(Collection<List<Number>> tensors, Map<String, List<Number>> constants) {
    if (operator.equals("Constant") && outputs.size() == 1) {
      var values = new ArrayList<Number>(values("value_ints"));
      tensors.forEach(values::addAll);
      constants.put(outputs.get(0), values);
    }
  }

  /**
   * Fails if it makes a tensor of unlikely size of numbers that stand in the model.
   *
   * @param constants short tensors, by their names
   */
  void checkSizes(Map<String, List<Number>> constants) {
    if (operator.equals("Range")) {
      checkRange(constants);
    }
    int place = MADE.getOrDefault(operator, -1);
    var sizes = place < 0 ? List.<Number>of() : constant(place, constants);
    boolean isRight =
        switch (operator) {
          case "Pad" -> sizes.stream().allMatch(size -> Math.abs(size.doubleValue()) <= MOST_STEP);
          case "Resize", "Upsample" -> product(sizes) <= MOST_SCALED;
          case "Tile" -> product(sizes) <= MOST_REPEATED;
          default -> product(sizes) <= MOST_MADE;
        };
    if (!isRight) {
      throw wrong("makes a tensor of the sizes %s", sizes);
    }
  }

  private List<Number> constant(int place, Map<String, List<Number>> constants) {
    return place < inputs.size() ? constants.getOrDefault(inputs.get(place), List.of()) : List.of();
  }

  /** By none, as by an empty tensor in other places too, some operations divide. */
  private void checkRange(Map<String, List<Number>> constants) {
    var ends = new ArrayList<Number>();
    for (int place = 0; place < 3; place++) {
      constant(place, constants).stream().limit(1).forEach(ends::add);
    }
    if (ends.size() == 3) {
      double from = ends.get(0).doubleValue();
      double length = (ends.get(1).doubleValue() - from) / ends.get(2).doubleValue();
      if (!(length > 0 && length <= MOST_MADE)) {
        throw wrong("makes a tensor from, to and by %s", ends);
      }
    }
  }

  private static double product(List<Number> sizes) {
    double product = 1;
    for (var size : sizes) {
      product *= Math.abs(size.doubleValue());
    }
    return product;
  }

  /**
   * Fails unless graphs within it have as many inputs and outputs as it gives and takes.
   *
   * @param inner how many inputs and outputs each has
   */
  void checkInner(List<OnnxFile.Ends> inner) {
    for (var graph : inner) {
      boolean isRight =
          switch (operator) {
            case "If" -> graph.numInputs() == 0 && graph.numOutputs() == outputs.size();
            case "Loop" ->
                graph.numInputs() == inputs.size()
                    && inputs.size() >= 2
                    && graph.numOutputs() == 1 + outputs.size()
                    && outputs.size() >= inputs.size() - 2;
            case "Scan" -> // the oldest had the lengths of sequences before all
                (graph.numInputs() == inputs.size() || graph.numInputs() == inputs.size() - 1)
                    && graph.numOutputs() == outputs.size();
            default -> true;
          };
      if (!isRight) {
        throw wrong(
            "has %d inputs and %d outputs, which its graph of %d and %d does not fit",
            inputs.size(), outputs.size(), graph.numInputs(), graph.numOutputs());
      }
    }
  }

  private IllegalArgumentException wrong(String what, Object... values) {
    return fields.wrong(
        Output.cut("an operation " + operator + " " + String.format(Locale.ROOT, what, values)));
  }
}
