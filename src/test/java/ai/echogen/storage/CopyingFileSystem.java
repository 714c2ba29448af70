package ai.echogen.storage;

import java.io.File;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Abortable;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.StreamCapabilities;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;
import org.jspecify.annotations.Nullable;

/**
 * {@code s3a://bucket/x} is {@code ROOT/x} of this machine, and so is {@code copies://bucket/x} of
 * a scheme that nobody knows; it behaves as S3A does: a file is there when it is closed, a
 * directory is renamed by copying file by file. Every change is counted, and from a chosen one on
 * nothing can be done any more, as where a process is killed.
 */
public final class CopyingFileSystem extends RawLocalFileSystem {
  private static final String ROOT = "fs.copies.root";
  private static final List<String> CHANGES = new ArrayList<>();
  private static int most = Integer.MAX_VALUE;
  private static long diskBytes = Long.MAX_VALUE; // for what is not closed yet

  private @Nullable URI uri; // the superclass asks before it is told

  /** What a process that is killed sees: nothing of ours may catch it. */
  static final class Killed extends Error {
    private static final long serialVersionUID = 1;
  }

  /** Has this JVM take it for S3A. */
  static void register(Path root) {
    properties(root).forEach(System::setProperty);
    live();
  }

  static void forget() {
    properties(Path.of("")).keySet().forEach(System::clearProperty);
  }

  private static Map<String, String> properties(Path root) {
    return Map.of(
        "spark.hadoop.fs.s3a.impl",
        CopyingFileSystem.class.getName(),
        "spark.hadoop.fs.s3a.impl.disable.cache",
        "true",
        "spark.hadoop.fs.copies.impl",
        CopyingFileSystem.class.getName(),
        "spark.hadoop.fs.copies.impl.disable.cache",
        "true",
        "spark.hadoop." + ROOT,
        root.toString());
  }

  /** Counts from here on, and lets so many changes be made. */
  static void killAfter(int changes) {
    CHANGES.clear();
    most = changes;
  }

  /** Counts from here on. */
  static void live() {
    killAfter(Integer.MAX_VALUE);
    diskBytes = Long.MAX_VALUE;
  }

  /** Lets a stream have so many bytes. */
  static void fillDisk(long bytes) {
    diskBytes = bytes;
  }

  /** What was changed, as {@code put}, {@code copy} or {@code delete} and the name of a file. */
  static List<String> changes() {
    return List.copyOf(CHANGES);
  }

  private static void change(String what, File file) {
    if (CHANGES.size() >= most) {
      throw new Killed();
    }
    CHANGES.add(what + " " + file.getName());
  }

  private static void requireAlive() {
    if (CHANGES.size() >= most) {
      throw new Killed();
    }
  }

  @Override
  public void initialize(URI place, Configuration settings) throws IOException {
    uri = URI.create(place.getScheme() + "://bucket");
    super.initialize(place, settings);
  }

  @Override
  public URI getUri() {
    return uri == null ? super.getUri() : uri;
  }

  @Override
  public String getScheme() {
    return getUri().getScheme();
  }

  @Override
  public File pathToFile(org.apache.hadoop.fs.Path path) {
    checkPath(path);
    return new File(getConf().get(ROOT) + makeQualified(path).toUri().getPath());
  }

  @Override
  public FileStatus getFileStatus(org.apache.hadoop.fs.Path path) throws IOException {
    requireAlive();
    var status = super.getFileStatus(path);
    status.setPath(makeQualified(path));
    return status;
  }

  @Override
  public boolean rename(org.apache.hadoop.fs.Path from, org.apache.hadoop.fs.Path to)
      throws IOException {
    var source = pathToFile(from).toPath();
    var target = pathToFile(to).toPath();
    if (Files.exists(target)) {
      return false;
    }
    List<Path> files;
    try (var all = Files.walk(source)) {
      files = all.filter(Files::isRegularFile).sorted().toList();
    }
    for (var file : files) {
      change("copy", file.toFile());
      var copy = target.resolve(source.relativize(file).toString());
      Files.createDirectories(copy.resolveSibling(""));
      Files.copy(file, copy);
    }
    for (var file : files) {
      change("delete", file.toFile());
      Files.delete(file);
    }
    Files.createDirectories(source.equals(files.get(0)) ? target.resolveSibling("") : target);
    super.delete(from, true);
    return true;
  }

  @Override
  public boolean delete(org.apache.hadoop.fs.Path path, boolean isRecursive) throws IOException {
    var file = pathToFile(path);
    if (!file.exists()) {
      return false;
    }
    if (file.isFile()) {
      change("delete", file);
      return file.delete();
    }
    if (isRecursive) {
      for (var entry : listStatus(path)) {
        delete(entry.getPath(), true);
      }
    }
    return super.delete(path, false);
  }

  @Override
  public FSDataOutputStream create(
      org.apache.hadoop.fs.Path path,
      boolean isReplaced,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    return create(path, isReplaced);
  }

  @Override
  public FSDataOutputStream create(
      org.apache.hadoop.fs.Path path,
      FsPermission permission,
      boolean isReplaced,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    return create(path, isReplaced);
  }

  @Override
  public FSDataOutputStream create(org.apache.hadoop.fs.Path path, boolean isReplaced)
      throws IOException {
    requireAlive();
    var file = pathToFile(path);
    if (file.exists() && !isReplaced) {
      throw new org.apache.hadoop.fs.FileAlreadyExistsException(path.toString());
    }
    Files.createDirectories(file.toPath().resolveSibling(""));
    var part = Files.createTempFile("object", "");
    return new FSDataOutputStream(new Put(Files.newOutputStream(part), part, file), null);
  }

  private static final class Put extends FilterOutputStream
      implements Abortable, StreamCapabilities {
    private final Path part;
    private final File file;
    private long written;

    Put(OutputStream out, Path part, File file) {
      super(out);
      this.part = part;
      this.file = file;
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      int taken = (int) Math.min(length, diskBytes - written);
      out.write(bytes, from, taken);
      written += taken;
      if (taken < length) {
        throw new IOException("no space left");
      }
    }

    @Override
    public void close() throws IOException {
      out.close();
      if (Files.exists(part)) {
        change("put", file);
        Files.move(part, file.toPath(), StandardCopyOption.REPLACE_EXISTING);
      }
    }

    @Override
    public @Nullable AbortableResult abort() {
      try {
        Files.delete(part);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return null;
    }

    @Override
    public boolean hasCapability(String capability) {
      return capability.equals(CommonPathCapabilities.ABORTABLE_STREAM);
    }
  }
}
