package ai.echogen.train.sync;

import java.nio.ByteBuffer;

/** The sums of squares of a slice, and what its owner has to say. */
record SliceNote(double[] squares, byte[] content) {
  static byte[] of(double[] squares, byte[] content) {
    var buffer =
        ByteBuffer.allocate(2 * Integer.BYTES + squares.length * Double.BYTES + content.length);
    buffer.putInt(squares.length);
    for (var square : squares) {
      buffer.putDouble(square);
    }
    return buffer.putInt(content.length).put(content).array();
  }

  static SliceNote read(ByteBuffer bytes) {
    var squares = new double[bytes.getInt()];
    for (int i = 0; i < squares.length; i++) {
      squares[i] = bytes.getDouble();
    }
    var content = new byte[bytes.getInt()];
    bytes.get(content);
    return new SliceNote(squares, content);
  }
}
