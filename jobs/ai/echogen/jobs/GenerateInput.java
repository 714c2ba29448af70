package ai.echogen.jobs;

import static org.apache.spark.sql.functions.col;

import ai.echogen.data.Sample;
import ai.echogen.data.lines.ImageLines;
import ai.echogen.data.lines.ImageQuery;
import ai.echogen.data.lines.LayoutLines;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.inference.ImageGrounder.Asked;
import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.NamedLayout;
import ai.echogen.layout.Region;
import ai.echogen.storage.Location;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;

/**
 * What a generate run works on: a file of JSON lines, or a split of a shard directory. Making one
 * checks the input; reading keeps the file's order, or that of the ids.
 *
 * @param size how many there are
 */
record GenerateInput<T>(long size, Reader<T> reader) {
  /** Reads everything, for so many tasks. */
  interface Reader<T> {
    JavaRDD<T> read(SparkSession spark, int tasks);
  }

  /** The layouts of a file or of a split; at most {@code count}, the first. */
  static GenerateInput<NamedLayout> layouts(Location place, String split, Optional<Integer> count) {
    if (place.isDirectory("layouts")) {
      return shards(place, split, count, List.of("id", "caption", "regions"), row -> named(row));
    }
    return list(LayoutLines.read(place), count);
  }

  /** The images of a file or of a split, with their phrases; at most {@code count}, the first. */
  static GenerateInput<Asked> images(Location place, String split, Optional<Integer> count) {
    if (place.isDirectory("images")) {
      var columns = List.of("id", "image", "caption", "regions");
      return shards(place, split, count, columns, row -> asked(row));
    }
    var queries = list(ImageLines.read(place), count);
    return new GenerateInput<>(
        queries.size(),
        (spark, tasks) -> queries.reader().read(spark, tasks).map(query -> asked(query)));
  }

  /**
   * Reads everything, a task a batch: which images make up a batch is a function of the input
   * alone, never of how many executors there are, and so are the last bits of what is drawn.
   *
   * @param batch most results a task
   * @param results how many each becomes
   */
  JavaRDD<T> read(SparkSession spark, int batch, int results) {
    long tasks = (size * results + batch - 1) / batch;
    return reader.read(spark, (int) Math.max(1, Math.min(tasks, size)));
  }

  /** Puts the element at place i of {@code size} into task i · tasks / size, in order. */
  private static <T> JavaRDD<T> byPlace(JavaRDD<T> ordered, int tasks, long size) {
    return ordered
        .zipWithIndex()
        .mapToPair(Tuple2::swap)
        .repartitionAndSortWithinPartitions(new Places(tasks, size))
        .values();
  }

  private static final class Places extends Partitioner {
    private static final long serialVersionUID = 1L;

    private final int tasks;
    private final long size;

    Places(int tasks, long size) {
      this.tasks = tasks;
      this.size = size;
    }

    @Override
    public int numPartitions() {
      return tasks;
    }

    @Override
    public int getPartition(Object place) {
      return (int) ((Long) place * tasks / size);
    }
  }

  private static <T> GenerateInput<T> list(List<T> all, Optional<Integer> count) {
    var first = all.subList(0, Math.min(count.orElse(Integer.MAX_VALUE), all.size()));
    return new GenerateInput<>(
        first.size(),
        (spark, tasks) ->
            JavaSparkContext.fromSparkContext(spark.sparkContext())
                .parallelize(List.copyOf(first), tasks));
  }

  private static <T> GenerateInput<T> shards(
      Location dir,
      String split,
      Optional<Integer> count,
      List<String> columns,
      Function<Row, T> element) {
    var rows = ShardStore.manifest(dir).rows();
    var number = rows.get(split);
    if (number == null) {
      throw new IllegalArgumentException(
          "%s has no split %s; it has %s".formatted(dir, split, rows.keySet()));
    }
    var select = columns.stream().map(name -> col(name)).toArray(Column[]::new);
    long taken = Math.min(number, count.orElse(Integer.MAX_VALUE));
    return new GenerateInput<>(
        taken,
        (spark, tasks) -> {
          var all = ShardStore.read(spark, dir, split).select(select);
          if (taken < number) { // a limit keeps no order in a plan
            var ids = all.select("id").limit((int) taken).collectAsList();
            all = all.where(col("id").leq(ids.get(ids.size() - 1).getString(0)));
          }
          return byPlace(all.orderBy("id").toJavaRDD().map(element), tasks, taken);
        });
  }

  private static NamedLayout named(Row row) {
    return new NamedLayout(row.getAs("id"), Sample.layout(row));
  }

  private static Asked asked(Row row) {
    Row image = row.getStruct(row.fieldIndex("image"));
    byte[] bytes = image == null ? null : image.getAs("bytes");
    return new Asked(row.getAs("id"), bytes, row.getAs("id"), Sample.layout(row));
  }

  private static Asked asked(ImageQuery query) throws IOException {
    var anywhere = new Box(0, 0, 1, 1);
    Stream<Region> regions =
        query.phrases().stream().map(phrase -> new Region(phrase, phrase, anywhere));
    var layout = new Layout(query.caption(), regions.toList());
    byte[] bytes = null;
    try {
      bytes = Location.of(query.path()).read();
    } catch (FileNotFoundException e) {
      // stays null: counted as missing
    }
    return new Asked(query.id(), bytes, query.path(), layout);
  }
}
