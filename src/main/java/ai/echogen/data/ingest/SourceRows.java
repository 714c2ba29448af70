package ai.echogen.data.ingest;

import ai.echogen.data.shards.Finding;
import ai.echogen.data.shards.FoundSample;
import ai.echogen.data.shards.ShardSplit;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.TaskCompletionListener;
import org.jspecify.annotations.Nullable;

/**
 * A data set as rows for {@link ShardStore#write}: executors read the annotations, read and decode
 * the images, and each image becomes a row, usable or not, with its findings. What belongs to no
 * image is the findings of a row without one.
 */
public final class SourceRows {

  private static final int ROWS_A_TASK = 500; // of shards

  private final JavaSparkContext spark;
  private final SparkSession session;
  private final List<Annotations.Piece> pieces;
  private final @Nullable Location folder;
  private final IngestRules rules;
  private final @Nullable Broadcast<SplitLists> lists;

  /**
   * @param folder holds the images under the names that the annotations have; none if these hold
   *     the images themselves
   * @param lists that say the split of each image, if there are any
   */
  public SourceRows(
      SparkSession session,
      Annotations annotations,
      @Nullable Location folder,
      IngestRules rules,
      @Nullable SplitLists lists) {
    this.session = session;
    this.spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    this.pieces = annotations.pieces();
    this.folder = folder;
    this.rules = rules;
    this.lists = lists == null ? null : spark.broadcast(lists);
  }

  /**
   * The rows.
   *
   * @param progress counts images as tasks end
   */
  public Dataset<Row> rows(LongAccumulator progress) {
    var rows =
        spark
            .parallelize(pieces, pieces.size())
            .mapPartitions(new Task(rules, folder, lists, progress));
    return session.createDataFrame(rows, FoundSample.SCHEMA);
  }

  /**
   * The names of the lists that no image has: a pass over the annotations, not the images.
   *
   * @throws IllegalArgumentException if that is every name of a list
   */
  public List<Finding> unusedNames() {
    var names = lists;
    if (names == null) {
      return List.of();
    }
    var used = new BitSet();
    spark
        .parallelize(pieces, pieces.size())
        .map(piece -> places(piece, names.value()))
        .collect()
        .forEach(places -> IntStream.of(places).forEach(used::set));
    return names.value().unused(used);
  }

  private static int[] places(Annotations.Piece piece, SplitLists names) throws IOException {
    var places = IntStream.builder();
    try (var reading = piece.read()) {
      for (var image = reading.next(); image != null; image = reading.next()) {
        names.place(image).ifPresent(places::add);
      }
    }
    return places.build().toArray();
  }

  /** Rows of what belongs to no image. */
  public static Dataset<Row> ofFindings(SparkSession session, List<Finding> findings) {
    var rows =
        JavaSparkContext.fromSparkContext(session.sparkContext())
            .parallelize(findings, 1)
            .map(finding -> new FoundSample(null, List.of(finding)).toRow());
    return session.createDataFrame(rows, FoundSample.SCHEMA);
  }

  /** Rows of sample shards in the same form, in partitions that depend on the rows alone. */
  public static Dataset<Row> ofSamples(SparkSession session, ShardSplit samples) {
    var context = JavaSparkContext.fromSparkContext(session.sparkContext());
    return session
        .createDataFrame(samples.batches(context, ROWS_A_TASK), samples.columns())
        .withColumn(ShardStore.FINDINGS, functions.lit(null).cast(ShardStore.FINDINGS_TYPE));
  }

  private record Task(
      IngestRules rules,
      @Nullable Location folder,
      @Nullable Broadcast<SplitLists> lists,
      LongAccumulator progress)
      implements FlatMapFunction<Iterator<Annotations.Piece>, Row>, Serializable {
    @Override
    public Iterator<Row> call(Iterator<Annotations.Piece> pieces) throws IOException {
      var sampler = new Sampler(rules, folder, lists == null ? null : lists.value());
      return new Rows(pieces.next().read(), sampler, progress);
    }
  }

  /** A row an image, read when it is asked for, and at the end one of what belongs to none. */
  private static final class Rows implements Iterator<Row> {
    private final Reading reading;
    private final Sampler sampler;
    private final LongAccumulator progress;
    private Optional<Row> next = Optional.empty();
    private boolean isAtEnd;

    Rows(Reading reading, Sampler sampler, LongAccumulator progress) {
      this.reading = reading;
      this.sampler = sampler;
      this.progress = progress;
      var task = TaskContext.get();
      if (task != null) {
        task.addTaskCompletionListener((TaskCompletionListener) done -> close());
      }
    }

    @Override
    public boolean hasNext() {
      if (next.isEmpty() && !isAtEnd) {
        next = read();
      }
      return next.isPresent();
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      var row = next.orElseThrow();
      next = Optional.empty();
      return row;
    }

    private Optional<Row> read() {
      var name = "annotations";
      try {
        var image = reading.next();
        if (image != null) {
          name = image.name();
          var row = sampler.sample(image).toRow();
          progress.add(1);
          return Optional.of(row);
        }
        isAtEnd = true;
        var lost = reading.lost();
        return lost.isEmpty() ? Optional.empty() : Optional.of(new FoundSample(null, lost).toRow());
      } catch (IOException e) {
        throw new UncheckedIOException(name + ": " + e.getMessage(), e);
      }
    }

    private void close() {
      try {
        reading.close();
      } catch (IOException e) {
        throw new UncheckedIOException("annotations: " + e.getMessage(), e);
      }
    }
  }
}
