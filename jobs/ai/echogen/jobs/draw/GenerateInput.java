package ai.echogen.jobs.draw;

import ai.echogen.data.RowRange;
import ai.echogen.data.Sample;
import ai.echogen.data.lines.ImageLines;
import ai.echogen.data.lines.ImageQuery;
import ai.echogen.data.lines.LayoutLines;
import ai.echogen.data.lines.LineIndex;
import ai.echogen.data.lines.LineSlice;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.inference.ImageGrounder.Asked;
import ai.echogen.jobs.model.ModelTexts;
import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.NamedLayout;
import ai.echogen.layout.Region;
import ai.echogen.storage.AllowedPlaces;
import ai.echogen.storage.Location;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.PrintStream;
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
 * @param texts reads the layouts alone, in which only what the task looks at is filled in
 */
public record GenerateInput<T>(long size, Reader<T> reader, Reader<Layout> texts) {
  private static final int LAYOUTS_A_TASK = 1000;

  /** Reads everything, in tasks that have a multiple of {@code batch} each. */
  interface Reader<T> {
    JavaRDD<T> read(JavaSparkContext context, int batch);
  }

  /** Reads a part of a file. */
  private interface Part<T> extends Function<LineSlice, List<T>> {}

  /** The layouts of a file or of a split; at most {@code count}, the first. */
  public static GenerateInput<NamedLayout> layouts(
      Location place, String split, Optional<Integer> count) {
    if (place.isDirectory("layouts")) {
      return layouts(shards(place, split, count, row -> named(row), "id", "caption", "regions"));
    }
    return layouts(lines(LayoutLines.index(place), count, LayoutLines::read));
  }

  private static GenerateInput<NamedLayout> layouts(Some<NamedLayout> some) {
    return new GenerateInput<>(
        some.size(),
        some.reader(),
        (context, batch) -> some.reader().read(context, batch).map(NamedLayout::layout));
  }

  /** The images of a file or of a split, with their phrases; at most {@code count}, the first. */
  public static GenerateInput<Asked> images(
      Location place, String split, Optional<Integer> count, AllowedPlaces allowed) {
    if (place.isDirectory("images")) {
      var some =
          shards(place, split, count, row -> asked(row), "id", "image", "caption", "regions");
      var phrases =
          shards(place, split, count, row -> phrases(Sample.layout(row)), "caption", "regions");
      return new GenerateInput<>(some.size(), some.reader(), phrases.reader());
    }
    var index = ImageLines.index(place, allowed);
    var queries = lines(index, count, slice -> ImageLines.read(slice, allowed));
    return new GenerateInput<>(
        queries.size(),
        (context, batch) -> queries.reader().read(context, batch).map(query -> asked(query)),
        (context, batch) ->
            queries.reader().read(context, batch).map(query -> phrases(layout(query))));
  }

  /** Says what a model cannot take of the texts, and refuses those of which it knows no word. */
  void check(ModelTexts model, SparkSession spark, String name, PrintStream console) {
    var context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    model.check(texts.read(context, LAYOUTS_A_TASK), name, console);
  }

  /**
   * Reads everything: which images make up a batch is a function of the input alone, never of how
   * many executors there are, and so are the last bits of what is drawn.
   *
   * @param batch most results that are made together
   * @param results how many each becomes
   */
  public JavaRDD<T> read(SparkSession spark, int batch, int results) {
    var context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    return reader.read(context, Math.max(1, batch / results));
  }

  /** A file or a split before it is known what its texts are. */
  private record Some<T>(long size, Reader<T> reader) {}

  private static <T> Some<T> lines(LineIndex index, Optional<Integer> count, Part<T> part) {
    long size = Math.min(index.size(), count.orElse(Integer.MAX_VALUE));
    return new Some<>(
        size,
        (context, batch) -> {
          var slices = RowRange.tasks(size, batch).stream().map(index::slice).toList();
          return context
              .parallelize(slices, slices.size())
              .flatMap(slice -> part.call(slice).iterator());
        });
  }

  private static <T> Some<T> shards(
      Location dir,
      String split,
      Optional<Integer> count,
      Function<Row, T> element,
      String... columns) {
    var rows = ShardStore.split(dir, split, columns).head(count.orElse(Integer.MAX_VALUE));
    return new Some<>(rows.size(), (context, batch) -> rows.batches(context, batch).map(element));
  }

  private static NamedLayout named(Row row) {
    return new NamedLayout(row.getAs("id"), Sample.layout(row));
  }

  private static Asked asked(Row row) {
    Row image = row.getStruct(row.fieldIndex("image"));
    byte[] bytes = image == null ? null : image.getAs("bytes");
    return new Asked(row.getAs("id"), bytes, row.getAs("id"), Sample.layout(row), null);
  }

  /** A question is about phrases: the caption is not read. */
  private static Layout phrases(Layout layout) {
    return new Layout("", layout.regions());
  }

  private static Layout layout(ImageQuery query) {
    var anywhere = new Box(0, 0, 1, 1);
    Stream<Region> regions =
        query.phrases().stream().map(phrase -> new Region(phrase, phrase, anywhere));
    return new Layout(query.caption(), regions.toList());
  }

  private static Asked asked(ImageQuery query) throws IOException {
    byte[] bytes = null;
    Optional<String> problem = Optional.empty();
    try {
      bytes = Location.of(query.path()).read();
    } catch (FileNotFoundException e) {
      // stays null: counted as missing
    } catch (IOException | IllegalArgumentException e) { // it may lie anywhere in the world
      problem = String.valueOf(e).lines().findFirst();
    }
    var name = bytes == null ? query.path() + hint(query.path()) : query.path();
    return new Asked(query.id(), bytes, name, layout(query), problem.orElse(null));
  }

  /** Why a file that somebody sees may not be found. */
  private static String hint(String path) {
    if (path.contains("\\")) {
      return " (back-slashes: write the image with / instead)";
    }
    return path.matches(".*%\\p{XDigit}{2}.*")
        ? " (escapes of a URL: write the image as the file is called)"
        : "";
  }
}
