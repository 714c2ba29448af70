package ai.echogen.train.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.types.Shape;
import ai.echogen.objectives.ParameterGroup;
import ai.echogen.objectives.ParameterGroup.Role;
import ai.echogen.torch.Tensors;
import ai.echogen.train.OptimizerSettings;
import ai.echogen.train.sync.Sums;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    try (var optimizer = new Optimizer(SETTINGS, groups, Device.cpu());
        var manager = Tensors.cpu()) {
      var random = new Random(1);
      var expected = new double[10];
      var first = new double[10];
      var second = new double[10];
      var weights = manager.zeros(new Shape(10));
      var moments = optimizer.moments(manager, 10);
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
        var sum = Sums.of(List.of(half, half, half, half)).total();
        for (int unit = 0; unit < optimizer.numUpdates(); unit++) {
          optimizer.update(unit, weights, sum, moments, new Optimizer.Step(step, 0.01, 0.5));
        }
      }
      var actual = weights.toFloatArray();
      for (int i = 0; i < 10; i++) {
        assertThat((double) actual[i]).isCloseTo(expected[i], within(1e-6));
      }
    }
  }

  /** The native code takes another way where a matrix is long than where it is nearly square. */
  @ParameterizedTest
  @CsvSource({"4, 24", "24, 4", "5, 6", "6, 6"})
  void muonMovesAMatrixAlongFiveNewtonSchulzIterations(int rows, int columns) {
    var settings =
        new OptimizerSettings(
            OptimizerSettings.Method.MUON,
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
    int size = rows * columns;
    var groups = List.of(new ParameterGroup(Role.HIDDEN_MATRIX, 0, rows, columns));
    try (var optimizer = new Optimizer(settings, groups, Device.cpu());
        var manager = Tensors.cpu()) {
      var random = new Random(2);
      var gradient = new float[size];
      var start = new float[size];
      for (int i = 0; i < size; i++) {
        gradient[i] = (float) random.nextGaussian();
        start[i] = (float) random.nextGaussian();
      }
      var weights = manager.create(start);
      optimizer.update(
          0,
          weights,
          manager.create(gradient),
          optimizer.moments(manager, size),
          new Optimizer.Step(0, 0.01, 1));

      var direction = newtonSchulz(gradient, rows, columns);
      double scale = 0.01 * 0.2 * Math.sqrt(Math.max(rows, columns));
      var actual = weights.toFloatArray();
      for (int i = 0; i < size; i++) {
        double expected = start[i] * (1 - 0.01 * 0.1) - scale * direction[i / columns][i % columns];
        assertThat((double) actual[i]).isCloseTo(expected, within(1e-5));
      }
    }
  }

  private static double[][] newtonSchulz(float[] values, int rows, int columns) {
    var x = new double[rows][columns];
    double norm = 0;
    for (var value : values) {
      norm += value * (double) value;
    }
    for (int i = 0; i < values.length; i++) {
      x[i / columns][i % columns] = values[i] / Math.sqrt(norm);
    }
    for (int k = 0; k < 5; k++) {
      var cubed = product(product(x, transposed(x)), x);
      var fifth = product(product(x, transposed(x)), cubed);
      for (int i = 0; i < values.length; i++) {
        int r = i / columns;
        int c = i % columns;
        x[r][c] = 3.4445 * x[r][c] - 4.7750 * cubed[r][c] + 2.0315 * fifth[r][c];
      }
    }
    return x;
  }

  private static double[][] product(double[][] a, double[][] b) {
    var c = new double[a.length][b[0].length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < b[0].length; j++) {
        for (int k = 0; k < b.length; k++) {
          c[i][j] += a[i][k] * b[k][j];
        }
      }
    }
    return c;
  }

  private static double[][] transposed(double[][] a) {
    var t = new double[a[0].length][a.length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a[0].length; j++) {
        t[j][i] = a[i][j];
      }
    }
    return t;
  }
}
