package ai.echogen.data.ingest.formats.parquet;

import ai.echogen.data.ingest.formats.parquet.ParquetPart.DamagedException;
import ai.echogen.data.shards.CheckedParquet;
import ai.echogen.data.shards.Finding;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.storage.FileContent;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileStatus;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;

/**
 * The row groups of one Parquet file, or of all those of a folder and the folders in it, by their
 * paths: what their footers say.
 *
 * @param numFiles that could be read
 * @param numRows of all of them
 * @param groups a part each
 * @param lost files that could not be read
 */
record ParquetRecords(int numFiles, long numRows, List<ParquetPart> groups, List<Finding> lost) {
  private static final String ENDING = ".parquet";
  private static final int MOST_LEVELS = 16; // of folders
  private static final int MOST_FOOTER = 64 << 20; // bytes; a footer is read whole
  private static final int TAIL = 8; // bytes: the footer's length, and the mark
  private static final byte[] MARK = "PAR1".getBytes(StandardCharsets.US_ASCII);

  /** Those that need a library which is not here. */
  private static final Set<CompressionCodecName> NOT_HERE =
      Set.of(CompressionCodecName.LZO, CompressionCodecName.BROTLI);

  /**
   * Reads the footers.
   *
   * @param place a file, whatever its name, or a folder
   * @throws IllegalArgumentException if there is no file that can be read, or one of them lacks
   *     columns
   */
  static ParquetRecords of(Location place, RecordFormat.Maker maker) {
    var all = new Gathered(maker);
    try {
      if (place.isDirectory("annotations")) {
        all.find(place, "", 0);
        if (all.files.isEmpty()) {
          throw new IllegalArgumentException(
              "%s: no %s file in it; give a Parquet file, or a folder of them"
                  .formatted(place, ENDING));
        }
      } else {
        all.files.put(place.name(), place);
      }
      for (var file : all.files.entrySet()) {
        all.read(file.getKey(), file.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(place + ": " + e.getMessage(), e);
    }
    return all.records(place);
  }

  private static final class Gathered {
    private final RecordFormat.Maker maker;
    private final Map<String, Location> files = new TreeMap<>(); // by their paths
    private final List<ParquetPart> groups = new ArrayList<>();
    private final List<Finding> lost = new ArrayList<>();
    private int numFiles;
    private long numRows;

    Gathered(RecordFormat.Maker maker) {
      this.maker = maker;
    }

    void find(Location folder, String path, int level) throws IOException {
      for (var entry : folder.list()) {
        var name = entry.getPath().getName();
        if (isHidden(name) || name.equals(ShardStore.LEFT_OUT)) { // beside our own shards: no data
          continue;
        }
        if (entry.isDirectory() && level == MOST_LEVELS) {
          lost.add(Finding.dropped("folder below too many others", path + name));
        } else if (entry.isDirectory()) {
          find(folder.child(name), path + name + "/", level + 1);
        } else if (isParquet(name)) {
          files.put(path + name, folder.child(name));
        }
      }
      for (var name : folder.unlisted()) {
        if (isParquet(name)) {
          lost.add(Finding.dropped("name of a file that is not UTF-8: rename it", path + name));
        }
      }
    }

    private static boolean isHidden(String name) {
      return name.startsWith(".") || name.startsWith("_");
    }

    private static boolean isParquet(String name) {
      return name.toLowerCase(Locale.ROOT).endsWith(ENDING);
    }

    void read(String name, Location place) throws IOException {
      var status = place.status();
      try {
        requireParquet(place, status);
        var input = new WatchedFile(place, status.getLen());
        try (var file = RecordRows.open(input, place)) {
          var footer = file.getFooter();
          long rows = RecordRows.parsed(input, () -> numRows(footer, status.getLen()));
          requireCodecs(place, footer.getBlocks());
          var data = footer.getFileMetaData();
          var format =
              maker.of(
                  new ParquetFooter(
                      place.toString(), data.getSchema(), data.getKeyValueMetaData()));
          numFiles++;
          numRows = Math.addExact(numRows, rows);
          add(name, place, status.getLen(), format, footer.getBlocks());
        }
      } catch (DamagedException e) {
        lost.add(
            Finding.dropped(
                "Parquet file that cannot be read", "%s (%s)".formatted(name, e.getMessage())));
      }
    }

    private void add(
        String name, Location place, long bytes, RecordFormat format, List<BlockMetaData> blocks) {
      long first = 0;
      for (int i = 0; i < blocks.size(); i++) {
        long rows = blocks.get(i).getRowCount();
        if (rows > 0) {
          groups.add(new ParquetPart(place, name, bytes, format, i, first, 0, rows, new BitSet()));
        }
        first += rows;
      }
    }

    ParquetRecords records(Location place) {
      if (numFiles == 0) {
        throw new IllegalArgumentException(
            "%s: no file that can be read: %s; copy them again"
                .formatted(place, lost.get(0).what()));
      }
      if (groups.isEmpty()) {
        throw new IllegalArgumentException(place + ": no row in it; give files that have some");
      }
      return new ParquetRecords(numFiles, numRows, List.copyOf(groups), List.copyOf(lost));
    }
  }

  /** Looks at a file's first and last bytes, before more of it is read. */
  private static void requireParquet(Location place, FileStatus status)
      throws IOException, DamagedException {
    if (status.isDirectory()) {
      throw new DamagedException("a directory");
    }
    try (var in = place.open()) {
      var mistaken = FileContent.mistaken(in.readNBytes(FileContent.BYTES));
      if (mistaken.isPresent()) {
        throw new DamagedException(mistaken.get());
      }
      if (status.getLen() < MARK.length + TAIL) {
        throw new DamagedException("too short");
      }
      in.seek(status.getLen() - TAIL);
      var tail = ByteBuffer.wrap(in.readNBytes(TAIL)).order(ByteOrder.LITTLE_ENDIAN);
      int length = tail.getInt();
      if (!tail.equals(ByteBuffer.wrap(MARK))) {
        throw new DamagedException("does not end as Parquet does: cut off, or of another kind");
      }
      if (length < 0 || length > MOST_FOOTER) {
        throw new DamagedException(
            String.format(Locale.ROOT, "a footer of %d bytes", Integer.toUnsignedLong(length)));
      }
    }
  }

  /** Each row takes a byte at least, unless it is one of billions that a few bytes stand for. */
  private static long numRows(ParquetMetadata footer, long bytes) {
    CheckedParquet.requireWithin(footer.getBlocks(), bytes);
    long rows = 0;
    for (var group : footer.getBlocks()) {
      if (group.getRowCount() < 0
          || group.getRowCount() > Math.min(bytes - rows, Integer.MAX_VALUE)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT, "is said to have %d rows in %d bytes", group.getRowCount(), bytes));
      }
      rows += group.getRowCount();
    }
    return rows;
  }

  private static void requireCodecs(Location place, List<BlockMetaData> groups) {
    for (var group : groups) {
      for (var column : group.getColumns()) {
        if (NOT_HERE.contains(column.getCodec())) {
          throw new IllegalArgumentException(
              ("%s: column %s is compressed with %s, which cannot be read here; "
                      + "write it with zstd or snappy")
                  .formatted(place, column.getPath().toDotString(), column.getCodec()));
        }
      }
    }
  }
}
