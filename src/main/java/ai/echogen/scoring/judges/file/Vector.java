package ai.echogen.scoring.judges.file;

import ai.echogen.json.JsonRecord;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * An output that is one vector.
 *
 * @param dimension how many numbers it has
 */
record Vector(OutputKey output, int dimension) {
  private static final int MOST = 65_536;

  /** The object {@code output} of a description. */
  static Vector read(JsonRecord record) {
    var vector =
        new Vector(OutputKey.read(record, "tensor"), (int) record.whole("dimension", 1, MOST));
    var unused = record.nothingElse();
    return vector;
  }

  /**
   * The vector that a network gives.
   *
   * @throws IllegalArgumentException if it has another shape, or something that is no number
   */
  double[] of(Network network, List<Input> inputs) {
    var output = network.run(inputs, List.of(this.output)).get(0);
    var shape = output.shape();
    boolean fits = shape.length >= 2 && shape[0] == 1 && shape[1] == dimension;
    for (int i = 2; fits && i < shape.length; i++) {
      fits = shape[i] == 1;
    }
    if (!fits) {
      throw output.mustBe(String.format(Locale.ROOT, "the judge's dimension is %d", dimension));
    }
    output.requireFinite();
    var values = new double[dimension];
    Arrays.setAll(values, i -> output.values()[i]);
    return values;
  }
}
