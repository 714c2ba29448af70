package ai.echogen.serve;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Where requests that take time wait, in a bounded line, for the few threads that compute them. A
 * request is let in before it is read, so that what waits has a bound in memory too.
 */
final class Desk implements AutoCloseable {
  private static final double FIRST_GUESS = 1; // seconds a request
  private static final double MEMORY = 0.8; // share of what was known of the time a request takes
  private static final int LONGEST = 600; // seconds that a client is told to wait

  /** Computes, and says how to answer: the answer is sent when the place is free again. */
  interface Work {
    Runnable compute();
  }

  /**
   * How busy it is.
   *
   * @param running requests that are computed
   * @param waiting requests that wait, or are being sent
   * @param capacity most requests of both kinds
   */
  record Load(int running, int waiting, int capacity) {}

  private final int capacity;
  private final List<Ticket> inside = new ArrayList<>();
  private final Deque<Ticket> waiting = new ArrayDeque<>();
  private final List<Thread> workers = new ArrayList<>();
  private double secondsEach = FIRST_GUESS;
  private boolean isClosed;

  /**
   * @param workers threads that compute
   * @param queue requests that may wait beside those that are computed
   */
  Desk(int workers, int queue) {
    capacity = workers + queue;
    for (int i = 1; i <= workers; i++) {
      var worker = new Thread(this::work, "studio-" + i);
      worker.setDaemon(true);
      this.workers.add(worker);
    }
    this.workers.forEach(Thread::start);
  }

  /** Lets a request in; empty if there is no place. */
  synchronized Optional<Ticket> admit(String id) {
    if (isClosed || inside.size() >= capacity) {
      return Optional.empty();
    }
    var ticket = new Ticket(id);
    inside.add(ticket);
    return Optional.of(ticket);
  }

  /** Lets a request that has arrived wait for its turn, unless it was given up. */
  synchronized void enter(Ticket ticket, Work work) {
    if (!ticket.isGivenUp()) {
      ticket.set(work);
      ticket.move(Ticket.State.WAITING);
      waiting.add(ticket);
      notifyAll();
    }
  }

  /**
   * Nobody waits for the answer: the place is free, at once or after the drawing that is made.
   *
   * @return whether it will not be computed
   */
  synchronized boolean leave(Ticket ticket) {
    boolean isBefore =
        ticket.state() == Ticket.State.ARRIVING || ticket.state() == Ticket.State.WAITING;
    ticket.giveUp();
    if (isBefore) {
      waiting.remove(ticket);
      end(ticket);
    }
    return isBefore;
  }

  synchronized Load load() {
    int running = numRunning();
    return new Load(running, inside.size() - running, capacity);
  }

  /** The request with this id, if it is not over. */
  synchronized Optional<Ticket> find(String id) {
    return inside.stream().filter(ticket -> ticket.id().equals(id)).findFirst();
  }

  /** How many requests are computed before this one is. */
  synchronized int before(Ticket ticket) {
    int place = 0;
    for (var other : waiting) {
      if (other == ticket) {
        return place + numRunning();
      }
      place++;
    }
    return 0;
  }

  /** Seconds after which there is likely to be a place. */
  synchronized int retryAfter() {
    double wait = secondsEach * Math.max(1, inside.size()) / workers.size();
    return (int) Math.max(1, Math.min(LONGEST, Math.ceil(wait)));
  }

  private int numRunning() {
    return (int) inside.stream().filter(one -> one.state() == Ticket.State.RUNNING).count();
  }

  private void work() {
    for (var ticket = next(); ticket.isPresent(); ticket = next()) {
      try {
        compute(ticket.get()).run();
      } catch (RuntimeException | Error e) { // told, and the next one is computed all the same
        var thread = Thread.currentThread();
        thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
      }
    }
  }

  private Runnable compute(Ticket ticket) {
    long start = System.nanoTime();
    try {
      return ticket.work().compute();
    } finally {
      done(ticket, (System.nanoTime() - start) / 1e9);
    }
  }

  /** The request whose turn it is; empty when this is closed. */
  private synchronized Optional<Ticket> next() {
    while (waiting.isEmpty() && !isClosed) {
      try {
        wait();
      } catch (InterruptedException e) {
        return Optional.empty();
      }
    }
    if (isClosed) {
      return Optional.empty();
    }
    var ticket = waiting.remove();
    ticket.move(Ticket.State.RUNNING);
    return Optional.of(ticket);
  }

  private synchronized void done(Ticket ticket, double seconds) {
    secondsEach = MEMORY * secondsEach + (1 - MEMORY) * seconds;
    end(ticket);
  }

  private void end(Ticket ticket) {
    ticket.move(Ticket.State.OVER);
    inside.remove(ticket);
  }

  /** Gives up what waits, and waits for what is computed: models may be closed after this. */
  @Override
  public void close() {
    synchronized (this) {
      isClosed = true;
      inside.forEach(Ticket::giveUp);
      notifyAll();
    }
    try {
      for (var worker : workers) {
        worker.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
