package ai.echogen.data.shards;

import ai.echogen.data.Sample;
import ai.echogen.layout.Layout;
import ai.echogen.storage.Location;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import scala.collection.JavaConverters;

/** A split of token shards in memory: layouts and codes, in the order of the ids. */
public record TokenShards(List<Entry> entries, String tokenizer, int numTrimmed) {
  /** What {@link #trim} does, as a finding. */
  public static final String TRIMMED =
      "more than %d regions, the largest were kept".formatted(Layout.MAX_REGIONS);

  /** One image's layout and codes. */
  public record Entry(String id, Layout layout, int[] codes) {}

  /**
   * Reads a split. Layouts longer than the grammar allows keep their largest regions, and are
   * counted.
   *
   * @param limit at most so many, the first by id
   * @throws IllegalArgumentException if the shards hold no codes, or codes of several tokenizers
   */
  public static TokenShards read(Location dir, String split, Optional<Integer> limit) {
    var shards = ShardStore.split(dir, split, "id", "caption", "regions", "codes", "tokenizer");
    var entries = new ArrayList<Entry>();
    var tokenizer = "";
    int trimmed = 0;
    for (var row : shards.head(limit.map(Integer::longValue).orElse(Long.MAX_VALUE)).read()) {
      var layout = Sample.layout(row);
      if (layout.regions().size() > Layout.MAX_REGIONS) {
        layout = trim(layout);
        trimmed++;
      }
      var madeBy = row.<String>getAs("tokenizer");
      if (!tokenizer.isEmpty() && !tokenizer.equals(madeBy)) {
        throw new IllegalArgumentException(
            "%s: codes of two tokenizers, %s and %s".formatted(dir, tokenizer, madeBy));
      }
      tokenizer = madeBy;
      entries.add(new Entry(row.getAs("id"), layout, codes(row)));
    }
    return new TokenShards(entries, tokenizer, trimmed);
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
