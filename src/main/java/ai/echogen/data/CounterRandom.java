package ai.echogen.data;

/**
 * Random numbers that are a pure function of (keys, counter): the same keys give the same numbers
 * on any executor, in any order of tasks, and after any retry.
 *
 * <p>Each output is two rounds of Stafford's 64-bit finaliser (variant 13, as in SplitMix64) over
 * the counter, with one key word added before each round. Not for secrets. One instance is one
 * stream and belongs to one thread; make instances freely, they are two words and a counter.
 */
public final class CounterRandom {
  private static final long GAMMA = 0x9E3779B97F4A7C15L;

  private final long key0;
  private final long key1;
  private long counter;

  private CounterRandom(long key0, long key1) {
    this.key0 = key0;
    this.key1 = key1;
  }

  /** The stream of these keys, such as {@code of(seed, step, sample)}; the order of keys counts. */
  public static CounterRandom of(long... keys) {
    var key0 = mix(keys.length);
    var key1 = mix(keys.length + GAMMA);
    for (var key : keys) {
      key0 = mix(key0 + mix(key + GAMMA));
      key1 = mix(key1 ^ mix(key * GAMMA + 1));
    }
    return new CounterRandom(key0, key1);
  }

  /** A stream of its own below this one: the same for the same key wherever this stream stands. */
  public CounterRandom fork(long key) {
    return of(key0, key1, key);
  }

  /** The word at a position of the stream; moves nothing. */
  public long longAt(long position) {
    return mix(mix(position * GAMMA + key0) + key1);
  }

  public long nextLong() {
    return longAt(counter++);
  }

  /** Uniform in [0, 1), a multiple of 2^-53. */
  public double nextDouble() {
    return (nextLong() >>> 11) * 0x1.0p-53;
  }

  /** Uniform in [low, high). */
  public double nextDouble(double low, double high) {
    return low + (high - low) * nextDouble();
  }

  /** Uniform in [0, bound), without bias (Lemire's multiply and reject). */
  public int nextInt(int bound) {
    if (bound <= 0) {
      throw new IllegalArgumentException("bound must be > 0, got " + bound);
    }
    var floor = (1L << 32) % bound;
    while (true) {
      var product = (nextLong() >>> 32) * bound;
      if ((product & 0xFFFFFFFFL) >= floor) {
        return (int) (product >>> 32);
      }
    }
  }

  /** Uniform in [low, high], both ends included. */
  public int nextInt(int low, int high) {
    return low + nextInt(high - low + 1);
  }

  /** Normal with mean 0 and deviation 1 (Box-Muller; StrictMath, so the same on every platform). */
  public double nextGaussian() {
    var radius = StrictMath.sqrt(-2 * StrictMath.log(1 - nextDouble()));
    return radius * StrictMath.cos(2 * StrictMath.PI * nextDouble());
  }

  /** A random order of 0 … length - 1. */
  public int[] permutation(int length) {
    var order = new int[length];
    for (var i = 0; i < length; i++) {
      var j = nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
