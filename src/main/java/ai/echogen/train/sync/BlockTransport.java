package ai.echogen.train.sync;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.network.BlockDataManager;
import org.apache.spark.network.buffer.ManagedBuffer;
import org.apache.spark.network.buffer.NioManagedBuffer;
import org.apache.spark.network.client.StreamCallbackWithID;
import org.apache.spark.network.netty.NettyBlockTransferService;
import org.apache.spark.network.shuffle.checksum.Cause;
import org.apache.spark.storage.BlockId;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.storage.TestBlockId;
import org.jspecify.annotations.Nullable;
import scala.Option;
import scala.concurrent.ExecutionContext;
import scala.concurrent.Future;
import scala.reflect.ClassTag;
import scala.runtime.BoxedUnit;

/**
 * Where blocks arrive that other executors send to this one: Spark's block transfer service, with
 * its authentication and encryption, beside the one of the block manager.
 *
 * <p>The block manager itself would ask the driver twice about each block, which on small machines
 * takes longer than the block's way. Blocks travel as streams, from direct memory to direct memory:
 * Spark's messages would copy each four times. They stay there until they are taken.
 */
public final class BlockTransport implements BlockDataManager {
  private static final ClassTag<?> BYTES = ClassTag.apply(byte[].class);
  private static final long LOOK_UP = 20; // milliseconds between two looks whether to go on
  private static final long MOST_UNDER_WAY = 64L << 20; // bytes
  private static @Nullable BlockTransport here;
  private static @Nullable SparkEnv environment;

  private final NettyBlockTransferService service;
  private final Buffers buffers = new Buffers();
  private final Map<String, ByteBuffer> blocks = new HashMap<>();
  private long underWay;

  private BlockTransport(SparkEnv env) {
    var conf = env.conf().clone().set("spark.network.maxRemoteBlockSizeFetchToMem", "0"); // streams
    var host = env.blockManager().blockManagerId().host();
    service =
        new NettyBlockTransferService(
            conf,
            env.securityManager(),
            env.serializerManager(),
            host,
            host,
            conf.getInt("spark.echogen.port", 0),
            1,
            null);
    service.init(this);
  }

  /** This JVM's, opened by the first call. */
  public static synchronized BlockTransport ofThisJvm() {
    var env = SparkEnv.get();
    var found = here;
    if (found == null || environment != env) {
      if (found != null) {
        found.service.close();
      }
      found = new BlockTransport(env);
      here = found;
      environment = env;
    }
    return found;
  }

  public int port() {
    return service.port();
  }

  /** Memory for a block to send. */
  ByteBuffer buffer(int bytes) {
    return buffers.lend(bytes);
  }

  /**
   * Sends a block to other executors and does not wait, unless much is under way already.
   *
   * @param content of {@link #buffer}; goes back there once it has arrived everywhere
   * @param onFailure is told if it does not arrive
   */
  void send(List<Member> to, String name, ByteBuffer content, Consumer<Throwable> onFailure)
      throws InterruptedException {
    var left = new AtomicInteger(to.size());
    for (var member : to) {
      depart(content.capacity());
      Future<BoxedUnit> sent =
          service.uploadBlock(
              member.host(),
              member.port(),
              member.executor(),
              new TestBlockId(content.capacity() + "/" + name),
              new NioManagedBuffer(content.duplicate().clear()),
              StorageLevel.MEMORY_ONLY_SER(),
              BYTES);
      sent.onComplete(
          result -> {
            arrived(content.capacity());
            if (result.isFailure()) { // then the service may still be reading it
              onFailure.accept(result.failed().get());
            } else if (left.decrementAndGet() == 0) {
              buffers.takeBack(content);
            }
            return null;
          },
          ExecutionContext.global());
    }
  }

  private synchronized void depart(int size) throws InterruptedException {
    while (underWay > MOST_UNDER_WAY) {
      wait();
    }
    underWay += size;
  }

  private synchronized void arrived(int size) {
    underWay -= size;
    notifyAll();
  }

  /** Lets a block be read and drops it; empty if it does not arrive in a while. */
  <T> Optional<T> poll(String name, Peers.Reader<T> reader) throws InterruptedException {
    var block = await(name);
    if (block == null) {
      return Optional.empty();
    }
    var read = reader.read(block);
    buffers.takeBack(block);
    return Optional.of(read);
  }

  private synchronized @Nullable ByteBuffer await(String name) throws InterruptedException {
    var block = blocks.remove(name);
    if (block == null) {
      wait(LOOK_UP);
      block = blocks.remove(name);
    }
    return block;
  }

  /** Drops what nobody will take. */
  synchronized void sweep(Predicate<String> isOld) {
    blocks.keySet().removeIf(isOld);
  }

  private synchronized void deliver(String name, ByteBuffer content) {
    blocks.put(name, content);
    notifyAll();
  }

  @Override
  public StreamCallbackWithID putBlockDataAsStream(
      BlockId id, StorageLevel level, ClassTag<?> classTag) {
    var words = id.name().substring(id.name().indexOf('_') + 1).split("/", 2); // after "test_"
    var content = buffers.lend(Integer.parseInt(words[0]));
    return new StreamCallbackWithID() {
      @Override
      public String getID() {
        return id.name();
      }

      @Override
      public void onData(String stream, ByteBuffer part) {
        content.put(part);
      }

      @Override
      public void onComplete(String stream) {
        deliver(words[1], content.flip());
      }

      @Override
      public void onFailure(String stream, Throwable cause) {
        buffers.takeBack(content);
      }
    };
  }

  @Override
  public boolean putBlockData(
      BlockId id, ManagedBuffer data, StorageLevel level, ClassTag<?> classTag) {
    throw new UnsupportedOperationException("blocks come as streams: " + id.name());
  }

  @Override
  public ManagedBuffer getLocalBlockData(BlockId id) {
    throw notHeld(id);
  }

  @Override
  public ManagedBuffer getHostLocalShuffleData(BlockId id, String[] directories) {
    throw notHeld(id);
  }

  @Override
  public Cause diagnoseShuffleBlockCorruption(BlockId id, long checksum, String algorithm) {
    throw notHeld(id);
  }

  @Override
  public String[] getLocalDiskDirs() {
    return new String[0];
  }

  @Override
  public void releaseLock(BlockId id, Option<TaskContext> task) {}

  private static UnsupportedOperationException notHeld(BlockId id) {
    return new UnsupportedOperationException("blocks are sent here, not fetched: " + id.name());
  }
}
