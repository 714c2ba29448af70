package ai.echogen.train.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InboxTest {
  private static final String RUN = "0123456789abcdef";
  private static final String BLOCK = RUN + "/3/1/sum-0";

  private final Inbox inbox = new Inbox(new Buffers(), 100);

  @Test
  void whatOpenRunsAreSentIsTakenOnce() throws InterruptedException {
    inbox.open(RUN);
    send(BLOCK, 7);
    assertThat(inbox.held()).isEqualTo(7);
    assertThat(inbox.poll(BLOCK, ByteBuffer::remaining)).contains(7);
    assertThat(inbox.held()).isZero();
    assertThat(inbox.poll(BLOCK, ByteBuffer::remaining)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        BLOCK,
        "x",
        "",
        "/",
        "other-run-of-24/3/1/sum-0",
        RUN + "/-1/1/a",
        RUN + "/3/1/",
        RUN + "/99999999999999999999/1/a",
        RUN + "/3/1/a b",
        RUN + "/3/x/a"
      })
  void whatNobodyWaitsForIsRefused(String name) {
    if (!name.equals(BLOCK)) {
      inbox.open(RUN);
    }
    assertThatThrownBy(() -> inbox.receive(name, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("refused: a block that nobody waits for");
    assertThat(inbox.held()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Inbox.MOST_BLOCK + 1, Integer.MAX_VALUE})
  void sizesThatNoBlockHasAllocateNothing(int bytes) {
    inbox.open(RUN);
    assertThatThrownBy(() -> inbox.receive(BLOCK, bytes)).hasMessageContaining("a block of");
  }

  @Test
  void memoryIsBoundedAlsoForThoseWhoKnowTheRun() {
    inbox.open(RUN);
    for (int i = 0; i < 10; i++) {
      send(RUN + "/3/1/block-" + i, 10);
    }
    assertThatThrownBy(() -> inbox.receive(RUN + "/3/1/one-more", 1))
        .hasMessage("refused: a block of 1 bytes where 100 of 100 are held");
    assertThatThrownBy(() -> inbox.receive(BLOCK, 1)).hasMessageContaining("100 are held");
  }

  @Test
  void whatBreaksOffGivesItsMemoryBack() {
    inbox.open(RUN);
    var arrival = inbox.receive(BLOCK, 60);
    arrival.add(ByteBuffer.allocate(20));
    arrival.fail();
    arrival.fail();
    assertThat(inbox.held()).isZero();
  }

  @Test
  void bytesAreThoseThatWereAnnounced() {
    inbox.open(RUN);
    var less = inbox.receive(BLOCK, 8);
    less.add(ByteBuffer.allocate(7));
    assertThatThrownBy(less::complete).hasMessageContaining("fewer bytes");
    assertThatThrownBy(() -> less.add(ByteBuffer.allocate(2))).hasMessageContaining("more bytes");
  }

  @Test
  void aBlockThatIsThereIsNotReplaced() throws InterruptedException {
    inbox.open(RUN);
    var late = inbox.receive(BLOCK, 3);
    send(BLOCK, 5);
    assertThatThrownBy(() -> inbox.receive(BLOCK, 4)).hasMessageContaining("here already");
    late.add(ByteBuffer.allocate(3));
    late.complete();
    assertThat(inbox.held()).isEqualTo(5);
    assertThat(inbox.poll(BLOCK, ByteBuffer::remaining)).contains(5);
  }

  @Test
  void earlierGenerationsAndOtherRunsGo() throws InterruptedException {
    inbox.open(RUN);
    send(BLOCK, 5);
    var onItsWay = inbox.receive(RUN + "/3/1/late", 2);
    inbox.begin(RUN, 4);
    assertThat(inbox.held()).isEqualTo(2);
    onItsWay.add(ByteBuffer.allocate(2));
    onItsWay.complete();
    assertThat(inbox.held()).isZero();
    assertThatThrownBy(() -> inbox.receive(BLOCK, 5)).hasMessageContaining("nobody waits");

    send(RUN + "/4/1/sum-0", 5);
    inbox.keepOnly(Set.of("another-run"));
    assertThat(inbox.held()).isZero();
    assertThat(inbox.poll(RUN + "/4/1/sum-0", ByteBuffer::remaining)).isEmpty();
  }

  private void send(String name, int bytes) {
    var arrival = inbox.receive(name, bytes);
    arrival.add(ByteBuffer.allocate(bytes / 2));
    arrival.add(ByteBuffer.allocate(bytes - bytes / 2));
    arrival.complete();
    arrival.fail(); // as when the channel closes afterwards
  }
}
