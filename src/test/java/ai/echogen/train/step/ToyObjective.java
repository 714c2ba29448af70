package ai.echogen.train.step;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.echogen.data.feed.Feed;
import ai.echogen.data.feed.MemoryFeed;
import ai.echogen.objectives.Objective;
import ai.echogen.objectives.ObjectiveSource;
import ai.echogen.objectives.ParameterGroup;
import ai.echogen.objectives.ParameterGroup.Role;
import ai.echogen.objectives.Unit;
import ai.echogen.torch.weights.ParameterLayout;
import ai.echogen.torch.weights.Weights;
import java.util.List;
import java.util.Random;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;

/** A loss whose gradient is quick to compute, for tests: Σ ½ |w − target|² / batch. */
public final class ToyObjective implements Objective<float[]> {
  /** Steps whose gradient is to be what it must not be; from, to. */
  public record Fault(long from, long to, float value) {
    public static final Fault NONE = new Fault(0, 0, 0);
  }

  /** What else is to happen after a step's update, in this JVM. */
  public static volatile LongConsumer AFTER = step -> {};

  /** What else is to happen while a gradient is computed, in this JVM. */
  public static volatile Runnable WITHIN = () -> {};

  private final int size;
  private final Fault fault;

  public ToyObjective(int size, Fault fault) {
    this.size = size;
    this.fault = fault;
  }

  /** Opens it anywhere. */
  public record Source(int size, long from, long to, float value)
      implements ObjectiveSource<float[]> {
    @Override
    public Objective<float[]> open(Device device) {
      return new ToyObjective(size, new Fault(from, to, value));
    }
  }

  public static Feed<float[]> samples(int size, int number) {
    var random = new Random(5);
    return MemoryFeed.of(
        IntStream.range(0, number)
            .mapToObj(
                i -> {
                  var target = new float[size];
                  for (int j = 0; j < size; j++) {
                    target[j] = (float) random.nextGaussian();
                  }
                  return target;
                })
            .toList(),
        target -> 7);
  }

  public Weights weights() {
    var weights = Weights.zeros(layout());
    var random = new Random(6);
    var values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    weights.set("matrix", values);
    return weights;
  }

  @Override
  public ParameterLayout layout() {
    return new ParameterLayout.Builder().add("matrix", size, 1).build();
  }

  @Override
  public List<ParameterGroup> groups() {
    return List.of(new ParameterGroup(Role.MATRIX, 0, size, 1));
  }

  @Override
  public List<String> metrics() {
    return List.of("loss");
  }

  @Override
  public long[] counts(float[] target) {
    return new long[] {7, 1};
  }

  @Override
  public Outcome accumulate(
      NDManager manager, NDArray gradient, NDArray weights, Unit<float[]> unit) {
    WITHIN.run();
    var sum = new float[size];
    double loss = loss(weights, unit, sum);
    if (unit.step() >= fault.from() && unit.step() < fault.to() && unit.firstPlace() == 0) {
      sum[1] = fault.value();
    }
    try (var scope = manager.newSubManager()) {
      gradient.addi(scope.create(sum));
    }
    return new Outcome(new double[] {loss}, new NDList());
  }

  @Override
  public double[] measure(NDArray weights, Unit<float[]> unit) {
    return new double[] {loss(weights, unit, new float[size])};
  }

  private double loss(NDArray weights, Unit<float[]> unit, float[] gradient) {
    var values = weights.toFloatArray();
    double loss = 0;
    for (var target : unit.samples()) {
      for (int i = 0; i < size; i++) {
        float difference = values[i] - target[i];
        gradient[i] += difference / unit.totals()[1];
        loss += 0.5 * difference * difference / unit.totals()[1];
      }
    }
    return loss;
  }

  @Override
  public void afterStep(long step, NDArray weights, List<NDList> sides) {
    AFTER.accept(step);
  }

  @Override
  public void close() {}
}
