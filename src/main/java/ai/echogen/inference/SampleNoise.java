package ai.echogen.inference;

import ai.echogen.data.CounterRandom;

/**
 * The random numbers of a drawing: a function of seed, id and number of the drawing, whatever batch
 * or executor it is drawn in.
 */
public record SampleNoise(long seed) {
  /**
   * Numbers in [0, 1).
   *
   * @param sample tells apart the drawings of one layout, from 0
   */
  public double[] uniforms(String id, int sample, int count) {
    var random = CounterRandom.of(seed, hash(id), sample);
    var values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextDouble();
    }
    return values;
  }

  /** FNV-1a of the id's characters. */
  private static long hash(String id) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < id.length(); i++) {
      hash = (hash ^ id.charAt(i)) * 0x100000001b3L;
    }
    return hash;
  }
}
