package ai.echogen.engine;

import ai.djl.ndarray.NDArray;
import ai.echogen.engine.Spans.Span;
import ai.echogen.torch.FlatWeights;
import java.util.ArrayList;
import java.util.List;

/** State on its way from one replica to another: flat float32 tensors, cut into blocks. */
final class StateParcels {
  private static final long LENGTH = 1 << 22; // numbers

  private StateParcels() {}

  /** A range of one of the tensors. */
  record Parcel(String label, NDArray tensor, Span span) {
    void post(Peers peers, int to, String name) throws GenerationOver, InterruptedException {
      var buffer = peers.buffer((int) span.count() * Float.BYTES);
      var unused = FlatWeights.lend(tensor, span.first(), span.count(), buffer::put);
      peers.post(List.of(to), name, buffer);
    }

    void take(Peers peers, int from, String name) throws GenerationOver, InterruptedException {
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
  static List<Parcel> of(List<NDArray> tensors) {
    var parcels = new ArrayList<Parcel>();
    for (int i = 0; i < tensors.size(); i++) {
      for (var span : Spans.of(0, tensors.get(i).size(), LENGTH)) {
        parcels.add(new Parcel(i + "-" + span.first(), tensors.get(i), span));
      }
    }
    return parcels;
  }
}
