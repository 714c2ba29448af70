package ai.echogen.train.sync;

import ai.djl.ndarray.NDArray;
import ai.echogen.torch.weights.FlatWeights;
import ai.echogen.train.optim.Spans;
import ai.echogen.train.optim.Spans.Span;
import java.util.ArrayList;
import java.util.List;

/** State on its way from one replica to another: flat float32 tensors, cut into blocks. */
public final class StateChunks {
  private static final long LENGTH = 1 << 22; // numbers

  private StateChunks() {}

  /** A range of one of the tensors. */
  public record Chunk(String label, NDArray tensor, Span span) {
    public void post(Peers peers, int to, String name) throws GenerationOver, InterruptedException {
      var buffer = peers.buffer((int) span.count() * Float.BYTES);
      var unused = FlatWeights.lend(tensor, span.first(), span.count(), buffer::put);
      peers.post(List.of(to), name, buffer);
    }

    public void take(Peers peers, int from, String name)
        throws GenerationOver, InterruptedException {
      boolean unused =
          peers.take(
              from,
              name,
              bytes -> {
                FlatWeights.set(tensor, span.first(), bytes);
                return true;
              });
    }
  }

  /** The same cut on both sides, as it depends on the sizes alone. */
  public static List<Chunk> of(List<NDArray> tensors) {
    var chunks = new ArrayList<Chunk>();
    for (int i = 0; i < tensors.size(); i++) {
      for (var span : Spans.of(0, tensors.get(i).size(), LENGTH)) {
        chunks.add(new Chunk(i + "-" + span.first(), tensors.get(i), span));
      }
    }
    return chunks;
  }
}
