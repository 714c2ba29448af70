package ai.echogen.data.feed;

import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.Row;

/**
 * What a row of a shard directory is as a sample; it travels to the executors.
 *
 * @param <S> a sample as it is trained on
 */
public interface RowDecoder<S> extends Serializable {
  /** The columns that it needs; no others are read. */
  List<String> columns();

  /** Loads what decoding needs, once for each reader, which closes it. */
  Opened<S> open() throws IOException;

  /** A sample's length, in tokens, say: the samples of a batch are of like lengths. */
  int length(S sample);

  /**
   * Bytes that a sample takes in memory, about: so many are held and shuffled at once as 256 MB can
   * hold. The order of the samples depends on it.
   */
  int sampleBytes();

  /** Names all that samples depend on beside the rows. */
  String fingerprint();

  /**
   * Turns rows into samples; thread-safe.
   *
   * @param <S> a sample
   */
  interface Opened<S> extends AutoCloseable {
    /**
     * @param row has the columns by name
     */
    S decode(Row row) throws IOException;

    @Override
    default void close() {}
  }
}
