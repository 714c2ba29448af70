package ai.echogen.data.augment;

import ai.echogen.data.Sample;
import ai.echogen.data.shards.FoundSample;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.storage.Location;
import java.util.Iterator;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;

/**
 * The samples of shards and their changed copies, as rows for {@link ShardStore#resume}: in
 * partitions that are the same on any number of cores.
 */
public final class AugmentRows {
  private static final int PICTURES_A_TASK = 64;

  private AugmentRows() {}

  /**
   * The rows of all splits.
   *
   * @param data sample shards
   * @param objects to paste; used unless a copy gets none
   * @param made counts rows as tasks end
   */
  public static Dataset<Row> of(
      SparkSession spark,
      Location data,
      Augmentation rules,
      ObjectBank objects,
      BackgroundBank backgrounds,
      LongAccumulator made) {
    var context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    int samplesATask = Math.max(1, PICTURES_A_TASK / (1 + rules.copies()));
    var task = new Task(rules, context.broadcast(objects), context.broadcast(backgrounds), made);
    var rows =
        ShardStore.all(data, Sample.SCHEMA.fieldNames())
            .batches(context, samplesATask)
            .flatMap(task);
    return spark.createDataFrame(rows, FoundSample.SCHEMA);
  }

  private record Task(
      Augmentation rules,
      Broadcast<ObjectBank> objects,
      Broadcast<BackgroundBank> backgrounds,
      LongAccumulator made)
      implements FlatMapFunction<Row, Row> {
    @Override
    public Iterator<Row> call(Row row) {
      var results =
          new Augmenter(rules, objects.value(), backgrounds.value()).results(Sample.of(row));
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return results.hasNext();
        }

        @Override
        public Row next() {
          made.add(1);
          return results.next().toRow();
        }
      };
    }
  }
}
