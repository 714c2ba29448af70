package ai.echogen.train.sync;

import java.nio.ByteBuffer;
import java.util.List;

/** The replicas that train together, one an executor, as one of them sees them. */
public interface Peers {
  /** One replica by itself. */
  Peers ALONE = new Alone();

  /** What is done with direct bytes that are gone once it is done. */
  interface Reader<T> {
    T read(ByteBuffer bytes);
  }

  int rank();

  int size();

  /** Direct memory of {@code bytes}, to be filled and posted. */
  ByteBuffer buffer(int bytes);

  /**
   * Sends bytes on their way and does not wait for them.
   *
   * @param to ranks
   * @param content of {@link #buffer}, whole, whatever its position; not to be touched any more
   */
  void post(List<Integer> to, String name, ByteBuffer content)
      throws GenerationOver, InterruptedException;

  /** Waits for what a peer posts under a name, which is taken once. */
  <T> T take(int from, String name, Reader<T> reader) throws GenerationOver, InterruptedException;

  /** The only replica. */
  final class Alone implements Peers {
    private Alone() {}

    @Override
    public int rank() {
      return 0;
    }

    @Override
    public int size() {
      return 1;
    }

    @Override
    public ByteBuffer buffer(int bytes) {
      throw new IllegalStateException("there is nobody to post to");
    }

    @Override
    public void post(List<Integer> to, String name, ByteBuffer content) {
      throw new IllegalStateException("there is nobody to post " + name + " to");
    }

    @Override
    public <T> T take(int from, String name, Reader<T> reader) {
      throw new IllegalStateException("there is nobody to post " + name);
    }
  }
}
