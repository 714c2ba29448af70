package ai.echogen.serve;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A request's place at a {@link Desk}, from when it is let in until it is answered. */
final class Ticket implements Artist.Progress {
  /** Where it stands. */
  enum State {
    /** It is being sent. */
    ARRIVING,
    /** It waits for others. */
    WAITING,
    /** It is computed. */
    RUNNING,
    /** It is answered, or given up. */
    OVER;

    /** The lower-case word for it. */
    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final String id;
  private final AtomicInteger numDrawn = new AtomicInteger();
  private volatile State state = State.ARRIVING;
  private volatile boolean givenUp;
  private Desk.@Nullable Work work;

  Ticket(String id) {
    this.id = id;
  }

  /** What its client calls it; may be empty. */
  String id() {
    return id;
  }

  State state() {
    return state;
  }

  /** Drawings that are done. */
  int numDrawn() {
    return numDrawn.get();
  }

  @Override
  public void drawn() {
    numDrawn.incrementAndGet();
  }

  @Override
  public boolean isGivenUp() {
    return givenUp;
  }

  void move(State to) {
    state = to;
  }

  void giveUp() {
    givenUp = true;
  }

  void set(Desk.Work newWork) {
    work = newWork;
  }

  Desk.Work work() {
    if (work == null) {
      throw new IllegalStateException("a request is computed before it is there");
    }
    return work;
  }
}
