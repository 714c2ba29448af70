package ai.echogen.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.echogen.data.LocalSpark;
import ai.echogen.data.Sample;
import ai.echogen.data.shards.Duplicates;
import ai.echogen.data.shards.Manifest;
import ai.echogen.data.shards.Provenance;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.image.Png;
import ai.echogen.storage.Location;
import ai.echogen.storage.StagedDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AugmentRowsTest {
  private static final Provenance PROVENANCE = new Provenance("test", "{}", List.of());
  private static final int SAMPLES = 10; // two a task
  private static final int COPIES = 31;

  private final SparkSession spark = LocalSpark.session();
  @TempDir private Path temp;

  private Location shards() {
    var rows = new ArrayList<Row>();
    for (int i = 0; i < SAMPLES; i++) {
      var drawn =
          new Drawn(60, 50).rectangle("cup", Drawn.RED, i, 5, 20 + i, 30).captioned("a cup");
      var id = String.format(Locale.ROOT, "s%03d", i);
      var png = Png.encode(drawn.picture().opaque());
      rows.add(
          new Sample(id, png, id, 60, 50, drawn.layout(), "drawn", i < 8 ? "train" : "test")
              .toRow());
    }
    var dir = Location.of(temp.resolve("shards"));
    var unused = ShardStore.write(spark.createDataFrame(rows, Sample.SCHEMA), dir, PROVENANCE);
    return dir;
  }

  private Dataset<Row> rows(Location data, LongAccumulator made) {
    return AugmentRows.of(
        spark,
        data,
        Rules.everything(COPIES, 32),
        ObjectBank.empty(),
        BackgroundBank.empty(),
        made);
  }

  private LongAccumulator counter() {
    return spark.sparkContext().longAccumulator();
  }

  @Test
  void rowsAreThoseOfShardsInAnyPartitioning() {
    var data = shards();
    var rows = rows(data, counter());
    assertThat(rows.rdd().getNumPartitions()).isEqualTo(SAMPLES / 2);
    var manifest = write(rows, "five");
    assertThat(manifest.rows()).containsEntry("train", 8L * (1 + COPIES)).containsEntry("test", 2L);
    assertThat(write(rows(data, counter()).repartition(3), "three").files())
        .isEqualTo(manifest.files());
    assertThat(List.of(manifest.schema().fieldNames()))
        .isEqualTo(List.of(Sample.SCHEMA.fieldNames()));
    assertThat(manifest.dropped()).isEmpty();
    assertThat(manifest.adjusted()).extracting(each -> each.reason()).contains("copies mirrored");
    var ids =
        ShardStore.split(Location.of(temp.resolve("five")), "train", "id").read().stream()
            .map(row -> row.getString(0))
            .toList();
    assertThat(ids).isSorted().doesNotHaveDuplicates().startsWith("s000", "s000~0001");
  }

  private Manifest write(Dataset<Row> rows, String name) {
    return ShardStore.write(rows, Location.of(temp.resolve(name)), PROVENANCE);
  }

  @Test
  void whatARunHasFinishedIsNotMadeAgain() throws IOException {
    var data = shards();
    var whole = write(rows(data, counter()), "whole");
    var out = Location.of(temp.resolve("out"));
    try (var staged = StagedDirectory.resumable(out, "this")) {
      var failing = rows(data, counter());
      var rows =
          spark.createDataFrame(failing.javaRDD().map(AugmentRowsTest::failing), failing.schema());
      assertThatThrownBy(() -> ShardStore.resume(rows, staged, PROVENANCE, Duplicates.KEEP))
          .hasMessageContaining("a disk fails");
    }
    var made = counter();
    try (var staged = StagedDirectory.resumable(out, "this")) {
      assertThat(staged.isResumed()).isTrue();
      assertThat(ShardStore.resume(rows(data, made), staged, PROVENANCE, Duplicates.KEEP).files())
          .isEqualTo(whole.files());
    }
    assertThat(made.value()).isPositive().isLessThan(whole.totalRows());
  }

  private static Row failing(Row row) {
    if (row.getString(0).equals("s007~0009")) {
      throw new IllegalStateException("a disk fails");
    }
    return row;
  }
}
