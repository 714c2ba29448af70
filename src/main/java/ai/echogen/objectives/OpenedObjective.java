package ai.echogen.objectives;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.echogen.torch.weights.ParameterLayout;
import java.util.List;

/**
 * An objective with all that was opened for it; or two forms of one, each at its time.
 *
 * @param first form of the steps before {@code firstOfLast}
 * @param last form of that step and those after it
 * @param opened closed with it, the last first
 */
record OpenedObjective<S>(
    Objective<S> first, Objective<S> last, long firstOfLast, List<AutoCloseable> opened)
    implements Objective<S> {
  /** One form for all steps. */
  static <S> OpenedObjective<S> of(Objective<S> objective, List<AutoCloseable> opened) {
    return new OpenedObjective<>(objective, objective, 0, opened);
  }

  @Override
  public ParameterLayout layout() {
    return first.layout();
  }

  @Override
  public List<ParameterGroup> groups() {
    return first.groups();
  }

  @Override
  public List<String> metrics() {
    return first.metrics();
  }

  @Override
  public long[] counts(S sample) {
    return first.counts(sample);
  }

  @Override
  public Outcome accumulate(NDManager manager, NDArray gradient, NDArray weights, Unit<S> unit) {
    return at(unit.step()).accumulate(manager, gradient, weights, unit);
  }

  @Override
  public double[] measure(NDArray weights, Unit<S> unit) {
    return at(unit.step()).measure(weights, unit);
  }

  @Override
  public void afterStep(long step, NDArray weights, List<NDList> sides) {
    at(step).afterStep(step, weights, sides);
  }

  @Override
  public boolean hashesGradients() {
    return first.hashesGradients();
  }

  private Objective<S> at(long step) {
    return step < firstOfLast ? first : last;
  }

  @Override
  public void close() {
    TransformerSpec.close(opened);
  }
}
