package ai.echogen.data.shards;

import ai.echogen.layout.Layout;
import ai.echogen.storage.Location;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import scala.collection.JavaConverters;

/** What token shards have beside sample shards. */
public final class TokenShards {
  /** What {@link #trim} does, as a finding. */
  public static final String TRIMMED =
      "more than %d regions, the largest were kept".formatted(Layout.MAX_REGIONS);

  private TokenShards() {}

  /**
   * The fingerprint of the tokenizer that made a split's codes.
   *
   * @throws IllegalArgumentException if the shards hold no codes, or codes of several tokenizers
   */
  public static String tokenizer(SparkSession spark, Location dir, String split) {
    var found =
        ShardStore.split(dir, split, "tokenizer")
            .rows(JavaSparkContext.fromSparkContext(spark.sparkContext()))
            .map(row -> row.getString(0))
            .distinct()
            .take(2);
    if (found.size() > 1) {
      throw new IllegalArgumentException(
          "%s: codes of two tokenizers, %s and %s".formatted(dir, found.get(0), found.get(1)));
    }
    return found.get(0);
  }

  /** The codes in a row of token shards. */
  public static int[] codes(Row row) {
    return JavaConverters.<Integer>seqAsJavaList(row.getSeq(row.fieldIndex("codes"))).stream()
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** The layout, with its largest regions only if it has more than the grammar allows. */
  public static Layout trim(Layout layout) {
    if (layout.regions().size() <= Layout.MAX_REGIONS) {
      return layout;
    }
    var regions = layout.regions();
    var largest =
        IntStream.range(0, regions.size())
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> -regions.get(i).box().area()))
            .limit(Layout.MAX_REGIONS)
            .sorted()
            .map(regions::get)
            .toList();
    return new Layout(layout.caption(), largest);
  }
}
