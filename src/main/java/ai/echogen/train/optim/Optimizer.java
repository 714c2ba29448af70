package ai.echogen.train.optim;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.echogen.objectives.ParameterGroup;
import ai.echogen.torch.Tensors;
import ai.echogen.torch.script.Script;
import ai.echogen.train.OptimizerSettings;
import ai.echogen.train.optim.Spans.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The update of the weights, cut into units that run at once.
 *
 * <p>The cut depends on the parameters alone, never on how many threads there are, and each unit
 * touches only its own range: the result has the same bits whoever runs which unit.
 */
public final class Optimizer implements AutoCloseable {
  private record Unit(ParameterGroup group, Span span) {}

  /**
   * One step's circumstances.
   *
   * @param step counted from 0
   * @param factor what the gradient is multiplied with, such as {@link #clipFactor}
   */
  public record Step(long step, double lr, double factor) {}

  private final OptimizerSettings settings;
  private final Script script = Script.compile(Optimizer.class, Map.of(), "optimizer.script");
  private final List<Unit> updates = new ArrayList<>();

  /**
   * @param device where what is trained lies
   */
  public Optimizer(OptimizerSettings settings, List<ParameterGroup> groups, Device device) {
    this.settings = settings;
    for (var group : groups) {
      if (isMuon(group)) {
        updates.add(new Unit(group, new Span(group.offset(), group.size())));
      } else {
        Spans.of(group.offset(), group.size(), Spans.length(device))
            .forEach(span -> updates.add(new Unit(group, span)));
      }
    }
    // The dearest first, so that the last unit to finish is a short one.
    updates.sort((a, b) -> Double.compare(cost(b), cost(a)));
  }

  public int numUpdates() {
    return updates.size();
  }

  /** New moments for {@code size} weights, all zero. */
  public Moments moments(NDManager manager, long size) {
    return Moments.zeros(manager, settings.method() == OptimizerSettings.Method.SGD ? 0 : size);
  }

  /** Whether updates add up, so that {@link #updateFrom} can sum them exactly. */
  public boolean isSum() {
    return settings.method() == OptimizerSettings.Method.SGD;
  }

  /**
   * Factor that brings a gradient of that norm to at most {@code clipNorm}, as torch computes it.
   */
  public double clipFactor(double norm) {
    return Math.min(1, settings.clipNorm() / (norm + 1e-6));
  }

  /** Moves the weights of one unit. */
  public void update(int unit, NDArray weights, NDArray gradient, Moments moments, Step step) {
    var group = updates.get(unit).group();
    var span = updates.get(unit).span();
    try (var scope = gradient.getManager().newSubManager()) {
      if (isMuon(group)) {
        var s =
            new double[] {
              group.offset(),
              group.rows(),
              group.columns(),
              step.lr(),
              step.factor(),
              settings.muonMomentum(),
              decay(group)
            };
        script.evaluate(
            scope, "muon", weights, gradient, moments.first(), Tensors.steering(scope, s));
      } else if (settings.method() == OptimizerSettings.Method.SGD) {
        var s = new double[] {span.first(), span.count(), step.lr(), step.factor(), decay(group)};
        script.evaluate(scope, "sgd", weights, gradient, Tensors.steering(scope, s));
      } else {
        var s =
            new double[] {
              span.first(),
              span.count(),
              step.lr(),
              step.factor(),
              step.step() + 1,
              settings.beta1(),
              settings.beta2(),
              settings.epsilon(),
              decay(group)
            };
        script.evaluate(
            scope,
            "adamw",
            weights,
            gradient,
            moments.first(),
            moments.second(),
            Tensors.steering(scope, s));
      }
    }
  }

  /**
   * The same from a start, with the sum of the updates so far in {@code moved}.
   *
   * @param weights becomes {@code start + moved}
   * @throws IllegalStateException unless {@link #isSum}
   */
  public void updateFrom(
      int unit, NDArray start, NDArray moved, NDArray weights, NDArray gradient, Step step) {
    if (!isSum()) {
      throw new IllegalStateException(settings.method() + " does not add updates up");
    }
    var group = updates.get(unit).group();
    var span = updates.get(unit).span();
    try (var scope = gradient.getManager().newSubManager()) {
      var s = new double[] {span.first(), span.count(), step.lr(), step.factor(), decay(group)};
      script.evaluate(
          scope, "sgd_from", start, moved, weights, gradient, Tensors.steering(scope, s));
    }
  }

  @Override
  public void close() {
    script.close();
  }

  private double decay(ParameterGroup group) {
    return group.role() == ParameterGroup.Role.OTHER ? 0 : settings.weightDecay();
  }

  private boolean isMuon(ParameterGroup group) {
    return settings.method() == OptimizerSettings.Method.MUON
        && group.role() == ParameterGroup.Role.HIDDEN_MATRIX;
  }

  private double cost(Unit unit) {
    var group = unit.group();
    return isMuon(group)
        ? (double) group.size() * Math.min(group.rows(), group.columns())
        : unit.span().count();
  }
}
