package ai.echogen.data.shards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.echogen.data.LocalSpark;
import ai.echogen.storage.Location;
import ai.echogen.storage.StagedDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run that was ended has finished, the next one does not do again. */
class ShardResumeTest {
  private static final Provenance PROVENANCE = new Provenance("test", "{}", List.of());
  private static final StructType SCHEMA =
      new StructType()
          .add("id", DataTypes.StringType)
          .add("split", DataTypes.StringType)
          .add("caption", DataTypes.StringType);
  private static final int PARTITIONS = 5;
  private static final int ROWS = 12_000; // three files
  private static final AtomicInteger COMPUTED = new AtomicInteger();

  private final SparkSession spark = LocalSpark.session();
  @TempDir private Path temp;

  @Test
  void partitionsThatAreThereAreNotComputedAgain() throws IOException {
    var whole = ShardStore.write(rows(-1), dir("whole"), PROVENANCE);
    assertThat(whole.files()).hasSize(3);

    try (var staged = StagedDirectory.resumable(dir("out"), "this")) {
      assertThat(staged.isResumed()).isFalse();
      assertThatThrownBy(() -> ShardStore.resume(rows(PARTITIONS - 1), staged, PROVENANCE))
          .hasMessageContaining("a disk fails");
    }
    LocalSpark.awaitTasks();
    assertThat(temp.resolve("out")).doesNotExist();
    int finished = staged().resolve("staging").toFile().list((d, n) -> n.startsWith("part")).length;
    assertThat(finished).isBetween(1, PARTITIONS - 1);

    COMPUTED.set(0);
    try (var staged = StagedDirectory.resumable(dir("out"), "this")) {
      assertThat(staged.isResumed()).isTrue();
      assertThat(ShardStore.resume(rows(-1), staged, PROVENANCE).files()).isEqualTo(whole.files());
    }
    assertThat(COMPUTED).hasValue((PARTITIONS - finished) * ROWS / PARTITIONS);
    assertThat(temp.toFile().list()).containsExactlyInAnyOrder("whole", "out");
    assertThat(ShardStore.verify(spark, dir("out")).totalRows()).isEqualTo(ROWS);
  }

  @Test
  void filesThatAreThereAreNotWrittenAgain() throws IOException {
    var whole = ShardStore.write(rows(-1), dir("whole"), PROVENANCE);
    try (var staged = StagedDirectory.resumable(dir("out"), "this")) {
      staged.place().child("README.md").child("in the way").makeDirectories();
      assertThatThrownBy(() -> ShardStore.resume(rows(-1), staged, PROVENANCE))
          .hasMessageContaining("README.md");
    }
    var work = staged();
    Files.delete(work.resolve("README.md/in the way"));
    Files.delete(work.resolve("README.md"));
    var longAgo = FileTime.fromMillis(1_000_000_000);
    for (var file : whole.files().subList(0, 2)) {
      Files.setLastModifiedTime(work.resolve(file.name()), longAgo);
    }
    Files.delete(work.resolve(whole.files().get(2).name()));
    COMPUTED.set(0);
    try (var staged = StagedDirectory.resumable(dir("out"), "this")) {
      assertThat(ShardStore.resume(rows(0), staged, PROVENANCE).files()).isEqualTo(whole.files());
    }
    for (var file : whole.files().subList(0, 2)) {
      assertThat(Files.getLastModifiedTime(temp.resolve("out").resolve(file.name())))
          .isEqualTo(longAgo);
    }
  }

  @Test
  void anotherRunBeginsAnewAndRemovesWhatIsOfNoUse() throws IOException {
    try (var staged = StagedDirectory.resumable(dir("out"), "this")) {
      assertThatThrownBy(() -> ShardStore.resume(rows(1), staged, PROVENANCE))
          .hasMessageContaining("a disk fails");
    }
    LocalSpark.awaitTasks();
    try (var staged = StagedDirectory.resumable(dir("out"), "that")) {
      assertThat(staged.isResumed()).isFalse();
    }
  }

  /** The same rows would lead to the same end. */
  @Test
  void aMistakeOfTheUsersLeavesNothing() throws IOException {
    var twice = rows(-1).union(rows(-1));
    try (var staged = StagedDirectory.resumable(dir("out"), "this")) {
      assertThatThrownBy(() -> ShardStore.resume(twice, staged, PROVENANCE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("ids of a shard must be unique");
    }
    assertThat(temp).isEmptyDirectory();
  }

  @Test
  void twoThatMakeTheSameAreOneTooMany() throws IOException {
    try (var first = StagedDirectory.resumable(dir("out"), "this")) {
      assertThatThrownBy(() -> StagedDirectory.resumable(dir("out"), "this"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("is being written by a job that makes");
      first.discard();
    }
  }

  private Path staged() throws IOException {
    try (var all = Files.list(temp)) {
      return all.filter(path -> path.toString().contains(".partial-"))
          .filter(Files::isDirectory)
          .findFirst()
          .orElseThrow();
    }
  }

  private Location dir(String name) {
    return Location.of(temp.resolve(name));
  }

  /**
   * Rows that count how many of them are computed.
   *
   * @param failing the partition that fails
   */
  private Dataset<Row> rows(int failing) {
    var numbers = IntStream.range(0, ROWS).boxed().toList();
    var rows =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(numbers, PARTITIONS)
            .map(new RowMaker(failing));
    return spark.createDataFrame(rows, SCHEMA);
  }

  private record RowMaker(int failing) implements Function<Integer, Row> {
    @Override
    public Row call(Integer number) {
      COMPUTED.incrementAndGet();
      if (number * PARTITIONS / ROWS == failing) {
        throw new IllegalStateException("a disk fails");
      }
      var id = String.format(Locale.ROOT, "%08x", number * 0x9E3779B9);
      return RowFactory.create(id, "train", "number " + number);
    }
  }
}
