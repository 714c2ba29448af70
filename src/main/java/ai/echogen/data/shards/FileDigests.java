package ai.echogen.data.shards;

import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/** SHA-256 of data files, computed where the executors are. */
final class FileDigests {
  /** What is in a written file; {@code rows} is what its Parquet footer says. */
  record Content(long bytes, String sha256, long rows) implements java.io.Serializable {}

  private FileDigests() {}

  /** The contents of {@code paths}, in their order. */
  static List<Content> of(SparkSession spark, List<Path> paths) {
    var settings = new SerializableConfiguration(spark.sparkContext().hadoopConfiguration());
    return JavaSparkContext.fromSparkContext(spark.sparkContext())
        .parallelize(paths.stream().map(Path::toString).toList(), paths.size())
        .map(path -> content(new Path(path), settings.value()))
        .collect();
  }

  /** One line for each file whose bytes are not those of its digest. */
  static List<String> mismatches(SparkSession spark, String dir, List<ShardFile> files) {
    var settings = new SerializableConfiguration(spark.sparkContext().hadoopConfiguration());
    var paths = files.stream().map(f -> new Path(dir, f.name()).toString()).toList();
    var digests =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(paths, paths.size())
            .map(path -> digestOrDamage(new Path(path), settings.value()))
            .collect();
    return IntStream.range(0, files.size())
        .filter(i -> !files.get(i).sha256().equals(digests.get(i)))
        .mapToObj(
            i ->
                "%s has SHA-256 %s, not %s"
                    .formatted(files.get(i).name(), digests.get(i), files.get(i).sha256()))
        .toList();
  }

  private static Content content(Path path, Configuration settings) throws IOException {
    var bytes = path.getFileSystem(settings).getFileStatus(path).getLen();
    try (var reader = ParquetFileReader.open(HadoopInputFile.fromPath(path, settings))) {
      return new Content(bytes, sha256(path, settings), reader.getRecordCount());
    }
  }

  private static String digestOrDamage(Path path, Configuration settings) throws IOException {
    try {
      return sha256(path, settings);
    } catch (ChecksumException e) { // a local file system keeps its own sums beside the file
      return "none (unreadable: " + e.getMessage() + ")";
    }
  }

  private static String sha256(Path path, Configuration settings) throws IOException {
    try (var in =
        new DigestInputStream(
            path.getFileSystem(settings).open(path), MessageDigest.getInstance("SHA-256"))) {
      drain(in);
      return HexFormat.of().formatHex(in.getMessageDigest().digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static void drain(InputStream in) throws IOException {
    var buffer = new byte[1 << 16];
    while (in.read(buffer) >= 0) {}
  }
}
