package ai.echogen.data.shards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.hadoop.CodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StrictCodecsTest {
  private static final byte[] TEXT = "a cat, ".repeat(1000).getBytes(StandardCharsets.US_ASCII);

  @ParameterizedTest
  @EnumSource(names = {"UNCOMPRESSED", "SNAPPY", "GZIP", "LZ4_RAW", "ZSTD"})
  void pagesAreUnpacked(CompressionCodecName codec) throws IOException {
    assertThat(unpacked(codec, packed(codec), TEXT.length)).isEqualTo(TEXT);
  }

  /** Parquet's own wait for ever. */
  @ParameterizedTest
  @EnumSource(names = {"SNAPPY", "GZIP", "LZ4_RAW", "ZSTD"})
  void aPageWithTooFewBytesIsNotWaitedFor(CompressionCodecName codec) throws IOException {
    var packed = packed(codec);
    assertThatThrownBy(
            () ->
                assertTimeoutPreemptively(
                    Duration.ofSeconds(30), () -> unpacked(codec, packed, TEXT.length + 1)))
        .isInstanceOf(IOException.class);
  }

  @Test
  void theChecksumOfGzipIsLookedAt() throws IOException {
    var packed = packed(CompressionCodecName.GZIP);
    packed[packed.length - 5] ^= 1;
    assertThatThrownBy(() -> unpacked(CompressionCodecName.GZIP, packed, TEXT.length))
        .isInstanceOf(IOException.class);
  }

  /** Data of five bytes that promise two gigabytes. */
  @Test
  void whatSnappyPromisesIsNotTakenForGranted() {
    var promise = new byte[] {-1, -1, -1, -1, 7};
    assertThatThrownBy(() -> unpacked(CompressionCodecName.SNAPPY, promise, 10))
        .isInstanceOf(IOException.class)
        .hasMessage("a page says that 10 bytes come out of it, not 2147483647");
  }

  @Test
  void aDictionaryHasNoMoreValuesThanBytes() {
    assertThat(dictionaryOf(10).readDictionaryPage()).isNotNull();
    assertThatThrownBy(() -> dictionaryOf(Integer.MAX_VALUE).readDictionaryPage())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a dictionary of 10 bytes is said to have 2147483647 values");
  }

  private static PageReader dictionaryOf(int numValues) {
    var pages =
        new PageReadStore() {
          @Override
          public PageReader getPageReader(ColumnDescriptor column) {
            return new PageReader() {
              @Override
              public DictionaryPage readDictionaryPage() {
                return new DictionaryPage(BytesInput.from(new byte[10]), numValues, Encoding.PLAIN);
              }

              @Override
              public long getTotalValueCount() {
                return 1;
              }

              @Override
              public DataPage readPage() {
                throw new UnsupportedOperationException();
              }
            };
          }

          @Override
          public long getRowCount() {
            return 1;
          }
        };
    var column = Types.optional(PrimitiveTypeName.BINARY).named("a");
    return new BoundedDictionaries(pages)
        .getPageReader(new ColumnDescriptor(new String[] {"a"}, column, 0, 1));
  }

  private static byte[] packed(CompressionCodecName codec) throws IOException {
    return new CodecFactory(new Configuration(false), 1 << 20)
        .getCompressor(codec)
        .compress(BytesInput.from(TEXT))
        .toByteArray();
  }

  private static byte[] unpacked(CompressionCodecName codec, byte[] packed, int length)
      throws IOException {
    return new BoundedPages(new StrictCodecs(new Configuration(false)))
        .getDecompressor(codec)
        .decompress(BytesInput.from(packed), length)
        .toByteArray();
  }
}
