package ai.echogen.model.convert;

import ai.echogen.torch.safetensors.TensorSlice;
import java.util.ArrayList;
import java.util.List;

/**
 * A tensor under a name of one of the layouts.
 *
 * @param elements where its elements lie, one run after the other; empty if it is only described
 */
record NamedTensor(String name, List<Long> shape, List<TensorSlice> elements) {
  NamedTensor {
    shape = List.copyOf(shape);
    elements = List.copyOf(elements);
  }

  /** A tensor that has a name and a shape only. */
  static NamedTensor described(String name, List<Long> shape) {
    return new NamedTensor(name, shape, List.of());
  }

  /** The same elements under another name and shape. */
  NamedTensor as(String otherName, List<Long> otherShape) {
    return new NamedTensor(otherName, otherShape, elements);
  }

  /** One of {@code parts} equal parts along the first axis of a tensor that lies in one run. */
  NamedTensor part(String partName, int part, int parts) {
    var partShape = new ArrayList<>(shape);
    partShape.set(0, shape.get(0) / parts);
    var slices =
        elements.stream()
            .map(all -> all.slice(part * (all.count() / parts), all.count() / parts))
            .toList();
    return new NamedTensor(partName, partShape, slices);
  }

  /** Parts put together again along the first axis. */
  static NamedTensor joined(String name, List<NamedTensor> parts) {
    var whole = new ArrayList<>(parts.get(0).shape());
    whole.set(0, parts.stream().mapToLong(part -> part.shape().get(0)).sum());
    return new NamedTensor(
        name, whole, parts.stream().flatMap(part -> part.elements().stream()).toList());
  }
}
