package ai.echogen.scoring.benchmarks;

import ai.echogen.storage.FileName;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Pictures of a folder, by the ids that their names say. */
public final class PictureNames {
  private static final Set<String> ENDINGS = Set.of("png", "jpg", "jpeg", "webp", "gif", "bmp");

  private PictureNames() {}

  /**
   * The files of a folder by their names without ending; other files are not looked at.
   *
   * @throws IllegalArgumentException if two pictures have one name
   */
  public static Map<String, String> list(Location folder) throws IOException {
    folder.requireDirectory("images");
    var names = new TreeMap<String, String>();
    for (var entry : folder.list()) {
      var name = entry.getPath().getName();
      int dot = name.lastIndexOf('.');
      if (!entry.isFile()
          || dot < 1
          || !ENDINGS.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT))) {
        continue;
      }
      var before = names.put(name.substring(0, dot), name);
      if (before != null) {
        throw new IllegalArgumentException(
            "%s: has %s and %s, which are both of one sample; remove one"
                .formatted(folder, before, name));
      }
    }
    return names;
  }

  /** The file for each id: under that name, or under it as drawings are named. */
  public static Map<String, String> of(Iterable<String> ids, Map<String, String> listed) {
    var names = new HashMap<String, String>();
    for (var id : ids) {
      var name = listed.getOrDefault(id, listed.get(FileName.of(id)));
      if (name != null) {
        names.put(id, name);
      }
    }
    return names;
  }
}
