package ai.echogen.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.cluster.StandaloneCluster;
import ai.echogen.config.Reference;
import ai.echogen.data.LocalSpark;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.model.TinyModel;
import ai.echogen.storage.Location;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same drawings on one core, on two, and on two workers of a real cluster. */
class ClusterDrawingTest {
  private static final int NUM_LAYOUTS = 64;

  @TempDir private static Path temp;

  @BeforeAll
  static void writeModelAndLayouts() throws IOException {
    TinyModel.write(temp.resolve("model"), List.of("a red dog and the blue ball"));
    var lines =
        IntStream.range(0, NUM_LAYOUTS)
            .mapToObj(
                i ->
                    "{\"id\": \"scene-%02d\", \"caption\": \"a dog%s\", \"regions\": [{\"phrase\": \"the blue ball\", \"box\": [0, 0, 0.5, 0.%d]}]}"
                        .formatted(i, " and a ball".repeat(i % 4), 10 + i))
            .toList();
    Files.write(temp.resolve("layouts.jsonl"), lines);
  }

  @Test
  void codesAreTheSameOnOneCoreOnTwoAndOnTwoWorkers() throws IOException {
    var one = draw("one", Map.of("spark.master", "local[1]"), 16);
    assertThat(one).hasSize(NUM_LAYOUTS);
    assertThat(draw("two", Map.of("spark.master", "local[2]"), 16)).isEqualTo(one);
    try (var cluster = StandaloneCluster.start(temp.resolve("cluster"), 2)) {
      var workers =
          Map.of(
              "spark.master", cluster.master(),
              "spark.driver.host", "127.0.0.1",
              "spark.driver.bindAddress", "127.0.0.1",
              "spark.executor.memory", "600m",
              "spark.executor.extraClassPath", StandaloneCluster.folders(),
              "spark.scheduler.minRegisteredResourcesRatio", "1.0");
      assertThat(draw("workers", workers, 16)).isEqualTo(one);
    }
  }

  @Test
  void oneLargeBatchDrawsWhatFourSmallOnesDo() {
    var small = draw("small", Map.of("spark.master", "local[2]"), 16);
    var large = draw("large", Map.of("spark.master", "local[2]"), NUM_LAYOUTS);
    assertThat(small.keySet()).isEqualTo(large.keySet());
    assertThat(small.entrySet())
        .filteredOn(entry -> large.get(entry.getKey()).equals(entry.getValue()))
        .hasSizeGreaterThanOrEqualTo(NUM_LAYOUTS - 1);
  }

  /** Codes by id, as text. */
  private static Map<String, String> draw(String name, Map<String, String> spark, int batch) {
    var active = SparkSession.getDefaultSession();
    if (active.isDefined()) {
      active.get().stop(); // the job must not join the session of other tests
    }
    spark.forEach(System::setProperty);
    var out = temp.resolve(name);
    var console = new ByteArrayOutputStream();
    try (var print = new PrintStream(console, true, StandardCharsets.UTF_8)) {
      int code =
          new JobRunner(Reference.builtIn(), print, print)
              .run(
                  new GenerateJob(),
                  List.of(
                      "model=" + temp.resolve("model"),
                      "layouts=" + temp.resolve("layouts.jsonl"),
                      "out=" + out,
                      "batch=" + batch));
      assertThat(code).as(() -> console.toString(StandardCharsets.UTF_8)).isZero();
    } finally {
      spark.keySet().forEach(System::clearProperty);
    }
    var codes = new TreeMap<String, String>();
    for (var row :
        ShardStore.read(LocalSpark.session(), Location.of(out), "generated").collectAsList()) {
      codes.put(row.getAs("id"), row.<Object>getList(row.fieldIndex("codes")).toString());
    }
    return codes;
  }
}
