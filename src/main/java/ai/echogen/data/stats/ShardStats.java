package ai.echogen.data.stats;

import ai.echogen.data.ReduceParts;
import ai.echogen.data.Sample;
import ai.echogen.storage.LocalFiles;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Row;
import org.apache.spark.util.LongAccumulator;
import scala.Tuple2;
import scala.Tuple3;

/**
 * What shards hold, the same however their rows are divided among tasks. Executors count, texts and
 * digests of images by a shuffle that spills to disk; the driver gets a few hundred kilobytes.
 *
 * @param splits by name
 * @param images of all splits
 */
public record ShardStats(Map<String, Split> splits, ImageStats images) {
  /** How often the rows are read: layouts, texts, images. */
  public static final int PASSES = 3;

  private static final List<String> LAYOUT =
      List.of("width", "height", "caption", "regions", "source", "split");
  private static final List<String> IMAGE = List.of("id", "image", "split");

  /** What one split holds. */
  public record Split(DatasetStats rows, Map<TextKind, TextCounts> texts, SplitImages images) {
    public Split {
      texts = Collections.unmodifiableMap(new EnumMap<>(texts));
    }

    /** The texts of a kind. */
    public TextCounts texts(TextKind kind) {
      return texts.getOrDefault(kind, new TextCounts());
    }
  }

  public ShardStats {
    splits = Collections.unmodifiableMap(new TreeMap<>(splits));
  }

  /** Columns that are read of each row's layout. */
  public static String[] layoutColumns() {
    return LAYOUT.toArray(String[]::new);
  }

  /** Columns that are read of each row's image. */
  public static String[] imageColumns() {
    return IMAGE.toArray(String[]::new);
  }

  /**
   * Counts.
   *
   * @param layouts rows with {@link #layoutColumns} at least
   * @param images the same rows with {@link #imageColumns} at least
   * @param read counts rows that were read, each {@link #PASSES} times
   */
  public static ShardStats of(JavaRDD<Row> layouts, JavaRDD<Row> images, LongAccumulator read) {
    var files = images(images, read); // the most work, and what is missing if anything is
    var rows = rows(layouts, read);
    var texts = texts(layouts, read);
    var splits = new TreeMap<String, Split>();
    rows.forEach(
        (split, stats) -> {
          var ofSplit = new EnumMap<TextKind, TextCounts>(TextKind.class);
          for (var kind : TextKind.values()) {
            var found = texts.get(new Tuple2<>(split, kind.name()));
            ofSplit.put(kind, found == null ? new TextCounts() : found);
          }
          var found = files.splits().get(split);
          splits.put(split, new Split(stats, ofSplit, found == null ? new SplitImages() : found));
        });
    return new ShardStats(splits, files);
  }

  private static Map<String, DatasetStats> rows(JavaRDD<Row> layouts, LongAccumulator read) {
    return layouts
        .mapPartitionsToPair(
            rows -> {
              var stats = new TreeMap<String, DatasetStats>();
              rows.forEachRemaining(
                  row -> {
                    stats.computeIfAbsent(row.getAs("split"), split -> new DatasetStats()).add(row);
                    read.add(1);
                  });
              return pairs(stats);
            })
        .reduceByKey(DatasetStats::merge, ReduceParts.of(layouts))
        .collectAsMap();
  }

  /** By split and {@link TextKind}'s name: the hash of an enum differs from JVM to JVM. */
  private static Map<Tuple2<String, String>, TextCounts> texts(
      JavaRDD<Row> layouts, LongAccumulator read) {
    return layouts
        .flatMap(
            row -> {
              read.add(1);
              return texts(row).iterator();
            })
        .mapToPair(text -> new Tuple2<>(text, 1L))
        .reduceByKey(Long::sum, ReduceParts.of(layouts))
        .mapPartitionsToPair(
            counts -> {
              var most = new TreeMap<Tuple2<String, String>, TextCounts>(ShardStats::compare);
              counts.forEachRemaining(
                  count ->
                      most.computeIfAbsent(
                              new Tuple2<>(count._1()._1(), count._1()._2()),
                              key -> new TextCounts())
                          .add(count._1()._3(), count._2()));
              return pairs(most);
            })
        .reduceByKey(TextCounts::merge, ReduceParts.of(layouts))
        .collectAsMap();
  }

  private static int compare(Tuple2<String, String> a, Tuple2<String, String> b) {
    int bySplit = a._1().compareTo(b._1());
    return bySplit != 0 ? bySplit : a._2().compareTo(b._2());
  }

  /** Split, kind and text, of each text. */
  private static List<Tuple3<String, String, String>> texts(Row row) {
    String split = row.getAs("split");
    var texts = new ArrayList<Tuple3<String, String, String>>();
    texts.add(new Tuple3<>(split, TextKind.SOURCE.name(), row.getAs("source")));
    texts.add(
        new Tuple3<>(
            split,
            TextKind.SIZE.name(),
            row.<Integer>getAs("width") + " × " + row.<Integer>getAs("height")));
    for (var region : Sample.layout(row).regions()) {
      texts.add(new Tuple3<>(split, TextKind.PHRASE.name(), region.phrase()));
      texts.add(new Tuple3<>(split, TextKind.CATEGORY.name(), region.category()));
    }
    return texts;
  }

  private static ImageStats images(JavaRDD<Row> images, LongAccumulator read) {
    return images
        .mapToPair(
            row -> {
              byte[] file = row.getStruct(row.fieldIndex("image")).getAs("bytes");
              var digest = HexFormat.of().formatHex(LocalFiles.newSha256().digest(file));
              read.add(1);
              return new Tuple2<>(digest, SameImage.of(row.getAs("split"), row.getAs("id"), file));
            })
        .reduceByKey(SameImage::plus, ReduceParts.of(images))
        .values()
        .mapPartitions(
            files -> {
              var stats = new ImageStats();
              files.forEachRemaining(stats::add);
              return List.of(stats).iterator();
            })
        .reduce(ImageStats::merge);
  }

  private static <K, V> Iterator<Tuple2<K, V>> pairs(Map<K, V> map) {
    return map.entrySet().stream()
        .map(entry -> new Tuple2<>(entry.getKey(), entry.getValue()))
        .iterator();
  }
}
