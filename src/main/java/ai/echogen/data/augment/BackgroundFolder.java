package ai.echogen.data.augment;

import ai.echogen.storage.LocalFiles;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.hadoop.fs.FileStatus;

/**
 * The photographs of a folder and all that are below it, by name; what lies behind links to folders
 * is not among them.
 *
 * @param files sorted
 */
public record BackgroundFolder(List<File> files) {
  private static final Set<String> PHOTOGRAPHS = Set.of("png", "jpg", "jpeg", "webp");
  private static final int MOST_LEVELS = 16; // of folders

  /**
   * A file that is a photograph by its name.
   *
   * @param name below the folder
   * @param bytes its size
   * @param time of its last change
   */
  record File(String name, Location place, long bytes, long time) implements Serializable {}

  public BackgroundFolder {
    files = List.copyOf(files);
  }

  /**
   * Looks through a folder.
   *
   * @throws IllegalArgumentException if it is missing, or has no photograph
   */
  public static BackgroundFolder list(Location folder) {
    folder.requireDirectory("backgrounds");
    var files = new ArrayList<File>();
    try {
      list(folder, "", 0, files);
    } catch (IOException e) {
      throw new UncheckedIOException(folder + ": " + e.getMessage(), e);
    }
    if (files.isEmpty()) {
      throw new IllegalArgumentException(
          folder + ": no JPEG, PNG or WebP file; give another folder as backgrounds");
    }
    files.sort(Comparator.comparing(File::name));
    return new BackgroundFolder(files);
  }

  private static void list(Location folder, String below, int level, List<File> files)
      throws IOException {
    if (level > MOST_LEVELS) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: more than %d folders deep; give another folder as backgrounds",
              folder,
              MOST_LEVELS));
    }
    for (var entry : folder.list()) {
      var name = entry.getPath().getName();
      var place = folder.child(name);
      if (entry.isDirectory()) {
        if (!isLink(place)) {
          list(place, below + name + "/", level + 1, files);
        }
      } else if (isPhotograph(name)) {
        files.add(file(below + name, place, entry));
      }
    }
  }

  private static boolean isLink(Location place) {
    return place.isLocal() && Files.isSymbolicLink(place.local());
  }

  private static boolean isPhotograph(String name) {
    return PHOTOGRAPHS.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
  }

  private static File file(String name, Location place, FileStatus status) {
    return new File(name, place, status.getLen(), status.getModificationTime());
  }

  /** Differs after a file came, went or changed. */
  public String fingerprint() {
    var digest = LocalFiles.newSha256();
    for (var file : files) {
      var line = file.name() + " " + file.bytes() + " " + file.time() + "\n";
      digest.update(line.getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
