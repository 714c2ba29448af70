package ai.echogen.scoring.judges.file;

import ai.echogen.json.JsonText;
import ai.echogen.scoring.judges.Vocabulary;
import ai.echogen.storage.LocalFiles;
import ai.echogen.storage.Location;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A judge's description and the digests of its files, as the driver read them: what it sends to
 * tasks, which open the judge from it and refuse files that are others by then.
 *
 * @param description the {@code judge.json}
 * @param bytes of all files
 * @param settings all that the description says and, as {@code sha256.…}, each file's SHA-256
 * @param vocabulary of a detector; {@link Vocabulary#UNKNOWN} of other kinds
 */
public record JudgeFile(
    Location description, long bytes, SortedMap<String, String> settings, Vocabulary vocabulary)
    implements Serializable {
  private static final String NAME = "judge.json"; // in a directory
  private static final String DIGEST = "sha256.";
  private static final long LONGEST_DESCRIPTION = 16 << 20; // bytes
  private static final long LARGEST_FILE = 16L << 30; // bytes
  private static final int LONGEST_LIST = 10;

  public JudgeFile {
    settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
  }

  /**
   * Reads a description, and the digests of the files that it names; no model is loaded.
   *
   * @param place a {@code judge.json} under any name, or the directory that it lies in
   * @param key the setting that gave the place
   * @throws IllegalArgumentException naming everything that is wrong
   */
  public static JudgeFile of(Location place, String key) throws IOException {
    var file = place.isDirectory(key) ? place.child(NAME) : place;
    if (!file.exists()) {
      throw new IllegalArgumentException(
          "%s: has no %s; give the path of one as %s".formatted(place, NAME, key));
    }
    var json = readSmall(file);
    var description = JudgeDescription.parse(json, file.toString());
    var settings = new TreeMap<String, String>();
    flatten("", JsonText.parse(json, file.toString()), settings);
    settings.put(DIGEST + file.name(), file.sha256());
    long bytes = 0;
    for (var name : description.files()) {
      var part = folder(file).child(name);
      requireFile(part, file);
      bytes += part.status().getLen();
      settings.put(DIGEST + name, part.sha256());
    }
    return new JudgeFile(file, bytes, settings, vocabulary(description, file));
  }

  private static Vocabulary vocabulary(JudgeDescription description, Location file)
      throws IOException {
    if (!(description instanceof DetectorDescription detector)) {
      return Vocabulary.UNKNOWN;
    }
    var classes = detector.classes();
    if (detector.classFile().isPresent()) {
      var names = folder(file).child(detector.classFile().get());
      classes = ClassNames.parse(readSmall(names), names.toString());
    }
    return detector.synonyms().vocabulary(classes, file.toString());
  }

  /** The settings, and more. */
  SortedMap<String, String> settingsWith(Map<String, String> more) {
    var all = new TreeMap<>(settings);
    all.putAll(more);
    return Collections.unmodifiableSortedMap(all);
  }

  /** Where one of its files lies, for messages. */
  String place(String name) {
    return folder(description).child(name).toString();
  }

  private static byte[] readSmall(Location file) throws IOException {
    if (file.status().getLen() > LONGEST_DESCRIPTION) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "%s: must have at most %,d bytes", file, LONGEST_DESCRIPTION));
    }
    return file.read();
  }

  private static void requireFile(Location part, Location description) throws IOException {
    if (!part.exists()) {
      throw new IllegalArgumentException(
          "%s: no such file, which %s names".formatted(part, description.name()));
    }
    if (!part.status().isFile() || part.status().getLen() > LARGEST_FILE) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "%s: must be a file of at most %,d bytes", part, LARGEST_FILE));
    }
  }

  private static Location folder(Location file) {
    return file.isLocal()
        ? Location.of(file.local().resolveSibling("").toAbsolutePath())
        : Location.of(String.valueOf(file.path().getParent()));
  }

  /** Every value under its path; of long lists and many synonyms, how many they have. */
  private static void flatten(String path, JsonNode value, Map<String, String> settings) {
    boolean mayBeLong = value.isArray() || path.equals(Synonyms.FIELD);
    if (mayBeLong && value.size() > LONGEST_LIST) {
      settings.put(path, String.format(Locale.ROOT, "%,d entries", value.size()));
    } else if (value.isObject()) {
      for (var field : value.properties()) {
        flatten(
            path.isEmpty() ? field.getKey() : path + "." + field.getKey(),
            field.getValue(),
            settings);
      }
    } else {
      settings.put(path, value.isTextual() ? value.textValue() : value.toString());
    }
  }

  /** Makes something of a judge's description and its folder on this machine. */
  interface Opener<T> {
    T open(JudgeDescription description, Path folder) throws IOException;
  }

  /**
   * Fetches the files if need be, and makes sure that they are those that the driver saw.
   *
   * @throws IllegalArgumentException if they are others
   */
  <T> T onDisk(Opener<T> opener) throws IOException {
    var digests = settings.tailMap(DIGEST);
    var names =
        digests.keySet().stream()
            .filter(key -> key.startsWith(DIGEST))
            .map(key -> key.substring(DIGEST.length()))
            .toList();
    return folder(description)
        .onDisk(
            names,
            here -> {
              for (var name : names) {
                requireSame(here.resolve(name), String.valueOf(digests.get(DIGEST + name)));
              }
              var json = here.resolve(description.name());
              return opener.open(
                  JudgeDescription.parse(LocalFiles.readSmall(json), json.toString()), here);
            });
  }

  private static void requireSame(Path file, String digest) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException(
          file + ": no such file on this machine; put the judge where all executors see it");
    }
    if (!LocalFiles.sha256(file).equals(digest)) {
      throw new IllegalArgumentException(
          file + ": is not the file that the driver read: its SHA-256 is not " + digest);
    }
  }
}
