package ai.echogen.data.ingest;

import ai.echogen.data.Sample;
import ai.echogen.data.shards.Finding;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.TaskCompletionListener;
import org.jspecify.annotations.Nullable;

/**
 * A data set as rows for {@link ShardStore#write}: executors read the annotations, read and decode
 * the images, and each image becomes a row, usable or not, with its findings. What belongs to no
 * image is the findings of a row without one.
 */
public final class SourceRows {
  private static final StructType SCHEMA = schema();

  private final Annotations annotations;
  private final @Nullable Location folder;
  private final IngestRules rules;

  /**
   * @param folder holds the images under the names that the annotations have; none if these hold
   *     the images themselves
   */
  public SourceRows(Annotations annotations, @Nullable Location folder, IngestRules rules) {
    this.annotations = annotations;
    this.folder = folder;
    this.rules = rules;
  }

  /**
   * The rows.
   *
   * @param progress counts images as tasks end
   */
  public Dataset<Row> rows(SparkSession spark, LongAccumulator progress) {
    var pieces = annotations.pieces();
    var rows =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(pieces, pieces.size())
            .mapPartitions(new Task(rules, folder, progress));
    return spark.createDataFrame(rows, SCHEMA);
  }

  /** Rows of sample shards in the same form. */
  public static Dataset<Row> withoutFindings(Dataset<Row> samples) {
    return samples.withColumn(
        ShardStore.FINDINGS, functions.lit(null).cast(ShardStore.FINDINGS_TYPE));
  }

  private static StructType schema() {
    var schema = new StructType();
    for (var field : Sample.SCHEMA.fields()) {
      schema = schema.add(field.name(), field.dataType(), true);
    }
    return schema.add(ShardStore.FINDINGS, ShardStore.FINDINGS_TYPE);
  }

  private record Task(IngestRules rules, @Nullable Location folder, LongAccumulator progress)
      implements FlatMapFunction<Iterator<Annotations.Piece>, Row>, Serializable {
    @Override
    public Iterator<Row> call(Iterator<Annotations.Piece> pieces) throws IOException {
      return new Rows(pieces.next().read(), new Sampler(rules, folder), progress);
    }
  }

  /** A row an image, read when it is asked for, and at the end one of what belongs to none. */
  private static final class Rows implements Iterator<Row> {
    private final Reading reading;
    private final Sampler sampler;
    private final LongAccumulator progress;
    private Optional<Row> next = Optional.empty();
    private boolean isAtEnd;

    Rows(Reading reading, Sampler sampler, LongAccumulator progress) {
      this.reading = reading;
      this.sampler = sampler;
      this.progress = progress;
      var task = TaskContext.get();
      if (task != null) {
        task.addTaskCompletionListener((TaskCompletionListener) done -> close());
      }
    }

    @Override
    public boolean hasNext() {
      if (next.isEmpty() && !isAtEnd) {
        next = read();
      }
      return next.isPresent();
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      var row = next.orElseThrow();
      next = Optional.empty();
      return row;
    }

    private Optional<Row> read() {
      var name = "annotations";
      try {
        var image = reading.next();
        if (image != null) {
          name = image.name();
          var row = row(sampler.sample(image));
          progress.add(1);
          return Optional.of(row);
        }
        isAtEnd = true;
        var lost = reading.lost();
        return lost.isEmpty() ? Optional.empty() : Optional.of(row(new Sampler.Result(null, lost)));
      } catch (IOException e) {
        throw new UncheckedIOException(name + ": " + e.getMessage(), e);
      }
    }

    private void close() {
      try {
        reading.close();
      } catch (IOException e) {
        throw new UncheckedIOException("annotations: " + e.getMessage(), e);
      }
    }

    private static Row row(Sampler.Result result) {
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
