package ai.echogen.data.synth;

import ai.echogen.data.shards.DropTally;
import ai.echogen.storage.Location;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The files that scenes of cut-outs can be made of, by their names alone.
 *
 * @param sprites PNG files with a description beside them, sorted
 * @param backgrounds images, sorted
 * @param dropped images that are neither, by reason
 */
public record SpriteFolders(List<String> sprites, List<String> backgrounds, DropTally dropped) {
  private static final Set<String> IMAGES =
      Set.of("png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "webp", "svg");
  private static final Set<String> PHOTOGRAPHS = Set.of("png", "jpg", "jpeg", "webp");

  public SpriteFolders {
    sprites = List.copyOf(sprites);
    backgrounds = List.copyOf(backgrounds);
  }

  /**
   * Looks through both folders and all that are below them.
   *
   * @param leaveOut names of folders below {@code sprites} to leave out
   * @throws IllegalArgumentException if a folder is missing, or has nothing of use
   */
  public static SpriteFolders list(Location sprites, Location backgrounds, List<String> leaveOut) {
    var dropped = new DropTally();
    var found =
        new SpriteFolders(
            sprites(files(sprites), leaveOut, dropped),
            backgrounds(files(backgrounds), dropped),
            dropped);
    require(!found.sprites.isEmpty(), sprites, "no PNG file with a .txt file beside it");
    require(!found.backgrounds.isEmpty(), backgrounds, "no JPEG, PNG or WebP file");
    return found;
  }

  /** A folder's files: whole paths, and below the folder. */
  private record Files(String folder, List<String> names) {
    private String path(String name) {
      return folder + name;
    }
  }

  private static List<String> sprites(Files files, List<String> leaveOut, DropTally dropped) {
    var names = new HashSet<>(files.names());
    List<String> sprites = new ArrayList<>();
    for (var name : files.names()) {
      if (!IMAGES.contains(ending(name))) {
        continue;
      }
      if (isBelow(name, leaveOut)) {
        dropped.add("sprite in a folder left out", name);
      } else if (!ending(name).equals("png")) {
        dropped.add("sprite that is not a PNG file", name);
      } else if (!names.contains(description(name))) {
        dropped.add("sprite without a description beside it", name);
      } else {
        sprites.add(files.path(name));
      }
    }
    return sprites;
  }

  private static List<String> backgrounds(Files files, DropTally dropped) {
    List<String> backgrounds = new ArrayList<>();
    for (var name : files.names()) {
      if (PHOTOGRAPHS.contains(ending(name))) {
        backgrounds.add(files.path(name));
      } else if (IMAGES.contains(ending(name))) {
        dropped.add("background that is not JPEG, PNG or WebP", name);
      }
    }
    return backgrounds;
  }

  /** The text file beside an image. */
  static String description(String image) {
    return image.substring(0, image.lastIndexOf('.')) + ".txt";
  }

  private static boolean isBelow(String name, List<String> folders) {
    return folders.stream().anyMatch(folder -> ("/" + name).contains("/" + folder + "/"));
  }

  private static String ending(String name) {
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }

  private static Files files(Location folder) {
    try {
      var top = folder.child("").uri();
      List<String> names = new ArrayList<>();
      list(folder.files(), folder.path(), top, names);
      names.sort(Comparator.naturalOrder());
      return new Files(top, names);
    } catch (FileNotFoundException e) {
      throw new IllegalArgumentException(folder + ": no such folder", e);
    } catch (IOException e) {
      throw new UncheckedIOException(folder + ": " + e.getMessage(), e);
    }
  }

  /** Not with listFiles(…, true): on a local disk it starts a process for each file. */
  private static void list(FileSystem system, Path folder, String top, List<String> names)
      throws IOException {
    for (var entry : system.listStatus(folder)) {
      if (entry.isDirectory()) {
        list(system, entry.getPath(), top, names);
      } else {
        names.add(entry.getPath().toString().substring(top.length()));
      }
    }
  }

  private static void require(boolean holds, Location folder, String what) {
    if (!holds) {
      throw new IllegalArgumentException(folder + ": " + what + "; give another folder");
    }
  }
}
