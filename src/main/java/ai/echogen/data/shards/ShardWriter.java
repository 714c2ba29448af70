package ai.echogen.data.shards;

import ai.echogen.storage.Location;
import ai.echogen.storage.StagedDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import scala.collection.JavaConverters;

/**
 * Writes one shard directory in three passes: the rows as they come ({@link StagedRows}; computed
 * once, and without a shuffle), then counts and file boundaries from the small columns alone
 * ({@link ShardIndex}), then the files ({@link SortedFiles}). Of a directory that was begun, what
 * is there is not made again.
 */
final class ShardWriter {
  static final String DATA = "data";
  private static final String STAGING = "staging";
  private static final StructType LEFT_OUT =
      new StructType().add("reason", DataTypes.StringType).add("what", DataTypes.StringType);

  /** Hugging Face allows no other names. */
  private static final Pattern SPLIT_NAME = Pattern.compile("\\w+");

  private final SparkSession spark;
  private final Provenance provenance;
  private final FileSize fileSize;
  private final @Nullable Duplicates duplicates;

  /**
   * @param duplicates what becomes of them; without it, images are not compared
   */
  ShardWriter(
      SparkSession spark,
      Provenance provenance,
      FileSize fileSize,
      @Nullable Duplicates duplicates) {
    this.spark = spark;
    this.provenance = provenance;
    this.fileSize = fileSize;
    this.duplicates = duplicates;
  }

  /** Fills the directory with the rows, and publishes it. */
  Manifest write(Dataset<Row> rows, StagedDirectory staged) throws IOException {
    try {
      var manifest = writeInto(staged.place(), rows);
      staged.publish();
      return manifest;
    } catch (IllegalArgumentException e) { // the same rows would fail again
      staged.discard();
      throw e;
    }
  }

  private Manifest writeInto(Location work, Dataset<Row> rows) throws IOException {
    var columns = requireColumns(rows.schema());
    var staged = StagedRows.write(rows, work.child(STAGING), duplicates);
    var twins = twins(staged);
    var index = new ShardIndex(withTwins(indexed(staged), twins));
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
    var sorted = new SortedFiles(plan, work);
    sorted.write(spark.createDataFrame(kept(staged.read(columns), twins), columns), columns);
    var manifest =
        new Manifest(
            Manifest.VERSION,
            columns.toDDL(),
            provenance.job(),
            Manifest.parseSettings(provenance.settingsJson()),
            plan.rows(),
            describe(work, plan, sorted.places()),
            dropped,
            found.adjusted.dropped());
    if (!found.dropped.dropped().isEmpty()) {
      writeLeftOut(index.leftOut(), work.child(ShardStore.LEFT_OUT));
    }
    work.child("README.md").write(DatasetCard.of(manifest).getBytes(StandardCharsets.UTF_8));
    manifest.write(work);
    work.child(STAGING).delete(); // until here a run that is killed is gone on with
    return manifest;
  }

  private static void writeLeftOut(Iterator<Finding> findings, Location file) throws IOException {
    try (var writer = ShardFileWriter.begin(LEFT_OUT)) {
      while (findings.hasNext()) {
        var finding = findings.next();
        writer.write(RowFactory.create(finding.reason(), finding.what()));
      }
      writer.publish(file);
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

  /**
   * What is to be said of rows whose images are there more than once, by id; none if nothing is.
   */
  private Optional<Broadcast<Map<String, Finding>>> twins(StagedRows staged) {
    if (duplicates == null) {
      return Optional.empty();
    }
    var rows = staged.read(staged.some("id", "split", StagedRows.DIGEST, StagedRows.LOOK));
    var found = duplicates.find(rows.filter(row -> !row.anyNull()));
    return found.isEmpty()
        ? Optional.empty()
        : Optional.of(JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(found));
  }

  /** What {@link ShardIndex} needs of the rows. */
  private static JavaRDD<Row> indexed(StagedRows staged) {
    boolean hasFindings = List.of(staged.columns().fieldNames()).contains(ShardStore.FINDINGS);
    return hasFindings
        ? staged.read(staged.some("id", "split", StagedRows.BYTES, ShardStore.FINDINGS))
        : staged
            .read(staged.some("id", "split", StagedRows.BYTES))
            .map(row -> RowFactory.create(row.get(0), row.get(1), row.get(2), null));
  }

  private static JavaRDD<Row> withTwins(
      JavaRDD<Row> rows, Optional<Broadcast<Map<String, Finding>>> twins) {
    if (twins.isEmpty()) {
      return rows;
    }
    var found = twins.get();
    return rows.map(row -> withTwin(row, found.value().get(row.<String>getAs(0))));
  }

  private static Row withTwin(Row row, @Nullable Finding twin) {
    if (twin == null || row.isNullAt(1)) {
      return row;
    }
    var findings = new ArrayList<Row>(List.of(twin.toRow()));
    if (!row.isNullAt(3)) {
      findings.addAll(JavaConverters.<Row>seqAsJavaList(row.getSeq(3)));
    }
    var split = twin.kept() ? row.get(1) : null;
    return RowFactory.create(
        row.get(0), split, row.get(2), JavaConverters.asScalaBuffer(findings).toSeq());
  }

  /** The rows that go into the files. */
  private static JavaRDD<Row> kept(
      JavaRDD<Row> rows, Optional<Broadcast<Map<String, Finding>>> twins) {
    var ofSplits = rows.filter(row -> !row.isNullAt(row.fieldIndex("split")));
    if (twins.isEmpty()) {
      return ofSplits;
    }
    var found = twins.get();
    return ofSplits.filter(
        row -> {
          var twin = found.value().get(row.<String>getAs("id"));
          return twin == null || twin.kept();
        });
  }

  private static void requireNames(Set<String> splits) {
    for (var name : splits) {
      if (!SPLIT_NAME.matcher(name).matches()) {
        throw new IllegalArgumentException(
            "a split's name needs letters, digits and _ only, got " + name);
      }
    }
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
