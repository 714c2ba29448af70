package ai.echogen.data;

import static java.util.Objects.requireNonNull;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.udf;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Writes one shard directory in three passes: the rows as they come to a staging folder (computed
 * once, and without a shuffle), then counts and file boundaries from the small columns alone, then
 * the sorted files.
 */
final class ShardWriter {
  static final String DATA = "data";
  private static final String BYTES = "_bytes";
  private static final String FILE = "_file";

  /** Hugging Face allows no other names. */
  private static final Pattern SPLIT_NAME = Pattern.compile("\\w+");

  /**
   * Rows that hold images: the writer must look at sizes often, or pages and row groups grow by
   * thousands of images; and a dictionary of images only costs memory.
   */
  private static final Map<String, String> PARQUET =
      Map.of(
          "compression", "zstd",
          "parquet.block.size", String.valueOf(32 << 20),
          "parquet.block.size.row.check.min", "10",
          "parquet.block.size.row.check.max", "100",
          "parquet.page.size.row.check.min", "1",
          "parquet.page.size.row.check.max", "10",
          "parquet.enable.dictionary#image.bytes", "false");

  private final SparkSession spark;
  private final Provenance provenance;
  private final FileSize fileSize;

  ShardWriter(SparkSession spark, Provenance provenance, FileSize fileSize) {
    this.spark = spark;
    this.provenance = provenance;
    this.fileSize = fileSize;
  }

  static void requireFree(FileSystem files, Path target) throws IOException {
    if (!files.exists(target)) {
      return;
    }
    var entries = files.listStatus(target);
    if (entries.length > 0) {
      throw new IllegalArgumentException(
          "%s: already holds %s%s; give another directory, or remove this one first"
              .formatted(
                  target,
                  entries[0].getPath().getName(),
                  entries.length > 1 ? " and %d more".formatted(entries.length - 1) : ""));
    }
  }

  Manifest write(Dataset<Row> rows, String dir) throws IOException {
    var path = new Path(dir);
    var files = ShardStore.files(spark, path);
    var target = files.makeQualified(path);
    requireFree(files, target);
    var suffix = ".partial-" + UUID.randomUUID().toString().substring(0, 8);
    var work = target.suffix(suffix);
    files.mkdirs(work);
    files.deleteOnExit(work); // an interrupted run leaves nothing either
    try {
      var manifest = write(rows, files, work);
      files.delete(target, false); // it is empty, or is not there
      if (!files.rename(work, target)) {
        throw new IOException("could not rename " + work + " to " + target);
      }
      return manifest;
    } finally {
      files.delete(work, true);
      files.cancelDeleteOnExit(work);
    }
  }

  private Manifest write(Dataset<Row> rows, FileSystem files, Path work) throws IOException {
    var staging = new Path(work, "staging").toString();
    var columns = requireColumns(rows.schema());
    var measured = rows.withColumn(BYTES, blobBytes(rows.schema()));
    measured.write().options(PARQUET).parquet(staging);
    var staged = spark.read().schema(measured.schema()).parquet(staging);

    requireReasons(staged);
    var found = findings(staged);
    var dropped = Stream.concat(provenance.dropped().stream(), found.dropped().stream()).toList();
    var kept = staged.where(col("split").isNotNull());
    var plan = plan(kept, dropped);
    writeSorted(kept, columns, plan, new Path(work, "sorted"));
    var names = moveIntoPlace(files, work, plan);
    var manifest =
        new Manifest(
            Manifest.VERSION,
            columns.toDDL(),
            provenance.job(),
            Manifest.parseSettings(provenance.settingsJson()),
            plan.rows(),
            describe(work, plan, names),
            dropped,
            found.adjusted());
    files.delete(new Path(work, "staging"), true);
    files.delete(new Path(work, "sorted"), true);
    try (var out = files.create(new Path(work, "README.md"), false)) {
      out.write(DatasetCard.of(manifest).getBytes(StandardCharsets.UTF_8));
    }
    manifest.write(files, work);
    return manifest;
  }

  /** The columns that go into the files. */
  private static StructType requireColumns(StructType schema) {
    for (var name : List.of("id", "split")) {
      if (!List.of(schema.fieldNames()).contains(name)) {
        throw new IllegalArgumentException(
            "rows of a shard need a column %s, got %s".formatted(name, schema.toDDL()));
      }
    }
    var columns = new StructType();
    for (var field : schema.fields()) {
      if (!field.name().equals(ShardStore.FINDINGS)) {
        columns = columns.add(field);
      }
    }
    return columns;
  }

  private static Column blobBytes(StructType schema) {
    var names = List.of(schema.fieldNames());
    var bytes = lit(0);
    if (names.contains("image")) {
      bytes = bytes.plus(coalesce(length(col("image.bytes")), lit(0)));
    }
    if (names.contains("codes")) {
      bytes = bytes.plus(coalesce(size(col("codes")), lit(0)).multiply(4));
    }
    return bytes.cast(DataTypes.LongType);
  }

  /** Nothing is left out in silence. */
  private static void requireReasons(Dataset<Row> staged) {
    var left = staged.where(col("split").isNull());
    if (List.of(staged.columns()).contains(ShardStore.FINDINGS)) {
      left = left.where(coalesce(size(col(ShardStore.FINDINGS)), lit(0)).leq(0));
    }
    var example = left.select("id").limit(1).collectAsList();
    if (!example.isEmpty()) {
      throw new IllegalArgumentException(
          "a row without a split must say why in %s, got none for %s"
              .formatted(ShardStore.FINDINGS, example.get(0).get(0)));
    }
  }

  private record Findings(List<Dropped> dropped, List<Dropped> adjusted) {}

  private Findings findings(Dataset<Row> staged) {
    List<Dropped> dropped = new ArrayList<>();
    List<Dropped> adjusted = new ArrayList<>();
    if (List.of(staged.columns()).contains(ShardStore.FINDINGS)) {
      var all =
          staged
              .select(explode(col(ShardStore.FINDINGS)).as("finding"))
              .select("finding.reason", "finding.what", "finding.kept");
      var byReason = Window.partitionBy("reason", "kept");
      var examples =
          all.withColumn("place", row_number().over(byReason.orderBy("what")))
              .withColumn("count", count(lit(1)).over(byReason))
              .where(col("place").leq(Dropped.MAX_EXAMPLES))
              .orderBy("reason", "kept", "place")
              .collectAsList();
      Map<String, List<Row>> groups = new LinkedHashMap<>();
      for (var row : examples) {
        groups.computeIfAbsent(row.getString(0) + row.get(2), k -> new ArrayList<>()).add(row);
      }
      for (var group : groups.values()) {
        var first = group.get(0);
        var list = first.getBoolean(2) ? adjusted : dropped;
        var what = group.stream().map(r -> r.getString(1)).toList();
        list.add(new Dropped(first.getString(0), first.<Long>getAs("count"), what));
      }
    }
    return new Findings(dropped, adjusted);
  }

  /** One file to be: its split, its place among that split's files, and its first and last row. */
  private record Slot(String split, int place, int places, long rows, String first, String last) {
    String name() {
      return "%s/%s-%05d-of-%05d.parquet".formatted(DATA, split, place, places);
    }
  }

  private record Plan(Map<String, Long> rows, List<Slot> slots) {}

  /** Cuts each split, sorted by id, into files of nearly equal numbers of rows. */
  private Plan plan(Dataset<Row> kept, List<Dropped> dropped) {
    requireIds(kept);
    var splits =
        kept.groupBy("split")
            .agg(count(lit(1)).as("rows"), sum(BYTES).as("bytes"))
            .orderBy("split")
            .collectAsList();
    if (splits.isEmpty()) {
      throw new IllegalArgumentException(
          "no row is left to write"
              + (dropped.isEmpty() ? "" : "; dropped:\n  ")
              + String.join("\n  ", dropped.stream().map(Dropped::toString).toList()));
    }
    Map<String, Long> rows = new LinkedHashMap<>();
    Set<Long> edges = new HashSet<>(); // numbers of the rows that begin or end a file
    List<Slot> slots = new ArrayList<>();
    long start = 0;
    for (var split : splits) {
      var name = split.getString(0);
      if (!SPLIT_NAME.matcher(name).matches()) {
        throw new IllegalArgumentException(
            "a split's name needs letters, digits and _ only, got " + name);
      }
      long total = split.getLong(1);
      var places = fileSize.files(total, split.getLong(2));
      rows.put(name, total);
      for (var place = 0; place < places; place++) {
        var from = total * place / places;
        var to = total * (place + 1) / places;
        if (to > from) {
          edges.add(start + from);
          edges.add(start + to - 1);
          slots.add(new Slot(name, place, places, to - from, "", ""));
        }
      }
      start += total;
    }
    return new Plan(rows, withIds(kept, edges, slots));
  }

  private static void requireIds(Dataset<Row> kept) {
    var wrong =
        kept.groupBy("id")
            .count()
            .where(col("count").gt(1).or(col("id").isNull()))
            .orderBy("id")
            .limit(3)
            .collectAsList();
    if (!wrong.isEmpty()) {
      throw new IllegalArgumentException(
          "ids of a shard must be unique and not null, got "
              + String.join(
                  ", ", wrong.stream().map(r -> r.get(1) + " rows for " + r.get(0)).toList()));
    }
  }

  private static List<Slot> withIds(Dataset<Row> kept, Set<Long> edges, List<Slot> slots) {
    var ids =
        kept.select("split", "id")
            .orderBy("split", "id")
            .toJavaRDD()
            .zipWithIndex()
            .filter(pair -> edges.contains(pair._2()))
            .mapToPair(pair -> new scala.Tuple2<>(pair._2(), pair._1().getString(1)))
            .collectAsMap();
    List<Slot> named = new ArrayList<>();
    long start = 0;
    for (var slot : slots) {
      var last = start + slot.rows() - 1;
      named.add(
          new Slot(
              slot.split(),
              slot.place(),
              slot.places(),
              slot.rows(),
              requireNonNull(ids.get(start)),
              requireNonNull(ids.get(last))));
      start = last + 1;
    }
    return named;
  }

  private static void writeSorted(Dataset<Row> kept, StructType columns, Plan plan, Path sorted) {
    var splits = plan.slots().stream().map(Slot::split).toArray(String[]::new);
    var firsts = plan.slots().stream().map(Slot::first).toArray(String[]::new);
    var file = udf(new FileOfRow(splits, firsts), DataTypes.IntegerType);
    var names = Stream.of(columns.fieldNames()).map(n -> col("`" + n + "`")).toArray(Column[]::new);
    // A shuffle of its own for each file; a number as partition column keeps the sort as it is.
    kept.select(names)
        .withColumn(FILE, file.apply(col("split"), col("id")))
        .repartition(plan.slots().size(), col(FILE))
        .sortWithinPartitions(FILE, "id")
        .write()
        .options(PARQUET)
        .partitionBy(FILE)
        .parquet(sorted.toString());
  }

  private static List<Path> moveIntoPlace(FileSystem files, Path work, Plan plan)
      throws IOException {
    files.mkdirs(new Path(work, DATA));
    List<Path> moved = new ArrayList<>();
    for (var i = 0; i < plan.slots().size(); i++) {
      var found = files.globStatus(new Path(work, "sorted/" + FILE + "=" + i + "/part-*.parquet"));
      if (found == null || found.length != 1) {
        throw new IllegalStateException(
            "expected one file for %s, got %d"
                .formatted(plan.slots().get(i).name(), found == null ? 0 : found.length));
      }
      var path = new Path(work, plan.slots().get(i).name());
      if (!files.rename(found[0].getPath(), path)) {
        throw new IOException("could not rename " + found[0].getPath() + " to " + path);
      }
      moved.add(path);
    }
    return moved;
  }

  private List<ShardFile> describe(Path work, Plan plan, List<Path> paths) {
    var contents = FileDigests.of(spark, paths);
    List<ShardFile> files = new ArrayList<>();
    for (var i = 0; i < paths.size(); i++) {
      var slot = plan.slots().get(i);
      var content = contents.get(i);
      if (content.rows() != slot.rows()) {
        throw new IllegalStateException(
            "%s in %s holds %d rows, not %d"
                .formatted(slot.name(), work, content.rows(), slot.rows()));
      }
      files.add(
          new ShardFile(
              slot.name(),
              slot.split(),
              slot.rows(),
              slot.first(),
              slot.last(),
              content.bytes(),
              content.sha256()));
    }
    return files;
  }
}
