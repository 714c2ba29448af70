package ai.echogen.data.ingest.formats.tar;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** A tar file record by record, which remembers its last header and whether it has an end. */
final class TarRecords extends TarArchiveInputStream {
  private static final int[] NAME = {0, 100}; // bytes of a header
  private static final int[] PREFIX = {345, 500};

  private final TarBytes bytes;
  private byte[] last = new byte[0];
  private boolean isEnded;

  TarRecords(TarBytes bytes) {
    super(bytes, StandardCharsets.ISO_8859_1.name()); // names as bytes: see name
    this.bytes = bytes;
  }

  @Override
  protected byte[] readRecord() throws IOException {
    var record = super.readRecord();
    if (record != null) {
      last = record;
      if (!isEnded && isEOFRecord(record)) {
        isEnded = true;
        bytes.startTail();
      }
    }
    return record;
  }

  /** Whether the record of zeros was there with which a tar file ends. */
  boolean isEnded() {
    return isEnded;
  }

  /**
   * The name of the entry that is read. The library has decoded bytes of a header one by one, but
   * names in a header of POSIX.1-2001 as the UTF-8 that they are.
   */
  String name(TarArchiveEntry entry) {
    var letters = entry.getName();
    return bytes(letters).flatMap(TarRecords::utf8).orElse(letters);
  }

  /** Whether the name has bytes that are not UTF-8, which are taken as letters of ISO 8859-1. */
  boolean isNameMistaken(TarArchiveEntry entry) {
    boolean isHeaderUtf8 =
        Stream.of(NAME, PREFIX)
            .map(range -> Arrays.copyOfRange(last, range[0], range[1]))
            .allMatch(field -> utf8(field).isPresent());
    return !isHeaderUtf8 && bytes(entry.getName()).filter(b -> utf8(b).isEmpty()).isPresent();
  }

  private static Optional<byte[]> bytes(String letters) {
    return StandardCharsets.ISO_8859_1.newEncoder().canEncode(letters)
        ? Optional.of(letters.getBytes(StandardCharsets.ISO_8859_1))
        : Optional.empty();
  }

  private static Optional<String> utf8(byte[] bytes) {
    try {
      var decoder = StandardCharsets.UTF_8.newDecoder();
      return Optional.of(decoder.decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
