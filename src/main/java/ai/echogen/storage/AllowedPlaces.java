package ai.echogen.storage;

import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/**
 * Where paths may lead that stand in data: below the folder of the file that they stand in, and
 * where the user has said. So a file from elsewhere makes no job read what it should not, nor fetch
 * what somebody wants to be asked for.
 *
 * @param roots directories, as paths or URIs, and schemes with their colon, such as {@code https:}
 */
public record AllowedPlaces(List<String> roots) implements Serializable {
  private static final long serialVersionUID = 1;

  /** Below the file's own folder only. */
  public static final AllowedPlaces OWN = new AllowedPlaces(List.of());

  public AllowedPlaces {
    roots = List.copyOf(roots);
  }

  /**
   * A path that stands in a file, as a URI; only its form is looked at, as the place may be out of
   * reach.
   *
   * @return nothing if it leads where it may not
   * @throws IllegalArgumentException if it is no path
   */
  public Optional<String> resolve(Location file, String path) {
    var place = hasScheme(path) ? new Path(path).toString() : file.named(path).uri();
    var folder = file.path().getParent();
    boolean isAllowed =
        isBelow(place, (folder == null ? file.path() : folder).toString())
            || roots.stream().anyMatch(root -> isIn(place, root));
    return isAllowed ? Optional.of(place) : Optional.empty();
  }

  private static boolean isIn(String place, String root) {
    if (root.endsWith(":")) {
      return place.startsWith(root);
    }
    return isBelow(place, hasScheme(root) ? new Path(root).toString() : Location.of(root).uri());
  }

  /** Both are without steps upwards. */
  private static boolean isBelow(String place, String root) {
    return place.startsWith(root.endsWith("/") ? root : root + "/");
  }

  private static boolean hasScheme(String path) {
    return new Path(path).toUri().getScheme() != null;
  }
}
