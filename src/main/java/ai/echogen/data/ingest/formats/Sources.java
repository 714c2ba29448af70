package ai.echogen.data.ingest.formats;

import ai.echogen.config.Check;
import ai.echogen.storage.LocalFiles;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.LocatedFileStatus;

/**
 * The files of a data set, as the user names them.
 *
 * @param annotations file or folder of annotations
 * @param instances JSON of COCO's form with images, boxes and categories
 * @param captions JSON of COCO's form with captions
 * @param categories names of the classes
 * @param images folder of the images
 */
public record Sources(
    Optional<Location> annotations,
    Optional<Location> instances,
    Optional<Location> captions,
    Optional<Location> categories,
    Optional<Location> images) {
  /** One of the files, by the name of its key. */
  public enum Key {
    ANNOTATIONS,
    INSTANCES,
    CAPTIONS,
    CATEGORIES,
    IMAGES;

    String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Differs after a file of annotations was changed: sizes and times of these, and of all in a
   * folder of them. Images are not looked at.
   */
  public String fingerprint() throws IOException {
    var digest = LocalFiles.newSha256();
    for (var key : Key.values()) {
      if (key != Key.IMAGES && get(key).isPresent()) {
        addTo(digest, of(key));
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void addTo(MessageDigest digest, Location place) throws IOException {
    if (!place.status().isDirectory()) {
      addTo(digest, place.status());
      return;
    }
    var all = place.files().listFiles(place.path(), true);
    var files = new ArrayList<LocatedFileStatus>();
    while (all.hasNext()) {
      files.add(all.next());
    }
    files.sort(Comparator.comparing(FileStatus::getPath));
    files.forEach(file -> addTo(digest, file));
  }

  private static void addTo(MessageDigest digest, FileStatus file) {
    var line = file.getPath() + " " + file.getLen() + " " + file.getModificationTime() + "\n";
    digest.update(line.getBytes(StandardCharsets.UTF_8));
  }

  private Optional<Location> get(Key key) {
    return switch (key) {
      case ANNOTATIONS -> annotations;
      case INSTANCES -> instances;
      case CAPTIONS -> captions;
      case CATEGORIES -> categories;
      case IMAGES -> images;
    };
  }

  /** A file that {@link #require} has found to be there. */
  Location of(Key key) {
    return get(key).orElseThrow();
  }

  /** Adds what is missing, and what has no use. */
  void require(Set<Key> needed, Set<Key> possible, String format, Check check) {
    for (var key : Key.values()) {
      boolean isGiven = get(key).isPresent();
      check
          .that(key.key(), isGiven || !needed.contains(key), "must be given for format=" + format)
          .that(
              key.key(),
              !isGiven || needed.contains(key) || possible.contains(key),
              "is not for format=" + format);
    }
  }
}
