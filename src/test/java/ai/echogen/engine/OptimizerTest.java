package ai.echogen.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.Shape;
import ai.echogen.stages.ParameterGroup;
import ai.echogen.stages.ParameterGroup.Role;
import ai.echogen.torch.Tensors;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OptimizerTest {
  private static final OptimizerSettings SETTINGS =
      new OptimizerSettings(
          OptimizerSettings.Method.ADAMW,
          0.01,
          0,
          OptimizerSettings.Schedule.CONSTANT,
          1,
          0.9,
          0.99,
          1e-8,
          0.95,
          0.1,
          1e9);

  @Test
  void adamwMovesEveryWeightAsItsDefinitionSays() {
    var groups =
        List.of(new ParameterGroup(Role.MATRIX, 0, 2, 3), new ParameterGroup(Role.OTHER, 6, 4, 1));
    try (var optimizer = new Optimizer(SETTINGS, 10, groups);
        var manager = Tensors.cpu()) {
      var random = new Random(1);
      var expected = new double[10];
      var first = new double[10];
      var second = new double[10];
      var weights = manager.zeros(new Shape(10));
      for (int step = 0; step < 12; step++) {
        var gradient = new float[10];
        for (int i = 0; i < 10; i++) {
          gradient[i] = (float) random.nextGaussian();
          double g = 0.5 * gradient[i];
          first[i] = 0.9 * first[i] + 0.1 * g;
          second[i] = 0.99 * second[i] + 0.01 * g * g;
          double mean = first[i] / (1 - Math.pow(0.9, step + 1));
          double square = second[i] / (1 - Math.pow(0.99, step + 1));
          expected[i] -= i < 6 ? 0.01 * 0.1 * expected[i] : 0;
          expected[i] -= 0.01 * mean / (Math.sqrt(square) + 1e-8);
        }
        var half = manager.create(gradient).mul(0.25);
        for (int unit = 0; unit < optimizer.numReductions(); unit++) {
          optimizer.reduce(unit, List.of(half, half, half, half));
        }
        for (int unit = 0; unit < optimizer.numUpdates(); unit++) {
          optimizer.update(unit, weights, step, 0.01, 0.5);
        }
      }
      var actual = weights.toFloatArray();
      for (int i = 0; i < 10; i++) {
        assertThat((double) actual[i]).isCloseTo(expected[i], within(1e-6));
      }
    }
  }
}
