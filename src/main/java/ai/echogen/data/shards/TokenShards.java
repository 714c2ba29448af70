package ai.echogen.data.shards;

import ai.echogen.layout.Layout;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import scala.collection.JavaConverters;

/** What token shards have beside sample shards. */
public final class TokenShards {
  /** What {@link #trim} does, as a finding. */
  public static final String TRIMMED =
      String.format(Locale.ROOT, "more than %d regions, the largest were kept", Layout.MAX_REGIONS);

  private TokenShards() {}

  /** The codes in a row of token shards. */
  public static int[] codes(Row row) {
    return JavaConverters.<Integer>seqAsJavaList(row.getSeq(row.fieldIndex("codes"))).stream()
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /**
   * The same for a tokenizer of known sizes.
   *
   * @param row with an {@code id}
   * @param perImage codes that an image has
   * @param codebook codes that there are
   * @throws IllegalArgumentException naming the row if its codes cannot be that tokenizer's
   */
  public static int[] codes(Row row, int perImage, int codebook) {
    int[] codes = codes(row);
    if (codes.length != perImage) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s has %d codes, an image of this tokenizer has %d: tokenize again",
              row.getAs("id"),
              codes.length,
              perImage));
    }
    for (int code : codes) {
      if (code >= codebook) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%s has the code %d, this tokenizer's are 0 to %d: tokenize again",
                row.getAs("id"),
                code,
                codebook - 1));
      }
    }
    return codes;
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
