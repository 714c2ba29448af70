package ai.echogen.torch.script;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The file form of a TorchScript module without parameters: a ZIP of stored entries.
 *
 * <p>{@code functions/code/__torch__.py} holds the source. {@code functions/data.pkl} is a pickle
 * (protocol 2) of one {@code __torch__.Functions} whose state is {@code {training: False,
 * _is_full_backward_hook: None}}; {@code constants.pkl} one of the empty tuple; {@code version} and
 * {@code byteorder} are text. Read by libtorch's {@code torch::jit::load}.
 */
final class ScriptArchive {
  private ScriptArchive() {}

  static byte[] of(String source) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
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
        var header = new ZipEntry("functions/" + entry.getKey());
        header.setMethod(ZipEntry.STORED);
        header.setSize(entry.getValue().length);
        header.setCrc(crc.getValue());
        header.setTime(0);
        zip.putNextEntry(header);
        zip.write(entry.getValue());
        zip.closeEntry();
      }
    }
    return bytes.toByteArray();
  }

  /** PROTO 2, GLOBAL class, EMPTY_TUPLE, NEWOBJ, then the state dictionary, BUILD, STOP. */
  private static byte[] object() throws IOException {
    var pickle = new ByteArrayOutputStream();
    pickle.write(new byte[] {(byte) 0x80, 2});
    pickle.write("c__torch__\nFunctions\n".getBytes(StandardCharsets.US_ASCII));
    pickle.write(new byte[] {')', (byte) 0x81, '}', '('});
    text(pickle, "training");
    pickle.write((byte) 0x89); // False
    text(pickle, "_is_full_backward_hook");
    pickle.write('N');
    pickle.write(new byte[] {'u', 'b', '.'});
    return pickle.toByteArray();
  }

  /** BINUNICODE: four bytes of length, little-endian, then UTF-8. */
  private static void text(ByteArrayOutputStream pickle, String value) throws IOException {
    var bytes = value.getBytes(StandardCharsets.UTF_8);
    pickle.write('X');
    pickle.write(new byte[] {(byte) bytes.length, 0, 0, 0});
    pickle.write(bytes);
  }
}
