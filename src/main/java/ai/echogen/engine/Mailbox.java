package ai.echogen.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
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
 * takes longer than the block's way. Blocks are on the heap until they are taken.
 */
final class Mailbox implements BlockDataManager {
  private static final ClassTag<?> BYTES = ClassTag.apply(byte[].class);
  private static final long LOOK_UP = 20; // milliseconds between two looks whether to go on
  private static final long MOST_UNDER_WAY = 64L << 20; // bytes
  private static @Nullable Mailbox here;
  private static @Nullable SparkEnv environment;

  private final NettyBlockTransferService service;
  private final Map<String, ByteBuffer> blocks = new HashMap<>();
  private long underWay;

  private Mailbox(SparkEnv env) {
    var conf = env.conf();
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
  static synchronized Mailbox ofThisJvm() {
    var env = SparkEnv.get();
    var found = here;
    if (found == null || environment != env) {
      if (found != null) {
        found.service.close();
      }
      found = new Mailbox(env);
      here = found;
      environment = env;
    }
    return found;
  }

  int port() {
    return service.port();
  }

  /**
   * Sends a block to another mailbox and does not wait, unless much is under way already.
   *
   * @param onFailure is told if it does not arrive
   */
  void send(Roll.Member to, String name, ByteBuffer content, Consumer<Throwable> onFailure)
      throws InterruptedException {
    int size = content.remaining();
    synchronized (this) {
      while (underWay > MOST_UNDER_WAY) {
        wait();
      }
      underWay += size;
    }
    Future<BoxedUnit> sent =
        service.uploadBlock(
            to.host(),
            to.port(),
            to.executor(),
            new TestBlockId(name),
            new NioManagedBuffer(content),
            StorageLevel.MEMORY_ONLY_SER(),
            BYTES);
    sent.onComplete(
        result -> {
          arrived(size);
          if (result.isFailure()) {
            onFailure.accept(result.failed().get());
          }
          return null;
        },
        ExecutionContext.global());
  }

  private synchronized void arrived(int size) {
    underWay -= size;
    notifyAll();
  }

  /** Takes a block out, or gives null if it does not arrive in a while. */
  synchronized @Nullable ByteBuffer poll(String name) throws InterruptedException {
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

  private synchronized void deliver(BlockId id, ByteBuffer content) {
    blocks.put(id.name().substring(id.name().indexOf('_') + 1), content); // after "test_"
    notifyAll();
  }

  @Override
  public boolean putBlockData(
      BlockId id, ManagedBuffer data, StorageLevel level, ClassTag<?> classTag) {
    try {
      deliver(id, data.nioByteBuffer());
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public StreamCallbackWithID putBlockDataAsStream(
      BlockId id, StorageLevel level, ClassTag<?> classTag) {
    var bytes = new ByteArrayOutputStream();
    return new StreamCallbackWithID() {
      @Override
      public String getID() {
        return id.name();
      }

      @Override
      public void onData(String stream, ByteBuffer part) {
        var copy = new byte[part.remaining()];
        part.get(copy);
        bytes.writeBytes(copy);
      }

      @Override
      public void onComplete(String stream) {
        deliver(id, ByteBuffer.wrap(bytes.toByteArray()));
      }

      @Override
      public void onFailure(String stream, Throwable cause) {}
    };
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
