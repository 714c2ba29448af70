package ai.echogen.torch.weights;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.echogen.torch.Tensors;
import ai.echogen.torch.safetensors.SafetensorsModel;
import ai.echogen.torch.safetensors.SafetensorsWriter;
import ai.echogen.torch.script.Script;
import java.io.IOException;
import java.util.Arrays;

/**
 * A model's weights: one flat float32 tensor (P) and where each named parameter lies in it. Owns
 * the tensor, which {@link #close} frees.
 */
public final class Weights implements AutoCloseable {
  private final ParameterLayout layout;
  private final NDManager manager;
  private final NDArray flat;

  private Weights(ParameterLayout layout, NDManager manager, NDArray flat) {
    this.layout = layout;
    this.manager = manager;
    this.flat = flat;
  }

  /** All zero, in main memory. */
  public static Weights zeros(ParameterLayout layout) {
    return zeros(layout, Device.cpu());
  }

  /** All zero. */
  public static Weights zeros(ParameterLayout layout, Device device) {
    var manager = Tensors.on(device);
    return new Weights(layout, manager, FlatWeights.zeros(manager, layout));
  }

  /**
   * Reads every parameter of a layout to a device.
   *
   * @throws IllegalArgumentException listing all parameters that are missing or have another shape
   */
  public static Weights read(ParameterLayout layout, SafetensorsModel model, Device device)
      throws IOException {
    var manager = Tensors.on(device);
    try {
      return new Weights(layout, manager, FlatWeights.read(manager, layout, model));
    } catch (IOException | RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  /**
   * Weights to measure speed and memory with: normal with deviation 0.02, norms 1 and biases 0.
   * Drawn natively, so that a billion takes seconds.
   */
  public static Weights random(ParameterLayout layout, long seed) {
    var weights = zeros(layout);
    try (var scope = Tensors.cpu();
        var script =
            Script.compile(
                """
                def fill(flat: Tensor, seed: Tensor) -> List[Tensor]:
                  torch.manual_seed(int(seed.item()))
                  return [flat.normal_(0., 0.02)]
                """)) {
      script.evaluate(scope, "fill", weights.flat, scope.create(seed));
    }
    for (var parameter : layout.parameters()) {
      if (parameter.shape().size() == 1) {
        var values = new float[Math.toIntExact(parameter.size())];
        Arrays.fill(values, parameter.name().endsWith(".weight") ? 1 : 0);
        weights.set(parameter.name(), values);
      }
    }
    return weights;
  }

  public ParameterLayout layout() {
    return layout;
  }

  /** Where the tensor lies, and so where what is computed with it is. */
  public Device device() {
    return flat.getDevice();
  }

  /** A copy on a device, which the caller closes. */
  public Weights copyTo(Device device) {
    var there = Tensors.on(device);
    var copy = flat.toDevice(device, true);
    copy.attach(there);
    return new Weights(layout, there, copy);
  }

  /** These weights if they lie on the device, or a copy there, and these are closed. */
  public Weights movedTo(Device device) {
    if (device().equals(device)) {
      return this;
    }
    try (this) {
      return copyTo(device);
    }
  }

  /** (P), float32, owned by this object. */
  public NDArray flat() {
    return flat;
  }

  /** A copy of one parameter's values, row-major. */
  public float[] values(String name) {
    var buffer = FlatWeights.values(flat, layout.parameter(name));
    var values = new float[buffer.remaining()];
    buffer.get(values);
    return values;
  }

  /** Writes one parameter's values, row-major. */
  public void set(String name, float[] values) {
    FlatWeights.set(flat, layout.parameter(name), values);
  }

  /** SHA-256 of the weights' little-endian bytes, in hexadecimal. */
  public String sha256() {
    return FlatWeights.sha256(flat);
  }

  /** Adds every parameter to a writer under its name. */
  public void addTo(SafetensorsWriter writer) {
    FlatWeights.add(writer, layout, flat, "");
  }

  @Override
  public void close() {
    manager.close();
  }
}
