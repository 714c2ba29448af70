package ai.echogen.jobs;

import ai.echogen.data.RowRange;
import ai.echogen.data.Sample;
import ai.echogen.data.lines.ImageLines;
import ai.echogen.data.lines.ImageQuery;
import ai.echogen.data.lines.LayoutLines;
import ai.echogen.data.lines.LineIndex;
import ai.echogen.data.lines.LineSlice;
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
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * What a generate run works on: a file of JSON lines, or a split of a shard directory. Making one
 * checks the input; reading keeps the file's order, or that of the ids. Executors read it from
 * where it lies: the driver holds where, and a hash of each line's id.
 *
 * @param size how many there are
 */
record GenerateInput<T>(long size, Reader<T> reader) {
  /** Reads everything, in tasks that have a multiple of {@code batch} each. */
  interface Reader<T> {
    JavaRDD<T> read(JavaSparkContext context, int batch);
  }

  /** Reads a part of a file. */
  private interface Part<T> extends Function<LineSlice, List<T>> {}

  /** The layouts of a file or of a split; at most {@code count}, the first. */
  static GenerateInput<NamedLayout> layouts(Location place, String split, Optional<Integer> count) {
    if (place.isDirectory("layouts")) {
      return shards(place, split, count, row -> named(row), "id", "caption", "regions");
    }
    var index = LayoutLines.index(place);
    return lines(index, count, LayoutLines::read);
  }

  /** The images of a file or of a split, with their phrases; at most {@code count}, the first. */
  static GenerateInput<Asked> images(Location place, String split, Optional<Integer> count) {
    if (place.isDirectory("images")) {
      return shards(place, split, count, row -> asked(row), "id", "image", "caption", "regions");
    }
    var index = ImageLines.index(place);
    var queries = lines(index, count, ImageLines::read);
    return new GenerateInput<>(
        queries.size(),
        (context, batch) -> queries.reader().read(context, batch).map(query -> asked(query)));
  }

  /**
   * Reads everything: which images make up a batch is a function of the input alone, never of how
   * many executors there are, and so are the last bits of what is drawn.
   *
   * @param batch most results that are made together
   * @param results how many each becomes
   */
  JavaRDD<T> read(SparkSession spark, int batch, int results) {
    var context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    return reader.read(context, Math.max(1, batch / results));
  }

  private static <T> GenerateInput<T> lines(
      LineIndex index, Optional<Integer> count, Part<T> part) {
    long size = Math.min(index.size(), count.orElse(Integer.MAX_VALUE));
    return new GenerateInput<>(
        size,
        (context, batch) -> {
          var slices = RowRange.tasks(size, batch).stream().map(index::slice).toList();
          return context
              .parallelize(slices, slices.size())
              .flatMap(slice -> part.call(slice).iterator());
        });
  }

  private static <T> GenerateInput<T> shards(
      Location dir,
      String split,
      Optional<Integer> count,
      Function<Row, T> element,
      String... columns) {
    var rows = ShardStore.split(dir, split, columns).head(count.orElse(Integer.MAX_VALUE));
    return new GenerateInput<>(
        rows.size(), (context, batch) -> rows.batches(context, batch).map(element));
  }

  private static NamedLayout named(Row row) {
    return new NamedLayout(row.getAs("id"), Sample.layout(row));
  }

  private static Asked asked(Row row) {
    Row image = row.getStruct(row.fieldIndex("image"));
    byte[] bytes = image == null ? null : image.getAs("bytes");
    return new Asked(row.getAs("id"), bytes, row.getAs("id"), Sample.layout(row), null);
  }

  private static Asked asked(ImageQuery query) {
    var anywhere = new Box(0, 0, 1, 1);
    Stream<Region> regions =
        query.phrases().stream().map(phrase -> new Region(phrase, phrase, anywhere));
    var layout = new Layout(query.caption(), regions.toList());
    byte[] bytes = null;
    Optional<String> problem = Optional.empty();
    try {
      bytes = Location.of(query.path()).read();
    } catch (FileNotFoundException e) {
      // stays null: counted as missing
    } catch (IOException | IllegalArgumentException e) { // it may lie anywhere in the world
      problem = String.valueOf(e).lines().findFirst();
    }
    return new Asked(query.id(), bytes, query.path(), layout, problem.orElse(null));
  }
}
