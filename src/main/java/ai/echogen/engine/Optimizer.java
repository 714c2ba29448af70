package ai.echogen.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.echogen.stages.ParameterGroup;
import ai.echogen.torch.Script;
import ai.echogen.torch.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Gradient reduction, clipping and the update, cut into units that run at once.
 *
 * <p>The cut depends on the parameters alone, never on how many threads there are, and each unit
 * touches only its own range: the result has the same bits whoever runs which unit.
 */
final class Optimizer implements AutoCloseable {
  /** Longest range of one unit. */
  private static final long SPAN = 1 << 18;

  private record Span(long first, long count) {}

  private record Unit(ParameterGroup group, Span span) {}

  private final OptimizerSettings settings;
  private final NDManager manager = Tensors.cpu();
  private final Script script = Script.compile(Optimizer.class, java.util.Map.of(), "optimizer.ts");
  private final List<Span> reductions;
  private final List<Unit> updates = new ArrayList<>();
  private final double[] squares;
  private final long size;
  private final NDArray m; // empty where nothing keeps moments
  private final NDArray v;
  private @Nullable NDArray sum;
  private volatile @Nullable NDArray total;

  Optimizer(OptimizerSettings settings, long size, List<ParameterGroup> groups) {
    this.settings = settings;
    reductions = spans(0, size);
    squares = new double[reductions.size()];
    for (var group : groups) {
      if (isMuon(group)) {
        updates.add(new Unit(group, new Span(group.offset(), group.size())));
      } else {
        spans(group.offset(), group.size()).forEach(span -> updates.add(new Unit(group, span)));
      }
    }
    // The dearest first, so that the last unit to finish is a short one.
    updates.sort((a, b) -> Double.compare(cost(b), cost(a)));
    this.size = size;
    long kept = settings.method() == OptimizerSettings.Method.SGD ? 0 : size;
    m = manager.zeros(new Shape(kept));
    v = manager.zeros(new Shape(kept));
  }

  int numReductions() {
    return reductions.size();
  }

  int numUpdates() {
    return updates.size();
  }

  /** Whether there are moments to keep between steps. */
  boolean hasMoments() {
    return m.size() > 0;
  }

  /** First moments (AdamW) or momentum (Muon), flat (P). */
  NDArray firstMoments() {
    return m;
  }

  /** Second moments, flat (P); 0 where Muon is. */
  NDArray secondMoments() {
    return v;
  }

  /** Adds the micro-shards' gradients, given in the order of their ids, over one unit's range. */
  void reduce(int unit, List<NDArray> gradients) {
    var span = reductions.get(unit);
    try (var scope = manager.newSubManager()) {
      var range = scope.create(new long[] {span.first(), span.count()});
      NDArray squared;
      if (gradients.size() == 1) { // taken as it is, for memory's sake
        total = gradients.get(0);
        squared = script.evaluate(scope, "squares", gradients.get(0), range).get(0);
      } else {
        var target = sum();
        total = target;
        squared = script.evaluate(scope, "reduce", target, gradients, range).get(0);
      }
      squares[unit] = squared.getDouble();
    }
  }

  private synchronized NDArray sum() {
    if (sum == null) {
      sum = manager.zeros(new Shape(size));
    }
    return sum;
  }

  /** L2 norm of the reduced gradient. */
  double gradientNorm() {
    double sum = 0;
    for (var square : squares) {
      sum += square;
    }
    return Math.sqrt(sum);
  }

  /**
   * Factor that brings a gradient of that norm to at most {@code clipNorm}, as torch computes it.
   */
  double clipFactor(double norm) {
    return Math.min(1, settings.clipNorm() / (norm + 1e-6));
  }

  /**
   * Moves the weights of one unit. The gradients that were reduced must still be open.
   *
   * @param step counted from 0
   */
  void update(int unit, NDArray weights, long step, double lr, double clip) {
    var group = updates.get(unit).group();
    var span = updates.get(unit).span();
    var gradient = Objects.requireNonNull(total, "reduce comes first");
    double decay = group.role() == ParameterGroup.Role.OTHER ? 0 : settings.weightDecay();
    try (var scope = manager.newSubManager()) {
      if (isMuon(group)) {
        var s =
            new double[] {
              group.offset(),
              group.rows(),
              group.columns(),
              lr,
              clip,
              settings.muonMomentum(),
              decay
            };
        script.evaluate(scope, "muon", weights, gradient, m, scope.create(s));
      } else if (settings.method() == OptimizerSettings.Method.SGD) {
        var s = new double[] {span.first(), span.count(), lr, clip, decay};
        script.evaluate(scope, "sgd", weights, gradient, scope.create(s));
      } else {
        var s =
            new double[] {
              span.first(),
              span.count(),
              lr,
              clip,
              step + 1,
              settings.beta1(),
              settings.beta2(),
              settings.epsilon(),
              decay
            };
        script.evaluate(scope, "adamw", weights, gradient, m, v, scope.create(s));
      }
    }
  }

  @Override
  public void close() {
    script.close();
    manager.close();
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

  private static List<Span> spans(long first, long size) {
    var spans = new ArrayList<Span>();
    for (long at = 0; at < size; at += SPAN) {
      spans.add(new Span(first + at, Math.min(SPAN, size - at)));
    }
    return spans;
  }
}
