package ai.echogen.train.plan;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.echogen.torch.Tensors;
import ai.echogen.train.ExchangeSettings.Wire;
import ai.echogen.train.optim.Spans;
import ai.echogen.train.sync.AllReduce;
import ai.echogen.train.sync.AllReduce.Part;
import ai.echogen.train.sync.MemoryPeers;
import ai.echogen.train.sync.SumTree;
import ai.echogen.train.sync.Threads;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The bytes that are computed are those that are sent, to the byte. */
class ExchangeBytesTest {
  private static final long SPAN = Spans.length(Device.cpu());
  private static final int SIZE = (int) (3 * SPAN + 1234);

  private final NDManager manager = Tensors.cpu();

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, FLOAT32",
    "2, 2, FLOAT32",
    "2, 2, BFLOAT16",
    "4, 4, BFLOAT16",
    "8, 4, FLOAT32",
    "8, 3, FLOAT32",
    "7, 5, BFLOAT16",
    "6, 6, FLOAT32"
  })
  void allReduceSendsWhatIsComputed(int leaves, int replicas, Wire wire) {
    assertThat(ExchangeBytes.of(SIZE, replicas, leaves, wire, SPAN).sent())
        .isEqualTo(sent(leaves, replicas, wire));
  }

  @ParameterizedTest
  @CsvSource({"2", "4", "8", "64"})
  void withOnePartialSumEachItIsTheFormula(int replicas) {
    long numbers = 1_694_769_152L;
    var bytes = ExchangeBytes.of(numbers, replicas, replicas, Wire.FLOAT32, SPAN);
    assertThat(bytes.sum()).isEqualTo(2L * (replicas - 1) * 4 * numbers);
    var half = ExchangeBytes.of(numbers, replicas, replicas, Wire.BFLOAT16, SPAN);
    assertThat(2 * half.sum()).isEqualTo(bytes.sum());
    assertThat(2 * half.most()).isEqualTo(bytes.most());
  }

  /** What bench exchange printed, docs/performance.md: MB a step of two executors. */
  @ParameterizedTest
  @CsvSource({
    "1035008, FLOAT32,  4.140",
    "1035008, BFLOAT16, 2.070",
    "9722880, FLOAT32,  38.89",
    "9722880, BFLOAT16, 19.45"
  })
  void twoReplicasSendWhatTheBenchmarkCounted(long numbers, Wire wire, double megabytes) {
    double computed = ExchangeBytes.of(numbers, 2, 2, wire, SPAN).most() / 1e6;
    assertThat(Math.round(computed * 1e3 / megabytes)).isEqualTo(1000);
  }

  @Test
  void whoHoldsSeveralBranchesSendsEach() {
    // 3 replicas of 8 leaves: 0 and 1; 2 to 4, two branches; 5 to 7, two branches.
    var sent = ExchangeBytes.of(SIZE, 3, 8, Wire.FLOAT32, SPAN).sent();
    var even = ExchangeBytes.of(SIZE, 3, 3, Wire.FLOAT32, SPAN).sent();
    assertThat(sent.get(0)).isEqualTo(even.get(0));
    assertThat(sent.get(1)).isGreaterThan(even.get(1));
    assertThat(sent.get(2)).isGreaterThan(even.get(2));
  }

  private List<Long> sent(int leaves, int replicas, Wire wire) {
    var tree = new SumTree(leaves);
    var nodes =
        IntStream.range(0, replicas)
            .mapToObj(
                rank ->
                    tree.nodes(first(rank, leaves, replicas), first(rank + 1, leaves, replicas)))
            .toList();
    return MemoryPeers.together(
        replicas,
        peers -> {
          try (var threads = new Threads(1);
              var allReduce = new AllReduce(SIZE, Device.cpu(), wire, threads)) {
            var own =
                IntStream.range(
                        first(peers.rank(), leaves, replicas),
                        first(peers.rank() + 1, leaves, replicas))
                    .mapToObj(leaf -> new Part(tree.leaf(leaf), manager.create(new float[SIZE])))
                    .toList();
            var unused = allReduce.sum(peers, "x", tree, nodes, own, new byte[0]);
            return allReduce.takeBytesSent();
          }
        });
  }

  private static int first(int rank, int leaves, int replicas) {
    return rank * leaves / replicas;
  }
}
