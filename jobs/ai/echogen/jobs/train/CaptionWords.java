package ai.echogen.jobs.train;

import ai.echogen.data.ReduceParts;
import ai.echogen.data.Sample;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.data.shards.TokenShards;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import ai.echogen.storage.Location;
import ai.echogen.tokens.LocationCodec;
import ai.echogen.tokens.WordVocabulary;
import java.io.Serializable;
import java.util.Comparator;
import java.util.HashMap;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;

/** The vocabulary of a training split's captions and phrases, counted where they lie. */
final class CaptionWords {
  private CaptionWords() {}

  /** The most frequent words: the driver holds no others. */
  static WordVocabulary count(
      SparkSession spark, Location data, int maxWords, LocationCodec locations) {
    var rows =
        ShardStore.split(data, "train", "caption", "regions")
            .rows(JavaSparkContext.fromSparkContext(spark.sparkContext()));
    var counts =
        rows.flatMap(row -> texts(TokenShards.trim(Sample.layout(row))).iterator())
            .flatMap(text -> WordVocabulary.split(text).iterator())
            .mapToPair(word -> new Tuple2<>(word, 1L))
            .reduceByKey(Long::sum, ReduceParts.of(rows));
    var most = new HashMap<String, Long>();
    for (var word : counts.takeOrdered(maxWords, new MostFrequent())) {
      most.put(word._1(), word._2());
    }
    return WordVocabulary.ofCounts(most, maxWords, locations);
  }

  private static Stream<String> texts(Layout layout) {
    return Stream.concat(
        Stream.of(layout.caption()), layout.regions().stream().map(Region::phrase));
  }

  /** The order in which a vocabulary takes words. */
  private static final class MostFrequent
      implements Comparator<Tuple2<String, Long>>, Serializable {
    private static final long serialVersionUID = 1;

    @Override
    public int compare(Tuple2<String, Long> a, Tuple2<String, Long> b) {
      int byCount = Long.compare(b._2(), a._2());
      return byCount != 0 ? byCount : a._1().compareTo(b._1());
    }
  }
}
