package ai.echogen.train.cluster;

import ai.echogen.train.checkpoint.CheckpointFile;
import ai.echogen.train.step.StepRecord;
import ai.echogen.train.sync.Member;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What training tasks and the driver's {@link Membership} say to each other.
 *
 * <p>They travel as bytes: Spark's channel for plugins reads objects with a class loader that does
 * not know the classes of a submitted jar.
 */
public final class Protocol {
  /**
   * One star is a package, two are those below it as well; what is not named is refused. The
   * largest that is sent is what became of a map phase's items: below a MB each, and one for each
   * of an executor's threads. Sets within sets take twice as long to read a level deeper.
   */
  private static final ObjectInputFilter OURS =
      ObjectInputFilter.Config.createFilter(
          "maxdepth=20;maxarray=16777216;maxrefs=1048576;maxbytes=268435456;"
              + "ai.echogen.**;java.lang.*;java.util.*;!*");

  private Protocol() {}

  /** From a task to the driver. */
  sealed interface Message extends Serializable
      permits Hello, WhoLives, Join, Pulse, Progress, Wrote, Failed, Broken, Claim, Mapped, Leave {
    String run();
  }

  /** A stateShard that a replica has, and the step it stands at. */
  record Holding(String key, long step) implements Serializable {}

  /** A task has begun; answered by {@link Welcome}. */
  record Hello(String run, String executor) implements Message {}

  /**
   * Answer to {@link Hello}.
   *
   * @param over whether there is nothing left to do
   * @param cores that Spark gives the executor; 0 if it does not say
   * @param living runs that may still need what lies in this JVM
   */
  record Welcome(boolean over, int cores, Set<String> living) implements Serializable {}

  /** Asks which runs may go on; answered by {@link Alive}. */
  record WhoLives() implements Message {
    @Override
    public String run() {
      return "";
    }
  }

  /** Answer to {@link WhoLives}. */
  record Alive(Set<String> runs) implements Serializable {}

  /** Asks to take part; answered by {@link Reply}. */
  record Join(String run, Member member, List<Holding> holdings, int skippedInRow)
      implements Message {}

  /** Says that a member is alive; answered by {@link PulseReply}. */
  record Pulse(String run, long task, long generation) implements Message {}

  /** Steps that were made; from rank 0. */
  record Progress(
      String run, List<StepRecord> records, long bytesSent, int skippedInRow, boolean diverged)
      implements Message {}

  /** A file of the checkpoint was written. */
  record Wrote(String run, CheckpointFile.Written file) implements Message {}

  /**
   * Something went wrong in a task that is still there.
   *
   * @param stack the exception's trace
   */
  record Failed(String run, String what, String stack) implements Message {}

  /** A member could not reach another, or was not reached. */
  record Broken(String run, long generation, String why) implements Message {}

  /** Asks for items of the map phase; answered by {@link Claimed}. */
  record Claim(String run, long task, int most) implements Message {}

  /**
   * Answer to {@link Claim}.
   *
   * @param items places of the items to work on; none for now if empty
   * @param done whether no item is left, here or elsewhere
   */
  record Claimed(List<Integer> items, boolean done) implements Serializable {}

  /** What became of items. */
  record Mapped(String run, List<Integer> items, List<byte[]> results) implements Message {}

  /** The task ends. */
  record Leave(String run, long task) implements Message {}

  /** Answer to {@link Join}. */
  sealed interface Reply extends Serializable permits Wait, Over, Plan {}

  /** Ask again soon. */
  record Wait() implements Reply {}

  /** There is nothing left to do. */
  record Over() implements Reply {}

  /** A stateShard goes from one rank to another. */
  public record Transfer(String key, int from, int to) implements Serializable {}

  /**
   * Who works together, and from where on.
   *
   * @param step where everything stands after the transfers, or after reading the checkpoint
   * @param fromCheckpoint whether nobody has the state, so that all read it
   * @param missing files of the checkpoint that are not written yet
   */
  public record Plan(
      long generation,
      int rank,
      List<Member> members,
      long step,
      boolean fromCheckpoint,
      int skippedInRow,
      List<Transfer> transfers,
      List<String> missing)
      implements Reply {}

  /**
   * @param alive whether the generation still works together
   * @param regroup whether newcomers wait
   */
  record PulseReply(boolean alive, boolean regroup) implements Serializable {}

  static byte[] encoded(@Nullable Serializable message) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new ObjectOutputStream(bytes)) {
      out.writeObject(message);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * The object that {@link #encoded} made bytes of.
   *
   * @throws IllegalStateException if they are anything else, such as objects of classes that are
   *     neither ours nor Java's plain ones
   */
  static Object decoded(byte[] bytes) {
    try (var in =
        new ObjectInputStream(new ByteArrayInputStream(bytes)) {
          @Override
          protected Class<?> resolveClass(java.io.ObjectStreamClass description)
              throws ClassNotFoundException {
            return Class.forName(description.getName(), false, Protocol.class.getClassLoader());
          }
        }) {
      in.setObjectInputFilter(OURS);
      return in.readObject();
    } catch (IOException | ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }
}
