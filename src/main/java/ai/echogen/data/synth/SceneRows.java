package ai.echogen.data.synth;

import ai.echogen.config.Check;
import ai.echogen.data.RowRange;
import ai.echogen.data.Sample;
import ai.echogen.data.shards.ShardStore;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;

/**
 * So many scenes of each split of a source, as rows for {@link ShardStore#write}.
 *
 * @param train scenes to train on
 * @param heldOut scenes of each held-out split
 */
public record SceneRows(SceneSource source, long train, long heldOut) implements Serializable {
  /** Ids have eight digits, so that they sort as numbers do. */
  public static final long MAX_SCENES = 100_000_000;

  /** Few enough for many cores and for progress to move, many enough to be worth a start. */
  private static final int SCENES_PER_TASK = 64;

  public SceneRows {
    new Check()
        .that("train", train >= 1 && train <= MAX_SCENES, "must be 1 to 1e8, got " + train)
        .that("heldOut", heldOut >= 0 && heldOut <= MAX_SCENES, "must be 0 to 1e8, got " + heldOut)
        .orThrow();
  }

  /** Rows of each split, train first. */
  public Map<SceneSplit, Long> counts() {
    Map<SceneSplit, Long> counts = new LinkedHashMap<>();
    for (var split : source.splits()) {
      counts.put(split, split.heldOut() ? heldOut : train);
    }
    return counts;
  }

  /** Rows of all splits. */
  public long total() {
    return counts().values().stream().mapToLong(Long::longValue).sum();
  }

  /**
   * The rows, in partitions that depend on their number alone: what some of them have made is there
   * for a run on other cores.
   *
   * @param progress counts scenes as tasks end
   */
  public Dataset<Row> rows(SparkSession spark, LongAccumulator progress) {
    int tasks = RowRange.tasks(total(), SCENES_PER_TASK).size();
    var rows =
        spark
            .range(0, total(), 1, tasks)
            .javaRDD()
            .map(
                number -> {
                  var row = sample(number).toRow();
                  progress.add(1);
                  return row;
                });
    return spark.createDataFrame(rows, Sample.SCHEMA);
  }

  /** The sample at a place among all splits, one after the other. */
  private Sample sample(long number) {
    var index = number;
    for (var split : counts().entrySet()) {
      if (index < split.getValue()) {
        return source.sample(split.getKey(), index);
      }
      index -= split.getValue();
    }
    throw new IllegalStateException(String.format(Locale.ROOT, "scene %d of %d", number, total()));
  }
}
