package ai.echogen.data.shards;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.echogen.data.LocalSpark;
import ai.echogen.data.Sample;
import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import ai.echogen.storage.Location;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShardStoreTest {
  private static final int DAMAGES = 20;
  private static final Provenance PROVENANCE = new Provenance("test", "{\"seed\": 7}", List.of());
  private static final FileSize SMALL = new FileSize(10, 1 << 20);

  private final SparkSession spark = LocalSpark.session();
  @TempDir private Path temp;

  @Test
  void readsBackWhatItWrote() {
    var manifest = ShardStore.write(samples(25, 3), dir("shards"), PROVENANCE, SMALL);

    assertThat(manifest).isEqualTo(ShardStore.manifest(dir("shards")));
    assertThat(manifest.rows()).containsEntry("train", 20L).containsEntry("test", 5L);
    assertThat(manifest.settings().get("seed").asInt()).isEqualTo(7);
    assertThat(manifest.files().stream().map(ShardFile::name))
        .containsExactly(
            "data/test-00000-of-00001.parquet",
            "data/train-00000-of-00002.parquet",
            "data/train-00001-of-00002.parquet");
    var read = ShardStore.read(spark, dir("shards"), "train").collectAsList();
    var sample = Sample.of(read.get(1));
    assertThat(sample).usingRecursiveComparison().isEqualTo(sample(2));
    assertThat(ids(ShardStore.read(spark, dir("shards")))).hasSize(25).startsWith("s000", "s005");
  }

  /** What is no manifest says where it is and what is wrong, in one line. */
  @Test
  void aManifestThatWasChangedIsRefused() throws IOException {
    ShardStore.write(samples(25, 3), dir("shards"), PROVENANCE, SMALL);
    var file = temp.resolve("shards/manifest.json");
    var text = Files.readString(file);
    var edits =
        Map.of(
            "\"columns\"", "\"colums\"",
            "\"test\" : 5", "\"test\" : 6",
            "\"rows\" : 10", "\"rows\" : \"10\"",
            "data/test-00000-of-00001.parquet", "data/../../x.parquet",
            "\"dropped\" : [ ]", "\"dropped\" : null",
            "\"version\" : 1", "\"version\" : 1.5",
            "id STRING", "id STRNG",
            "\"job\" : \"test\",", "\"job\" : \"test\", \"job\" : \"again\",",
            "\"settings\"", "\"a\" : " + "[".repeat(3000) + "]".repeat(3000) + ", \"settings\"");
    for (var edit : edits.entrySet()) {
      assertThat(text).contains(edit.getKey());
      Files.writeString(file, text.replace(edit.getKey(), edit.getValue()));
      assertThatThrownBy(() -> ShardStore.manifest(dir("shards")))
          .as(edit.getKey())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("" + dir("shards/manifest.json"))
          .hasMessageMatching(".*(make the directory again|make it again)");
    }
  }

  /** Rows would be read twice, or none of 2^64. */
  @Test
  void aFileThatIsListedTwiceOrHasRowsBeyondCountingIsRefused() throws IOException {
    ShardStore.write(samples(25, 3), dir("shards"), PROVENANCE, SMALL);
    var file = temp.resolve("shards/manifest.json");
    var whole = Files.readString(file);

    var twice = (ObjectNode) new ObjectMapper().readTree(whole);
    twice.withArray("files").add(twice.path("files").get(0).deepCopy());
    ((ObjectNode) twice.path("rows")).put("test", 10);
    new ObjectMapper().writeValue(file.toFile(), twice);
    assertRefused("files must be listed once each, got data/test-00000-of-00001.parquet again");

    var many = (ObjectNode) new ObjectMapper().readTree(whole);
    many.path("files").forEach(one -> ((ObjectNode) one).put("rows", 1L << 62));
    new ObjectMapper().writeValue(file.toFile(), many);
    assertRefused("files must have rows that can be counted");

    Files.writeString(file, whole.replace("\"rows\" : 10", "\"rows\" : 0"));
    assertRefused("files[1].rows must be a whole number, >= 1, got 0");
  }

  @Test
  void columnsThatSparksParserCannotTakeAreRefused() throws IOException {
    ShardStore.write(samples(4, 1), dir("shards"), PROVENANCE);
    var file = temp.resolve("shards/manifest.json");
    var json = (ObjectNode) new ObjectMapper().readTree(file.toFile());
    for (var columns :
        List.of(
            "a " + "STRUCT<a: ".repeat(20_000) + "INT" + ">".repeat(20_000),
            "a " + "ARRAY<".repeat(5_000) + "INT" + ">".repeat(5_000),
            "a INT " + "/*".repeat(20_000),
            "a INT COMMENT '" + "a".repeat(200_000) + "'")) {
      new ObjectMapper().writeValue(file.toFile(), json.put("columns", columns));
      assertRefused("columns must have at most 100000 letters");
    }
  }

  private void assertRefused(String message) {
    assertThatThrownBy(() -> ShardStore.manifest(dir("shards")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("" + dir("shards/manifest.json"))
        .hasMessageContaining(message)
        .hasMessageEndingWith("make the directory again");
  }

  /** Names alone do not say what a value is. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "image   | bytes: BINARY                  | bytes: STRING",
        "image   | path: STRING                   | path: BINARY",
        "image   | STRUCT<bytes: BINARY, path: STRING> | BINARY",
        "image   | bytes: BINARY, path: STRING    | bytes: BINARY",
        "id      | id STRING                      | id BINARY",
        "caption | caption STRING                 | caption DATE",
        "caption | caption STRING                 | caption ARRAY<INT>",
        "width   | width INT                      | width BIGINT",
        "height  | height INT                     | height TINYINT",
        "regions | x0: FLOAT                      | x0: DOUBLE",
        "regions | phrase: STRING, x0             | phrase: STRING, more: INT, x0",
      })
  void columnsOfAnotherTypeThanTheFilesAreRefused(String column, String from, String to)
      throws IOException {
    ShardStore.write(samples(4, 1), dir("shards"), PROVENANCE);
    var file = temp.resolve("shards/manifest.json");
    var text = Files.readString(file);
    assertThat(text).contains(from);
    Files.writeString(file, text.replace(from, to));

    var all = ShardStore.split(dir("shards"), "train");
    var one = ShardStore.split(dir("shards"), "train", column);
    for (var split : List.of(all, one)) {
      assertThatThrownBy(split::read)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(
              "data/train-00000-of-00001.parquet cannot be read (column " + column)
          .hasMessageContaining("as its manifest says")
          .hasMessageMatching("[^\n]*");
    }
  }

  @Test
  void aFieldThatTheManifestNamesTwiceIsRefused() throws IOException {
    ShardStore.write(samples(4, 1), dir("shards"), PROVENANCE);
    var file = temp.resolve("shards/manifest.json");
    var text = Files.readString(file);
    assertThat(text).contains("y0: FLOAT");
    Files.writeString(file, text.replace("y0: FLOAT", "x1: FLOAT"));

    assertThatThrownBy(() -> ShardStore.split(dir("shards"), "train").read())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("train-00000-of-00001.parquet", "column regions is ");
  }

  @Test
  void filesDoNotDependOnHowTheRowsWereSpread() {
    var one = ShardStore.write(samples(60, 1), dir("one"), PROVENANCE, SMALL);
    var many =
        ShardStore.write(samples(60, 7).orderBy(col("id").desc()), dir("many"), PROVENANCE, SMALL);

    assertThat(many.files()).isEqualTo(one.files());
  }

  @Test
  void readsInTheOrderOfIdsHoweverSmallThePartitions() {
    ShardStore.write(samples(60, 3), dir("shards"), PROVENANCE, SMALL);
    spark.conf().set("spark.sql.files.maxPartitionBytes", "5000");
    try {
      var ids = ids(ShardStore.read(spark, dir("shards"), "train"));

      assertThat(ids).hasSize(48).isSorted();
      assertThat(ids(ShardStore.read(spark, dir("shards"), "train").limit(5)))
          .isEqualTo(ids.subList(0, 5));
    } finally {
      spark.conf().unset("spark.sql.files.maxPartitionBytes");
    }
  }

  @Test
  void aReadIsOneScanHoweverManyFiles() {
    ShardStore.write(samples(60, 1), dir("shards"), PROVENANCE, SMALL);

    var plan = ShardStore.read(spark, dir("shards"), "train").queryExecution().analyzed();

    assertThat(plan.toString().lines()).hasSize(1); // planning a union of files took minutes
  }

  @Test
  void readsTheColumnsAndTheFirstRowsThatAreAskedFor() {
    ShardStore.write(samples(60, 3), dir("shards"), PROVENANCE, SMALL);

    assertThat(ShardStore.read(spark, dir("shards"), "train", "caption", "id").columns())
        .containsExactly("caption", "id");
    var split = ShardStore.split(dir("shards"), "train", "id").head(13); // of files of 10
    assertThat(split.read()).hasSize(13).extracting(row -> row.getString(0)).isSorted();
    assertThat(split.head(100).size()).isEqualTo(13);
    assertThat(split.digests()).hasSize(2);
    assertThatThrownBy(() -> ShardStore.split(dir("shards"), "train", "codes"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("holds images but no codes: run ./echogen tokenize data=");
  }

  @Test
  void batchesAreAFunctionOfTheRows() {
    ShardStore.write(samples(60, 3), dir("shards"), PROVENANCE, SMALL);
    var split = ShardStore.split(dir("shards"), "train", "id"); // 48 rows in files of 10
    var context = JavaSparkContext.fromSparkContext(spark.sparkContext());

    var batches = split.batches(context, 7).glom().collect();

    assertThat(batches).extracting(List::size).containsExactly(7, 7, 7, 7, 7, 7, 6);
    assertThat(batches.stream().flatMap(List::stream).map(row -> row.getString(0)))
        .isEqualTo(ids(ShardStore.read(spark, dir("shards"), "train")));
  }

  @Test
  void cutsManyPartitionsAtTheRightIds() {
    var manifest = ShardStore.write(samples(200, 9), dir("shards"), PROVENANCE, SMALL);

    for (var file : manifest.files()) {
      var ids = ids(spark.read().parquet(dir("shards") + "/" + file.name()));
      assertThat(ids)
          .hasSize((int) file.rows())
          .isSorted()
          .startsWith(file.firstId())
          .endsWith(file.lastId());
    }
    assertThat(manifest.files("train")).hasSize(16);
    assertThat(manifest.files("train").stream().mapToLong(ShardFile::rows)).containsOnly(10L);
  }

  @Test
  void keepsColumnsBeyondThoseOfASample() throws IOException {
    var tokens =
        samples(4, 1).withColumn("codes", array(lit(3), lit(5))).withColumn("tokenizer", lit("ab"));

    ShardStore.write(tokens, dir("tokens"), PROVENANCE);

    Row row = ShardStore.read(spark, dir("tokens"), "train").first();
    assertThat(row.<Integer>getList(row.fieldIndex("codes"))).containsExactly(3, 5);
    assertThat(Files.readString(temp.resolve("tokens/README.md")))
        .contains("- name: image\n    dtype: image\n")
        .contains("- name: codes\n    list: int32\n")
        .contains("path: data/test-*.parquet");
  }

  @ParameterizedTest
  @ValueSource(strings = {"image", "source", "split"})
  void aManifestThatNamesNotAllColumnsIsRefused(String lost) throws IOException {
    ShardStore.write(samples(4, 1), dir("shards"), PROVENANCE);
    var file = temp.resolve("shards/manifest.json");
    var json = (ObjectNode) new ObjectMapper().readTree(file.toFile());
    var columns = StructType.fromDDL(json.get("columns").textValue()).fields();
    var kept = Stream.of(columns).filter(field -> !field.name().equals(lost));
    json.put("columns", new StructType(kept.toArray(StructField[]::new)).toDDL());
    new ObjectMapper().writeValue(file.toFile(), json);

    assertThatThrownBy(() -> ShardStore.split(dir("shards"), "train").read())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("manifest.json: columns are ")
        .hasMessageContaining("the manifest is damaged");
  }

  @Test
  void countsFindingsByReasonAndListsTheFirst() throws IOException {
    var finding =
        struct(
            lit("image missing").as("reason"),
            concat(col("id"), lit(".png")).as("what"),
            lit(false).as("kept"));
    var clipped =
        struct(lit("box clipped").as("reason"), col("id").as("what"), lit(true).as("kept"));
    var bad = col("id").geq("s070");
    var rows =
        samples(100, 2)
            .withColumn(
                ShardStore.FINDINGS,
                when(bad, array(finding)).when(col("id").equalTo("s001"), array(clipped)))
            .withColumn("split", when(bad, lit(null)).otherwise(col("split")));

    var manifest = ShardStore.write(rows, dir("shards"), PROVENANCE);

    assertThat(manifest.totalRows()).isEqualTo(70);
    assertThat(manifest.dropped()).hasSize(1);
    assertThat(manifest.dropped().get(0).count()).isEqualTo(30);
    assertThat(manifest.dropped().get(0).examples())
        .hasSize(Dropped.MAX_EXAMPLES)
        .startsWith("s070.png", "s071.png");
    assertThat(manifest.adjusted()).containsExactly(new Dropped("box clipped", 1, List.of("s001")));
    assertThat(LeftOut.read(temp.resolve("shards")))
        .hasSize(30)
        .startsWith("image missing: s070.png")
        .endsWith("image missing: s099.png");
    assertThat(manifest.columns()).doesNotContain(ShardStore.FINDINGS);
  }

  /** What was left out is a table of its own, in the order of the reasons, and no data. */
  @Test
  void whatWasLeftOutHasTheSameBytesHoweverTheRowsWereSpread() throws IOException {
    var lines = new ArrayList<Row>();
    for (int i = 0; i < 3000; i++) {
      var reason = i % 7 == 0 ? "reason b" : i % 2 == 0 ? "reason a" : "reason, \u00e9";
      var what = i % 50 == 0 ? null : "what \"%d\"".formatted(i * 7919 % 3000);
      lines.add(RowFactory.create("s%04d".formatted(i), reason, what));
    }
    for (int partitions : new int[] {1, 7}) {
      var findings =
          spark
              .createDataFrame(lines, StructType.fromDDL("id string, reason string, what string"))
              .repartition(partitions)
              .select(
                  col("id"),
                  when(col("what").isNull(), lit("train")).as("split"),
                  when(
                          col("what").isNotNull(),
                          array(struct(col("reason"), col("what"), lit(false).as("kept"))))
                      .as(ShardStore.FINDINGS));
      ShardStore.write(findings, dir("of" + partitions), PROVENANCE);
    }

    var expected =
        lines.stream()
            .filter(row -> !row.isNullAt(2))
            .map(row -> row.getString(1) + ": " + row.getString(2))
            .sorted()
            .toList();
    assertThat(LeftOut.read(temp.resolve("of1"))).hasSize(2940).isEqualTo(expected);
    assertThat(temp.resolve("of7/left-out.parquet"))
        .hasSameBinaryContentAs(temp.resolve("of1/left-out.parquet"));
    var card = Files.readString(temp.resolve("of1/README.md"));
    assertThat(card).contains("`left-out.parquet`, if it is there, names each of them");
    assertThat(card.lines().filter(line -> line.contains("path: ")))
        .allMatch(line -> line.contains("path: data/"));
    assertThat(ShardStore.verify(spark, dir("of7")).totalRows()).isEqualTo(60);
  }

  @Test
  void whereNothingWasLeftOutThereIsNoTableOfIt() {
    ShardStore.write(samples(3, 1), dir("shards"), PROVENANCE);

    assertThat(temp.resolve("shards/left-out.parquet")).doesNotExist();
  }

  @Test
  void refusesToDropARowInSilence() {
    var rows = samples(3, 1).withColumn("split", lit(null).cast("string"));

    assertThatThrownBy(() -> ShardStore.write(rows, dir("shards"), PROVENANCE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("row s000 has no split and does not say why");
    assertThat(temp).isEmptyDirectory();
  }

  @Test
  void refusesADirectoryThatHoldsSomething() throws IOException {
    Files.createDirectory(temp.resolve("shards"));
    Files.writeString(temp.resolve("shards/notes.txt"), "mine");

    assertThatThrownBy(() -> ShardStore.write(samples(3, 1), dir("shards"), PROVENANCE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("already holds notes.txt; give another directory");
    assertThat(temp.resolve("shards/notes.txt")).exists();
  }

  @Test
  void leavesNothingBehindWhenItFails() {
    var twice = samples(3, 1).union(samples(3, 1));

    assertThatThrownBy(() -> ShardStore.write(twice, dir("shards"), PROVENANCE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("more than one row for s000, s001, s002");
    assertThat(temp).isEmptyDirectory();
  }

  @Test
  void namesAMissingAndATruncatedFile() throws IOException {
    ShardStore.write(samples(40, 1), dir("shards"), PROVENANCE, SMALL);
    Files.delete(temp.resolve("shards/data/train-00000-of-00004.parquet"));
    var truncated = temp.resolve("shards/data/train-00002-of-00004.parquet");
    var bytes = Files.readAllBytes(truncated);
    Files.write(truncated, java.util.Arrays.copyOf(bytes, 100));

    assertThatThrownBy(() -> ShardStore.read(spark, dir("shards"), "train"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("data/train-00000-of-00004.parquet is missing")
        .hasMessageContaining(
            "data/train-00002-of-00004.parquet has 100 bytes, not " + bytes.length);
  }

  /** Names and sizes may be right all the same. */
  @Test
  void filesThatWereExchangedAreRefused() throws IOException {
    ShardStore.write(samples(40, 1), dir("shards"), PROVENANCE, SMALL);
    var manifest = temp.resolve("shards/manifest.json");
    var first = temp.resolve("shards/data/train-00000-of-00004.parquet");
    var second = temp.resolve("shards/data/train-00001-of-00004.parquet");
    var aside = Files.move(first, temp.resolve("aside"));
    Files.move(second, first);
    Files.move(aside, second);
    var json = new ObjectMapper();
    var root = json.readTree(manifest.toFile());
    for (var file : root.path("files")) {
      long bytes = Files.size(temp.resolve("shards").resolve(file.path("name").asText()));
      ((ObjectNode) file).put("bytes", bytes);
    }
    json.writeValue(manifest.toFile(), root);

    assertThatThrownBy(() -> ShardStore.split(dir("shards"), "train").read())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("train-00000-of-00004.parquet: row 0: the id ")
        .hasMessageContaining("is not of this file");
  }

  @Test
  void verifyFindsOneChangedByte() throws IOException {
    ShardStore.write(samples(4, 1), dir("shards"), PROVENANCE);
    assertThat(ShardStore.verify(spark, dir("shards")).totalRows()).isEqualTo(4);
    var file = temp.resolve("shards/data/train-00000-of-00001.parquet");
    var bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);

    assertThatThrownBy(() -> ShardStore.verify(spark, dir("shards")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("data/train-00000-of-00001.parquet has SHA-256");
  }

  /** Hadoop's hidden checksums would refuse a file that was edited or copied by hand. */
  @Test
  void nothingHiddenIsLeftBesideTheFiles() throws IOException {
    ShardStore.write(samples(4, 1), dir("shards"), PROVENANCE);
    try (var paths = Files.walk(temp.resolve("shards"))) {
      assertThat(paths).noneMatch(path -> path.getFileName().toString().startsWith("."));
    }
  }

  /** Spark would take them as patterns. */
  @Test
  void bracketsInANameAreANameOnly() {
    var dir = dir("run [1] {a,b}");
    ShardStore.write(samples(40, 2), dir, PROVENANCE, SMALL);
    assertThat(ids(ShardStore.read(spark, dir))).hasSize(40);
  }

  @Test
  void settingsThatCutFilesAreNotItsOwn() {
    spark.conf().set("spark.sql.files.maxRecordsPerFile", "3");
    try {
      var manifest = ShardStore.write(samples(25, 2), dir("shards"), PROVENANCE, SMALL);
      assertThat(manifest.files()).hasSize(3);
      assertThat(ids(ShardStore.read(spark, dir("shards")))).hasSize(25);
    } finally {
      spark.conf().unset("spark.sql.files.maxRecordsPerFile");
    }
  }

  /** A bit of a page's header, such as that of a statistic, may say nothing about the rows. */
  @Test
  void aDamagedFileIsNamedOrHarmlessWhateverSparkMayPassOver() throws IOException {
    ShardStore.write(samples(40, 1), dir("shards"), PROVENANCE);
    var whole = ShardStore.split(dir("shards"), "train").read();
    var name = "data/train-00000-of-00001.parquet";
    var file = temp.resolve("shards/" + name);
    var bytes = Files.readAllBytes(file);
    int named = 0;
    spark.conf().set("spark.sql.files.ignoreCorruptFiles", "true");
    spark.conf().set("spark.sql.files.ignoreMissingFiles", "true");
    try {
      for (int i = 0; i < DAMAGES; i++) {
        var damaged = bytes.clone();
        damaged[(int) ((long) bytes.length * i / DAMAGES)] ^= 1;
        Files.write(file, damaged);
        for (boolean bySpark : new boolean[] {false, true}) {
          try {
            var rows =
                bySpark
                    ? ShardStore.read(spark, dir("shards"), "train").collectAsList()
                    : ShardStore.split(dir("shards"), "train").read();
            assertThat(rows).as("bit %s of %s", i, DAMAGES).isEqualTo(whole);
          } catch (Exception e) {
            assertThat(e).hasStackTraceContaining(name + " cannot be read");
            named++;
          }
        }
      }
    } finally {
      spark.conf().unset("spark.sql.files.ignoreCorruptFiles");
      spark.conf().unset("spark.sql.files.ignoreMissingFiles");
    }
    assertThat(named).isGreaterThan(DAMAGES / 2);
  }

  @Test
  void saysWhatASplitOrADirectoryLacks() {
    ShardStore.write(samples(10, 1), dir("shards"), PROVENANCE);

    assertThatThrownBy(() -> ShardStore.read(spark, dir("shards"), "val"))
        .hasMessageContaining("no split val; it has [test, train]");
    assertThatThrownBy(() -> ShardStore.read(spark, dir("elsewhere"), "train"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("elsewhere: not a shard directory");
  }

  private Location dir(String name) {
    return Location.of(temp.resolve(name));
  }

  private Dataset<Row> samples(int count, int partitions) {
    var rows = IntStream.range(0, count).mapToObj(i -> sample(i).toRow()).toList();
    return spark.createDataFrame(rows, Sample.SCHEMA).repartition(partitions);
  }

  private static Sample sample(int i) {
    var region = new Region("a dot", "dot", new Box(0, 0, 0.5f, 0.5f));
    return new Sample(
        "s%03d".formatted(i),
        new byte[] {(byte) i, 2, 3},
        "s%03d.png".formatted(i),
        8,
        8,
        new Layout("a dot " + i, List.of(region)),
        "test",
        i % 5 == 0 ? "test" : "train");
  }

  private static List<String> ids(Dataset<Row> rows) {
    return rows.select("id").collectAsList().stream().map(r -> r.getString(0)).toList();
  }
}
