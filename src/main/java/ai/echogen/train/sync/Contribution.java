package ai.echogen.train.sync;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a replica tells the others with its slice of a sum.
 *
 * @param exchangeSeconds what its exchange before this one took
 * @param regroup whether this rank wants to stop and take newcomers in; only that of rank 0 counts
 * @param metrics rows of metrics: one a micro-shard, or one a step of each logical worker
 * @param sides tensors of each micro-shard
 */
public record Contribution(
    double exchangeSeconds, boolean regroup, List<double[]> metrics, List<NDList> sides) {
  /** The exchange before this one, without waiting for the slowest: that one waits for nobody. */
  public static double leastSeconds(List<Contribution> all) {
    return all.stream().mapToDouble(Contribution::exchangeSeconds).min().orElse(0);
  }

  public byte[] encoded() {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      out.writeDouble(exchangeSeconds);
      out.writeBoolean(regroup);
      out.writeInt(metrics.size());
      for (var row : metrics) {
        out.writeInt(row.length);
        for (var value : row) {
          out.writeDouble(value);
        }
      }
      out.writeInt(sides.size());
      for (var side : sides) {
        var encoded = side.isEmpty() ? new byte[0] : side.encode();
        out.writeInt(encoded.length);
        out.write(encoded);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * @param manager owns the sides
   */
  public static Contribution decoded(NDManager manager, byte[] encoded) {
    try (var in = new DataInputStream(new ByteArrayInputStream(encoded))) {
      double exchangeSeconds = in.readDouble();
      boolean regroup = in.readBoolean();
      var metrics = new ArrayList<double[]>();
      for (int n = in.readInt(); n > 0; n--) {
        var row = new double[in.readInt()];
        for (int i = 0; i < row.length; i++) {
          row[i] = in.readDouble();
        }
        metrics.add(row);
      }
      var sides = new ArrayList<NDList>();
      for (int n = in.readInt(); n > 0; n--) {
        var side = in.readNBytes(in.readInt());
        sides.add(side.length == 0 ? new NDList() : NDList.decode(manager, side));
      }
      return new Contribution(exchangeSeconds, regroup, metrics, sides);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
