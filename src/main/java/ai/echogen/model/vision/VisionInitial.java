package ai.echogen.model.vision;

import ai.echogen.data.CounterRandom;
import ai.echogen.torch.weights.ParameterLayout.Parameter;
import ai.echogen.torch.weights.Weights;
import java.util.Arrays;

/**
 * The weights a new vision encoder starts from: norms 1, biases 0, everything else normal with
 * deviation 1/√(inputs).
 */
public final class VisionInitial {
  private static final long STREAM = 0x766973696f6eL; // keeps these draws apart from the decoder's

  private VisionInitial() {}

  /**
   * A new encoder and aligner, which the caller closes: a pure function of sizes and seed.
   *
   * @param textHidden width of the decoder
   */
  public static Weights weights(VisionConfig config, int textHidden, long seed) {
    var weights = Weights.zeros(new VisionParameters(config, textHidden).layout());
    for (var parameter : weights.layout().parameters()) {
      weights.set(parameter.name(), values(parameter, seed));
    }
    return weights;
  }

  public static boolean has(String name) {
    return name.startsWith(VisionParameters.ENCODER) || name.startsWith(VisionParameters.ALIGNER);
  }

  public static float[] values(Parameter parameter, long seed) {
    var values = new float[Math.toIntExact(parameter.size())];
    if (parameter.shape().size() == 1) {
      Arrays.fill(values, parameter.name().endsWith(".weight") ? 1 : 0);
      return values;
    }
    var random = CounterRandom.of(seed, STREAM, parameter.name().hashCode());
    double deviation = Math.sqrt((double) parameter.shape().get(0) / parameter.size());
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return values;
  }
}
