package ai.echogen.train.sync;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.regex.Pattern;
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
 * Spark's messages would copy each four times. They stay in the {@link Inbox} until they are taken.
 */
public final class BlockTransport implements BlockDataManager {
  private static final ClassTag<?> BYTES = ClassTag.apply(byte[].class);
  private static final Pattern ADDRESS =
      Pattern.compile("test_(\\d{1,9})/(.+)"); // of a TestBlockId
  private static final long QUOTA = 64L << 20; // bytes that may lie here, or half the heap's size
  private static final long MOST_UNDER_WAY = 64L << 20; // bytes
  private static @Nullable BlockTransport here;
  private static @Nullable SparkEnv environment;

  private final NettyBlockTransferService service;
  private final Buffers buffers = new Buffers();
  private final Inbox inbox =
      new Inbox(buffers, Math.max(QUOTA, Runtime.getRuntime().maxMemory() / 2));
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

  /** This JVM's, if it was opened. */
  static synchronized Optional<BlockTransport> opened() {
    return Optional.ofNullable(here).filter(found -> environment == SparkEnv.get());
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
    if (content.capacity() > Inbox.MOST_BLOCK) {
      throw new IllegalStateException("a block of more than " + Inbox.MOST_BLOCK + " bytes");
    }
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

  /** Blocks that have come. */
  Inbox inbox() {
    return inbox;
  }

  @Override
  public StreamCallbackWithID putBlockDataAsStream(
      BlockId id, StorageLevel level, ClassTag<?> classTag) {
    var address = ADDRESS.matcher(id.name());
    if (!address.matches()) {
      throw new IllegalArgumentException("refused: a block that nobody waits for");
    }
    var arrival = inbox.receive(address.group(2), Integer.parseInt(address.group(1)));
    return new StreamCallbackWithID() {
      @Override
      public String getID() {
        return id.name();
      }

      @Override
      public void onData(String stream, ByteBuffer part) {
        arrival.add(part);
      }

      @Override
      public void onComplete(String stream) {
        arrival.complete();
      }

      @Override
      public void onFailure(String stream, Throwable cause) {
        arrival.fail();
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
