package ai.echogen.train.sync;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Blocks that have come for the trainings that go on in this JVM, until they are taken.
 *
 * <p>Whoever reaches the port can send blocks. Only those are let in that name a run that was
 * {@link #open opened} here; runs have names that cannot be guessed, and only Spark's own channels
 * tell them. Memory is bounded, whoever sends.
 */
final class Inbox {
  /** The most that a block may hold: several times what the engine sends at once. */
  static final int MOST_BLOCK = 1 << 26; // bytes

  private static final long LOOK_UP = 20; // milliseconds between two looks whether to go on
  private static final Pattern ADDRESS =
      Pattern.compile("([0-9a-f-]{8,64})/(\\d{1,18})/\\d{1,9}/[!-~]{1,200}");

  private final Buffers buffers;
  private final long quota;
  private final Map<String, Long> generations = new HashMap<>(); // of each open run, the oldest
  private final Map<String, ByteBuffer> blocks = new HashMap<>();
  private long held;

  /**
   * @param quota most bytes that lie here or are on their way in
   */
  Inbox(Buffers buffers, long quota) {
    this.buffers = buffers;
    this.quota = quota;
  }

  /** Lets blocks of a run in from now on. */
  synchronized void open(String run) {
    generations.putIfAbsent(run, 0L);
  }

  /** Drops what belongs to other runs than these, and lets no more of it in. */
  synchronized void keepOnly(Set<String> runs) {
    generations.keySet().retainAll(runs);
    drop();
  }

  /** Opens a run, and drops what its earlier generations sent, and what they still send. */
  synchronized void begin(String run, long generation) {
    generations.merge(run, generation, Math::max);
    drop();
  }

  /**
   * A block comes in.
   *
   * @param name {@code run/generation/sender/what}
   * @throws IllegalArgumentException if nobody here waits for such a block, if it is too large, or
   *     if too much lies here already
   */
  synchronized Arrival receive(String name, int bytes) {
    require(isExpected(name), "a block that nobody waits for");
    require(bytes > 0 && bytes <= MOST_BLOCK, "a block of %d bytes", bytes);
    require(
        held + bytes <= quota, "a block of %d bytes where %d of %d are held", bytes, held, quota);
    require(!blocks.containsKey(name), "a block that is here already");
    held += bytes;
    return new Arrival(name, buffers.lend(bytes));
  }

  /** A block on its way in. */
  final class Arrival {
    private final String name;
    private final ByteBuffer content;
    private boolean over;

    private Arrival(String name, ByteBuffer content) {
      this.name = name;
      this.content = content;
    }

    /**
     * @throws IllegalArgumentException if it is more than was announced
     */
    void add(ByteBuffer part) {
      require(part.remaining() <= content.remaining(), "more bytes than were announced");
      content.put(part);
    }

    /**
     * All is here.
     *
     * @throws IllegalArgumentException if it is less than was announced
     */
    void complete() {
      require(!content.hasRemaining(), "fewer bytes than were announced");
      deliver(this);
    }

    /** No more comes; does nothing after {@link #complete}. */
    void fail() {
      give(this);
    }
  }

  /** Lets a block be read and drops it; empty if it does not come in a while. */
  <T> Optional<T> poll(String name, Peers.Reader<T> reader) throws InterruptedException {
    var block = await(name);
    if (block.isEmpty()) {
      return Optional.empty();
    }
    var read = reader.read(block.get());
    release(block.get());
    return Optional.of(read);
  }

  /** Bytes that lie here or are on their way in. */
  synchronized long held() {
    return held;
  }

  private synchronized Optional<ByteBuffer> await(String name) throws InterruptedException {
    if (!blocks.containsKey(name)) {
      wait(LOOK_UP);
    }
    return Optional.ofNullable(blocks.remove(name));
  }

  private synchronized void deliver(Arrival arrival) {
    if (arrival.over) {
      return;
    }
    if (!isExpected(arrival.name) || blocks.containsKey(arrival.name)) {
      give(arrival);
      return;
    }
    arrival.over = true;
    blocks.put(arrival.name, arrival.content.flip());
    notifyAll();
  }

  private synchronized void give(Arrival arrival) {
    if (!arrival.over) {
      arrival.over = true;
      release(arrival.content);
    }
  }

  private synchronized void release(ByteBuffer block) {
    held -= block.capacity();
    buffers.takeBack(block);
  }

  private void drop() {
    blocks
        .entrySet()
        .removeIf(
            block -> {
              boolean old = !isExpected(block.getKey());
              if (old) {
                release(block.getValue());
              }
              return old;
            });
  }

  private boolean isExpected(String name) {
    var address = ADDRESS.matcher(name);
    if (!address.matches()) {
      return false;
    }
    var oldest = generations.get(address.group(1));
    return oldest != null && Long.parseLong(address.group(2)) >= oldest;
  }

  private static void require(boolean condition, String what, Object... values) {
    if (!condition) {
      throw new IllegalArgumentException(
          "refused: " + String.format(Locale.ROOT, what, values)); // the name is a secret
    }
  }
}
