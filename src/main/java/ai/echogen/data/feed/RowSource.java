package ai.echogen.data.feed;

import java.io.IOException;
import java.util.List;

/** Samples by their row, counted over all files of a split; thread-safe. */
interface RowSource<S> extends AutoCloseable {
  /**
   * Contiguous rows.
   *
   * @param to exclusive
   */
  List<S> read(long from, long to) throws IOException;

  @Override
  void close();
}
