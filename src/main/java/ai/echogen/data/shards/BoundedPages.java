package ai.echogen.data.shards;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Locale;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/**
 * Unpacks pages unless they would grow beyond measure: a file of some kilobytes can hold pages of
 * gigabytes, and memory for them is taken before a byte is unpacked.
 */
final class BoundedPages implements CompressionCodecFactory {
  private static final int SMALL = 64 << 20; // bytes; a page of ours has about one million
  private static final long MOST_TIMES = 200; // its compressed size, for a larger one

  private final CompressionCodecFactory codecs;

  BoundedPages(CompressionCodecFactory codecs) {
    this.codecs = codecs;
  }

  @Override
  public BytesInputCompressor getCompressor(CompressionCodecName codec) {
    return codecs.getCompressor(codec);
  }

  @Override
  public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
    return new Bounded(codecs.getDecompressor(codec));
  }

  @Override
  public void release() {
    codecs.release();
  }

  private static void require(long compressed, int unpacked) {
    if (unpacked < 0 || (unpacked > SMALL && unpacked > MOST_TIMES * compressed)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "a page of %d bytes says that %d come out of it", compressed, unpacked));
    }
  }

  private static final class Bounded implements BytesInputDecompressor {
    private final BytesInputDecompressor codec;

    Bounded(BytesInputDecompressor codec) {
      this.codec = codec;
    }

    @Override
    public BytesInput decompress(BytesInput bytes, int unpacked) throws IOException {
      require(bytes.size(), unpacked);
      return codec.decompress(bytes, unpacked);
    }

    @Override
    public void decompress(ByteBuffer input, int compressed, ByteBuffer output, int unpacked)
        throws IOException {
      require(compressed, unpacked);
      codec.decompress(input, compressed, output, unpacked);
    }

    @Override
    public void release() {
      codec.release();
    }
  }
}
