package ai.echogen.data.ingest;

import ai.echogen.storage.Location;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The images of a data set by the names that annotation files give them: as they are, with the
 * back-slashes of Windows as slashes, and with the escapes of a URL taken back.
 */
record ImageFolder(Location folder) implements Serializable {
  /**
   * A file that was found.
   *
   * @param name below the folder
   */
  record Found(String name, byte[] bytes) {}

  /**
   * Reads a file, which lies below the folder whatever its name.
   *
   * @throws FileNotFoundException if there is none under any spelling; the message says which ones
   *     were tried
   * @throws IllegalArgumentException if Hadoop cannot open such a name
   */
  Found read(String fileName) throws IOException {
    Optional<IllegalArgumentException> unusable = Optional.empty();
    for (var name : spellings(fileName)) {
      if (isBelow(name)) {
        try {
          var place = folder.child(name);
          if (!place.status().isDirectory()) {
            return new Found(name, place.read());
          }
        } catch (FileNotFoundException e) {
          // the next one, then
        } catch (IllegalArgumentException e) { // such as a colon on HDFS
          unusable = Optional.of(e);
        }
      }
    }
    if (unusable.isPresent()) {
      throw unusable.get();
    }
    throw new FileNotFoundException(fileName + hint(fileName, folder.name()));
  }

  private static Set<String> spellings(String fileName) {
    var spellings = new LinkedHashSet<String>();
    for (var name : List.of(fileName, decoded(fileName))) {
      spellings.add(name);
      spellings.add(name.replace('\\', '/'));
      for (var form : List.of(Normalizer.Form.NFC, Normalizer.Form.NFD)) { // a Mac's is the second
        spellings.add(Normalizer.normalize(name, form));
      }
    }
    return spellings;
  }

  /** With each {@code %20} as the byte that it stands for; as it is if that makes no UTF-8. */
  private static String decoded(String name) {
    var bytes = name.getBytes(StandardCharsets.UTF_8);
    var plain = ByteBuffer.allocate(bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      int high = bytes[i] == '%' && i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
      int low = high < 0 ? -1 : Character.digit(bytes[i + 2], 16);
      plain.put(low < 0 ? bytes[i] : (byte) (high << 4 | low));
      i += low < 0 ? 0 : 2;
    }
    try {
      var text = StandardCharsets.UTF_8.newDecoder().decode(plain.flip()).toString();
      return text.indexOf('\0') < 0 ? text : name;
    } catch (CharacterCodingException e) {
      return name;
    }
  }

  private static boolean isBelow(String name) {
    return !name.isBlank() && !name.startsWith("/") && !List.of(name.split("/", -1)).contains("..");
  }

  private static String hint(String fileName, String folder) {
    if (fileName.contains("\\")) {
      return " (back-slashes: write the file_name with / instead, relative to the folder of images)";
    }
    if (fileName.matches("[A-Za-z][A-Za-z0-9+.-]*://.*")) {
      return " (a URL: fetch the file into the folder of images, and write its name)";
    }
    if (fileName.startsWith("/") || fileName.matches("[A-Za-z]:/.*")) {
      return " (an absolute path: write it relative to the folder of images)";
    }
    if (fileName.startsWith(folder + "/")) {
      return " (relative to the folder of images it begins after %s/)".formatted(folder);
    }
    if (!fileName.equals(fileName.strip())) {
      return " (with a blank at its beginning or end)";
    }
    if (!fileName.substring(fileName.lastIndexOf('/') + 1).contains(".")) {
      return " (without an ending such as .jpg)";
    }
    return decoded(fileName).equals(fileName)
        ? ""
        : " (escapes of a URL: write the file_name as the file is called)";
  }
}
