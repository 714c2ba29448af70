package ai.echogen.train.sync;

import ai.djl.ndarray.NDArray;
import ai.echogen.train.ExchangeSettings;
import ai.echogen.train.sync.AllReduce.Part;
import java.util.ArrayList;
import java.util.List;

/** Sums of tensors in one JVM, for tests; the tensors stay as they are. */
public final class Sums {
  private Sums() {}

  public static AllReduce.Sum of(List<NDArray> leaves) {
    var tree = new SumTree(leaves.size());
    var parts = new ArrayList<Part>();
    for (int i = 0; i < leaves.size(); i++) {
      parts.add(new Part(tree.leaf(i), leaves.get(i).duplicate()));
    }
    try (var threads = new Threads(2);
        var allReduce =
            new AllReduce(
                leaves.get(0).size(),
                leaves.get(0).getDevice(),
                ExchangeSettings.Wire.FLOAT32,
                threads)) {
      return allReduce.sumHere(tree, parts);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
