package ai.echogen.data.ingest;

import ai.echogen.data.Sample;
import ai.echogen.data.shards.Dropped;
import ai.echogen.data.shards.Finding;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.LongAccumulator;

/**
 * A COCO data set as rows for {@link ShardStore#write}: executors read and decode the images, and
 * each image becomes a row, usable or not, with its findings.
 */
public final class CocoReader {
  /** Few enough for progress to move, many enough for a task to be worth its start. */
  private static final int IMAGES_PER_TASK = 256;

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

  /** What belongs to no image and is in no row: the rest is in the rows' findings. */
  public List<Dropped> dropped() {
    return annotations.dropped();
  }

  /** How many rows there will be, with those that are left out. */
  public int numImages() {
    return annotations.images().size();
  }

  /**
   * The rows.
   *
   * @param progress counts images as tasks end
   */
  public Dataset<Row> rows(SparkSession spark, LongAccumulator progress) {
    var images = annotations.images();
    var context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    var tasks =
        Math.max(
            Math.min(context.defaultParallelism(), images.size()), images.size() / IMAGES_PER_TASK);
    var rows =
        context
            .parallelize(images, Math.max(1, tasks))
            .mapPartitions(new Task(rules, folder, progress));
    return spark.createDataFrame(rows, SCHEMA);
  }

  private static StructType schema() {
    var schema = new StructType();
    for (var field : Sample.SCHEMA.fields()) {
      schema = schema.add(field.name(), field.dataType(), true);
    }
    return schema.add(ShardStore.FINDINGS, ShardStore.FINDINGS_TYPE);
  }

  private record Task(CocoRules rules, Location folder, LongAccumulator progress)
      implements FlatMapFunction<Iterator<CocoImage>, Row>, Serializable {
    @Override
    public Iterator<Row> call(Iterator<CocoImage> images) {
      var sampler = new CocoSampler(rules, folder);
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return images.hasNext();
        }

        @Override
        public Row next() {
          var image = images.next();
          try {
            var row = row(sampler.sample(image));
            progress.add(1);
            return row;
          } catch (IOException e) {
            throw new UncheckedIOException(
                folder + "/" + image.fileName + ": " + e.getMessage(), e);
          }
        }
      };
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
