package ai.echogen.engine;

import ai.echogen.engine.Roll.Member;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Supplier;
import org.apache.spark.SparkEnv;
import org.apache.spark.network.buffer.NioManagedBuffer;
import org.apache.spark.storage.BlockId;
import org.apache.spark.storage.BlockManager;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.storage.TestBlockId;
import org.jspecify.annotations.Nullable;
import scala.Option;
import scala.collection.JavaConverters;
import scala.concurrent.ExecutionContext;
import scala.reflect.ClassTag;

/**
 * Replicas in several executors, which push blocks into each other's block manager by Spark's block
 * transfer: its ports, its authentication and its encryption hold for gradients too.
 *
 * <p>A block is named {@code test_echogen/RUN/GENERATION/SENDER/NAME}: that prefix is the one of
 * Spark's kinds of block whose name is free.
 */
final class BlockPeers implements Peers {
  private static final String PREFIX = "echogen/";
  private static final ClassTag<?> BYTES = ClassTag.apply(byte[].class);
  private static final long PAUSE = 200_000; // nanoseconds between two looks

  private final String run;
  private final int generation;
  private final int rank;
  private final List<Member> members;
  private final Supplier<Boolean> alive;
  private final BlockManager blocks = SparkEnv.get().blockManager();
  private volatile @Nullable Throwable failure;

  /**
   * @param alive whether the generation still works together; asked often
   */
  BlockPeers(String run, int generation, int rank, List<Member> members, Supplier<Boolean> alive) {
    this.run = run;
    this.generation = generation;
    this.rank = rank;
    this.members = List.copyOf(members);
    this.alive = alive;
  }

  @Override
  public int rank() {
    return rank;
  }

  @Override
  public int size() {
    return members.size();
  }

  @Override
  public void post(int to, String name, ByteBuffer content) throws GenerationOver {
    requireAlive();
    var peer = members.get(to);
    blocks
        .blockTransferService()
        .uploadBlock(
            peer.host(),
            peer.port(),
            peer.executor(),
            id(rank, name),
            new NioManagedBuffer(content),
            StorageLevel.MEMORY_AND_DISK_SER(),
            BYTES)
        .onComplete(
            result -> {
              if (result.isFailure()) {
                failure = result.failed().get();
              }
              return null;
            },
            ExecutionContext.global());
  }

  @Override
  public <T> T take(int from, String name, Reader<T> reader)
      throws GenerationOver, InterruptedException {
    var id = id(from, name);
    while (true) {
      var found = blocks.getLocalBytes(id);
      if (found.isDefined()) {
        var data = found.get();
        T result;
        try {
          result = reader.read(data.toByteBuffer());
        } finally {
          blocks.releaseLockAndDispose(id, data, Option.empty());
        }
        blocks.removeBlock(id, true);
        return result;
      }
      requireAlive();
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      java.util.concurrent.locks.LockSupport.parkNanos(PAUSE);
    }
  }

  /** Removes what earlier generations left here, and other runs where {@code run} is over. */
  static void sweep(String run, int before) {
    var manager = SparkEnv.get().blockManager();
    var prefix = new TestBlockId(PREFIX + run + "/").name();
    var old =
        manager.getMatchingBlockIds(
            id ->
                id.name().startsWith(prefix)
                    && Integer.parseInt(id.name().substring(prefix.length()).split("/", 2)[0])
                        < before);
    JavaConverters.seqAsJavaList(old).forEach(id -> manager.removeBlock(id, true));
  }

  private void requireAlive() throws GenerationOver {
    var thrown = failure;
    if (thrown != null) {
      throw new GenerationOver("a block did not arrive: " + thrown.getMessage());
    }
    if (!alive.get()) {
      throw new GenerationOver("an executor left or came");
    }
  }

  private BlockId id(int sender, String name) {
    return new TestBlockId("%s%s/%d/%d/%s".formatted(PREFIX, run, generation, sender, name));
  }
}
