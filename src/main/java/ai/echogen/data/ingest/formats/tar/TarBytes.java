package ai.echogen.data.ingest.formats.tar;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;

/**
 * The bytes of a tar file for the library that understands them, which reads names into memory of
 * whatever length they are said to be, and does not tell a file that ends from one that is cut.
 */
final class TarBytes extends InputStream {
  private static final int MOST_OF_HEADER = 1 << 20; // bytes, with all long names and attributes

  private final InputStream in;
  private long left = Long.MAX_VALUE;
  private boolean isAtEnd;
  private boolean isTail;
  private boolean hasTail;

  TarBytes(InputStream in) {
    this.in = in;
  }

  /** From here on, headers are read, which must not be longer than any real one. */
  void startHeader() {
    left = MOST_OF_HEADER;
  }

  void endHeader() {
    left = Long.MAX_VALUE;
  }

  /** From here on, there should be zeros only. */
  void startTail() {
    isTail = true;
  }

  /** Whether there is more than zeros, which are read to the end. */
  boolean hasTail() {
    var buffer = new byte[1 << 16];
    endHeader();
    try {
      while (!hasTail && read(buffer, 0, buffer.length) >= 0) {
        // look at the next ones
      }
      return hasTail;
    } catch (IOException e) { // of gzip
      return true;
    }
  }

  /** Whether it was read to its end. */
  boolean isAtEnd() {
    return isAtEnd;
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] to, int from, int length) throws IOException {
    if (left <= 0) {
      throw new IOException(
          String.format(Locale.ROOT, "a header of more than %,d bytes", MOST_OF_HEADER));
    }
    int count = in.read(to, from, (int) Math.min(length, left));
    isAtEnd |= count < 0;
    left -= Math.max(0, count);
    for (int i = from; isTail && i < from + count; i++) {
      hasTail |= to[i] != 0;
    }
    return count;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /**
   * Bytes as storage has them. What it fails with is not what damaged bytes are told by: that is an
   * IOException, this is not.
   */
  static final class Stored extends InputStream {
    private final InputStream in;

    Stored(InputStream in) {
      this.in = in;
    }

    @Override
    public int read() {
      try {
        return in.read();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public int read(byte[] to, int from, int length) {
      try {
        return in.read(to, from, length);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public int available() throws IOException {
      return in.available(); // GZIPInputStream asks whether there is another part
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
