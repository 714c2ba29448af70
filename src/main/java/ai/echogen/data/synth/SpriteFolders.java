package ai.echogen.data.synth;

import ai.echogen.data.shards.DropTally;
import ai.echogen.storage.Location;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
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
  private static final int MOST_LEVELS = 16; // of folders

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
  private record Listed(String folder, List<String> names) {
    private String path(String name) {
      return folder + name;
    }
  }

  private static List<String> sprites(Listed files, List<String> leaveOut, DropTally dropped) {
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

  private static List<String> backgrounds(Listed files, DropTally dropped) {
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

  private static Listed files(Location folder) {
    try {
      var top = folder.child("").uri();
      List<String> names = new ArrayList<>();
      new Walk(folder.files(), folder.isLocal(), top, names).all(folder.path());
      names.sort(Comparator.naturalOrder());
      return new Listed(top, names);
    } catch (FileNotFoundException e) {
      throw new IllegalArgumentException(folder + ": no such folder", e);
    } catch (IOException e) {
      throw new UncheckedIOException(folder + ": " + e.getMessage(), e);
    }
  }

  /**
   * Every folder once, whatever links lead to it, under its own name if that lies below the top.
   *
   * <p>Not with listFiles(…, true): on a local disk it starts a process for each file.
   */
  private static final class Walk {
    private final FileSystem system;
    private final boolean isLocal; // others have no links
    private final String top;
    private final List<String> names;
    private final Set<java.nio.file.Path> seen = new HashSet<>();
    private final Deque<Folder> links = new ArrayDeque<>();

    private record Folder(Path path, int depth) {}

    Walk(FileSystem system, boolean isLocal, String top, List<String> names) {
      this.system = system;
      this.isLocal = isLocal;
      this.top = top;
      this.names = names;
    }

    void all(Path folder) throws IOException {
      list(new Folder(folder, 0));
      while (!links.isEmpty()) {
        list(links.remove());
      }
    }

    private void list(Folder folder) throws IOException {
      if (folder.depth() > MOST_LEVELS) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%s: more than %d folders deep; give another folder",
                folder.path().toUri().getPath(),
                MOST_LEVELS));
      }
      var entries = system.listStatus(folder.path()); // first, for its errors are Hadoop's
      if (isLocal && !seen.add(local(folder.path()).toRealPath())) {
        return;
      }
      Arrays.sort(entries);
      for (var entry : entries) {
        var path = entry.getPath();
        if (!entry.isDirectory()) {
          names.add(path.toString().substring(top.length()));
        } else if (isLocal && Files.isSymbolicLink(local(path))) {
          links.add(new Folder(path, folder.depth() + 1));
        } else {
          list(new Folder(path, folder.depth() + 1));
        }
      }
    }

    private static java.nio.file.Path local(Path path) {
      return java.nio.file.Path.of(path.toUri().getPath());
    }
  }

  private static void require(boolean holds, Location folder, String what) {
    if (!holds) {
      throw new IllegalArgumentException(folder + ": " + what + "; give another folder");
    }
  }
}
