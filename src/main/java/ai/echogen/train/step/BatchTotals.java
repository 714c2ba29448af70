package ai.echogen.train.step;

import ai.echogen.objectives.Objective;
import ai.echogen.train.sync.GenerationOver;
import ai.echogen.train.sync.Peers;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Sums of {@link Objective#counts} over whole batches: each replica reads its own micro-shards and
 * hears of the others' from them, for several steps at once. The first number is that of samples.
 */
final class BatchTotals<S> {
  private static final int AHEAD = 32; // steps that replicas tell each other about at once

  /** The samples of one micro-shard. */
  interface Reader<S> {
    List<S> read(long step, int microShard) throws IOException;
  }

  private final Objective<S> objective;
  private final Reader<S> reader;
  private final Map<Long, long[]> known = new HashMap<>();
  private @Nullable Peers among;

  BatchTotals(Objective<S> objective, Reader<S> reader) {
    this.objective = objective;
    this.reader = reader;
  }

  /**
   * The totals of a step.
   *
   * @param end the step after the last that will be asked for
   * @param from first of this replica's micro-shards
   * @param to last of them, exclusive
   */
  long[] of(Peers peers, long step, long end, int from, int to)
      throws IOException, GenerationOver, InterruptedException {
    if (among != peers) { // others hold other micro-shards
      known.clear();
      among = peers;
    }
    var found = known.get(step);
    if (found == null) {
      known.clear();
      exchange(peers, step, Math.min(end, step + AHEAD), from, to);
      found = known.get(step);
    }
    if (found == null) {
      throw new IllegalStateException("no totals of step " + step);
    }
    return found;
  }

  /** The objective's own counts among totals. */
  static long[] counts(long[] totals) {
    return Arrays.copyOfRange(totals, 1, totals.length);
  }

  private void exchange(Peers peers, long step, long end, int from, int to)
      throws IOException, GenerationOver, InterruptedException {
    if (peers.size() == 1) {
      known.put(step, own(step, from, to));
      return;
    }
    var rows = new long[(int) (end - step)][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = own(step + i, from, to);
    }
    int width = rows[0].length; // one that has no samples does not know the kinds
    var name = "t" + step;
    var told = peers.buffer((1 + rows.length * width) * Long.BYTES);
    told.putLong(width);
    for (var row : rows) {
      for (var value : row) {
        told.putLong(value);
      }
    }
    var others =
        IntStream.range(1, peers.size()).mapToObj(i -> (peers.rank() + i) % peers.size()).toList();
    peers.post(others, name, told);
    for (int peer : others) {
      boolean unused =
          peers.take(
              peer,
              name,
              bytes -> {
                int theirs = (int) bytes.getLong();
                for (int k = 0; k < rows.length; k++) {
                  rows[k] = Arrays.copyOf(rows[k], Math.max(rows[k].length, theirs));
                  for (int i = 0; i < theirs; i++) {
                    rows[k][i] += bytes.getLong();
                  }
                }
                return true;
              });
    }
    for (int i = 0; i < rows.length; i++) {
      known.put(step + i, rows[i]);
    }
  }

  private long[] own(long step, int from, int to) throws IOException {
    long[] sums = {0};
    for (int id = from; id < to; id++) {
      var samples = reader.read(step, id);
      for (var sample : samples) {
        var counts = objective.counts(sample);
        if (sums.length != counts.length + 1) {
          sums = Arrays.copyOf(sums, counts.length + 1);
        }
        for (int i = 0; i < counts.length; i++) {
          sums[i + 1] += counts[i];
        }
      }
      sums[0] += samples.size();
    }
    return sums;
  }
}
