package ai.echogen.train.sync;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.data.LocalSpark;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkEnv;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Over Spark's own service, from this JVM to itself. */
class BlockTransportTest {
  private static final String RUN = UUID.randomUUID().toString();

  private BlockTransport transport;
  private Member self;

  @BeforeEach
  void open() {
    LocalSpark.session();
    transport = BlockTransport.ofThisJvm();
    var id = SparkEnv.get().blockManager().blockManagerId();
    self = new Member(0, id.executorId(), id.host(), transport.port());
    BlockPeers.open(RUN);
  }

  @AfterEach
  void close() {
    BlockPeers.keepOnly(Set.of());
  }

  @Test
  void blocksArriveWhole() throws Exception {
    var name = RUN + "/0/0/sum-0";
    var failure = send(name, 3_000_000);
    int got = 0;
    while (got == 0 && !failure.isDone()) {
      got = transport.inbox().poll(name, ByteBuffer::remaining).orElse(0);
    }
    assertThat(got).isEqualTo(3_000_000);
  }

  @Test
  void blocksOfRunsThatAreNotOpenAreRefusedAndTheSenderHears() throws Exception {
    var thrown = send(UUID.randomUUID() + "/0/0/sum-0", 1000).get(30, TimeUnit.SECONDS);
    assertThat(thrown).hasStackTraceContaining("a block that nobody waits for");
    assertThat(transport.inbox().held()).isZero();
  }

  private CompletableFuture<Throwable> send(String name, int bytes) throws InterruptedException {
    var failure = new CompletableFuture<Throwable>();
    transport.send(List.of(self), name, transport.buffer(bytes), failure::complete);
    return failure;
  }
}
