package ai.echogen.train.plan;

import ai.echogen.train.plan.Card.Arithmetic;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What an executor computes on: one GPU, or cores of a processor.
 *
 * @param threads that train: 1 on a GPU
 * @param rate FLOPs a second of a thread's steps
 * @param drawingRate the same while it draws
 * @param bandwidth bytes a second of memory, for a thread
 * @param memory bytes that there are; empty if that is not known
 */
public record Device(
    boolean isGpu,
    int threads,
    double rate,
    double drawingRate,
    double bandwidth,
    OptionalLong memory) {
  /** What CUDA and its libraries take of a card's memory before there is a tensor; assumed. */
  static final long CONTEXT = 600_000_000;

  /** Bytes a second of a GPU's memory where no card is named; assumed. */
  private static final double BANDWIDTH = 2e12;

  /** Cores, each with a rate of its own. */
  public static Device cores(
      int cores, OptionalDouble rate, Optional<MemorySize> memory, long layerMatrices) {
    double each = rate.isPresent() ? rate.getAsDouble() / cores : MeasuredRates.core(layerMatrices);
    double drawing =
        each * MeasuredRates.drawingCore(layerMatrices) / MeasuredRates.core(layerMatrices);
    return new Device(false, cores, each, drawing, MeasuredRates.coreBandwidth(), bytes(memory));
  }

  /**
   * A card.
   *
   * @param share of its peak
   */
  public static Device gpu(
      Card card, Arithmetic arithmetic, double share, Optional<MemorySize> memory) {
    return gpu(
        share * card.peak(arithmetic),
        card.bandwidth(),
        bytes(memory.or(() -> Optional.of(card.memory()))));
  }

  /** A GPU of which only the rate is known, and its memory if that is given. */
  public static Device gpu(double rate, Optional<MemorySize> memory) {
    return gpu(rate, BANDWIDTH, bytes(memory));
  }

  private static Device gpu(double rate, double bandwidth, OptionalLong memory) {
    return new Device(true, 1, rate, rate, bandwidth, memory);
  }

  private static OptionalLong bytes(Optional<MemorySize> memory) {
    return memory.map(size -> OptionalLong.of(size.bytes())).orElse(OptionalLong.empty());
  }

  /** The share of a card's peak that was measured, of a step of a model of that size. */
  public static double measuredShare(Arithmetic arithmetic, long layerMatrices) {
    return MeasuredRates.share(arithmetic, layerMatrices);
  }

  /** Seconds to draw one token of each of some rows: whichever is longest of what it waits for. */
  double tokenSeconds(double flops, double weightBytes, int layers) {
    double launches = isGpu ? MeasuredRates.launchSeconds(layers) : 0;
    return Math.max(launches, Math.max(flops / drawingRate, weightBytes / bandwidth));
  }
}
