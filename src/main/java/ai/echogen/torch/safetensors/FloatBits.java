package ai.echogen.torch.safetensors;

import java.nio.ByteBuffer;

/**
 * Floating-point numbers of one width as another's, by the bits of float32 between them.
 *
 * <p>Widening is exact. Narrowing rounds to the nearest value, of two equally near ones to the one
 * with an even fraction (IEEE 754, 4.3.1), and what is too large becomes infinite. NaNs stay NaNs
 * with as much of their payload as fits, so that what was widened narrows to the same bits.
 */
public final class FloatBits {
  private static final int INFINITY = 0x7f80_0000;
  private static final int HALF_OVERFLOW = 0x4780_0000; // 2^16
  private static final int HALF_NORMAL = 0x3880_0000; // 2^-14
  private static final int HALF_BIAS = (127 - 15) << 23;

  private FloatBits() {}

  /** Converts all that remains of one buffer into another; both little-endian. */
  static void convert(
      ByteBuffer from, SafetensorsType fromType, ByteBuffer to, SafetensorsType toType) {
    while (from.hasRemaining()) {
      int bits = next(from, fromType);
      switch (toType) {
        case F32 -> to.putInt(bits);
        case BF16 -> to.putShort(toBfloat16(bits));
        case F16 -> to.putShort(toHalf(bits));
        default -> throw new IllegalStateException("cannot convert weights to " + toType);
      }
    }
  }

  /** The next number of a little-endian buffer, as the bits of a float32. */
  static int next(ByteBuffer from, SafetensorsType type) {
    return switch (type) {
      case F32 -> from.getInt();
      case BF16 -> from.getShort() << 16;
      case F16 -> ofHalf(from.getShort());
      case F64 -> Float.floatToRawIntBits((float) from.getDouble());
      default -> throw new IllegalStateException("cannot convert weights from " + type);
    };
  }

  /** From IEEE 754 binary16: 1 sign, 5 exponent, 10 fraction bits. */
  static int ofHalf(short bits) {
    int sign = (bits & 0x8000) << 16;
    int exponent = (bits >> 10) & 0x1f;
    int fraction = bits & 0x3ff;
    if (exponent == 0) { // zero and subnormals: fraction · 2^-24
      return sign | Float.floatToRawIntBits(fraction * 0x1p-24f);
    }
    int widened = exponent == 0x1f ? 0xff : exponent - 15 + 127; // infinity and NaN stay so
    return sign | (widened << 23) | (fraction << 13);
  }

  /** To IEEE 754 binary16. */
  static short toHalf(int bits) {
    int sign = (bits >>> 16) & 0x8000;
    int size = bits & 0x7fff_ffff;
    if (size > INFINITY) {
      int payload = (size >> 13) & 0x3ff;
      return (short) (sign | 0x7c00 | (payload == 0 ? 0x200 : payload));
    }
    if (size >= HALF_OVERFLOW) {
      return (short) (sign | 0x7c00);
    }
    if (size < HALF_NORMAL) { // in steps of 2^-24
      return (short) (sign | (int) Math.rint(Float.intBitsToFloat(size) * 0x1p24f));
    }
    int rounded = size + 0xfff + ((size >> 13) & 1);
    return (short) (sign | ((rounded - HALF_BIAS) >> 13));
  }

  /** To bfloat16, the upper half of a float32. */
  public static short toBfloat16(int bits) {
    if ((bits & 0x7fff_ffff) > INFINITY) {
      int upper = bits >>> 16;
      return (short) ((upper & 0x7f) == 0 ? upper | 0x40 : upper);
    }
    return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
  }
}
