package ai.echogen.data.layouts;

import ai.echogen.data.ReduceParts;
import ai.echogen.data.Sample;
import ai.echogen.data.layouts.CorpusStatistics.Phrase;
import ai.echogen.data.shards.ShardSplit;
import ai.echogen.layout.Region;
import java.util.Comparator;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.LongAccumulator;
import scala.Tuple2;

/**
 * The phrases of a split.
 *
 * @param list the most frequent
 * @param numTooLong regions whose phrase has more than {@link PhraseList#LONGEST} letters
 */
public record PhraseCount(PhraseList list, long numTooLong) {
  private static final String TOO_LONG = ""; // no phrase is

  /**
   * Counts phrases where the rows lie.
   *
   * @param rows with {@code caption} and {@code regions}
   * @param most phrases that are kept
   * @param read counts rows
   */
  public static PhraseCount of(
      JavaSparkContext context, ShardSplit rows, int most, LongAccumulator read) {
    var all = rows.rows(context);
    var counts =
        all.flatMap(
                row -> {
                  read.add(1);
                  return Sample.layout(row).regions().stream().map(Region::phrase).iterator();
                })
            .mapToPair(
                phrase ->
                    new Tuple2<>(phrase.length() <= PhraseList.LONGEST ? phrase : TOO_LONG, 1L))
            .reduceByKey(Long::sum, ReduceParts.of(all));
    var frequent =
        counts
            .filter(count -> !count._1().equals(TOO_LONG))
            .map(count -> new Phrase(count._1(), count._2()))
            .takeOrdered(most, Comparator.naturalOrder());
    long tooLong = counts.lookup(TOO_LONG).stream().mapToLong(Long::longValue).sum();
    return new PhraseCount(
        new PhraseList(frequent.stream().map(Phrase::text).toList(), 0), tooLong);
  }
}
