package ai.echogen.model.convert;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Compares the tensors of a checkpoint with those that its configuration describes. */
final class TensorCheck {
  private TensorCheck() {}

  /** Everything that is missing, unknown, misshapen or no floating-point tensor, one line each. */
  static List<String> problems(
      Map<String, NamedTensor> expected, Map<String, NamedTensor> found, Set<String> optional) {
    var problems = new ArrayList<String>();
    expected.forEach(
        (name, tensor) -> {
          if (!found.containsKey(name)) {
            problems.add("missing: %s %s".formatted(name, tensor.shape()));
          }
        });
    found.forEach(
        (name, tensor) -> {
          var described = expected.get(name);
          if (described == null) {
            if (!optional.contains(name)) {
              problems.add("unknown: %s %s".formatted(name, tensor.shape()));
            }
          } else if (!described.shape().equals(tensor.shape())) {
            problems.add(
                "misshapen: %s must be %s, is %s"
                    .formatted(name, described.shape(), tensor.shape()));
          }
        });
    problems.addAll(typeProblems(found.values()));
    return problems;
  }

  private static List<String> typeProblems(Collection<NamedTensor> found) {
    return found.stream()
        .flatMap(tensor -> tensor.elements().stream())
        .filter(slice -> !slice.type().isFloat())
        .map(
            slice ->
                "mistyped: %s must be floating-point, is %s"
                    .formatted(slice.tensor(), slice.type()))
        .toList();
  }
}
