package ai.echogen.data.shards;

import java.io.Serializable;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * Something that is wrong with a row or a part of it: an element of {@link ShardStore#FINDINGS}.
 *
 * @param reason a fixed phrase to count by, such as {@code image file missing}
 * @param what the one it happened to, by name; empty where it happens to most and is counted only
 * @param kept whether it was kept, with a change
 */
public record Finding(String reason, String what, boolean kept) implements Serializable {
  public static Finding dropped(String reason, String what) {
    return new Finding(reason, what, false);
  }

  public static Finding adjusted(String reason, String what) {
    return new Finding(reason, what, true);
  }

  /** This finding as a row of {@link ShardStore#FINDINGS_TYPE}'s element. */
  public Row toRow() {
    return RowFactory.create(reason, what, kept);
  }
}
