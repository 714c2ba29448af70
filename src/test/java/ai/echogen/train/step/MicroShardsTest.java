package ai.echogen.train.step;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.echogen.data.feed.Batching;
import ai.echogen.torch.Tensors;
import ai.echogen.train.ExchangeSettings.Wire;
import ai.echogen.train.step.ToyObjective.Fault;
import ai.echogen.train.sync.AllReduce;
import ai.echogen.train.sync.SumTree;
import ai.echogen.train.sync.Threads;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Gradients are added up as they come. */
class MicroShardsTest {
  private static final int SIZE = 100;

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 2", "4, 3", "8, 4", "16, 5"})
  void oneThreadNeedsABufferALevelOfTheTreeAndOneToWorkWith(int microShards, int buffers)
      throws InterruptedException {
    assertThat(buffersOf(microShards, 1)).isEqualTo(buffers);
  }

  @ParameterizedTest
  @CsvSource({"4, 2, 4", "16, 2, 8", "4, 4, 4", "16, 4, 12"})
  void moreThreadsNeedNotManyMore(int microShards, int threads, int most)
      throws InterruptedException {
    assertThat(buffersOf(microShards, threads)).isLessThanOrEqualTo(most);
  }

  private static int buffersOf(int microShards, int numThreads) throws InterruptedException {
    try (var objective = new ToyObjective(SIZE, Fault.NONE);
        var weights = objective.weights();
        var manager = Tensors.cpu();
        var buffers = new GradientBuffers(manager, SIZE);
        var threads = new Threads(numThreads);
        var sums = new AllReduce(SIZE, Device.cpu(), Wire.FLOAT32, threads)) {
      var shards =
          new MicroShards<float[]>(
              objective,
              new Batching(microShards, microShards, 1),
              (step, id) -> List.of(new float[SIZE]),
              threads,
              sums,
              buffers);
      var range =
          new MicroShards.Range(
              new SumTree(microShards),
              0,
              0,
              0,
              microShards,
              new long[] {microShards, microShards});
      var unused = shards.gradients(manager, weights.flat(), range);
      return buffers.count();
    }
  }
}
