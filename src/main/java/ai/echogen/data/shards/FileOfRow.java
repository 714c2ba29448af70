package ai.echogen.data.shards;

import org.apache.spark.sql.api.java.UDF2;

/** Finds the file of a (split, id) among files sorted by split and first id. */
final class FileOfRow implements UDF2<String, String, Integer> {
  private static final Utf8Order ORDER = new Utf8Order();

  private final String[] splits;
  private final String[] firsts;

  FileOfRow(String[] splits, String[] firsts) {
    this.splits = splits;
    this.firsts = firsts;
  }

  @Override
  public Integer call(String split, String id) {
    var low = 0;
    var high = splits.length - 1;
    while (low < high) { // the last file that begins at or before (split, id)
      var middle = (low + high + 1) >>> 1;
      var order = ORDER.compare(splits[middle], split);
      if (order < 0 || (order == 0 && ORDER.compare(firsts[middle], id) <= 0)) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }
}
