package ai.echogen.data.ingest;

import ai.echogen.data.Sample;
import ai.echogen.data.shards.Finding;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.LongAccumulator;

/**
 * A COCO data set as rows for {@link ShardStore#write}: executors join the annotations, read and
 * decode the images, and each image becomes a row, usable or not, with its findings. What belongs
 * to no image is the findings of a row without one.
 */
public final class CocoReader {
  private static final StructType SCHEMA = schema();

  private final CocoAnnotations annotations;
  private final Location folder;
  private final CocoRules rules;

  /**
   * @param folder holds the images under their {@code file_name}
   */
  public CocoReader(CocoAnnotations annotations, Location folder, CocoRules rules) {
    this.annotations = annotations;
    this.folder = folder;
    this.rules = rules;
  }

  /** How many images there are, with those that will be left out. */
  public long numImages() {
    return annotations.numImages();
  }

  /**
   * The rows.
   *
   * @param progress counts images as tasks end
   */
  public Dataset<Row> rows(SparkSession spark, LongAccumulator progress) {
    var buckets = annotations.buckets();
    var rows =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(buckets, buckets.size())
            .mapPartitions(new Task(rules, folder, annotations.categories(), progress));
    return spark.createDataFrame(rows, SCHEMA);
  }

  private static StructType schema() {
    var schema = new StructType();
    for (var field : Sample.SCHEMA.fields()) {
      schema = schema.add(field.name(), field.dataType(), true);
    }
    return schema.add(ShardStore.FINDINGS, ShardStore.FINDINGS_TYPE);
  }

  private record Task(
      CocoRules rules, Location folder, Map<String, String> categories, LongAccumulator progress)
      implements FlatMapFunction<Iterator<Location>, Row>, Serializable {
    @Override
    public Iterator<Row> call(Iterator<Location> buckets) throws IOException {
      var sampler = new CocoSampler(rules, folder);
      var bucket = CocoBucket.read(buckets.next(), categories);
      var samples = bucket.images().stream().map(image -> row(sampler, image));
      var lost = Stream.of(bucket.lost()).filter(findings -> !findings.isEmpty());
      return Stream.concat(samples, lost.map(f -> row(new CocoSampler.Result(null, f)))).iterator();
    }

    private Row row(CocoSampler sampler, CocoImage image) {
      try {
        var row = row(sampler.sample(image));
        progress.add(1);
        return row;
      } catch (IOException e) {
        throw new UncheckedIOException(folder + "/" + image.fileName + ": " + e.getMessage(), e);
      }
    }

    private static Row row(CocoSampler.Result result) {
      var values = new Object[SCHEMA.size()];
      if (result.sample() != null) {
        var sample = result.sample().toRow();
        for (var i = 0; i < sample.size(); i++) {
          values[i] = sample.get(i);
        }
      }
      values[values.length - 1] =
          result.findings().stream().map(Finding::toRow).toArray(Row[]::new);
      return RowFactory.create(values);
    }
  }
}
