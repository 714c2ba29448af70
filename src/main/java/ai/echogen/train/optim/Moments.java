package ai.echogen.train.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * What an optimiser remembers between steps, owned by the manager that made it.
 *
 * @param first first moments (AdamW) or momentum (Muon), flat (P); empty where nothing is kept
 * @param second second moments, flat (P), 0 where Muon is; empty where nothing is kept
 */
public record Moments(NDArray first, NDArray second) {
  static Moments zeros(NDManager manager, long size) {
    return new Moments(manager.zeros(new Shape(size)), manager.zeros(new Shape(size)));
  }

  public void copyTo(Moments other) {
    if (first.size() > 0) {
      first.copyTo(other.first);
      second.copyTo(other.second);
    }
  }
}
