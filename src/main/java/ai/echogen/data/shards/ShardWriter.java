package ai.echogen.data.shards;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.udf;

import ai.echogen.storage.Location;
import ai.echogen.storage.StagedDirectory;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Writes one shard directory in three passes: the rows as they come to a staging folder (computed
 * once, and without a shuffle), then counts and file boundaries from the small columns alone
 * ({@link ShardIndex}), then the sorted files.
 */
final class ShardWriter {
  static final String DATA = "data";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String BYTES = "_bytes";
  private static final String FILE = "_file";

  /** Hugging Face allows no other names. */
  private static final Pattern SPLIT_NAME = Pattern.compile("\\w+");

  /**
   * Rows that hold images: the writer must look at sizes often, or pages and row groups grow by
   * thousands of images; and a dictionary of images only costs memory. Small pages, because a feed
   * reads blocks of rows.
   */
  private static final Map<String, String> PARQUET =
      Map.of(
          "compression", "zstd",
          "parquet.block.size", String.valueOf(32 << 20),
          "parquet.block.size.row.check.min", "10",
          "parquet.block.size.row.check.max", "100",
          "parquet.page.row.count.limit", "500",
          "parquet.page.size.row.check.min", "1",
          "parquet.page.size.row.check.max", "10",
          "parquet.enable.dictionary#image.bytes", "false",
          "maxRecordsPerFile", "0"); // Spark's own setting would cut a file into several

  private final SparkSession spark;
  private final Provenance provenance;
  private final FileSize fileSize;

  ShardWriter(SparkSession spark, Provenance provenance, FileSize fileSize) {
    this.spark = spark;
    this.provenance = provenance;
    this.fileSize = fileSize;
  }

  Manifest write(Dataset<Row> rows, Location dir) throws IOException {
    try (var staged = new StagedDirectory(dir)) {
      var manifest = writeInto(staged.place(), rows);
      staged.publish();
      return manifest;
    }
  }

  private Manifest writeInto(Location work, Dataset<Row> rows) throws IOException {
    var staging = work.child("staging");
    var columns = requireColumns(rows.schema());
    var measured = rows.withColumn(BYTES, blobBytes(rows.schema()));
    measured.write().options(PARQUET).parquet(staging.uri());
    var staged =
        spark.read().options(ShardStore.WHOLE).schema(measured.schema()).parquet(staging.uri());

    var index = new ShardIndex(staged.select(indexColumns(staged.columns())).toJavaRDD());
    var found = index.findings();
    var dropped =
        Stream.concat(provenance.dropped().stream(), found.dropped.dropped().stream()).toList();
    var plan = index.plan(fileSize);
    if (plan.slots().isEmpty()) {
      throw new IllegalArgumentException(
          "no row is left to write"
              + (dropped.isEmpty() ? "" : "; dropped:\n  ")
              + String.join("\n  ", dropped.stream().map(Dropped::toString).toList()));
    }
    requireNames(plan.rows().keySet());
    writeSorted(staged.where(col("split").isNotNull()), columns, plan, work.child("sorted"));
    var files = moveIntoPlace(work, plan);
    var manifest =
        new Manifest(
            Manifest.VERSION,
            columns.toDDL(),
            provenance.job(),
            Manifest.parseSettings(provenance.settingsJson()),
            plan.rows(),
            describe(work, plan, files),
            dropped,
            found.adjusted.dropped());
    if (!found.dropped.dropped().isEmpty()) {
      writeLeftOut(index.leftOut(), work.child(ShardStore.LEFT_OUT));
    }
    staging.delete();
    work.child("sorted").delete();
    work.child("README.md").write(DatasetCard.of(manifest).getBytes(StandardCharsets.UTF_8));
    manifest.write(work);
    return manifest;
  }

  private static void writeLeftOut(Iterator<Finding> findings, Location file) throws IOException {
    try (var out = file.create()) {
      while (findings.hasNext()) {
        var finding = findings.next();
        var line = JSON.createObjectNode();
        line.put("what", finding.what()).put("reason", finding.reason());
        out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      }
    }
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

  private static Column[] indexColumns(String[] columns) {
    var findings =
        List.of(columns).contains(ShardStore.FINDINGS)
            ? col(ShardStore.FINDINGS)
            : lit(null).cast(ShardStore.FINDINGS_TYPE).as(ShardStore.FINDINGS);
    return new Column[] {col("id"), col("split"), col(BYTES), findings};
  }

  private static void requireNames(Set<String> splits) {
    for (var name : splits) {
      if (!SPLIT_NAME.matcher(name).matches()) {
        throw new IllegalArgumentException(
            "a split's name needs letters, digits and _ only, got " + name);
      }
    }
  }

  private static void writeSorted(
      Dataset<Row> kept, StructType columns, ShardPlan plan, Location sorted) {
    var file = udf(plan.fileOfRow(), DataTypes.IntegerType);
    var names = Stream.of(columns.fieldNames()).map(n -> col("`" + n + "`")).toArray(Column[]::new);
    // A shuffle of its own for each file; a number as partition column keeps the sort as it is.
    kept.select(names)
        .withColumn(FILE, file.apply(col("split"), col("id")))
        .repartition(plan.slots().size(), col(FILE))
        .sortWithinPartitions(FILE, "id")
        .write()
        .options(PARQUET)
        .partitionBy(FILE)
        .parquet(sorted.uri());
  }

  private static List<Location> moveIntoPlace(Location work, ShardPlan plan) throws IOException {
    work.child(DATA).makeDirectories();
    List<Location> moved = new ArrayList<>();
    for (var i = 0; i < plan.slots().size(); i++) {
      var folder = work.child("sorted").child(FILE + "=" + i);
      var found =
          folder.list().stream()
              .map(status -> status.getPath().getName())
              .filter(name -> name.startsWith("part-") && name.endsWith(".parquet"))
              .toList();
      if (found.size() != 1) {
        throw new IllegalStateException(
            String.format(
                Locale.ROOT,
                "expected one file for %s, got %d",
                plan.slots().get(i).name(),
                found.size()));
      }
      var file = work.child(plan.slots().get(i).name());
      folder.child(found.get(0)).moveTo(file);
      moved.add(file);
    }
    return moved;
  }

  private List<ShardFile> describe(Location work, ShardPlan plan, List<Location> written) {
    var contents = FileDigests.of(spark, written);
    List<ShardFile> files = new ArrayList<>();
    for (var i = 0; i < written.size(); i++) {
      var slot = plan.slots().get(i);
      var content = contents.get(i);
      if (content.rows() != slot.rows()) {
        throw new IllegalStateException(
            String.format(
                Locale.ROOT,
                "%s in %s holds %d rows, not %d",
                slot.name(),
                work,
                content.rows(),
                slot.rows()));
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
