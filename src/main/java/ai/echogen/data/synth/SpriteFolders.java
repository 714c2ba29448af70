package ai.echogen.data.synth;

import ai.echogen.data.ingest.FileTree;
import ai.echogen.data.shards.DropTally;
import ai.echogen.storage.Location;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The files that scenes of cut-outs can be made of, by their names alone.
 *
 * @param sprites PNG files with a description beside them, sorted
 * @param backgrounds images, sorted
 * @param dropped images that are neither, by reason
 * @param fingerprint differs after a file of either folder was changed
 */
public record SpriteFolders(
    List<String> sprites, List<String> backgrounds, DropTally dropped, String fingerprint) {
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
    var cutOuts = FileTree.of(sprites);
    var photographs = FileTree.of(backgrounds);
    var found =
        new SpriteFolders(
            sprites(cutOuts, leaveOut, dropped),
            backgrounds(photographs, dropped),
            dropped,
            cutOuts.fingerprint() + photographs.fingerprint());
    require(!found.sprites.isEmpty(), sprites, "no PNG file with a .txt file beside it");
    require(!found.backgrounds.isEmpty(), backgrounds, "no JPEG, PNG or WebP file");
    return found;
  }

  private static List<String> sprites(FileTree files, List<String> leaveOut, DropTally dropped) {
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
        sprites.add(files.top() + name);
      }
    }
    return sprites;
  }

  private static List<String> backgrounds(FileTree files, DropTally dropped) {
    List<String> backgrounds = new ArrayList<>();
    for (var name : files.names()) {
      if (PHOTOGRAPHS.contains(ending(name))) {
        backgrounds.add(files.top() + name);
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

  private static void require(boolean holds, Location folder, String what) {
    if (!holds) {
      throw new IllegalArgumentException(folder + ": " + what + "; give another folder");
    }
  }
}
