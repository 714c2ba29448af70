package ai.echogen.train.sync;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Replicas in several executors, which send each other blocks through their {@link BlockTransport}.
 */
public final class BlockPeers implements Peers {
  private final BlockTransport transport = BlockTransport.ofThisJvm();
  private final String run;
  private final long generation;
  private final int rank;
  private final List<Member> members;
  private final Supplier<Boolean> alive;
  private volatile @Nullable Throwable failure;

  /**
   * Drops what earlier generations left in this JVM.
   *
   * @param alive whether the generation still works together; asked often
   */
  public BlockPeers(
      String run, long generation, int rank, List<Member> members, Supplier<Boolean> alive) {
    this.run = run;
    this.generation = generation;
    this.rank = rank;
    this.members = List.copyOf(members);
    this.alive = alive;
    transport.inbox().begin(run, generation);
  }

  @Override
  public int rank() {
    return rank;
  }

  @Override
  public int size() {
    return members.size();
  }

  @Override
  public ByteBuffer buffer(int bytes) {
    return transport.buffer(bytes);
  }

  @Override
  public void post(List<Integer> to, String name, ByteBuffer content)
      throws GenerationOver, InterruptedException {
    requireAlive();
    var receivers = to.stream().map(members::get).toList();
    transport.send(receivers, id(rank, name), content, thrown -> failure = thrown);
  }

  @Override
  public <T> T take(int from, String name, Reader<T> reader)
      throws GenerationOver, InterruptedException {
    var id = id(from, name);
    for (var read = transport.inbox().poll(id, reader);
        ;
        read = transport.inbox().poll(id, reader)) {
      if (read.isPresent()) {
        return read.get();
      }
      requireAlive();
    }
  }

  /** Lets blocks of a run into this JVM; its peers may send as soon as it asks to take part. */
  public static void open(String run) {
    BlockTransport.ofThisJvm().inbox().open(run);
  }

  /** Lets in no more blocks of other runs than these, and drops what is there. */
  public static void keepOnly(Set<String> runs) {
    BlockTransport.opened().ifPresent(transport -> transport.inbox().keepOnly(runs));
  }

  private void requireAlive() throws GenerationOver {
    var thrown = failure;
    if (thrown != null) {
      throw new GenerationOver("a block did not arrive: " + thrown.getMessage());
    }
    if (!alive.get()) {
      throw new GenerationOver("an executor left or came");
    }
  }

  private String id(int sender, String name) {
    return String.format(Locale.ROOT, "%s/%d/%d/%s", run, generation, sender, name);
  }
}
