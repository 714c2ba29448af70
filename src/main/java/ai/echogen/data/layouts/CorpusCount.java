package ai.echogen.data.layouts;

import ai.echogen.data.ReduceParts;
import ai.echogen.data.Sample;
import ai.echogen.data.layouts.CorpusStatistics.Category;
import ai.echogen.data.layouts.CorpusStatistics.Origin;
import ai.echogen.data.layouts.CorpusStatistics.Pair;
import ai.echogen.data.layouts.CorpusStatistics.Phrase;
import ai.echogen.data.shards.ShardSplit;
import ai.echogen.data.shards.TokenShards;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import scala.Tuple2;

/**
 * Counts {@link CorpusStatistics} where the rows lie, the same however they are divided among
 * tasks: executors add whole numbers, and texts by a shuffle. The driver holds no more than what is
 * kept.
 *
 * @param categories most that are kept, the most frequent
 * @param pairs most pairs of these that are kept, the most frequent
 * @param minPairs least times that a pair comes together to be kept
 */
public record CorpusCount(int categories, int pairs, int minPairs) implements Serializable {
  /** How often the rows are read. */
  public static final int PASSES = 5;

  private static final int PARTS_A_CORE = 4; // each sends sums of all that is kept

  /** Counts a split, whose layouts have their ten largest regions. */
  public CorpusStatistics count(
      JavaSparkContext context, ShardSplit rows, Origin origin, LongAccumulator read) {
    var layouts =
        rows.rows(context)
            .coalesce(PARTS_A_CORE * context.defaultParallelism())
            .map(
                row -> {
                  read.add(1);
                  return TokenShards.trim(Sample.layout(row));
                });
    var totals = totals(layouts);
    var names = names(layouts);
    var places = new HashMap<String, Integer>();
    names.forEach(name -> places.put(name._1(), places.size()));
    var together = together(layouts, context.broadcast(places));
    var pairPlaces = new HashMap<Long, Integer>();
    together.forEach(pair -> pairPlaces.put(pair._1(), pairPlaces.size()));
    var kept = context.broadcast(new KeptKinds(places, pairPlaces));
    var moments = KeptKinds.moments(layouts, kept);
    var phrases = KeptKinds.phrases(layouts, kept);
    return new CorpusStatistics(
        origin,
        rows.size(),
        LongStream.of(totals.perImage).boxed().toList(),
        totals.longTexts,
        totals.boxes.spread(),
        categories(names, moments, phrases),
        pairs(together, names.size(), moments));
  }

  /** A region's category, or its phrase where it has none. */
  static String name(Region region) {
    return region.category().isBlank() ? region.phrase() : region.category();
  }

  static boolean isShort(String text) {
    return text.length() <= PhraseList.LONGEST;
  }

  private static final class Totals implements Serializable {
    private static final long serialVersionUID = 1;

    private final long[] perImage = new long[Layout.MAX_REGIONS + 1];
    private final Moments boxes = new Moments(BoxVector.SIZE);
    private long longTexts;

    private void add(Layout layout) {
      perImage[layout.regions().size()]++;
      for (var region : layout.regions()) {
        boxes.add(BoxVector.of(region.box()));
        longTexts += isShort(name(region)) ? 0 : 1;
      }
    }

    private Totals merge(Totals other) {
      for (int i = 0; i < perImage.length; i++) {
        perImage[i] += other.perImage[i];
      }
      var unused = boxes.merge(other.boxes);
      longTexts += other.longTexts;
      return this;
    }
  }

  private static Totals totals(JavaRDD<Layout> layouts) {
    return layouts
        .mapPartitions(
            part -> {
              var totals = new Totals();
              part.forEachRemaining(totals::add);
              return List.of(totals).iterator();
            })
        .reduce(Totals::merge);
  }

  /** How often something is there, and what it weighs: its company, or that of a pair. */
  private record Tally(long count, long weight) implements Serializable {
    private Tally plus(Tally other) {
      return new Tally(count + other.count, Math.addExact(weight, other.weight));
    }
  }

  /** Frequent ones first. */
  private static final class MostFrequent<K extends Comparable<K>>
      implements Comparator<Tuple2<K, Tally>>, Serializable {
    private static final long serialVersionUID = 1;

    @Override
    public int compare(Tuple2<K, Tally> a, Tuple2<K, Tally> b) {
      int byCount = Long.compare(b._2().count(), a._2().count());
      return byCount != 0 ? byCount : a._1().compareTo(b._1());
    }
  }

  private List<Tuple2<String, Tally>> names(JavaRDD<Layout> layouts) {
    return layouts
        .flatMapToPair(
            layout -> {
              int inCompany = layout.regions().size() > 1 ? 1 : 0;
              return layout.regions().stream()
                  .map(CorpusCount::name)
                  .filter(CorpusCount::isShort)
                  .map(name -> new Tuple2<>(name, new Tally(1, inCompany)))
                  .iterator();
            })
        .reduceByKey(Tally::plus, ReduceParts.of(layouts))
        .takeOrdered(categories, new MostFrequent<String>());
  }

  private List<Tuple2<Long, Tally>> together(
      JavaRDD<Layout> layouts, Broadcast<HashMap<String, Integer>> places) {
    int least = minPairs;
    return layouts
        .flatMapToPair(layout -> pairs(layout, places.value()))
        .reduceByKey(Tally::plus, ReduceParts.of(layouts))
        .filter(pair -> pair._2().count() >= least)
        .takeOrdered(pairs, new MostFrequent<Long>());
  }

  private static Iterator<Tuple2<Long, Tally>> pairs(Layout layout, Map<String, Integer> places) {
    var found = new ArrayList<Tuple2<Long, Tally>>();
    var regions = layout.regions();
    for (int i = 0; i < regions.size(); i++) {
      int a = places.getOrDefault(name(regions.get(i)), -1);
      for (int j = i + 1; a >= 0 && j < regions.size(); j++) {
        int b = places.getOrDefault(name(regions.get(j)), -1);
        if (b >= 0) {
          int share = CorpusStatistics.COMPANY / (regions.size() - 1);
          found.add(
              new Tuple2<>(KeptKinds.pairKey(a, b), new Tally(1, a == b ? 2 * share : share)));
        }
      }
    }
    return found.iterator();
  }

  private static List<Category> categories(
      List<Tuple2<String, Tally>> names,
      Map<Integer, Moments> moments,
      Map<Integer, List<Phrase>> phrases) {
    var categories = new ArrayList<Category>();
    for (int place = 0; place < names.size(); place++) {
      var name = names.get(place);
      categories.add(
          new Category(
              name._1(),
              name._2().count(),
              name._2().weight(),
              phrases.getOrDefault(place, List.of()),
              spread(moments, place, BoxVector.SIZE)));
    }
    return categories;
  }

  private static List<Pair> pairs(
      List<Tuple2<Long, Tally>> together, int before, Map<Integer, Moments> moments) {
    var pairs = new ArrayList<Pair>();
    for (int place = 0; place < together.size(); place++) {
      var pair = together.get(place);
      pairs.add(
          new Pair(
              (int) (pair._1() >> Integer.SIZE),
              pair._1().intValue(),
              pair._2().weight(),
              spread(moments, before + place, 2 * BoxVector.SIZE)));
    }
    return pairs;
  }

  private static Spread spread(Map<Integer, Moments> moments, int place, int size) {
    return moments.getOrDefault(place, new Moments(size)).spread();
  }
}
