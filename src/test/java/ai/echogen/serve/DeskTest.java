package ai.echogen.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeskTest {
  private final Desk desk = new Desk(1, 2);
  private final CountDownLatch allowed = new CountDownLatch(1);
  private final List<String> computed = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    allowed.countDown();
    desk.close();
  }

  private Ticket admit(String id) {
    return desk.admit(id).orElseThrow();
  }

  private Runnable compute(String name) {
    computed.add(name);
    return DeskTest::sayNothing;
  }

  private static void sayNothing() {}

  /** Computed only when it is allowed. */
  private Ticket blocked() throws Exception {
    var ticket = admit("blocked");
    desk.enter(
        ticket,
        () -> {
          try {
            allowed.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return compute("blocked");
        });
    Await.until("it is computed", () -> ticket.state() == Ticket.State.RUNNING);
    return ticket;
  }

  @Test
  void computesInTheOrderInWhichRequestsHaveArrived() throws Exception {
    var unused = blocked();
    var slow = admit("slow");
    var quick = admit("quick");
    desk.enter(quick, () -> compute("quick"));
    desk.enter(slow, () -> compute("slow"));

    assertThat(desk.before(quick)).isEqualTo(1);
    assertThat(desk.before(slow)).isEqualTo(2);
    assertThat(desk.find("slow")).containsSame(slow);
    allowed.countDown();
    Await.until("all is done", () -> desk.load().equals(new Desk.Load(0, 0, 3)));
    assertThat(computed).containsExactly("blocked", "quick", "slow");
    assertThat(desk.find("slow")).isEmpty();
  }

  @Test
  void whoIsBeingSentHasAPlaceAndGivesItBack() throws Exception {
    var unused = blocked();
    var arriving = admit("arriving");
    assertThat(desk.admit("other")).isPresent();
    assertThat(desk.admit("late")).isEmpty();
    assertThat(desk.retryAfter()).isBetween(1, 600);

    assertThat(desk.leave(arriving)).isTrue();

    assertThat(desk.admit("late")).isPresent();
    desk.enter(arriving, () -> compute("arriving"));
    allowed.countDown();
    Await.until("the first is done", () -> desk.load().running() == 0);
    assertThat(computed).containsExactly("blocked");
  }

  @Test
  void whatIsComputedIsToldThatItIsGivenUpAndKeepsItsPlaceUntilItEnds() throws Exception {
    var ticket = blocked();

    assertThat(desk.leave(ticket)).isFalse();

    assertThat(ticket.isGivenUp()).isTrue();
    assertThat(desk.load().running()).isEqualTo(1);
    allowed.countDown();
    Await.until("it has ended", () -> desk.load().running() == 0);
    assertThat(desk.leave(ticket)).isFalse();
  }

  @Test
  void aPlaceIsFreeBeforeTheAnswerIsSent() throws Exception {
    var loads = new CopyOnWriteArrayList<Desk.Load>();
    var answered = new CountDownLatch(1);
    desk.enter(
        admit("one"),
        () ->
            () -> {
              loads.add(desk.load());
              answered.countDown();
            });

    assertThat(answered.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(loads).containsExactly(new Desk.Load(0, 0, 3));
  }

  @Test
  void anAnswerThatFailsDoesNotEndTheWorker() throws Exception {
    var told = new CopyOnWriteArrayList<Throwable>();
    var before = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler((thread, e) -> told.add(e));
    try {
      desk.enter(
          admit("fails"),
          () -> {
            throw new IllegalStateException("as a test wants it");
          });
      desk.enter(admit("next"), () -> compute("next"));
      Await.until("the next is computed", () -> computed.contains("next"));
    } finally {
      Thread.setDefaultUncaughtExceptionHandler(before);
    }
    assertThat(told).singleElement().isInstanceOf(IllegalStateException.class);
  }

  @Test
  void nobodyIsLetInOnceItIsClosed() {
    desk.close();

    assertThat(desk.admit("late")).isEmpty();
  }
}
