package ai.echogen.scoring.judges.file;

import java.nio.Buffer;

/**
 * What goes into a network.
 *
 * @param name empty where the network has one input only
 * @param type of the values
 * @param values row by row: a {@code FloatBuffer}, {@code ByteBuffer}, {@code IntBuffer} or {@code
 *     LongBuffer}, as the type says
 */
record Input(String name, Type type, Buffer values, long[] shape) {
  /** What networks of this product's judges may take. */
  enum Type {
    FLOAT32,
    UINT8,
    INT32,
    INT64
  }

  /** The type and the shape, for messages. */
  String shown() {
    return Output.shown(shape) + " of " + Fields.word(type);
  }
}
