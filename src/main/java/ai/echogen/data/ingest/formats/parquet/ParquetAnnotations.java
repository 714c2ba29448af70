package ai.echogen.data.ingest.formats.parquet;

import ai.echogen.data.IdSet;
import ai.echogen.data.ingest.Annotations;
import ai.echogen.data.ingest.Reading;
import ai.echogen.data.ingest.SourceImage;
import ai.echogen.data.ingest.formats.common.LostPiece;
import ai.echogen.data.ingest.formats.parquet.ParquetPart.DamagedException;
import ai.echogen.data.shards.Finding;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Annotations in Parquet files, a row an image. Here are only the footers, and the ids while the
 * pieces are made, of which a row that has another's is none ({@link IdSet}). Tasks read the rows.
 */
public final class ParquetAnnotations implements Annotations {
  private static final int ROWS_A_PIECE = 2_000;
  private static final int PARTS_A_PIECE = 64; // each is opened
  private static final int CUTS = 32; // of a row group, since each piece reads it from its start

  private final ParquetRecords records;

  private ParquetAnnotations(ParquetRecords records) {
    this.records = records;
  }

  /**
   * Reads the footers of a file or of a folder's.
   *
   * @throws IllegalArgumentException if there is none that can be read, or one of them lacks
   *     columns
   */
  public static ParquetAnnotations in(Location place, RecordFormat.Maker maker) {
    return new ParquetAnnotations(ParquetRecords.of(place, maker));
  }

  @Override
  public String summary() {
    return String.format(
        Locale.ROOT, "%d rows in %d Parquet files", records.numRows(), records.numFiles());
  }

  @Override
  public OptionalLong numImages() {
    return OptionalLong.of(records.numRows());
  }

  @Override
  public List<Piece> pieces() {
    var pieces = new ArrayList<Piece>();
    if (!records.lost().isEmpty()) {
      pieces.add(new LostPiece(records.lost()));
    }
    var parts = new ArrayList<ParquetPart>();
    long rows = 0;
    for (var part : parts()) {
      boolean isFull = rows + part.numRows() > ROWS_A_PIECE || parts.size() == PARTS_A_PIECE;
      if (isFull && !parts.isEmpty()) {
        pieces.add(new Parts(List.copyOf(parts)));
        parts.clear();
        rows = 0;
      }
      parts.add(part);
      rows += part.numRows();
    }
    pieces.add(new Parts(List.copyOf(parts)));
    return pieces;
  }

  private List<ParquetPart> parts() {
    var parts = new ArrayList<ParquetPart>();
    var ids = new IdSet();
    try (var rows = new RecordRows()) {
      for (var group : records.groups()) {
        parts.addAll(cut(group.without(repeated(group, rows, ids))));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("ids: " + e.getMessage(), e);
    }
    return parts;
  }

  /** A row group with images in it is one part: whoever reads a row reads all before it. */
  private static List<ParquetPart> cut(ParquetPart group) {
    if (group.format().columns().contains("image")) {
      return List.of(group);
    }
    long rows = Math.max(ROWS_A_PIECE, (group.numRows() + CUTS - 1) / CUTS);
    var parts = new ArrayList<ParquetPart>();
    for (long from = 0; from < group.to(); from += rows) {
      parts.add(group.rows(from, Math.min(group.to(), from + rows)));
    }
    return parts;
  }

  /** The rows of a group whose id an earlier row has; what cannot be read, its task will name. */
  private static BitSet repeated(ParquetPart group, RecordRows rows, IdSet ids) throws IOException {
    var repeated = new BitSet();
    var columns = group.format().idColumns();
    if (columns.isEmpty()) {
      return repeated;
    }
    try {
      rows.start(group, columns);
      int number = 0;
      for (var row = rows.next(); row != null; row = rows.next()) {
        var id = group.format().id(row);
        repeated.set(number++, !id.isEmpty() && !ids.add(id));
      }
    } catch (DamagedException e) {
      rows.close();
    }
    return repeated;
  }

  /** Some rows. */
  private record Parts(List<ParquetPart> parts) implements Piece {
    private static final long serialVersionUID = 1;

    @Override
    public Reading read() {
      return new Rows(parts);
    }
  }

  private static final class Rows implements Reading {
    private static final String UNREADABLE = "rows of a Parquet file that cannot be read";
    private static final int MOST_LOST = 10_000; // findings that are kept until the piece's end

    private final Deque<ParquetPart> next;
    private final RecordRows rows = new RecordRows();
    private final List<Finding> lost = new ArrayList<>();
    private @Nullable ParquetPart part; // that is being read
    private int row; // of it, which comes next

    Rows(List<ParquetPart> parts) {
      next = new ArrayDeque<>(parts);
    }

    @Override
    public @Nullable SourceImage next() throws IOException {
      var image = part == null ? null : next(part);
      while (image == null && !next.isEmpty()) {
        image = start(next.remove());
      }
      return image;
    }

    /** The first image of a part, if there is one. */
    private @Nullable SourceImage start(ParquetPart part) throws IOException {
      this.part = part;
      row = 0;
      try {
        rows.start(part, part.format().columns());
      } catch (DamagedException e) {
        lose(part, e);
      }
      return next(part);
    }

    /** The next image of a part, or null after its last. */
    private @Nullable SourceImage next(ParquetPart part) throws IOException {
      try {
        for (var node = rows.next(); node != null; node = rows.next()) {
          if (lost.size() >= MOST_LOST) {
            throw new DamagedException(
                String.format(Locale.ROOT, "%,d rows before them are damaged", MOST_LOST));
          }
          var place = part.place(row);
          boolean isRepeated = part.repeated().get(row);
          row++;
          if (isRepeated) {
            lost.add(
                Finding.dropped(
                    "duplicate id", "%s (%s)".formatted(place, part.format().id(node))));
            continue;
          }
          var image = part.format().image(node, place, lost);
          if (image.isPresent()) {
            return image.get();
          }
        }
      } catch (DamagedException e) {
        lose(part, e);
      }
      return null;
    }

    private void lose(ParquetPart part, DamagedException why) throws IOException {
      lost.add(Finding.dropped(UNREADABLE, "%s (%s)".formatted(part.rest(row), why.getMessage())));
      rows.close();
    }

    @Override
    public List<Finding> lost() {
      return lost;
    }

    @Override
    public void close() throws IOException {
      rows.close();
    }
  }
}
