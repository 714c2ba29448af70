package ai.echogen.scoring.judges.file;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import ai.echogen.torch.Tensors;
import ai.echogen.torch.script.ConvolutionGate;
import ai.echogen.torch.script.Script;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A TorchScript module in libtorch, on the task's device.
 *
 * <p>The plain interpreter runs it, one thread an operation, so that the same picture gives the
 * same bits from the first call on. TorchScript is a program: it is to be taken from those one
 * trusts.
 */
final class TorchNetwork implements Network {
  private static final int THREADS = 1;

  /** Whatever type an output has, and there are some that DJL may not be asked of. */
  private static final String PLAIN =
      """
      def plain(x: Tensor) -> List[Tensor]:
        return [torch.contiguous(x.to(6))]
      """;

  private final String place;
  private final NDManager manager;
  private final PtSymbolBlock module;
  private final Script script;

  private TorchNetwork(String place, NDManager manager, PtSymbolBlock module, Script script) {
    this.place = place;
    this.manager = manager;
    this.module = module;
    this.script = script;
  }

  /**
   * Opens a module.
   *
   * @param place of the file, for messages
   * @throws IllegalArgumentException if the file is damaged, or none
   */
  static TorchNetwork open(Path file, String place, Device device) throws IOException {
    TorchFile.check(file);
    Tensors.setThreadsPerTask(THREADS);
    var manager = Tensors.on(device);
    try {
      var module =
          JniUtils.loadModule(
              (PtNDManager) manager, file, device.isGpu(), new String[0], new String[0], false);
      return new TorchNetwork(place, manager, module, Script.compile(PLAIN));
    } catch (RuntimeException e) {
      manager.close();
      throw failed(file.toString(), "does not open it", e);
    }
  }

  @Override
  public List<Output> run(List<Input> inputs, List<OutputKey> wanted) {
    JniUtils.setGraphExecutorOptimize(false); // per thread; the plain interpreter
    var gradMode = JniUtils.isGradMode(); // per thread as well
    JniUtils.setGradMode(false);
    try (var scope = manager.newSubManager()) {
      var arrays = new NDList();
      inputs.forEach(input -> arrays.add(array(scope, input)));
      var results = forward(arrays);
      var outputs = new ArrayList<Output>();
      for (var key : wanted) {
        outputs.add(output(scope, key, results));
      }
      return outputs;
    } finally {
      JniUtils.setGradMode(gradMode);
    }
  }

  private NDList forward(NDList arrays) {
    try {
      return ConvolutionGate.pass(
          this,
          "forward",
          false,
          arrays.toArray(),
          () -> IValueUtils.forward(module, arrays, false));
    } catch (RuntimeException e) { // libtorch's own, whatever the module does wrong
      throw failed(place, "cannot run it", e);
    }
  }

  private static NDArray array(NDManager scope, Input input) {
    var shape = new Shape(input.shape());
    var type =
        switch (input.type()) {
          case FLOAT32 -> DataType.FLOAT32;
          case UINT8 -> DataType.UINT8;
          case INT32 -> DataType.INT32;
          case INT64 -> DataType.INT64;
        };
    return scope.create(input.values().duplicate().rewind(), shape, type);
  }

  private Output output(NDManager scope, OutputKey key, NDList results) {
    var found = find(key, results);
    var shape = found.getShape().getShape();
    long number = found.getShape().size();
    if (number > Output.MOST_VALUES) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: its output %s is %s; more than %,d values are not read",
              place,
              key,
              Output.shown(shape),
              Output.MOST_VALUES));
    }
    try {
      found.setName(null);
      var plain = script.evaluate(scope, "plain", found).get(0);
      return new Output(place, key.toString(), shape, plain.toFloatArray());
    } catch (RuntimeException e) {
      throw failed(place, "cannot read its output " + key, e);
    }
  }

  private NDArray find(OutputKey key, NDList results) {
    if (key.name().isEmpty() && key.place() < results.size()) {
      return results.get(key.place());
    }
    for (var result : results) {
      if (!key.name().isEmpty() && key.name().equals(result.getName())) {
        return result;
      }
    }
    var shown = new ArrayList<String>();
    for (int i = 0; i < results.size(); i++) {
      var name = results.get(i).getName();
      shown.add(
          (name == null ? "number " + i : name)
              + " is "
              + Output.shown(results.get(i).getShape().getShape()));
    }
    throw new IllegalArgumentException(
        "%s: has no output %s; it has %s".formatted(place, key, Output.cut(shown.toString())));
  }

  private static IllegalArgumentException failed(String place, String what, RuntimeException e) {
    var lines = String.valueOf(e.getMessage()).lines().filter(line -> !line.isBlank()).toList();
    var said =
        lines.stream()
            .filter(line -> line.contains("Error: "))
            .reduce((first, last) -> last)
            .or(() -> lines.stream().findFirst())
            .orElse("");
    return new IllegalArgumentException(
        "%s: libtorch %s %s: %s".formatted(place, Tensors.libtorch(), what, Output.cut(said)), e);
  }

  @Override
  public String runtime() {
    return String.format(
        Locale.ROOT,
        "libtorch %s on %s, %d thread",
        Tensors.libtorch(),
        manager.getDevice().isGpu() ? manager.getDevice().toString() : "the processor",
        THREADS);
  }

  @Override
  public void close() {
    script.close();
    module.close();
    manager.close();
  }
}
