package ai.echogen.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class LeasePoolTest {
  private final List<String> made = new ArrayList<>();
  private final List<String> closed = new ArrayList<>();
  private final LeasePool<String> pool = new LeasePool<>(100);

  /** Something that takes 40 bytes. */
  private record Thing(String name, List<String> closed) implements AutoCloseable {
    @Override
    public void close() {
      closed.add(name);
    }
  }

  @Test
  void isMadeOnceAndLentToAll() throws IOException {
    try (var first = lease("a");
        var second = lease("a")) {
      assertThat(first.value()).isSameAs(second.value());
    }
    try (var third = lease("a")) {
      assertThat(third.value().closed()).isEmpty();
    }
    assertThat(made).containsExactly("a");
  }

  @Test
  void theLeastRecentlyLentGoesWhereRoomIsNeeded() throws IOException {
    lease("a").close();
    lease("b").close();
    lease("a").close();
    lease("c").close();

    assertThat(closed).containsExactly("b");
    lease("a").close();
    assertThat(made).containsExactly("a", "b", "c");
  }

  @Test
  void whatIsInUseIsNeverClosed() throws IOException {
    try (var a = lease("a");
        var b = lease("b");
        var c = lease("c")) {
      lease("d").close();
      assertThat(closed).isEmpty();
      assertThat(List.of(a, b, c)).allSatisfy(lease -> assertThat(lease.value()).isNotNull());
    }
    assertThat(closed).containsExactlyInAnyOrder("d", "c");
  }

  @Test
  void whatIsTooLargeStaysUntilOthersNeedTheRoom() throws IOException {
    for (int i = 0; i < 3; i++) {
      pool.lease("large", Thing.class, 500, () -> make("large"), thing -> 500).close();
    }
    assertThat(made).containsExactly("large");

    lease("a").close();

    assertThat(closed).containsExactly("large");
  }

  @Test
  void givingBackTwiceCountsOnce() throws IOException {
    var twice = lease("a");
    try (var other = lease("a")) {
      twice.close();
      twice.close();
      lease("b").close();
      lease("c").close();
      assertThat(closed).containsExactly("b");
      assertThat(other.value().name()).isEqualTo("a");
    }
    assertThatIllegalStateException().isThrownBy(twice::value).withMessage("the lease is over");
  }

  @Test
  void whatCannotBeMadeLeavesNothing() throws IOException {
    assertThatThrownBy(
            () ->
                pool.lease(
                    "a",
                    Thing.class,
                    40,
                    () -> {
                      throw new IOException("no such file");
                    },
                    thing -> 40))
        .hasMessage("no such file");

    lease("a").close();
    assertThat(made).containsExactly("a");
  }

  @Test
  void manyThreadsAtOnceNeverSeeAClosedOne() throws Exception {
    var threads = Executors.newFixedThreadPool(4);
    try {
      var works = new ArrayList<Callable<Integer>>();
      for (int i = 0; i < 400; i++) {
        var name = "" + i % 7;
        works.add(
            () -> {
              try (var lease = pool.lease(name, Open.class, 40, Open::new, thing -> 40)) {
                Thread.yield();
                return lease.value().isOpen ? 0 : 1;
              }
            });
      }
      for (var result : threads.invokeAll(works)) {
        assertThat(result.get()).isZero();
      }
    } finally {
      threads.shutdown();
    }
  }

  private static final class Open implements AutoCloseable {
    private volatile boolean isOpen = true;

    @Override
    public void close() {
      isOpen = false;
    }
  }

  private Lease<Thing> lease(String name) throws IOException {
    return pool.lease(name, Thing.class, 40, () -> make(name), thing -> 40);
  }

  private Thing make(String name) {
    made.add(name);
    return new Thing(name, closed);
  }
}
