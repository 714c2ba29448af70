package ai.echogen.data.shards;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Row;
import scala.Tuple2;

/**
 * Pictures that are there more than once, found by a shuffle: of those that are alike the one with
 * the smallest id is kept.
 */
public enum Duplicates {
  /** All are kept. */
  KEEP,
  /** Files with the same bytes are one. */
  DROP_EQUAL,
  /** Pictures that {@linkplain PictureHash look alike} are one, too. */
  DROP_NEAR;

  static final String EQUAL = "the same picture as another";
  static final String NEAR = "a picture that looks like another";

  /** Of four parts of a hash, one at least is equal in two that differ in three bits. */
  private static final int PARTS = 4;

  private static final int PART_BITS = Long.SIZE / PARTS;
  private static final int MOST_DIFFERENT = PARTS - 1; // bits
  private static final Utf8Order ORDER = new Utf8Order();

  /** Why a row is left out, and for which other. */
  record Twin(String reason, String of) implements Serializable {}

  private record Look(String id, long hash) implements Serializable {}

  boolean isWanted() {
    return this != KEEP;
  }

  /**
   * The rows to leave out, by id.
   *
   * @param rows of {@code id}, the digest of the picture's bytes, and how it looks
   */
  Map<String, Twin> find(JavaRDD<Row> rows) {
    var twins = new HashMap<String, Twin>();
    if (!isWanted()) {
      return twins;
    }
    if (this == DROP_NEAR) {
      near(rows).collect().forEach(pair -> twins.put(pair._1(), new Twin(NEAR, pair._2())));
    }
    equal(rows).collect().forEach(pair -> twins.put(pair._1(), new Twin(EQUAL, pair._2())));
    return twins;
  }

  /** Each id with the smallest of a picture with the same bytes. */
  private static JavaPairRDD<String, String> equal(JavaRDD<Row> rows) {
    var byDigest = rows.mapToPair(row -> new Tuple2<>(row.getString(1), row.getString(0)));
    return byDigest
        .join(byDigest.reduceByKey(Duplicates::first))
        .mapToPair(Tuple2::_2)
        .filter(pair -> !pair._1().equals(pair._2()));
  }

  /** Each id with the smallest of a picture that looks alike and is kept in its place. */
  private static JavaPairRDD<String, String> near(JavaRDD<Row> rows) {
    return rows.flatMapToPair(Duplicates::parts)
        .groupByKey()
        .flatMapToPair(group -> alike(group._2()))
        .reduceByKey(Duplicates::first);
  }

  private static String first(String a, String b) {
    return ORDER.compare(a, b) <= 0 ? a : b;
  }

  private static Iterator<Tuple2<Integer, Look>> parts(Row row) {
    var look = new Look(row.getString(0), row.getLong(2));
    long mask = (1L << PART_BITS) - 1;
    return IntStream.range(0, PARTS)
        .mapToObj(
            part -> {
              int value = (int) (look.hash() >>> (part * PART_BITS) & mask);
              return new Tuple2<>(part << PART_BITS | value, look);
            })
        .iterator();
  }

  private static Iterator<Tuple2<String, String>> alike(Iterable<Look> group) {
    var looks =
        StreamSupport.stream(group.spliterator(), false)
            .sorted((a, b) -> ORDER.compare(a.id(), b.id()))
            .toList();
    var kept = new ArrayList<Look>();
    var twins = new ArrayList<Tuple2<String, String>>();
    for (var look : looks) {
      kept.stream()
          .filter(other -> Long.bitCount(other.hash() ^ look.hash()) <= MOST_DIFFERENT)
          .findFirst()
          .ifPresentOrElse(
              other -> twins.add(new Tuple2<>(look.id(), other.id())), () -> kept.add(look));
    }
    return twins.iterator();
  }
}
