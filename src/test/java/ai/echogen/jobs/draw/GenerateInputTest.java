package ai.echogen.jobs.draw;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.data.LocalSpark;
import ai.echogen.data.Sample;
import ai.echogen.data.shards.FileSize;
import ai.echogen.data.shards.Provenance;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.layout.Layout;
import ai.echogen.layout.NamedLayout;
import ai.echogen.storage.AllowedPlaces;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenerateInputTest {
  private static final int IMAGES = 41;

  @TempDir private Path temp;
  private final SparkSession spark = LocalSpark.session();

  @BeforeEach
  void write() throws IOException {
    var rows = IntStream.range(0, IMAGES).mapToObj(i -> sample(i).toRow()).toList();
    ShardStore.write(
        spark.createDataFrame(rows, Sample.SCHEMA).repartition(3),
        Location.of(temp.resolve("shards")),
        new Provenance("test", "{}", List.of()),
        new FileSize(11, 1 << 20));
    Files.write(
        temp.resolve("layouts.jsonl"),
        IntStream.range(0, IMAGES)
            .mapToObj(i -> "{\"id\": \"s%02d\", \"caption\": \"x\", \"regions\": []}".formatted(i))
            .toList());
  }

  @Test
  void imagesOfShardsAreNeitherSortedNorShuffled() {
    var images =
        GenerateInput.images(
            Location.of(temp.resolve("shards")), "test", Optional.of(30), AllowedPlaces.OWN);
    var read = images.read(spark, 4, 1);

    assertThat(read.rdd().toDebugString()).doesNotContain("ShuffledRDD");
    assertThat(images.size()).isEqualTo(30);
    var ids = new ArrayList<String>();
    for (var task : read.glom().collect()) {
      assertThat(task.size()).isIn(4, 2);
      task.forEach(asked -> ids.add(asked.id()));
    }
    assertThat(ids).hasSize(30).isSorted().startsWith("s00").endsWith("s29");
  }

  @Test
  void shardsAndLinesOfTheSameLayoutsMakeTheSameBatches() {
    var shards =
        GenerateInput.layouts(Location.of(temp.resolve("shards")), "test", Optional.empty());
    var lines =
        GenerateInput.layouts(Location.of(temp.resolve("layouts.jsonl")), "", Optional.empty());

    assertThat(tasks(lines)).isEqualTo(tasks(shards)).hasSize(14); // 9 results are 3 layouts
  }

  private List<List<String>> tasks(GenerateInput<NamedLayout> input) {
    return input.read(spark, 9, 3).map(NamedLayout::id).glom().collect();
  }

  private static Sample sample(int i) {
    var id = "s%02d".formatted(i);
    return new Sample(id, new byte[] {1}, id, 8, 8, new Layout("x", List.of()), "test", "test");
  }
}
