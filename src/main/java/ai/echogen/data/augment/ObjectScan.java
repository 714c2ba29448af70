package ai.echogen.data.augment;

import ai.echogen.data.Sample;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.image.ImageFile;
import ai.echogen.storage.Location;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.util.LongAccumulator;
import scala.Tuple2;

/**
 * Which objects of a split are pasted: executors look at all layouts first, of which the driver
 * gets those that are chosen by hash, and then cut these out. Nothing of it depends on the number
 * of cores.
 *
 * @param bank the objects
 * @param numUsable how many could have been chosen
 */
public record ObjectScan(ObjectBank bank, long numUsable) {
  /** A pixel takes at most three bytes of a PNG file, and mostly half as many. */
  private static final int BYTES_A_PIXEL = 3;

  private static final long MOST_BYTES = 256L << 20;

  /**
   * Reads the split twice, the second time with its images.
   *
   * @param read counts samples of the second time as tasks end
   */
  public static ObjectScan of(
      JavaSparkContext spark, Location data, Augmentation rules, LongAccumulator read) {
    var donors =
        ShardStore.split(data, rules.split(), "id", "width", "height", "caption", "regions")
            .rows(spark)
            .flatMap(row -> Donor.of(row, rules).iterator());
    var chosen =
        withinBytes((rules.balance() ? ranked(donors) : donors).takeOrdered(rules.paste().bank()));
    var cutouts = cut(spark, data, rules.split(), chosen, read);
    return new ObjectScan(
        rules.balance() ? ObjectBank.balanced(cutouts) : ObjectBank.of(cutouts), donors.count());
  }

  /** The first objects, as many as certainly fit into memory. */
  private static List<Donor> withinBytes(List<Donor> donors) {
    long bytes = 0;
    for (int i = 0; i < donors.size(); i++) {
      bytes += (long) BYTES_A_PIXEL * donors.get(i).width() * donors.get(i).height();
      if (bytes > MOST_BYTES) {
        return donors.subList(0, i);
      }
    }
    return donors;
  }

  /** Each object with its place among those of its phrase: all first ones are taken first. */
  private static JavaRDD<Donor> ranked(JavaRDD<Donor> donors) {
    return donors
        .mapToPair(donor -> new Tuple2<>(donor, donor.phrase()))
        .repartitionAndSortWithinPartitions(
            new ByPhrase(Math.max(1, donors.getNumPartitions())), new PhraseOrder())
        .mapPartitions(Ranks::new);
  }

  private static final class ByPhrase extends Partitioner {
    private static final long serialVersionUID = 1;

    private final int number;

    ByPhrase(int number) {
      this.number = number;
    }

    @Override
    public int numPartitions() {
      return number;
    }

    @Override
    public int getPartition(Object donor) {
      return Math.floorMod(((Donor) donor).phrase().hashCode(), number);
    }
  }

  private static final class PhraseOrder implements Comparator<Donor>, Serializable {
    private static final long serialVersionUID = 1;

    @Override
    public int compare(Donor a, Donor b) {
      int phrases = a.phrase().compareTo(b.phrase());
      return phrases != 0 ? phrases : a.compareTo(b);
    }
  }

  /** Counts the objects of each phrase, which come one after the other. */
  private static final class Ranks implements Iterator<Donor> {
    private final Iterator<Tuple2<Donor, String>> donors;
    private String phrase = "";
    private long rank;

    Ranks(Iterator<Tuple2<Donor, String>> donors) {
      this.donors = donors;
    }

    @Override
    public boolean hasNext() {
      return donors.hasNext();
    }

    @Override
    public Donor next() {
      var donor = donors.next()._1();
      rank = donor.phrase().equals(phrase) ? rank + 1 : 0;
      phrase = donor.phrase();
      return donor.ranked(rank);
    }
  }

  private static List<Cutout> cut(
      JavaSparkContext spark,
      Location data,
      String split,
      List<Donor> chosen,
      LongAccumulator read) {
    if (chosen.isEmpty()) {
      return List.of();
    }
    var bySample = new HashMap<String, List<Donor>>();
    for (var donor : chosen) {
      bySample.computeIfAbsent(donor.sampleId(), id -> new ArrayList<>()).add(donor);
    }
    var broadcast = spark.<Map<String, List<Donor>>>broadcast(bySample);
    try {
      return ShardStore.split(data, split, "id", "image", "caption", "regions")
          .rows(spark)
          .flatMap(new Cutter(broadcast, read))
          .collect();
    } finally {
      broadcast.destroy();
    }
  }

  private record Cutter(Broadcast<Map<String, List<Donor>>> chosen, LongAccumulator read)
      implements FlatMapFunction<Row, Cutout> {
    @Override
    public Iterator<Cutout> call(Row row) {
      read.add(1);
      var donors = chosen.value().getOrDefault(row.<String>getAs("id"), List.of());
      var image = donors.isEmpty() ? Optional.<BufferedImage>empty() : decoded(row);
      if (image.isEmpty()) {
        return List.<Cutout>of().iterator();
      }
      var regions = Sample.layout(row).regions();
      return donors.stream()
          .map(donor -> Cutout.of(donor, regions.get(donor.region()), image.get()))
          .iterator();
    }

    /** One that does not decode is left out later, and named then. */
    private static Optional<BufferedImage> decoded(Row row) {
      Row image = row.getStruct(row.fieldIndex("image"));
      try {
        return Optional.of(ImageFile.decode(image.getAs("bytes")));
      } catch (IOException e) {
        return Optional.empty();
      }
    }
  }
}
