package ai.echogen.train.plan;

import ai.echogen.train.ExchangeSettings.Wire;
import ai.echogen.train.sync.SumTree;
import java.util.ArrayList;
import java.util.List;

/**
 * Bytes that each replica sends for one sum, as {@link ai.echogen.train.sync.AllReduce} sends them:
 * the others' slices of each of its partial sums, then its own slice of the sum to all others.
 *
 * <p>Where every replica has one partial sum that is 2 (N − 1) / N · P numbers of 4 bytes, or of 2
 * in bfloat16, in the mean over the replicas. One that holds several branches of the tree sends
 * each.
 *
 * @param sent by rank
 */
public record ExchangeBytes(List<Long> sent) {
  public ExchangeBytes {
    sent = List.copyOf(sent);
  }

  /**
   * Of a sum over {@code leaves} micro-shards, or workers of a round, that the replicas share.
   *
   * @param numbers of a tensor
   * @param replicas no more than leaves
   * @param span longest range that is worked on at once: slices are whole ranges
   */
  static ExchangeBytes of(long numbers, int replicas, int leaves, Wire wire, long span) {
    int bytes = wire == Wire.FLOAT32 ? Float.BYTES : Short.BYTES;
    long spans = (numbers + span - 1) / span;
    var tree = new SumTree(leaves);
    var sent = new ArrayList<Long>();
    for (int rank = 0; rank < replicas; rank++) {
      long from = span * (rank * spans / replicas);
      long to = Math.min(numbers, span * ((rank + 1) * spans / replicas));
      int parts =
          tree.nodes(first(rank, leaves, replicas), first(rank + 1, leaves, replicas)).size();
      long others = replicas - 1L;
      long scattered = replicas == 1 ? 0 : parts * (numbers - (to - from));
      sent.add(bytes * (scattered + others * (to - from)));
    }
    return new ExchangeBytes(sent);
  }

  private static int first(int rank, int leaves, int replicas) {
    return (int) ((long) rank * leaves / replicas);
  }

  /** Of the replica that sends most. */
  public long most() {
    return sent.stream().mapToLong(Long::longValue).max().orElse(0);
  }

  /** Of all replicas. */
  public long sum() {
    return sent.stream().mapToLong(Long::longValue).sum();
  }
}
