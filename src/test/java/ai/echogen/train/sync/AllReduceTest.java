package ai.echogen.train.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.echogen.torch.Tensors;
import ai.echogen.train.ExchangeSettings.Wire;
import ai.echogen.train.optim.Spans;
import ai.echogen.train.sync.AllReduce.Part;
import ai.echogen.train.sync.SumTree.Node;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sums over several replicas have the bits of the sum in one. */
class AllReduceTest {
  private static final int SIZE = 3 * (int) Spans.length(Device.cpu()) + 1234;

  private final NDManager manager = Tensors.cpu();

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "4, 2", "8, 3", "5, 2", "7, 4", "6, 5", "3, 3"})
  void float32SumsHaveTheSameBitsOnAnyNumberOfReplicas(int leaves, int replicas) {
    var values = leaves(leaves);
    var alone = sums(values, 1, Wire.FLOAT32).get(0);
    for (var sum : sums(values, replicas, Wire.FLOAT32)) {
      assertThat(sum.values()).isEqualTo(alone.values());
      assertThat(sum.norm()).isEqualTo(alone.norm());
      assertThat(sum.notes()).containsExactlyElementsOf(notes(replicas));
    }
  }

  @Test
  void theTreeAddsNeighboursFirst() {
    var values = leaves(3);
    var sum = sums(values, 2, Wire.FLOAT32).get(1).values();
    for (int i = 0; i < SIZE; i += 1001) {
      assertThat(sum[i]).isEqualTo((values.get(0)[i] + values.get(1)[i]) + values.get(2)[i]);
    }
  }

  @ParameterizedTest
  @CsvSource({"4, 2", "8, 3", "5, 2", "7, 4", "6, 5", "3, 3"})
  void bfloat16SumsHaveTheSameBitsOnAnyNumberOfReplicas(int leaves, int replicas) {
    var values = leaves(leaves);
    var alone = sums(values, 1, Wire.BFLOAT16).get(0);
    for (var sum : sums(values, replicas, Wire.BFLOAT16)) {
      assertThat(sum.values()).isEqualTo(alone.values());
      assertThat(sum.norm()).isEqualTo(alone.norm());
    }
  }

  @Test
  void bfloat16SumsAreTheSameOnEachReplicaAndNearTheTrueOnes() {
    var values = leaves(4);
    var alone = sums(values, 1, Wire.FLOAT32).get(0).values();
    var sums = sums(values, 3, Wire.BFLOAT16);
    assertThat(sums.get(1).values()).isEqualTo(sums.get(0).values());
    assertThat(sums.get(2).values()).isEqualTo(sums.get(0).values());
    for (int i = 0; i < SIZE; i += 97) {
      assertThat((double) sums.get(0).values()[i]).isCloseTo(alone[i], within(0.05));
    }
    double bias =
        IntStream.range(0, SIZE)
            .mapToDouble(i -> Math.abs(sums.get(0).values()[i]) - Math.abs(alone[i]))
            .average()
            .orElseThrow();
    assertThat(bias).isCloseTo(0, within(2e-5)); // truncation would lose a hundred times as much
  }

  @Test
  void eachReplicaSendsTwiceItsShareOfTheNumbers() {
    var sent = new long[2];
    var tree = new SumTree(2);
    MemoryPeers.together(
        2,
        peers -> {
          try (var threads = new Threads(1);
              var allReduce = new AllReduce(SIZE, Device.cpu(), Wire.BFLOAT16, threads)) {
            var own = List.of(new Part(tree.leaf(peers.rank()), manager.create(new float[SIZE])));
            var unused =
                allReduce.sum(
                    peers,
                    "x",
                    tree,
                    List.of(tree.nodes(0, 1), tree.nodes(1, 2)),
                    own,
                    new byte[0]);
            sent[peers.rank()] = allReduce.takeBytesSent();
            return true;
          }
        });
    assertThat(sent[0] + sent[1]).isEqualTo(2L * SIZE * Short.BYTES);
  }

  private record Result(float[] values, double norm, List<String> notes) {}

  private List<Result> sums(List<float[]> values, int replicas, Wire wire) {
    var tree = new SumTree(values.size());
    var nodes = new ArrayList<List<Node>>();
    for (int rank = 0; rank < replicas; rank++) {
      nodes.add(tree.nodes(first(values, rank, replicas), first(values, rank + 1, replicas)));
    }
    return MemoryPeers.together(
        replicas,
        peers -> {
          try (var threads = new Threads(2);
              var allReduce = new AllReduce(SIZE, Device.cpu(), wire, threads)) {
            var own = new ArrayList<Part>();
            for (int id = first(values, peers.rank(), replicas);
                id < first(values, peers.rank() + 1, replicas);
                id++) {
              NDArray leaf = manager.create(values.get(id));
              allReduce.leaf(leaf);
              own.add(new Part(tree.leaf(id), leaf));
            }
            var sum =
                allReduce.sum(
                    peers,
                    "s",
                    tree,
                    nodes,
                    own,
                    notes(replicas).get(peers.rank()).getBytes(StandardCharsets.UTF_8));
            return new Result(
                sum.total().toFloatArray(),
                sum.norm(),
                sum.notes().stream().map(String::new).toList());
          }
        });
  }

  private static int first(List<float[]> values, int rank, int replicas) {
    return rank * values.size() / replicas;
  }

  private static List<String> notes(int replicas) {
    return IntStream.range(0, replicas).mapToObj(rank -> "note of " + rank).toList();
  }

  private static List<float[]> leaves(int number) {
    var random = new Random(number);
    return IntStream.range(0, number)
        .mapToObj(
            id -> {
              var values = new float[SIZE];
              for (int i = 0; i < SIZE; i++) {
                values[i] = (float) random.nextGaussian();
              }
              return values;
            })
        .toList();
  }
}
