package ai.echogen.engine;

import ai.djl.ndarray.NDArray;
import ai.echogen.engine.Reduction.Part;
import java.util.ArrayList;
import java.util.List;

/** Sums of tensors in one JVM, for tests; the tensors stay as they are. */
final class Sums {
  private Sums() {}

  static Reduction.Sum of(List<NDArray> leaves) {
    var tree = new SumTree(leaves.size());
    var parts = new ArrayList<Part>();
    for (int i = 0; i < leaves.size(); i++) {
      parts.add(new Part(tree.leaf(i), leaves.get(i).duplicate()));
    }
    try (var threads = new Threads(2);
        var reduction =
            new Reduction(leaves.get(0).size(), ExchangeSettings.Wire.FLOAT32, threads)) {
      return reduction.sumHere(tree, parts);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
