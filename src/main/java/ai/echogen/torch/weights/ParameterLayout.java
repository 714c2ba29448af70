package ai.echogen.torch.weights;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Where each named parameter lies in the one flat float32 tensor that holds a model's weights.
 *
 * <p>Gradients, moments and anything else that has one number a weight use the same layout, so that
 * exchange, clipping and optimiser work on single tensors. Parameters lie in the given order
 * without gaps.
 */
public final class ParameterLayout {
  /** A named tensor: its shape, row-major, and its first element's place in the flat tensor. */
  public record Parameter(String name, List<Long> shape, long offset) {
    public long size() {
      return shape.stream().reduce(1L, Math::multiplyExact);
    }

    /** The shape as TorchScript writes it, such as {@code [384, 128]}. */
    public String shapeText() {
      return shape.toString();
    }
  }

  private final Map<String, Parameter> parameters = new LinkedHashMap<>();
  private final long size;

  private ParameterLayout(List<Parameter> ordered) {
    for (var parameter : ordered) {
      if (parameters.put(parameter.name(), parameter) != null) {
        throw new IllegalStateException("two parameters are named " + parameter.name());
      }
    }
    size = ordered.stream().mapToLong(Parameter::size).sum();
  }

  public List<Parameter> parameters() {
    return List.copyOf(parameters.values());
  }

  /**
   * The parameter of that name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Parameter parameter(String name) {
    var parameter = parameters.get(name);
    if (parameter == null) {
      throw new IllegalArgumentException("no parameter " + name);
    }
    return parameter;
  }

  /** Number of weights. */
  public long size() {
    return size;
  }

  /** The sizes as TorchScript writes a list, for {@code torch.split_with_sizes}. */
  public String sizesText() {
    return parameters.values().stream()
        .map(p -> Long.toString(p.size()))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  /**
   * A TorchScript function {@code name(flat) -> List[Tensor]} that gives every parameter as a view
   * of the flat tensor, in this layout's order; the views' gradients gather in one flat gradient.
   */
  public String unpackFunction(String name) {
    var text = new StringBuilder();
    text.append("def %s(flat: Tensor) -> List[Tensor]:\n".formatted(name));
    text.append("  parts = torch.split_with_sizes(flat, %s)\n".formatted(sizesText()));
    text.append("  views = annotate(List[Tensor], [])\n");
    int i = 0;
    for (var parameter : parameters.values()) {
      text.append(
          String.format(
              Locale.ROOT, "  views.append(parts[%d].view(%s))\n", i++, parameter.shapeText()));
    }
    return text.append("  return views\n").toString();
  }

  /** Position of a parameter in the list of {@link #unpackFunction}. */
  public int index(String name) {
    int i = 0;
    for (var key : parameters.keySet()) {
      if (key.equals(name)) {
        return i;
      }
      i++;
    }
    throw new IllegalArgumentException("no parameter " + name);
  }

  /** Collects parameters in order. */
  public static final class Builder {
    private final List<Parameter> ordered = new ArrayList<>();
    private long offset;

    public Builder add(String name, long... shape) {
      var dimensions = java.util.Arrays.stream(shape).boxed().toList();
      var parameter = new Parameter(name, dimensions, offset);
      ordered.add(parameter);
      offset += parameter.size();
      return this;
    }

    public ParameterLayout build() {
      return new ParameterLayout(ordered);
    }
  }
}
