package ai.echogen.data.shards;

import io.airlift.compress.lz4.Lz4Decompressor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.hadoop.CodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.xerial.snappy.Snappy;

/**
 * Codecs that come to an end, with as many bytes as a page's header says. Parquet's own (1.13) for
 * Snappy and raw LZ4 wait for ever for bytes that are not there, take as much memory as data of
 * Snappy say that they need, and do not look at the checksum of gzip.
 */
final class StrictCodecs extends CodecFactory {
  StrictCodecs(Configuration hadoop) {
    super(hadoop, 0);
  }

  private interface Unpack {
    /** Unpacks as many bytes as are expected, or says how many there are. */
    int into(byte[] packed, byte[] unpacked) throws IOException;
  }

  @Override
  protected BytesDecompressor createDecompressor(CompressionCodecName name) {
    return switch (name) {
      case SNAPPY -> new Whole(StrictCodecs::snappy);
      case LZ4_RAW -> new Whole(StrictCodecs::lz4);
      case GZIP -> new Whole(StrictCodecs::gzip);
      default -> super.createDecompressor(name);
    };
  }

  private static int snappy(byte[] packed, byte[] unpacked) throws IOException {
    int length = Snappy.uncompressedLength(packed);
    return length == unpacked.length
        ? Snappy.uncompress(packed, 0, packed.length, unpacked, 0)
        : length;
  }

  private static int lz4(byte[] packed, byte[] unpacked) {
    return new Lz4Decompressor().decompress(packed, 0, packed.length, unpacked, 0, unpacked.length);
  }

  private static int gzip(byte[] packed, byte[] unpacked) throws IOException {
    try (var in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
      int length = in.readNBytes(unpacked, 0, unpacked.length);
      return in.read() < 0 ? length : length + 1;
    }
  }

  private static final class Whole extends BytesDecompressor {
    private final Unpack unpack;

    Whole(Unpack unpack) {
      this.unpack = unpack;
    }

    @Override
    public BytesInput decompress(BytesInput bytes, int length) throws IOException {
      var unpacked = new byte[length]; // bounded by BoundedPages
      int found = unpack.into(bytes.toByteArray(), unpacked);
      if (found != length) {
        throw new IOException(
            String.format(
                Locale.ROOT, "a page says that %d bytes come out of it, not %d", length, found));
      }
      return BytesInput.from(unpacked);
    }

    @Override
    public void decompress(ByteBuffer input, int packed, ByteBuffer output, int length)
        throws IOException {
      output.put(decompress(BytesInput.from(input), length).toByteBuffer());
    }

    @Override
    public void release() {}
  }
}
