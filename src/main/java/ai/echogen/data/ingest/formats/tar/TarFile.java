package ai.echogen.data.ingest.formats.tar;

import ai.echogen.data.shards.Finding;
import ai.echogen.storage.FileContent;
import ai.echogen.storage.Location;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.jspecify.annotations.Nullable;

/**
 * The files in a tar file, packed with gzip or not, as they stream by. What follows damage is lost:
 * where the next entry begins, nothing says.
 */
final class TarFile implements Closeable {
  private static final int PACKED = 1 << 16; // bytes read at once
  private final String tar;
  private final List<Finding> lost;
  private final TarRecords records;
  private final TarBytes bytes;
  private String name = "";
  private boolean isAtEnd;
  private boolean isWhole;

  private TarFile(String tar, InputStream in, List<Finding> lost) {
    this.tar = tar;
    this.lost = lost;
    this.bytes = new TarBytes(in);
    this.records = new TarRecords(bytes);
  }

  /**
   * Opens a tar file.
   *
   * @param lost takes what is wrong with it
   * @throws IOException if storage fails
   */
  static TarFile open(Location place, List<Finding> lost) throws IOException {
    var stored = new BufferedInputStream(new TarBytes.Stored(place.open()), PACKED);
    try {
      stored.mark(FileContent.BYTES);
      var start = stored.readNBytes(FileContent.BYTES);
      stored.reset();
      if (isGzip(start)) {
        return new TarFile(place.name(), new GZIPInputStream(stored, PACKED), lost);
      }
      var file = new TarFile(place.name(), stored, lost);
      FileContent.mistaken(start).ifPresent(file::giveUp);
      return file;
    } catch (UncheckedIOException e) {
      stored.close();
      throw e.getCause();
    } catch (IOException e) { // no gzip after all
      var file = new TarFile(place.name(), stored, lost);
      file.giveUp("damaged gzip file");
      return file;
    }
  }

  private static boolean isGzip(byte[] start) {
    return start.length >= 2 && start[0] == 0x1F && start[1] == (byte) 0x8B;
  }

  /**
   * Moves to the next file in it, and passes over links and folders.
   *
   * @return its name, or null after the last
   * @throws IOException if storage fails
   */
  @Nullable String next() throws IOException {
    while (!isAtEnd) {
      try {
        var entry = nextEntry();
        if (entry == null) {
          endOfArchive();
        } else if (!entry.isCheckSumOK()) {
          giveUp("damaged tar file, what follows is lost");
        } else {
          name = records.name(entry);
          if (records.isNameMistaken(entry)) {
            lost.add(
                Finding.adjusted(
                    "name in a tar file that is not UTF-8, read as ISO 8859-1", place(name)));
          }
          if (isFile(entry)) {
            return name;
          }
        }
      } catch (UncheckedIOException e) { // see TarBytes.Stored
        throw e.getCause();
      } catch (IOException | RuntimeException e) { // RuntimeException: commons-compress' own
        giveUp(e);
      }
    }
    return null;
  }

  private @Nullable TarArchiveEntry nextEntry() throws IOException {
    if (records.getCurrentEntry() != null) {
      var scratch = new byte[PACKED];
      while (records.read(scratch, 0, scratch.length) >= 0) {
        // what is left of the last one
      }
    }
    bytes.startHeader();
    var entry = records.getNextTarEntry();
    bytes.endHeader();
    return entry;
  }

  /**
   * The content of the file that {@link #next} has moved to.
   *
   * @return nothing if it is larger than {@code most} bytes or damaged
   * @throws IOException if storage fails
   */
  Optional<byte[]> content(int most) throws IOException {
    try {
      if (records.getCurrentEntry().getSize() > most) {
        lost.add(
            Finding.dropped(
                String.format(Locale.ROOT, "file of more than %,d bytes in a tar file", most),
                place(name)));
        return Optional.empty();
      }
      return Optional.of(records.readNBytes(most));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (IOException | RuntimeException e) {
      giveUp(e);
      return Optional.empty();
    }
  }

  /** Whether it could be read to its end; before that, false. */
  boolean isWhole() {
    return isWhole;
  }

  /** What to call an entry in findings. */
  String place(String entry) {
    return tar + ": " + entry;
  }

  private boolean isFile(TarArchiveEntry entry) {
    if (entry.isDirectory()) {
      return false;
    }
    if (entry.isLink() || entry.isSymbolicLink()) {
      lost.add(Finding.dropped("link in a tar file", place(name)));
      return false;
    }
    int kind = entry.getLinkFlag();
    boolean isPlain =
        kind == TarArchiveEntry.LF_NORMAL
            || kind == TarArchiveEntry.LF_OLDNORM
            || kind == TarArchiveEntry.LF_CONTIG;
    if (!isPlain || entry.isSparse()) {
      lost.add(Finding.dropped("sparse or special file in a tar file", place(name)));
      return false;
    }
    return true;
  }

  private void endOfArchive() throws IOException {
    if (!records.isEnded()) {
      giveUp(new EOFException());
      return;
    }
    isAtEnd = true;
    isWhole = true;
    if (bytes.hasTail()) {
      lost.add(
          Finding.dropped("bytes behind the end of a tar file: do not join them, unpack it", tar));
    }
  }

  private void giveUp(Exception e) {
    giveUp(
        e instanceof EOFException || bytes.isAtEnd()
            ? "tar file that ends early, what follows is lost"
            : "damaged tar file, what follows is lost");
  }

  private void giveUp(String reason) {
    isAtEnd = true;
    lost.add(
        Finding.dropped(reason, name.isEmpty() ? tar : "%s: at or behind %s".formatted(tar, name)));
  }

  @Override
  public void close() throws IOException {
    records.close();
  }
}
