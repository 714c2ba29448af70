package ai.echogen.data.ingest.formats;

import ai.echogen.config.Check;
import ai.echogen.data.ingest.FileTree;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

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

  /** These, and of those that are not given here the others'. */
  public Sources over(Sources others) {
    return new Sources(
        annotations.or(others::annotations),
        instances.or(others::instances),
        captions.or(others::captions),
        categories.or(others::categories),
        images.or(others::images));
  }

  /** The names of those that are given. */
  public List<String> given() {
    return Stream.of(Key.values()).filter(key -> get(key).isPresent()).map(Key::key).toList();
  }

  /**
   * Differs after a file of annotations was changed: sizes and times of these, and of all in a
   * folder of them. Images are not looked at.
   */
  public String fingerprint() throws IOException {
    var prints = new StringBuilder();
    for (var key : Key.values()) {
      if (key != Key.IMAGES && get(key).isPresent()) {
        var status = of(key).status();
        prints.append(
            status.isDirectory()
                ? FileTree.of(of(key)).fingerprint()
                : FileTree.fingerprint(List.of(status)));
      }
    }
    return prints.toString();
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

  /** A file that {@link #requireAll} has found to be given. */
  Location of(Key key) {
    return get(key).orElseThrow();
  }

  /** Adds what is missing. */
  void requireAll(Set<Key> needed, String group, String format, Check check) {
    for (var key : Key.values()) {
      boolean isMissing = get(key).isEmpty() && needed.contains(key);
      check.that(group + key.key(), !isMissing, "must be given for format=" + format);
    }
  }

  /** Adds what has no use. */
  void requireNoneBut(
      Set<Key> needed, Set<Key> possible, String group, String format, Check check) {
    for (var key : Key.values()) {
      boolean isOfUse = get(key).isEmpty() || needed.contains(key) || possible.contains(key);
      check.that(group + key.key(), isOfUse, "is not for format=" + format);
    }
  }
}
