package ai.echogen.data.shards;

import ai.echogen.data.shards.ShardPlan.Rank;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.sql.Row;
import scala.Tuple2;
import scala.collection.JavaConverters;

/**
 * What a writer must know of all rows before it writes any: findings, counts, and the ids between
 * which to cut. Works on the small columns {@code id, split, bytes, findings} in that order, as RDD
 * operations: for small data the compiling of SQL queries would take longer than everything else.
 */
final class ShardIndex {
  private static final int MAX_EXAMPLES = 3;

  private final JavaRDD<Row> rows;
  private final JavaPairRDD<String, Tuple2<String, Long>> sorted; // id → (split, bytes)

  ShardIndex(JavaRDD<Row> rows) {
    this.rows = rows;
    this.sorted =
        rows.filter(row -> !row.isNullAt(1))
            .mapToPair(
                row ->
                    new Tuple2<>(row.getString(0), new Tuple2<>(row.getString(1), row.getLong(2))))
            .sortByKey(new Utf8Order(), true, Math.max(1, rows.getNumPartitions()));
  }

  /** What was found wrong with rows, kept or not. */
  static final class Findings implements Serializable {
    private static final long serialVersionUID = 1;

    final DropTally dropped = new DropTally();
    final DropTally adjusted = new DropTally();
    private final List<String> problems = new ArrayList<>();

    private void add(Row row) {
      if (!row.isNullAt(3)) {
        for (Row finding : JavaConverters.<Row>seqAsJavaList(row.getSeq(3))) {
          (finding.getBoolean(2) ? adjusted : dropped)
              .add(finding.getString(0), finding.getString(1));
        }
      }
      if (problems.size() < MAX_EXAMPLES) {
        var noReason = row.isNullAt(3) || row.getSeq(3).isEmpty();
        if (row.isNullAt(1) && noReason) { // nothing is left out in silence
          problems.add("row %s has no split and does not say why".formatted(row.get(0)));
        } else if (!row.isNullAt(1) && row.isNullAt(0)) {
          problems.add("a row of split %s has no id".formatted(row.get(1)));
        }
      }
    }
  }

  /**
   * Counts the findings of all rows.
   *
   * @throws IllegalArgumentException if a row has no id, or neither a split nor a finding
   */
  Findings findings() {
    var parts =
        rows.mapPartitions(
                part -> {
                  var findings = new Findings();
                  part.forEachRemaining(findings::add);
                  return List.of(findings).iterator();
                })
            .collect();
    var all = new Findings();
    for (var part : parts) {
      all.dropped.add(part.dropped);
      all.adjusted.add(part.adjusted);
      all.problems.addAll(part.problems);
    }
    if (!all.problems.isEmpty()) {
      throw new IllegalArgumentException(
          String.join("; ", all.problems.subList(0, Math.min(MAX_EXAMPLES, all.problems.size()))));
    }
    return all;
  }

  /** All that was left out, in the order of the reasons and then of the names. */
  Iterator<Finding> leftOut() {
    return rows.filter(row -> !row.isNullAt(3))
        .flatMap(
            row ->
                JavaConverters.<Row>seqAsJavaList(row.getSeq(3)).stream()
                    .filter(finding -> !finding.getBoolean(2))
                    .map(finding -> Finding.dropped(finding.getString(0), finding.getString(1)))
                    .iterator())
        .sortBy(
            finding -> finding.reason() + "\0" + finding.what(),
            true,
            Math.max(1, rows.getNumPartitions()))
        .toLocalIterator();
  }

  /** Rows and bytes of a split in one partition of the sorted rows. */
  private record Amount(long rows, long bytes) implements Serializable {
    static Amount sum(Amount a, Amount b) {
      return new Amount(a.rows + b.rows, a.bytes + b.bytes);
    }
  }

  private record PartCount(Map<String, Amount> splits, List<String> twice)
      implements Serializable {}

  /**
   * Cuts the rows into files.
   *
   * @throws IllegalArgumentException if an id occurs twice
   */
  ShardPlan plan(FileSize size) {
    var parts = sorted.mapPartitions(ShardIndex::count).collect();
    var twice = parts.stream().flatMap(p -> p.twice().stream()).limit(MAX_EXAMPLES).toList();
    if (!twice.isEmpty()) {
      throw new IllegalArgumentException(
          "ids of a shard must be unique, got more than one row for " + String.join(", ", twice));
    }
    Map<String, Amount> totals = new TreeMap<>(new Utf8Order());
    List<Map<String, Long>> ranks = new ArrayList<>(); // of each partition's first row
    for (var part : parts) {
      Map<String, Long> before = new HashMap<>();
      totals.forEach((split, amount) -> before.put(split, amount.rows()));
      ranks.add(before);
      part.splits().forEach((split, amount) -> totals.merge(split, amount, Amount::sum));
    }
    var plan =
        new ShardPlan(
            totals.entrySet().stream()
                .flatMap(
                    e -> {
                      var rows = e.getValue().rows();
                      return ShardPlan.cut(
                          e.getKey(), rows, size.files(rows, e.getValue().bytes()));
                    })
                .toList());
    return plan.withIds(idsAtEdges(plan, ranks));
  }

  private static Iterator<PartCount> count(Iterator<Tuple2<String, Tuple2<String, Long>>> rows) {
    Map<String, Amount> splits = new HashMap<>();
    List<String> twice = new ArrayList<>();
    var previous = "";
    var started = false;
    while (rows.hasNext()) {
      var row = rows.next();
      if (started && row._1().equals(previous) && twice.size() < MAX_EXAMPLES) {
        twice.add(previous);
      }
      previous = row._1();
      started = true;
      splits.merge(row._2()._1(), new Amount(1, row._2()._2()), Amount::sum);
    }
    return List.of(new PartCount(splits, twice)).iterator();
  }

  private Map<Rank, String> idsAtEdges(ShardPlan plan, List<Map<String, Long>> ranks) {
    Set<Rank> edges = new HashSet<>();
    for (var slot : plan.slots()) {
      edges.add(slot.firstRank());
      edges.add(slot.lastRank());
    }
    Map<Rank, String> ids = new HashMap<>();
    for (var edge : sorted.mapPartitionsWithIndex(new EdgeFinder(edges, ranks), true).collect()) {
      ids.put(edge._1(), edge._2());
    }
    return ids;
  }

  private record EdgeFinder(Set<Rank> edges, List<Map<String, Long>> ranks)
      implements Function2<
          Integer, Iterator<Tuple2<String, Tuple2<String, Long>>>, Iterator<Tuple2<Rank, String>>> {
    @Override
    public Iterator<Tuple2<Rank, String>> call(
        Integer part, Iterator<Tuple2<String, Tuple2<String, Long>>> rows) {
      Map<String, Long> next = new HashMap<>(ranks.get(part));
      List<Tuple2<Rank, String>> found = new ArrayList<>();
      while (rows.hasNext()) {
        var row = rows.next();
        var split = row._2()._1();
        var rank = new Rank(split, next.merge(split, 1L, Long::sum) - 1);
        if (edges.contains(rank)) {
          found.add(new Tuple2<>(rank, row._1()));
        }
      }
      return found.iterator();
    }
  }
}
