package ai.echogen.data.feed;

import java.util.List;

/** Samples that are in memory, and travel whole to every executor. */
public final class MemoryFeed<S> implements Feed<S> {
  private static final long serialVersionUID = 1;
  static final int SAMPLE_BYTES = 4 << 10;

  private final List<S> samples;
  private final Length<S> length;
  private final int sampleBytes;

  private MemoryFeed(List<S> samples, Length<S> length, int sampleBytes) {
    this.samples = List.copyOf(samples);
    this.length = length;
    this.sampleBytes = sampleBytes;
  }

  /**
   * @param samples serializable
   */
  public static <S> MemoryFeed<S> of(List<S> samples, Length<S> length) {
    return of(samples, length, SAMPLE_BYTES);
  }

  /**
   * Gives the same batches as shards of the same rows do, if {@code sampleBytes} is that of their
   * {@link RowDecoder}.
   */
  public static <S> MemoryFeed<S> of(List<S> samples, Length<S> length, int sampleBytes) {
    return new MemoryFeed<>(samples, length, sampleBytes);
  }

  @Override
  public FeedReader<S> open(Batching batching) {
    return open(batching, PooledReader.MEMORY);
  }

  FeedReader<S> open(Batching batching, long memory) {
    return PooledReader.open(
        batching, samples.size(), new ListRows<>(samples), length, sampleBytes, memory);
  }

  @Override
  public long size() {
    return samples.size();
  }

  @Override
  public String fingerprint() {
    return Fingerprint.of(samples);
  }

  private record ListRows<S>(List<S> samples) implements RowSource<S> {
    @Override
    public List<S> read(long from, long to) {
      return samples.subList((int) from, (int) to);
    }

    @Override
    public void close() {}
  }
}
