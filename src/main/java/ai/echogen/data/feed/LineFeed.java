package ai.echogen.data.feed;

import ai.echogen.data.RowRange;
import ai.echogen.data.lines.LayoutLines;
import ai.echogen.data.lines.LineIndex;
import ai.echogen.layout.NamedLayout;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * Layouts of a file of JSON lines, read from where it lies: the place of every thousandth line and
 * what {@link PooledReader} shuffles at once are all that is in memory.
 */
public final class LineFeed implements Feed<NamedLayout> {
  private static final long serialVersionUID = 1;

  private final Location file;
  private final LineIndex index;

  private LineFeed(Location file, LineIndex index) {
    this.file = file;
    this.index = index;
  }

  /**
   * Reads and checks the whole file once.
   *
   * @throws IllegalArgumentException listing everything that is wrong with it, one problem a line
   */
  public static LineFeed of(Location file) {
    return new LineFeed(file, LayoutLines.index(file));
  }

  @Override
  public FeedReader<NamedLayout> open(Batching batching) {
    return open(batching, PooledReader.MEMORY);
  }

  FeedReader<NamedLayout> open(Batching batching, long memory) {
    return PooledReader.open(
        batching,
        size(),
        new Lines(index),
        named -> named.layout().regions().size(),
        MemoryFeed.SAMPLE_BYTES,
        memory);
  }

  /** The first layouts, at most so many. */
  public List<NamedLayout> head(long count) {
    return LayoutLines.read(index.slice(new RowRange(0, Math.min(count, size()))));
  }

  @Override
  public long size() {
    return index.size();
  }

  @Override
  public String fingerprint() {
    try {
      return file.sha256();
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  private record Lines(LineIndex index) implements RowSource<NamedLayout> {
    @Override
    public List<NamedLayout> read(long from, long to) throws IOException {
      try {
        return LayoutLines.read(index.slice(new RowRange(from, to)));
      } catch (UncheckedIOException e) {
        throw new IOException(e.getMessage(), e);
      }
    }

    @Override
    public void close() {}
  }
}
