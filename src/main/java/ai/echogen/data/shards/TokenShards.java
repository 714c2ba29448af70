package ai.echogen.data.shards;

import ai.echogen.layout.Layout;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import scala.collection.JavaConverters;

/** What token shards have beside sample shards. */
public final class TokenShards {
  /** What {@link #trim} does, as a finding. */
  public static final String TRIMMED =
      "more than %d regions, the largest were kept".formatted(Layout.MAX_REGIONS);

  private TokenShards() {}

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
