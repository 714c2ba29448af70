package ai.echogen.data;

import org.apache.spark.api.java.JavaRDD;

/**
 * Into how many parts counts of many rows are reduced.
 *
 * <p>Spark's own answer is as many as the rows have, which for shards is their files: hundreds of
 * tasks for a few words.
 */
public final class ReduceParts {
  private static final int TASKS_A_PART = 50; // as a shuffle sees far less than the rows

  private ReduceParts() {}

  /** As many as can be worked on at once; more only for very many rows. */
  public static int of(JavaRDD<?> rows) {
    return Math.max(rows.context().defaultParallelism(), rows.getNumPartitions() / TASKS_A_PART);
  }
}
