package ai.echogen.jobs.draw;

import ai.echogen.data.shards.FoundSample;
import ai.echogen.inference.Batches;
import ai.echogen.inference.ModelPool;
import ai.echogen.layout.NamedLayout;
import ai.echogen.model.RunMode;
import ai.echogen.model.decoder.Decoder;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.sql.Row;
import org.apache.spark.util.LongAccumulator;
import org.jspecify.annotations.Nullable;

/**
 * Draws each layout several times, reads its phrases' boxes back from each drawing, and keeps the
 * drawing that agrees best, if it agrees well enough: a Spark map to rows of {@link
 * FoundSample#SCHEMA}. A question about a drawing stands in a sequence of its own, without the text
 * that it was drawn of.
 *
 * <p>Drawing number {@code k} of a layout is the one that {@code generate} draws with the same seed
 * and settings.
 *
 * @param rule what is kept
 * @param tallies folder in which each task leaves its {@link AgreementTally}
 * @param progress counts layouts
 */
record BestDrawing(
    Drawing drawing, Rule rule, int batch, Location tallies, LongAccumulator progress)
    implements Function2<Integer, Iterator<NamedLayout>, Iterator<Row>> {
  /**
   * How drawings are made.
   *
   * @param negativePrompt what guidance leads away from; null for a blank text
   * @param number drawings a layout
   */
  record Drawing(
      Location model,
      RunMode mode,
      long seed,
      Decoder.Sampling sampling,
      @Nullable String negativePrompt,
      int number)
      implements Serializable {}

  /**
   * Which drawings are kept.
   *
   * @param grounder model that reads the boxes; null for the one that draws
   * @param least agreement of a drawing that is kept
   * @param split that the rows belong to
   */
  record Rule(@Nullable Location grounder, Agreement agreement, double least, String split)
      implements Serializable {}

  /** The file that the task of a partition leaves. */
  static String tallyName(int partition) {
    return String.format(Locale.ROOT, "part-%06d.json", partition);
  }

  @Override
  public Iterator<Row> call(Integer partition, Iterator<NamedLayout> layouts) throws IOException {
    var artist = ModelPool.lease(drawing.model(), drawing.mode()).untilTaskEnds();
    var reader =
        rule.grounder() == null
            ? artist
            : ModelPool.lease(rule.grounder(), new RunMode(null, drawing.mode().precision()))
                .untilTaskEnds();
    var tally = new AgreementTally();
    var round = new DrawingRound(artist, reader, drawing, rule, batch, tally);
    int together = Math.max(1, batch / drawing.number());
    var rows = new Batches<>(layouts, together, group -> rows(round, group));
    return new Tallied(rows, () -> tally.write(tallies.child(tallyName(partition))));
  }

  private List<Row> rows(DrawingRound round, List<NamedLayout> group) {
    var rows = round.rows(group);
    progress.add(group.size());
    return rows;
  }

  /** Does something when all rows were taken, before the one who takes them knows. */
  private static final class Tallied implements Iterator<Row> {
    private final Iterator<Row> rows;
    private final AtEnd atEnd;
    private boolean isOver;

    private interface AtEnd {
      void run() throws IOException;
    }

    Tallied(Iterator<Row> rows, AtEnd atEnd) {
      this.rows = rows;
      this.atEnd = atEnd;
    }

    @Override
    public boolean hasNext() {
      if (!rows.hasNext() && !isOver) {
        isOver = true;
        try {
          atEnd.run();
        } catch (IOException e) {
          throw new UncheckedIOException(e.getMessage(), e);
        }
      }
      return rows.hasNext();
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return rows.next();
    }
  }
}
