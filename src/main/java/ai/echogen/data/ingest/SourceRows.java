package ai.echogen.data.ingest;

import ai.echogen.data.Sample;
import ai.echogen.data.shards.Finding;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Iterator;
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
 * A data set as rows for {@link ShardStore#write}: executors read the annotations, read and decode
 * the images, and each image becomes a row, usable or not, with its findings. What belongs to no
 * image is the findings of a row without one.
 */
public final class SourceRows {
  private static final StructType SCHEMA = schema();

  private final Annotations annotations;
  private final Location folder;
  private final IngestRules rules;

  /**
   * @param folder holds the images under the names that the annotations have
   */
  public SourceRows(Annotations annotations, Location folder, IngestRules rules) {
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
    var pieces = annotations.pieces();
    var rows =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(pieces, pieces.size())
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

  private record Task(IngestRules rules, Location folder, LongAccumulator progress)
      implements FlatMapFunction<Iterator<Annotations.Piece>, Row>, Serializable {
    @Override
    public Iterator<Row> call(Iterator<Annotations.Piece> pieces) throws IOException {
      var sampler = new Sampler(rules, folder);
      var piece = pieces.next().read();
      var samples = piece.images().stream().map(image -> row(sampler, image));
      var lost = Stream.of(piece.lost()).filter(findings -> !findings.isEmpty());
      return Stream.concat(samples, lost.map(f -> row(new Sampler.Result(null, f)))).iterator();
    }

    private Row row(Sampler sampler, SourceImage image) {
      try {
        var row = row(sampler.sample(image));
        progress.add(1);
        return row;
      } catch (IOException e) {
        throw new UncheckedIOException(folder + "/" + image.fileName + ": " + e.getMessage(), e);
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
