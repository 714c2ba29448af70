package ai.echogen.train.step;

import java.io.Serializable;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * What an objective trains on, as it is kept in memory.
 *
 * @param list in an order that is always the same
 * @param length a sample's tokens, for batches of like length and for throughput
 */
public record Samples<S>(List<S> list, Length<S> length) implements Serializable {
  /** A sample's number of tokens. */
  public interface Length<S> extends ToIntFunction<S>, Serializable {}
}
