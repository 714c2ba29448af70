package ai.echogen.data.shards;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Row;
import scala.Tuple2;

/**
 * Pictures that are there more than once, found by a shuffle: of those that are alike one stays, of
 * a held-out split if there is one, whose id is the smallest. So what a model is measured with
 * stays, and what it would have learnt from is left out.
 */
public enum Duplicates {
  /** All are kept; files with the same bytes in two splits are told. */
  KEEP,
  /** Files with the same bytes are one. */
  DROP_EQUAL,
  /** Pictures that {@linkplain PictureHash look alike} are one, too. */
  DROP_NEAR;

  static final String EQUAL = "the same picture as another";
  static final String IN_TWO_SPLITS = "the same picture is in two splits";
  static final String NEAR = "a picture that looks like another";

  /** Of four parts of a hash, one at least is equal in two that differ in three bits. */
  private static final int PARTS = 4;

  private static final int PART_BITS = Long.SIZE / PARTS;
  private static final int MOST_DIFFERENT = PARTS - 1; // bits
  private static final Utf8Order ORDER = new Utf8Order();

  /** Where a picture is. */
  private record Place(String id, String split) implements Serializable {
    static Place of(Row row) {
      return new Place(row.getString(0), row.getString(1));
    }

    /** Of two that are alike the one that stays. */
    static Place first(Place a, Place b) {
      return compare(a, b) <= 0 ? a : b;
    }

    static int compare(Place a, Place b) {
      int bySplit = Integer.compare(a.rank(), b.rank());
      return bySplit != 0 ? bySplit : ORDER.compare(a.id, b.id);
    }

    /** Test before any other, and train last. */
    private int rank() {
      return split.startsWith("test") ? 0 : split.startsWith("train") ? 2 : 1;
    }
  }

  /** A picture and the one that stays in its place. */
  private record Twin(Place place, Place of) implements Serializable {
    boolean isInTwoSplits() {
      return !place.split().equals(of.split());
    }

    @Override
    public String toString() {
      return isInTwoSplits()
          ? "%s (%s), which is that of %s (%s)"
              .formatted(place.id(), place.split(), of.id(), of.split())
          : "%s, which is that of %s".formatted(place.id(), of.id());
    }
  }

  private record Look(Place place, long hash) implements Serializable {}

  /**
   * What is to be said of rows, by id: that they are left out, or are in two splits.
   *
   * @param rows of {@code id}, {@code split}, the digest of the picture's bytes, and how it looks
   */
  Map<String, Finding> find(JavaRDD<Row> rows) {
    var found = new HashMap<String, Finding>();
    if (this == DROP_NEAR) {
      for (var twin : near(rows).collect()) {
        found.put(twin.place().id(), Finding.dropped(NEAR, twin.toString()));
      }
    }
    var equal = this == KEEP ? equal(rows).filter(Twin::isInTwoSplits) : equal(rows);
    for (var twin : equal.collect()) {
      var reason = twin.isInTwoSplits() ? IN_TWO_SPLITS : EQUAL;
      found.put(twin.place().id(), new Finding(reason, twin.toString(), this == KEEP));
    }
    return found;
  }

  /** Each picture that has the bytes of one that stays. */
  private static JavaRDD<Twin> equal(JavaRDD<Row> rows) {
    var byDigest = rows.mapToPair(row -> new Tuple2<>(row.getString(2), Place.of(row)));
    return byDigest
        .join(byDigest.reduceByKey(Place::first))
        .map(pair -> new Twin(pair._2()._1(), pair._2()._2()))
        .filter(twin -> !twin.place().id().equals(twin.of().id()));
  }

  /** Each picture that looks like one that stays. */
  private static JavaRDD<Twin> near(JavaRDD<Row> rows) {
    return rows.flatMapToPair(Duplicates::parts)
        .groupByKey()
        .flatMapToPair(group -> alike(group._2()))
        .reduceByKey(Place::first)
        .map(pair -> new Twin(pair._1(), pair._2()));
  }

  private static Iterator<Tuple2<Integer, Look>> parts(Row row) {
    var look = new Look(Place.of(row), row.getLong(3));
    long mask = (1L << PART_BITS) - 1;
    return IntStream.range(0, PARTS)
        .mapToObj(
            part -> {
              int value = (int) (look.hash() >>> (part * PART_BITS) & mask);
              return new Tuple2<>(part << PART_BITS | value, look);
            })
        .iterator();
  }

  private static Iterator<Tuple2<Place, Place>> alike(Iterable<Look> group) {
    var looks =
        StreamSupport.stream(group.spliterator(), false)
            .sorted((a, b) -> Place.compare(a.place(), b.place()))
            .toList();
    var kept = new ArrayList<Look>();
    var twins = new ArrayList<Tuple2<Place, Place>>();
    for (var look : looks) {
      kept.stream()
          .filter(other -> Long.bitCount(other.hash() ^ look.hash()) <= MOST_DIFFERENT)
          .findFirst()
          .ifPresentOrElse(
              other -> twins.add(new Tuple2<>(look.place(), other.place())), () -> kept.add(look));
    }
    return twins.iterator();
  }
}
