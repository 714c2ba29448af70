package ai.echogen.data.ingest;

import ai.echogen.storage.LocalFiles;
import ai.echogen.storage.Location;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The files of a folder and of all below it: every folder once, whatever links lead to it, under
 * its own name if that lies below the top.
 *
 * <p>Not by Hadoop's {@code listFiles(…, true)}: on a local disk it starts a process for each file.
 *
 * @param top the folder's URI, with a slash at its end
 * @param files in the order of their paths
 */
public record FileTree(String top, List<FileStatus> files) {
  private static final int MOST_LEVELS = 16; // of folders

  public FileTree {
    files = List.copyOf(files);
  }

  /**
   * Lists them.
   *
   * @throws IllegalArgumentException if there is no such folder, or one lies too deep in it
   */
  public static FileTree of(Location folder) {
    try {
      var top = folder.child("").uri();
      var found = new ArrayList<FileStatus>();
      new Walk(folder.files(), folder.isLocal(), found).all(folder.path());
      found.sort(Comparator.comparing(file -> file.getPath().toString()));
      return new FileTree(top, found);
    } catch (FileNotFoundException e) {
      throw new IllegalArgumentException(folder + ": no such folder", e);
    } catch (IOException e) {
      throw new UncheckedIOException(folder + ": " + e.getMessage(), e);
    }
  }

  /** Their names below the top, in their order. */
  public List<String> names() {
    return files.stream().map(file -> file.getPath().toString().substring(top.length())).toList();
  }

  /** Differs after a file was added, taken away or changed: names, sizes and times, no content. */
  public String fingerprint() {
    return fingerprint(files);
  }

  /** The same of any files. */
  public static String fingerprint(List<FileStatus> files) {
    var digest = LocalFiles.newSha256();
    for (var file : files) {
      var line = file.getPath() + " " + file.getLen() + " " + file.getModificationTime() + "\n";
      digest.update(line.getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static final class Walk {
    private final FileSystem system;
    private final boolean isLocal; // others have no links
    private final List<FileStatus> files;
    private final Set<java.nio.file.Path> seen = new HashSet<>();
    private final Deque<Folder> links = new ArrayDeque<>();

    private record Folder(Path path, int depth) {}

    Walk(FileSystem system, boolean isLocal, List<FileStatus> files) {
      this.system = system;
      this.isLocal = isLocal;
      this.files = files;
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
          files.add(entry);
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
}
