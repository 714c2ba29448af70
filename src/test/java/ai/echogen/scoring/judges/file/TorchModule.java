package ai.echogen.scoring.judges.file;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes TorchScript files of a module without parameters: a ZIP of stored entries. */
final class TorchModule {
  private TorchModule() {}

  /**
   * A file whose module has one method.
   *
   * @param type of what it returns
   * @param body of {@code forward(self, x: Tensor)}, one line
   */
  static byte[] of(String type, String body) throws IOException {
    var source =
        """
        class Judge(Module):
          __parameters__ = []
          __buffers__ = []
          training : bool
          _is_full_backward_hook : Optional[bool]
          def forward(self: __torch__.Judge, x: Tensor) -> %s:
            %s
        """
            .formatted(type, body);
    var entries = new LinkedHashMap<String, byte[]>();
    entries.put("data.pkl", object());
    entries.put("code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
    entries.put("constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
    entries.put("version", "3\n".getBytes(StandardCharsets.US_ASCII));
    entries.put("byteorder", "little".getBytes(StandardCharsets.US_ASCII));
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes)) {
      for (var entry : entries.entrySet()) {
        var crc = new CRC32();
        crc.update(entry.getValue());
        var header = new ZipEntry("judge/" + entry.getKey());
        header.setMethod(ZipEntry.STORED);
        header.setSize(entry.getValue().length);
        header.setCrc(crc.getValue());
        zip.putNextEntry(header);
        zip.write(entry.getValue());
        zip.closeEntry();
      }
    }
    return bytes.toByteArray();
  }

  /** A pickle of one {@code __torch__.Judge} that is not in training and has no hook. */
  private static byte[] object() throws IOException {
    var pickle = new ByteArrayOutputStream();
    pickle.write(new byte[] {(byte) 0x80, 2});
    pickle.write("c__torch__\nJudge\n".getBytes(StandardCharsets.US_ASCII));
    pickle.write(new byte[] {')', (byte) 0x81, '}', '('});
    text(pickle, "training");
    pickle.write((byte) 0x89); // False
    text(pickle, "_is_full_backward_hook");
    pickle.write('N'); // None
    pickle.write(new byte[] {'u', 'b', '.'});
    return pickle.toByteArray();
  }

  private static void text(ByteArrayOutputStream pickle, String text) throws IOException {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    pickle.write(new byte[] {'X', (byte) bytes.length, 0, 0, 0});
    pickle.write(bytes);
  }
}
