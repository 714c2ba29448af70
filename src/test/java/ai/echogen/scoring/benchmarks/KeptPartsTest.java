package ai.echogen.scoring.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.echogen.data.LocalSpark;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.LongAccumulator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptPartsTest {
  private static final AtomicInteger RUNS = new AtomicInteger();
  private static final AtomicInteger FAILING = new AtomicInteger(-1);

  @TempDir private Path temp;

  private record Work(int number) implements PartWork {
    @Override
    public Iterator<Judged> judge() throws IOException {
      RUNS.incrementAndGet();
      if (FAILING.get() == number) {
        throw new IOException("killed");
      }
      return List.of(one(2 * number), one(2 * number + 1)).iterator();
    }

    private static Judged one(int id) {
      return Judged.of(Samples.sample("s" + id)).withVector("square", (double) id * id);
    }
  }

  @BeforeEach
  void reset() {
    RUNS.set(0);
    FAILING.set(-1);
  }

  @Test
  void whatWasFinishedIsNotJudgedAgain() throws IOException {
    var context = JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext());
    var works = List.of(new Work(0), new Work(1), new Work(2), new Work(3));
    var parts = new KeptParts(Location.of(temp.resolve("parts")));
    FAILING.set(3);
    assertThatThrownBy(() -> parts.run(context, works, count(context)))
        .hasMessageContaining("killed");
    awaitTasks(context); // the others of the failed job may still be at work
    int before = RUNS.get();
    int done = parts.numDone();
    FAILING.set(-1);
    var counted = count(context);

    var judged = parts.run(context, works, counted);

    assertThat(RUNS.get() - before).isEqualTo(4 - done).isLessThan(4);
    assertThat(ids(judged)).containsExactly("s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7");
    assertThat(judged.get(5).vector("square")).containsExactly(25);
    assertThat(ids(parts.run(context, works, count(context)))).isEqualTo(ids(judged));
    assertThat(RUNS.get() - before).isEqualTo(4 - done);
  }

  private static void awaitTasks(JavaSparkContext context) {
    while (Stream.of(context.sc().statusTracker().getExecutorInfos())
        .anyMatch(executor -> executor.numRunningTasks() > 0)) {
      Thread.onSpinWait();
    }
  }

  @Test
  void aPartThatIsNotWholeIsAnErrorThatNamesIt() throws IOException {
    var context = JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext());
    var parts = new KeptParts(Location.of(temp.resolve("parts")));
    var unused = parts.run(context, List.of(new Work(0)), count(context));
    var file = temp.resolve("parts/00000.jsonl");
    var lines = Files.readAllLines(file);
    Files.write(file, lines.subList(0, 1));

    assertThatThrownBy(() -> parts.run(context, List.of(new Work(0)), count(context)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("00000.jsonl: is not whole");
  }

  /** A digit more, a line more behind the end, a number that became a text. */
  @Test
  void aPartThatWasChangedIsRefused() throws IOException {
    var context = JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext());
    var parts = new KeptParts(Location.of(temp.resolve("parts")));
    var works = List.of(new Work(1));
    var unused = parts.run(context, works, count(context));
    var file = temp.resolve("parts/00000.jsonl");
    var whole = Files.readString(file);
    for (var changed :
        List.of(
            whole.replace("[9.0]", "[99.0]"),
            whole.replace("[9.0]", "[\"x\"]"),
            whole.replace("\"width\":100", "\"width\":101"),
            whole + whole,
            whole.replaceFirst("(?s).*?\n", "").replace("end 2", "end 1"))) {
      assertThat(changed).isNotEqualTo(whole);
      Files.writeString(file, changed);
      assertThatThrownBy(() -> parts.run(context, works, count(context)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageEndingWith("00000.jsonl: is not whole; remove it and run again");
    }
  }

  private static LongAccumulator count(JavaSparkContext context) {
    return context.sc().longAccumulator("judged");
  }

  private static List<String> ids(List<Judged> judged) {
    var ids = new ArrayList<String>();
    judged.forEach(one -> ids.add(one.id()));
    return ids;
  }
}
