package ai.echogen.torch.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import ai.echogen.torch.Tensors;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class ScriptTest {
  private static final String GRADIENT =
      """
      def scaled(x: Tensor, factor: Tensor) -> Tensor:
        return x * factor

      def gradient(flat: Tensor, x: Tensor) -> List[Tensor]:
        w = flat.detach().requires_grad_(True)
        parts = torch.split_with_sizes(w, [6, 4])
        a = parts[0].view([2, 3])
        y = __torch__.scaled(torch.matmul(x, a), torch.tensor(2.)).sum()
        g = torch.autograd.grad([y], [w])
        g0 = g[0]
        assert g0 is not None
        return [y.detach(), g0]

      def total(parts: List[Tensor]) -> List[Tensor]:
        sum = parts[0].clone()
        for i in range(1, len(parts)):
          sum = sum.add_(parts[i])
        return [sum]
      """;

  @Test
  void aScriptDifferentiatesInsideOneCall() {
    try (var script = Script.compile(GRADIENT);
        var manager = Tensors.cpu()) {
      var flat = Tensors.floats(manager, new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 10);
      var x = Tensors.floats(manager, new float[] {1, 10}, 1, 2);
      var results = script.call(manager, "gradient", flat, x);
      assertThat(results.get(0).getFloat()).isEqualTo(2 * (41 + 52 + 63));
      assertThat(results.get(1).toFloatArray()).containsExactly(2, 2, 2, 20, 20, 20, 0, 0, 0, 0);
    }
  }

  @Test
  void threadsDifferentiateAtTheSameTime() throws Exception {
    try (var script = Script.compile(GRADIENT)) {
      var pool = Executors.newFixedThreadPool(4);
      try {
        Callable<Boolean> task =
            () -> {
              for (int i = 1; i <= 200; i++) {
                try (var manager = Tensors.cpu()) {
                  var flat = Tensors.floats(manager, new float[10], 10);
                  var x = Tensors.floats(manager, new float[] {i, 10}, 1, 2);
                  var gradient = script.call(manager, "gradient", flat, x).get(1);
                  if (gradient.toFloatArray()[0] != 2 * i) {
                    return false;
                  }
                }
              }
              return true;
            };
        for (var result : pool.invokeAll(List.of(task, task, task, task))) {
          assertThat(result.get()).isTrue();
        }
      } finally {
        pool.shutdown();
      }
    }
  }

  @Test
  void listsOfTensorsArriveInOrder() {
    try (var script = Script.compile(GRADIENT);
        var manager = Tensors.cpu()) {
      var parts =
          List.of(
              Tensors.floats(manager, new float[] {1}, 1),
              Tensors.floats(manager, new float[] {20}, 1),
              Tensors.floats(manager, new float[] {300}, 1));
      assertThat(script.call(manager, "total", parts).get(0).toFloatArray()).containsExactly(321);
    }
  }

  @Test
  void aMissingConstantAndBrokenTextAreNamed() {
    assertThatThrownBy(() -> Script.text(ScriptTest.class, "missing.ts", Map.of()))
        .hasMessageContaining("missing.ts");
    assertThatThrownBy(() -> Script.compile("def f(x: Tensor) -> List[Tensor]:\n  return [y]\n"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("does not compile");
  }

  /**
   * Convolutions of new shapes from several threads at once ended the process, or gave other bits.
   */
  @Test
  void threadsConvolveNewShapesAtTheSameTime() throws Exception {
    int[] channels = {8, 12, 12, 24, 40, 24, 64, 12, 8};
    int count = 0;
    var lines = new StringBuilder();
    for (int i = 0; i + 1 < channels.length; i++) {
      int size = channels[i + 1] * channels[i] * 9;
      lines.append(
          "  x = torch.conv2d(x, w.narrow(0, %d, %d).view([%d, %d, 3, 3]), None, [1, 1], [1, 1])\n"
              .formatted(count, size, channels[i + 1], channels[i]));
      count += size;
    }
    var source =
        """
        def layers(input: Tensor, w: Tensor) -> Tensor:
          x = torch.contiguous(input, memory_format=2)
        %s  return x

        def gradient(flat: Tensor, x: Tensor) -> List[Tensor]:
          w = flat.detach().requires_grad_(True)
          y = __torch__.layers(x, w)
          g = torch.autograd.grad([torch.mean(y * y)], [w])[0]
          assert g is not None
          return [g]
        """
            .formatted(lines);
    int numThreads = 3;
    var pool = Executors.newFixedThreadPool(numThreads);
    try (var script = Script.compile(source);
        var manager = Tensors.cpu()) {
      var weights = manager.randomNormal(new Shape(count)).mul(0.1f);
      for (int batch = 1; batch <= 12; batch++) {
        var x = manager.randomNormal(new Shape(batch, 8, 32, 32));
        var start = new CyclicBarrier(numThreads);
        Callable<float[]> task =
            () -> {
              start.await();
              try (var own = Tensors.cpu()) {
                return script.call(own, "gradient", weights, x).get(0).toFloatArray();
              }
            };
        var gradients = pool.invokeAll(Collections.nCopies(numThreads, task));
        for (var gradient : gradients) {
          assertThat(gradient.get()).as("batch %s", batch).isEqualTo(gradients.get(0).get());
        }
      }
    } finally {
      pool.shutdownNow();
    }
  }
}
