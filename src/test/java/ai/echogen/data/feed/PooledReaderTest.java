package ai.echogen.data.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PooledReaderTest {
  private static final int ROWS = 10_000;
  private static final Batching BATCHING = new Batching(10, 2, 1);
  private static final long MEMORY = 2 * 640; // two pools of 64 steps, at a byte a sample

  /** A sample that can be seen to be gone. */
  private record Number(long row) {}

  private static final class Source implements RowSource<Number> {
    private final Set<String> threads = ConcurrentHashMap.newKeySet();
    private final ConcurrentLinkedQueue<WeakReference<Number>> given =
        new ConcurrentLinkedQueue<>();
    private final BitSet rows = new BitSet();
    private final AtomicInteger numWaiting = new AtomicInteger();
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private volatile boolean isBroken;
    private volatile boolean isClosed;

    @Override
    public List<Number> read(long from, long to) throws IOException {
      if (isBroken) {
        throw new IOException("part-7.parquet: connection reset");
      }
      numWaiting.incrementAndGet();
      while (gate.getCount() > 0) {
        Thread.onSpinWait();
      }
      threads.add(Thread.currentThread().getName());
      synchronized (rows) {
        rows.set((int) from, (int) to);
      }
      var read = LongStream.range(from, to).mapToObj(Number::new).toList();
      read.forEach(number -> given.add(new WeakReference<>(number)));
      return read;
    }

    long numHeld() {
      System.gc();
      return given.stream().filter(number -> number.get() != null).count();
    }

    @Override
    public void close() {
      isClosed = true;
    }
  }

  private final Source source = new Source();
  private final FeedReader<Number> reader =
      PooledReader.open(BATCHING, ROWS, source, number -> 1, 1, MEMORY);

  @AfterEach
  void close() {
    reader.close();
  }

  @Test
  void stepsAfterTheFirstPoolAreReadAhead() throws Exception {
    reader.read(0, 0);
    assertThat(source.threads).contains(Thread.currentThread().getName());
    awaitAhead(640); // 320 of this pool, 320 of the next
    source.threads.clear();

    for (int step = 1; step < 64; step++) {
      reader.read(step, 0);
    }
    reader.read(64, 0);
    awaitAhead(960);

    assertThat(source.threads).containsExactly("reads samples ahead");
  }

  @Test
  void holdsTwoPoolsALaneHoweverManyStepsAreRead() throws Exception {
    for (int step = 0; step < 2500; step++) { // two epochs and a half
      for (int shard = 0; shard < 2; shard++) {
        reader.read(step, shard);
      }
    }
    awaitAhead(0);

    assertThat(source.given).hasSizeGreaterThan(20_000);
    assertThat(source.numHeld()).isBetween(1L, 4L * 320);
  }

  @Test
  void readsOnlyTheLanesThatAreAskedFor() throws IOException {
    for (int step = 0; step < 500; step++) {
      reader.read(step, 1);
    }

    assertThat(source.rows.cardinality()).isBetween(2500, 3000);
  }

  @Test
  void aFailureShowsAtTheStepThatNeedsItAndIsNotKept() throws Exception {
    reader.read(0, 0);
    awaitAhead(640);
    source.isBroken = true;
    reader.read(64, 0); // was read ahead
    for (int step = 65; step < 128; step++) {
      reader.read(step, 0);
    }

    assertThatThrownBy(() -> reader.read(128, 0))
        .isInstanceOf(IOException.class)
        .hasMessage("part-7.parquet: connection reset");
    source.isBroken = false;
    assertThat(reader.read(128, 0)).hasSize(5);
  }

  @Test
  void whoWaitsForAnotherThreadsReadCanBeInterrupted() throws Exception {
    source.gate = new CountDownLatch(1);
    var threads = Executors.newFixedThreadPool(2);
    try {
      var reading = threads.submit(() -> reader.read(0, 0));
      while (source.numWaiting.get() == 0) {
        Thread.sleep(1);
      }
      var waiting = threads.submit(() -> reader.read(0, 0));
      Thread.sleep(100);
      threads.shutdownNow(); // interrupts both; the one that reads takes no notice

      assertThatThrownBy(waiting::get)
          .cause()
          .isInstanceOf(IOException.class)
          .hasMessage("interrupted while samples were read");
      source.gate.countDown();
      assertThat(reading.get()).isEqualTo(reader.read(0, 0)).hasSize(5);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void closesItsSourceAndItsThread() throws Exception {
    reader.read(0, 0);
    reader.close();

    assertThat(source.isClosed).isTrue();
    assertThatThrownBy(() -> reader.read(1, 0)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void eachMicroShardHasItsSizeThoughSizesDiffer() throws IOException {
    var batching = new Batching(5, 2, 1);
    try (var odd = PooledReader.open(batching, 23, new Source(), number -> 1, 1, MEMORY)) {
      var rows = new ArrayList<Number>();
      for (int step = 4; step < 8; step++) { // the second epoch
        assertThat(odd.read(step, 0)).hasSize(2);
        assertThat(odd.read(step, 1)).hasSize(3);
        rows.addAll(odd.read(step, 0));
        rows.addAll(odd.read(step, 1));
      }
      assertThat(rows).hasSize(20).doesNotHaveDuplicates();
    }
  }

  private void awaitAhead(int numRead) throws InterruptedException {
    for (int i = 0; i < 500 && source.given.size() < numRead; i++) {
      Thread.sleep(10);
    }
    Thread.sleep(100);
    assertThat(source.given).hasSizeGreaterThanOrEqualTo(numRead);
  }
}
