package ai.echogen.data.ingest.formats.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.echogen.data.ingest.SourceImage;
import ai.echogen.data.ingest.formats.common.ReadAnnotations;
import ai.echogen.storage.Location;
import ai.echogen.storage.RemoteFileSystem;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import org.apache.hadoop.fs.BufferedFSInputStream;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSInputStream;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Parquet files that do not lie on this machine's disks. */
class ParquetStorageTest {
  private static final String SETTING = "spark.hadoop.fs.failing.impl";

  @TempDir private Path temp;

  /** {@code failing:/x} is {@code /x} of this machine, until its reads fail. */
  public static final class FailingFileSystem extends RawLocalFileSystem {
    private static volatile boolean fails;

    @Override
    public URI getUri() {
      return URI.create("failing:///");
    }

    @Override
    public String getScheme() {
      return "failing";
    }

    @Override
    public FSDataInputStream open(org.apache.hadoop.fs.Path path, int bufferSize)
        throws IOException {
      var in = super.open(path, bufferSize);
      var failing =
          new FSInputStream() {
            @Override
            public void seek(long position) throws IOException {
              in.seek(position);
            }

            @Override
            public long getPos() throws IOException {
              return in.getPos();
            }

            @Override
            public boolean seekToNewSource(long position) {
              return false;
            }

            @Override
            public int read() throws IOException {
              if (fails) {
                throw new IOException("the network is down");
              }
              return in.read();
            }

            @Override
            public int read(byte[] to, int from, int length) throws IOException {
              if (fails) {
                throw new IOException("the network is down");
              }
              return in.read(to, from, length);
            }

            @Override
            public void close() throws IOException {
              in.close();
            }
          };
      return new FSDataInputStream(new BufferedFSInputStream(failing, 16));
    }
  }

  @BeforeEach
  void register() {
    RemoteFileSystem.register(temp); // which ends sessions that know nothing of it
    System.setProperty(SETTING, FailingFileSystem.class.getName());
    FailingFileSystem.fails = false;
  }

  @AfterEach
  void forget() {
    System.clearProperty(SETTING);
    RemoteFileSystem.properties(temp).keySet().forEach(System::clearProperty);
  }

  @Test
  void filesOfAnyFileSystemAreRead() throws IOException {
    write("data/a b.parquet");
    var annotations = ParquetAnnotations.in(Location.of("remote:///data"), HuggingFaceRecords::of);
    var read = ReadAnnotations.of(annotations);
    assertThat(read.lost()).isEmpty();
    assertThat(read.images()).extracting(SourceImage::id).containsExactly("a b-000000");
  }

  @Test
  void aTaskFailsWithStorageAndLeavesNoRowOut() throws IOException {
    write("a.parquet");
    var annotations =
        ParquetAnnotations.in(
            Location.of("failing:" + temp.toAbsolutePath()), HuggingFaceRecords::of);
    assertThat(ReadAnnotations.of(annotations).images()).hasSize(1);
    FailingFileSystem.fails = true;
    assertThatThrownBy(() -> ReadAnnotations.of(annotations))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("a.parquet cannot be read (the network is down)");
  }

  private void write(String name) throws IOException {
    ParquetFile.of(
            """
            optional group image { optional binary bytes; optional binary path (UTF8); }
            optional group objects (LIST) { repeated group list { optional group element {
              optional group bbox (LIST) { repeated group list { optional double element; } }
              optional binary category (UTF8); } } }
            """)
        .write(temp.resolve(name), "{\"image\":{\"path\":\"a.jpg\"}}");
  }
}
