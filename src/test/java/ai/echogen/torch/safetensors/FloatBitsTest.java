package ai.echogen.torch.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FloatBitsTest {
  @Test
  void everyHalfAndEveryBfloat16ComesBackFromFloat32() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      if (FloatBits.toHalf(FloatBits.ofHalf((short) bits)) != (short) bits
          || FloatBits.toBfloat16(bits << 16) != (short) bits) {
        fail("0x%04x comes back as another".formatted(bits));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1,             3c00", // exact
    "1.00048828125, 3c00", // halfway to the next: even
    "1.00146484375, 3c02", // halfway: even
    "1.0005,        3c01",
    "65504,         7bff", // the largest
    "65519.99,      7bff",
    "65520,         7c00", // halfway to 2^16
    "1e30,          7c00",
    "-1e30,         fc00",
    "Infinity,      7c00",
    "6.1e-5,        03ff", // below the smallest normal
    "6.103e-5,      0400", // rounds up to it
    "2.98023224E-8, 0000", // half of the smallest subnormal: even
    "2.99e-8,       0001",
    "-1e-40,        8000",
  })
  void halvesRoundToNearestEven(float value, String hexadecimal) {
    assertThat(Integer.toHexString(0x10000 | (FloatBits.toHalf(bits(value)) & 0xffff)).substring(1))
        .isEqualTo(hexadecimal);
  }

  @ParameterizedTest
  @CsvSource({
    "1,             3f80",
    "1.00390625,    3f80", // halfway to the next: even
    "1.01171875,    3f82", // halfway: even
    "1.004,         3f81",
    "3.4e38,        7f80", // above the largest
    "-3.4028235E38, ff80",
    "1e-45,         0000",
    "-0.0,          8000",
  })
  void bfloat16sRoundToNearestEven(float value, String hexadecimal) {
    assertThat(
            Integer.toHexString(0x10000 | (FloatBits.toBfloat16(bits(value)) & 0xffff))
                .substring(1))
        .isEqualTo(hexadecimal);
  }

  @Test
  void aNanWhosePayloadDoesNotFitStaysOne() {
    for (int sign : new int[] {0, 0x8000_0000}) {
      int nan = sign | 0x7f80_0001;
      assertThat(Float.intBitsToFloat(FloatBits.ofHalf(FloatBits.toHalf(nan)))).isNaN();
      assertThat(Float.intBitsToFloat(FloatBits.toBfloat16(nan) << 16)).isNaN();
    }
  }

  @Test
  void noNeighbourIsNearer() {
    var random = new Random(7);
    for (int i = 0; i < 100_000; i++) {
      float value = (float) (random.nextGaussian() * Math.pow(2, random.nextInt(38) - 24));
      if (Math.abs(value) >= 65504) {
        continue;
      }
      short half = FloatBits.toHalf(bits(value));
      double distance = Math.abs((double) value - half(half));
      for (int step : new int[] {-1, 1}) {
        short neighbour = (short) (half + step);
        if (Math.abs((double) value - half(neighbour)) < distance) {
          fail("%s became %s, but %s is nearer".formatted(value, half(half), half(neighbour)));
        }
      }
    }
  }

  private static int bits(float value) {
    return Float.floatToRawIntBits(value);
  }

  private static float half(short bits) {
    return Float.intBitsToFloat(FloatBits.ofHalf(bits));
  }
}
