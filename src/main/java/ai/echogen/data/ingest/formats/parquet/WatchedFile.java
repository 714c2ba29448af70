package ai.echogen.data.ingest.formats.parquet;

import ai.echogen.storage.Location;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A file as Parquet reads it, which remembers whether storage failed: Parquet throws the same
 * exceptions for that as for bytes that it does not understand.
 */
final class WatchedFile implements InputFile {
  private final Location file;
  private final long bytes;
  private @Nullable Exception failure;

  WatchedFile(Location file, long bytes) {
    this.file = file;
    this.bytes = bytes;
  }

  /** What storage failed with, if it did. */
  Optional<Exception> failure() {
    return Optional.ofNullable(failure);
  }

  @Override
  public long getLength() {
    return bytes;
  }

  @Override
  public SeekableInputStream newStream() throws IOException {
    var in = file.open();
    return new DelegatingSeekableInputStream(new Watched(in)) {
      @Override
      public long getPos() throws IOException {
        return in.getPos();
      }

      @Override
      public void seek(long position) throws IOException {
        in.seek(position);
      }
    };
  }

  private final class Watched extends FilterInputStream {
    Watched(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      try {
        return super.read();
      } catch (IOException | RuntimeException e) {
        failure = e;
        throw e;
      }
    }

    @Override
    public int read(byte[] to, int from, int length) throws IOException {
      try {
        return super.read(to, from, length);
      } catch (IOException | RuntimeException e) {
        failure = e;
        throw e;
      }
    }
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
