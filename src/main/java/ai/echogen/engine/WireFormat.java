package ai.echogen.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.echogen.engine.Spans.Span;
import ai.echogen.torch.FlatWeights;
import ai.echogen.torch.FloatBits;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Numbers on their way between replicas, little-endian: float32, or bfloat16 by the nearest. */
enum WireFormat {
  FLOAT32 {
    @Override
    byte[] pack(NDArray values, Span span) {
      return FlatWeights.lend(
          values,
          span.first(),
          span.count(),
          bytes -> {
            var packed = new byte[bytes.remaining()];
            bytes.get(packed);
            return packed;
          });
    }

    @Override
    NDArray unpack(NDManager manager, ByteBuffer bytes) {
      return manager.create(bytes, new Shape(bytes.remaining() / Float.BYTES), DataType.FLOAT32);
    }
  },
  BFLOAT16 {
    @Override
    byte[] pack(NDArray values, Span span) {
      var wide = new int[(int) span.count()];
      boolean unused =
          FlatWeights.lend(
              values,
              span.first(),
              span.count(),
              bytes -> {
                bytes.asIntBuffer().get(wide);
                return true;
              });
      var narrow = narrow(wide);
      var packed = new byte[narrow.length * Short.BYTES];
      ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer().put(narrow);
      return packed;
    }

    @Override
    NDArray unpack(NDManager manager, ByteBuffer bytes) {
      var shorts = bytes.order(ByteOrder.LITTLE_ENDIAN).asShortBuffer();
      var narrow = new short[shorts.remaining()];
      shorts.get(narrow);
      var values = new float[narrow.length];
      for (int i = 0; i < narrow.length; i++) {
        values[i] = Float.intBitsToFloat(narrow[i] << 16);
      }
      return manager.create(values);
    }
  };

  /** To bfloat16; first as if there were no NaN, which the processor does several at a time. */
  private static short[] narrow(int[] wide) {
    var narrow = new short[wide.length];
    int largest = 0;
    for (int i = 0; i < wide.length; i++) {
      int bits = wide[i];
      largest = Math.max(largest, bits & 0x7fff_ffff);
      narrow[i] = (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
    }
    if (largest > Float.floatToRawIntBits(Float.POSITIVE_INFINITY)) {
      for (int i = 0; i < wide.length; i++) {
        narrow[i] = FloatBits.toBfloat16(wide[i]);
      }
    }
    return narrow;
  }

  static WireFormat of(ExchangeSettings.Wire wire) {
    return wire == ExchangeSettings.Wire.FLOAT32 ? FLOAT32 : BFLOAT16;
  }

  /** A range's bytes, as a copy. */
  abstract byte[] pack(NDArray values, Span span);

  /** The float32 values of such bytes, owned by {@code manager}. */
  abstract NDArray unpack(NDManager manager, ByteBuffer bytes);
}
