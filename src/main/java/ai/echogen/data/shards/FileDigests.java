package ai.echogen.data.shards;

import ai.echogen.storage.Location;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
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

  /** The contents of {@code files}, in their order. */
  static List<Content> of(SparkSession spark, List<Location> files) {
    var settings = new SerializableConfiguration(spark.sparkContext().hadoopConfiguration());
    return JavaSparkContext.fromSparkContext(spark.sparkContext())
        .parallelize(files, files.size())
        .map(file -> content(file, settings.value()))
        .collect();
  }

  /** One line for each file whose bytes are not those of its digest. */
  static List<String> mismatches(SparkSession spark, Location dir, List<ShardFile> files) {
    var places = files.stream().map(file -> dir.child(file.name())).toList();
    var digests =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(places, places.size())
            .map(Location::sha256)
            .collect();
    return IntStream.range(0, files.size())
        .filter(i -> !files.get(i).sha256().equals(digests.get(i)))
        .mapToObj(
            i ->
                "%s has SHA-256 %s, not %s"
                    .formatted(files.get(i).name(), digests.get(i), files.get(i).sha256()))
        .toList();
  }

  private static Content content(Location file, Configuration settings) throws IOException {
    var bytes = file.status().getLen();
    try (var reader = ParquetFileReader.open(HadoopInputFile.fromPath(file.path(), settings))) {
      return new Content(bytes, file.sha256(), reader.getRecordCount());
    }
  }
}
