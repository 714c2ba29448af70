package ai.echogen.data.shards;

import ai.echogen.storage.Location;
import ai.echogen.storage.StagedDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Shard directories: samples as Parquet on any Hadoop file system.
 *
 * <pre>
 * DIR/data/{split}-00000-of-0000N.parquet   rows sorted by id, zstd
 * DIR/manifest.json                         see {@link Manifest}
 * DIR/README.md                             Hugging Face dataset card
 * DIR/left-out.parquet                      what rows lost, if they did: reason and what, as texts
 * </pre>
 *
 * Which rows are in which file, their order and the files' bytes depend on the rows alone, not on
 * how many cores wrote them. A directory appears whole or not at all.
 */
public final class ShardStore {
  /**
   * An optional column of the rows given to {@link #write}, {@code array<struct<reason string, what
   * string, kept boolean>>}: what went wrong with this row or a part of it, and whether it was kept
   * all the same. It ends up in the manifest's counts and in {@link #LEFT_OUT}, not in the data.
   */
  public static final String FINDINGS = "findings";

  /**
   * The file of a shard directory with all {@link #FINDINGS} of what was left out: a row each of
   * {@code reason string, what string}, by reason and then by what. It is no data.
   */
  public static final String LEFT_OUT = "left-out.parquet";

  /** The type of {@link #FINDINGS}. */
  public static final DataType FINDINGS_TYPE =
      DataTypes.createArrayType(
          new StructType()
              .add("reason", DataTypes.StringType)
              .add("what", DataTypes.StringType)
              .add("kept", DataTypes.BooleanType));

  /**
   * Has Spark read Parquet files as they are named, brackets, braces, asterisks and question marks
   * too, and every one of them or none, with the checksums of their pages: its settings may tell it
   * to pass over what is damaged.
   */
  public static final Map<String, String> WHOLE =
      Map.of(
          "__globPaths__", "false",
          "ignoreCorruptFiles", "false",
          "ignoreMissingFiles", "false",
          "parquet.page.verify-checksum.enabled", "true");

  private ShardStore() {}

  /** Writes with {@link FileSize#DEFAULT}. */
  public static Manifest write(Dataset<Row> rows, Location dir, Provenance provenance) {
    return write(rows, dir, provenance, FileSize.DEFAULT);
  }

  /**
   * Writes a shard directory. The rows are computed once.
   *
   * @param rows columns {@code id string} (unique) and {@code split string} at least; a row whose
   *     split is null is left out and must say why in {@link #FINDINGS}
   * @param dir must not exist, or be empty
   */
  public static Manifest write(
      Dataset<Row> rows, Location dir, Provenance provenance, FileSize size) {
    try (var staged = new StagedDirectory(dir)) {
      return new ShardWriter(rows.sparkSession(), provenance, size, null).write(rows, staged);
    } catch (IOException e) {
      throw new UncheckedIOException(dir + ": could not write shards: " + e.getMessage(), e);
    }
  }

  /**
   * Writes into a directory that was begun already, or will be gone on with if this run is killed:
   * partitions and files that are finished are not made again.
   *
   * @param rows of the same partitions, in the same order, as in the run that began it, which may
   *     have had other cores
   */
  public static Manifest resume(Dataset<Row> rows, StagedDirectory staged, Provenance provenance) {
    return resumeWith(rows, staged, provenance, null);
  }

  /**
   * The same of rows with images, which are compared.
   *
   * @param duplicates what becomes of those that are there more than once
   */
  public static Manifest resume(
      Dataset<Row> rows, StagedDirectory staged, Provenance provenance, Duplicates duplicates) {
    return resumeWith(rows, staged, provenance, duplicates);
  }

  private static Manifest resumeWith(
      Dataset<Row> rows,
      StagedDirectory staged,
      Provenance provenance,
      @Nullable Duplicates duplicates) {
    try {
      return new ShardWriter(rows.sparkSession(), provenance, FileSize.DEFAULT, duplicates)
          .write(rows, staged);
    } catch (IOException e) {
      throw new UncheckedIOException("could not write shards: " + e.getMessage(), e);
    }
  }

  /**
   * The rows of a split, in the order of their ids: {@code limit(n)} and {@code collect()} give the
   * same rows whatever the number of cores. Sizes of files are checked, digests are not ({@link
   * #verify}).
   *
   * @param columns that are read; all of them if none is named
   */
  public static Dataset<Row> read(
      SparkSession spark, Location dir, String split, String... columns) {
    return rows(spark, split(dir, split, columns));
  }

  /** The rows of all splits: the splits in the order of their names, then by id. */
  public static Dataset<Row> read(SparkSession spark, Location dir) {
    return rows(spark, all(dir));
  }

  private static Dataset<Row> rows(SparkSession spark, ShardSplit split) {
    var context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    return spark.createDataFrame(split.rows(context), split.columns());
  }

  /** A split's rows, to read parts of them; checked as by {@code read}. */
  public static ShardSplit split(Location dir, String split, String... columns) {
    var manifest = manifest(dir);
    var files = manifest.files(split);
    if (files.isEmpty()) {
      throw new IllegalArgumentException(
          "%s: no split %s; it has %s".formatted(dir, split, manifest.rows().keySet()));
    }
    return split(dir, manifest, files, columns);
  }

  /** The rows of all splits, as {@link #read(SparkSession, Location)} has them. */
  public static ShardSplit all(Location dir, String... columns) {
    return all(dir, manifest(dir), columns);
  }

  /** The same of a directory whose manifest was read before. */
  public static ShardSplit all(Location dir, Manifest manifest, String... columns) {
    return split(dir, manifest, manifest.files(), columns);
  }

  private static ShardSplit split(
      Location dir, Manifest manifest, List<ShardFile> files, String... columns) {
    requireWhole(dir, files);
    if (columns.length == 0 && !files.isEmpty()) {
      requireColumns(dir, files.get(0), manifest.schema());
    }
    return ShardSplit.of(dir, files, columns(dir, manifest.schema(), columns));
  }

  /** Whoever reads all columns reads those that the manifest names, so it must name all. */
  private static void requireColumns(Location dir, ShardFile file, StructType all) {
    try {
      var place = dir.child(file.name());
      var found = ParquetRows.columns(place.path(), dir.files().getConf());
      if (!found.equals(List.of(all.fieldNames()))) {
        throw new IllegalArgumentException(
            "%s: columns are %s, those of %s are %s; the manifest is damaged: make the directory again"
                .formatted(
                    dir.child(Manifest.NAME),
                    String.join(", ", all.fieldNames()),
                    file.name(),
                    String.join(", ", found)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(dir + "/" + file.name() + ": " + e.getMessage(), e);
    }
  }

  private static StructType columns(Location dir, StructType all, String... names) {
    if (names.length == 0) {
      return all;
    }
    var has = List.of(all.fieldNames());
    var columns = new StructType();
    for (var name : names) {
      if (!has.contains(name)) {
        throw new IllegalArgumentException(
            name.equals("codes")
                ? "%s holds images but no codes: run ./echogen tokenize data=%s first"
                    .formatted(dir, dir)
                : "%s: its rows have no %s, only %s".formatted(dir, name, String.join(", ", has)));
      }
      columns = columns.add(all.apply(name));
    }
    return columns;
  }

  /** The manifest of a shard directory; needs no session. */
  public static Manifest manifest(Location dir) {
    try {
      return Manifest.read(dir);
    } catch (IOException e) {
      throw new UncheckedIOException(dir + ": " + e.getMessage(), e);
    }
  }

  /** Reads every byte and compares digests; all damaged files are named in one error. */
  public static Manifest verify(SparkSession spark, Location dir) {
    var manifest = manifest(dir);
    requireWhole(dir, manifest.files());
    var problems = FileDigests.mismatches(spark, dir, manifest.files());
    if (!problems.isEmpty()) {
      throw damaged(dir, problems);
    }
    return manifest;
  }

  private static void requireWhole(Location dir, List<ShardFile> expected) {
    List<String> problems = new ArrayList<>();
    try {
      var sizes = sizes(dir.child(ShardWriter.DATA));
      for (var file : expected) {
        var size = sizes.get(file.name());
        if (size == null) {
          problems.add(file.name() + " is missing");
        } else if (size != file.bytes()) {
          problems.add(
              String.format(
                  Locale.ROOT, "%s has %d bytes, not %d", file.name(), size, file.bytes()));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(dir + ": " + e.getMessage(), e);
    }
    if (!problems.isEmpty()) {
      throw damaged(dir, problems);
    }
  }

  private static Map<String, Long> sizes(Location data) throws IOException {
    Map<String, Long> sizes = new HashMap<>();
    for (var status : data.list()) {
      sizes.put(ShardWriter.DATA + "/" + status.getPath().getName(), status.getLen());
    }
    return sizes;
  }

  private static IllegalArgumentException damaged(Location dir, List<String> problems) {
    return new IllegalArgumentException(
        "%s: %s; copy it again or make it again".formatted(dir, String.join("; ", problems)));
  }
}
