package ai.echogen.model.decoder;

import ai.echogen.data.CounterRandom;
import ai.echogen.model.vision.VisionInitial;
import ai.echogen.torch.weights.ParameterLayout;
import ai.echogen.torch.weights.ParameterLayout.Parameter;
import ai.echogen.torch.weights.Weights;
import java.util.Arrays;

/**
 * The weights a new transformer starts from.
 *
 * <p>Matrices are normal with deviation 1/√(inputs), those that write into the residual stream
 * smaller by √(2 layers). What small models learn fast from: location embeddings that lie smoothly
 * along their axis (a random projection of sines and cosines), output rows of locations alike, code
 * embeddings taken from the VQ codebook, and image positions made of the same location features.
 */
final class DecoderInitial {
  private static final int FREQUENCIES = 12;
  private static final double EMBEDDING_DEVIATION = 0.5;

  private final DecoderConfig config;
  private final ImageCodes codes;
  private final TextIds ids;
  private final long seed;
  private final float[][] alongX;
  private final float[][] alongY;

  DecoderInitial(DecoderConfig config, ImageCodes codes, TextIds ids, long seed) {
    this.config = config;
    this.codes = codes;
    this.ids = ids;
    this.seed = seed;
    alongX = smooth(random("x"));
    alongY = smooth(random("y"));
  }

  /**
   * @param codebook (codebook, width) rows of the VQ tokenizer, scaled to length 1 here
   */
  Weights weights(ParameterLayout layout, float[] codebook) {
    var weights = Weights.zeros(layout);
    for (var parameter : layout.parameters()) {
      weights.set(parameter.name(), values(parameter, codebook));
    }
    return weights;
  }

  private float[] values(Parameter parameter, float[] codebook) {
    var name = parameter.name();
    if (VisionInitial.has(name)) {
      return VisionInitial.values(parameter, seed);
    }
    int inputs = Math.toIntExact(parameter.shape().get(parameter.shape().size() - 1));
    double scaled = 1 / Math.sqrt(inputs);
    if (name.endsWith("norm.weight")) {
      return filled(parameter, 1);
    }
    if (name.endsWith("o_proj.weight") || name.endsWith("down_proj.weight")) {
      return normal(parameter, scaled / Math.sqrt(2.0 * config.layers()));
    }
    return switch (name) {
      case "model.language_model.embed_tokens.weight" ->
          withLocations(normal(parameter, EMBEDDING_DEVIATION), 1);
      case "lm_head.weight" ->
          withLocations(
              normal(parameter, EMBEDDING_DEVIATION * scaled), 1 / Math.sqrt(config.hidden()));
      case "model.generation_embeddings.weight" -> unitRows(codebook, codes.width());
      case "model.generation_aligner.fc1.weight" -> normal(parameter, 1);
      case "model.generation_aligner.fc1.bias" -> normal(parameter, 0.5);
      case "echogen.bigram_shift" -> filled(parameter, 0.7f);
      case "echogen.image_positions" -> imagePositions(parameter);
      default -> {
        if (name.endsWith(".bias")) {
          yield filled(parameter, 0);
        }
        yield normal(
            parameter, name.contains("generation_aligner.hidden_layers") ? 0.5 * scaled : scaled);
      }
    };
  }

  /** Puts the smooth embeddings, times {@code factor}, into the rows of the location tokens. */
  private float[] withLocations(float[] table, double factor) {
    int d = config.hidden();
    for (int bin = 0; bin < ids.bins(); bin++) {
      for (int i = 0; i < d; i++) {
        table[(ids.firstX() + bin) * d + i] = (float) (alongX[bin][i] * factor);
        table[(ids.firstY() + bin) * d + i] = (float) (alongY[bin][i] * factor);
      }
    }
    return table;
  }

  /**
   * Row 0 for {@code <begin_of_image>}; the others are the sum of their cell's x and y features.
   */
  private float[] imagePositions(Parameter parameter) {
    int d = config.hidden();
    int side = (int) Math.round(Math.sqrt(codes.perImage()));
    var table = normal(parameter, 0.3);
    if (ids.bins() == 0 || side * side != codes.perImage()) {
      return table;
    }
    for (int cell = 0; cell < codes.perImage(); cell++) {
      var x = alongX[Math.min(ids.bins() - 1, ids.bins() * (2 * (cell % side) + 1) / (2 * side))];
      var y = alongY[Math.min(ids.bins() - 1, ids.bins() * (2 * (cell / side) + 1) / (2 * side))];
      for (int i = 0; i < d; i++) {
        table[(cell + 1) * d + i] = x[i] + y[i];
      }
    }
    return table;
  }

  /** (bins, D): cosines and sines of growing frequency along the axis, randomly projected. */
  private float[][] smooth(CounterRandom random) {
    int d = config.hidden();
    var projection = new double[2 * FREQUENCIES][d];
    for (var row : projection) {
      for (int i = 0; i < d; i++) {
        row[i] = random.nextGaussian();
      }
    }
    var table = new float[ids.bins()][d];
    double squares = 0;
    for (int bin = 0; bin < ids.bins(); bin++) {
      double t = Math.PI * bin / ids.bins();
      for (int i = 0; i < d; i++) {
        double sum = 0;
        for (int f = 0; f < FREQUENCIES; f++) {
          double share = 1 / (1 + 0.25 * f);
          sum += share * Math.cos(t * f) * projection[f][i];
          sum += share * Math.sin(t * f) * projection[FREQUENCIES + f][i];
        }
        table[bin][i] = (float) sum;
        squares += sum * sum;
      }
    }
    double scale =
        EMBEDDING_DEVIATION / Math.sqrt(squares / Math.max(1.0, (double) ids.bins() * d));
    for (var row : table) {
      for (int i = 0; i < d; i++) {
        row[i] *= (float) scale;
      }
    }
    return table;
  }

  private float[] normal(Parameter parameter, double deviation) {
    var random = random(parameter.name());
    var values = new float[Math.toIntExact(parameter.size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return values;
  }

  private CounterRandom random(String name) {
    return CounterRandom.of(seed, name.hashCode());
  }

  private static float[] filled(Parameter parameter, float value) {
    var values = new float[Math.toIntExact(parameter.size())];
    Arrays.fill(values, value);
    return values;
  }

  private static float[] unitRows(float[] table, int width) {
    var rows = table.clone();
    for (int from = 0; from < rows.length; from += width) {
      double squares = 0;
      for (int i = from; i < from + width; i++) {
        squares += (double) rows[i] * rows[i];
      }
      for (int i = from; i < from + width; i++) {
        rows[i] /= (float) Math.sqrt(Math.max(squares, 1e-24));
      }
    }
    return rows;
  }
}
