package ai.echogen.data.layouts;

import ai.echogen.data.ReduceParts;
import ai.echogen.data.layouts.CorpusStatistics.Phrase;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import scala.Tuple2;

/**
 * The categories and pairs that are kept of a corpus, and what is counted of them alone.
 *
 * @param categories places by name
 * @param pairs places by {@link #pairKey}
 */
record KeptKinds(HashMap<String, Integer> categories, HashMap<Long, Integer> pairs)
    implements Serializable {
  /** Most phrases of a category that are kept, the most frequent. */
  static final int MOST_PHRASES = 20;

  /** Names a pair of places, whichever comes first. */
  static long pairKey(int a, int b) {
    return (long) Math.min(a, b) << Integer.SIZE | Math.max(a, b);
  }

  /** The place of a region's category; -1 where it is not kept. */
  private int place(Region region) {
    return categories.getOrDefault(CorpusCount.name(region), -1);
  }

  /** By the place of a category, and of a pair behind all categories. */
  static Map<Integer, Moments> moments(JavaRDD<Layout> layouts, Broadcast<KeptKinds> kept) {
    return layouts
        .mapPartitionsToPair(
            part -> {
              var moments = new HashMap<Integer, Moments>();
              part.forEachRemaining(layout -> add(layout, kept.value(), moments));
              return moments.entrySet().stream()
                  .map(entry -> new Tuple2<>(entry.getKey(), entry.getValue()))
                  .iterator();
            })
        .reduceByKey(Moments::merge, ReduceParts.of(layouts))
        .collectAsMap();
  }

  private static void add(Layout layout, KeptKinds kept, Map<Integer, Moments> moments) {
    var regions = layout.regions();
    for (int i = 0; i < regions.size(); i++) {
      int a = kept.place(regions.get(i));
      var box = BoxVector.of(regions.get(i).box());
      if (a >= 0) {
        moments.computeIfAbsent(a, place -> new Moments(BoxVector.SIZE)).add(box);
      }
      for (int j = 0; a >= 0 && j < regions.size(); j++) { // in either order: one of them is used
        int b = j == i ? -1 : kept.place(regions.get(j));
        var pair = b < a ? null : kept.pairs().get(pairKey(a, b));
        if (pair != null) {
          moments
              .computeIfAbsent(
                  kept.categories().size() + pair, place -> new Moments(2 * BoxVector.SIZE))
              .add(joined(box, BoxVector.of(regions.get(j).box())));
        }
      }
    }
  }

  private static double[] joined(double[] a, double[] b) {
    var both = new double[a.length + b.length];
    System.arraycopy(a, 0, both, 0, a.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  /** The most frequent of many. */
  private static final class Phrases implements Serializable {
    private static final long serialVersionUID = 1;

    private final TreeSet<Phrase> most = new TreeSet<>();

    private Phrases add(Phrase phrase) {
      most.add(phrase);
      if (most.size() > MOST_PHRASES) {
        most.pollLast();
      }
      return this;
    }

    private Phrases merge(Phrases other) {
      other.most.forEach(this::add);
      return this;
    }
  }

  /** The most frequent phrases by the place of their category. */
  static Map<Integer, List<Phrase>> phrases(JavaRDD<Layout> layouts, Broadcast<KeptKinds> kept) {
    return layouts
        .flatMap(layout -> layout.regions().iterator())
        .filter(region -> CorpusCount.isShort(region.phrase()) && kept.value().place(region) >= 0)
        .mapToPair(
            region -> new Tuple2<>(new Tuple2<>(kept.value().place(region), region.phrase()), 1L))
        .reduceByKey(Long::sum, ReduceParts.of(layouts))
        .mapToPair(
            counted -> new Tuple2<>(counted._1()._1(), new Phrase(counted._1()._2(), counted._2())))
        .aggregateByKey(new Phrases(), Phrases::add, Phrases::merge)
        .mapValues(phrases -> List.copyOf(phrases.most))
        .collectAsMap();
  }
}
