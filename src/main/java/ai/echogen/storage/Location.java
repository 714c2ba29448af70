package ai.echogen.storage;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.util.Comparator.comparingInt;
import static java.util.Comparator.naturalOrder;
import static java.util.stream.Collectors.toSet;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.net.UnknownHostException;
import java.nio.file.LinkOption;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Options.Rename;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.fs.permission.FsAction;
import org.apache.hadoop.security.AccessControlException;
import org.jspecify.annotations.Nullable;

/**
 * A file or a directory on any Hadoop file system, the same place in every JVM.
 *
 * <p>What a user gives is qualified where it is made, on the driver: a path without a scheme lies
 * on the default file system, a relative one below the driver's working directory. Executors get
 * the whole URI. Local files are read and written without Hadoop's checksums, which it keeps in
 * hidden files beside its own and for which it refuses a file that was edited by hand.
 */
public final class Location implements Serializable {
  private static final long serialVersionUID = 1;
  private static final int MOST_READ = 512 << 20; // bytes at once, of images too
  private static final String PART = ".part-";
  private static final Pattern PART_NAME = Pattern.compile("\\..+\\.part-\\p{XDigit}{8}");

  /** A user and a password before the host; a bucket's name has no colon. */
  private static final Pattern PASSWORD =
      Pattern.compile("(?i)[a-z][a-z0-9+.-]*://[^/:]*:[^/]*@|s3[an]?://[^/:]*:");

  private final String given;
  private final String uri;

  private Location(String given, String uri) {
    this.given = given;
    this.uri = uri;
  }

  /**
   * The place of a path or a URI.
   *
   * @throws IllegalArgumentException if it is neither, there is no such file system, or it has a
   *     password in it, which would stand in logs and manifests
   * @throws UnnameableException if this process cannot name such a file
   */
  public static Location of(String text) {
    if (PASSWORD.matcher(text).lookingAt()) {
      throw new IllegalArgumentException(
          "must have no password in it; give keys of S3 as spark.hadoop.fs.s3a.access.key and"
              + " spark.hadoop.fs.s3a.secret.key, or as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
              + " in the environment");
    }
    try {
      var path = new Path(text);
      var place = new Location(text, system(path).makeQualified(path).toString());
      place.requireNameable(text);
      return place;
    } catch (UnnameableException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      if (e.getCause() instanceof UnknownHostException host) {
        throw new IllegalArgumentException(
            "must lie on a file system that can be reached, got %s (unknown host %s)"
                .formatted(text, host.getMessage()),
            e);
      }
      boolean colon = text.indexOf(':') >= 0 && !text.contains(":/");
      throw new IllegalArgumentException(
          "must be a path or a URI, got \"%s\"%s"
              .formatted(text, colon ? "; before a name with a colon write ./" : ""),
          e);
    } catch (RuntimeException e) { // Hadoop's way to say that a class is missing
      if (!(e.getCause() instanceof ClassNotFoundException missing)) {
        throw e;
      }
      throw new IllegalArgumentException(
          "must lie on a file system that is on the class path, got %s (no %s; docs/cluster.md says how to add it)"
              .formatted(text, missing.getMessage()),
          e);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "must lie on a file system that Hadoop can reach, got %s (%s)"
              .formatted(text, e.getMessage()),
          e);
    }
  }

  /** The place of a file or a directory of this machine. */
  public static Location of(java.nio.file.Path local) {
    return new Location(local.toString(), "file:" + local.toAbsolutePath().normalize());
  }

  /**
   * What lies in this directory under a name, or a path of names.
   *
   * @throws UnnameableException if this process cannot name such a file
   */
  public Location child(String name) {
    requireNameable(name);
    return new Location(below(given, name), below(uri, name));
  }

  /**
   * Fails if a file of this file system cannot have that name here.
   *
   * @throws UnnameableException if this process cannot name such a file
   */
  public void requireNameable(String name) {
    if (isLocal()) {
      LocalNames.require(name);
    }
  }

  /** A name that is written in this file: relative to the file's folder unless it is a URI. */
  public Location named(String name) {
    var path = path();
    return of(new Path(path.isRoot() ? path : path.getParent(), name).toString());
  }

  private static String below(String directory, String name) {
    return directory.endsWith("/") ? directory + name : directory + "/" + name;
  }

  /** The last of its names. */
  public String name() {
    return path().getName();
  }

  /** The whole URI as Hadoop writes it, without escapes. */
  public String uri() {
    return uri;
  }

  /** The same as Hadoop has it. */
  public Path path() {
    return new Path(uri);
  }

  /** Where it lies. */
  public FileSystem files() throws IOException {
    return system(path());
  }

  private static FileSystem system(Path path) throws IOException {
    var files = path.getFileSystem(HadoopSettings.ofThisJvm());
    return files instanceof LocalFileSystem local ? local.getRaw() : files;
  }

  /** What its file system can be relied on for. */
  StoreKind kind() {
    return StoreKind.of(path().toUri());
  }

  /** Whether it lies on this machine's disks. */
  public boolean isLocal() {
    return uri.startsWith("file:");
  }

  /**
   * The same as Java has it.
   *
   * @throws IllegalArgumentException if it is on another file system
   */
  public java.nio.file.Path local() {
    if (!isLocal()) {
      throw new IllegalArgumentException(
          given + ": must be on this machine; give a path of it, or file:///…");
    }
    return java.nio.file.Path.of(path().toUri().getPath());
  }

  public boolean exists() throws IOException {
    return files().exists(path());
  }

  public FileStatus status() throws IOException {
    return files().getFileStatus(path());
  }

  /** What is in a directory, by name; nothing if there is none. */
  public List<FileStatus> list() throws IOException {
    var files = files();
    if (!files.exists(path())) {
      return List.of();
    }
    var entries = Arrays.stream(files.listStatus(path())).sorted().toList();
    entries.forEach(entry -> requireNameable(entry.getPath().getName()));
    return entries;
  }

  /**
   * Names in a directory of this machine that Java cannot open, so that {@link #list} lacks them.
   */
  public List<String> unlisted() throws IOException {
    var names = isLocal() ? local().toFile().list() : null;
    if (names == null) {
      return List.of();
    }
    var listed = list().stream().map(entry -> entry.getPath().getName()).collect(toSet());
    return Arrays.stream(names).filter(name -> !listed.contains(name)).sorted().toList();
  }

  /** Fails unless it is a directory; {@code key} is the setting that named it. */
  public void requireDirectory(String key) {
    if (!isDirectory(key, "directory")) {
      throw new IllegalArgumentException("%s: not a directory; check %s".formatted(this, key));
    }
  }

  /**
   * Whether what must be there is a directory; {@code key} is the setting that named it.
   *
   * @throws IllegalArgumentException if there is nothing, or a directory that is not finished
   */
  public boolean isDirectory(String key) {
    return isDirectory(key, "file or directory");
  }

  /**
   * Fails unless a directory here can be written to, or be made; {@code key} is the setting that
   * named it.
   */
  public void requireWritable(String key) {
    obstacle()
        .ifPresent(
            what -> {
              throw new IllegalArgumentException(
                  "%s: cannot be written to (%s); give another %s=".formatted(this, what, key));
            });
  }

  /** What keeps files from being written below here. */
  Optional<String> obstacle() {
    try {
      return isLocal() ? localObstacle() : remoteObstacle();
    } catch (IOException e) {
      throw new UncheckedIOException(this + ": " + e.getMessage(), e);
    }
  }

  private Optional<String> localObstacle() {
    var nearest = local();
    while (nearest.getParent() != null
        && !java.nio.file.Files.exists(nearest, LinkOption.NOFOLLOW_LINKS)) {
      nearest = nearest.getParent();
    }
    if (!java.nio.file.Files.isDirectory(nearest)) {
      return Optional.of(nearest + " is not a directory");
    }
    return java.nio.file.Files.isWritable(nearest)
        ? Optional.empty()
        : Optional.of(nearest + " is read-only for this user");
  }

  private Optional<String> remoteObstacle() throws IOException {
    var files = files();
    var nearest = path();
    while (!nearest.isRoot() && !files.exists(nearest)) {
      nearest = nearest.getParent();
    }
    try {
      if (!files.getFileStatus(nearest).isDirectory()) {
        return Optional.of(nearest + " is not a directory");
      }
      files.access(nearest, FsAction.WRITE);
      return Optional.empty();
    } catch (AccessControlException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    } catch (IOException | RuntimeException e) {
      return Optional.empty(); // this file system cannot tell: an object store has no permissions
    }
  }

  private boolean isDirectory(String key, String what) {
    try {
      if (!exists()) {
        throw new IllegalArgumentException("%s: no such %s; check %s".formatted(this, what, key));
      }
      StagedDirectory.requireFinished(this);
      return status().isDirectory();
    } catch (IOException e) {
      throw new UncheckedIOException(this + ": " + e.getMessage(), e);
    }
  }

  /**
   * Opens a file to read.
   *
   * @throws IllegalArgumentException if it is a pipe or a device of this machine: files are read in
   *     parts and more than once, and these may never come to an end
   */
  public FSDataInputStream open() throws IOException {
    if (isLocal()
        && java.nio.file.Files.exists(local())
        && !java.nio.file.Files.isRegularFile(local())
        && !java.nio.file.Files.isDirectory(local())) {
      throw new IllegalArgumentException(this + ": must be a regular file");
    }
    return files().open(path());
  }

  /**
   * The whole content of a file.
   *
   * @throws IllegalArgumentException if it is too large for that
   */
  public byte[] read() throws IOException {
    try (var in = open()) {
      var bytes = in.readNBytes(MOST_READ + 1);
      if (bytes.length > MOST_READ) {
        throw new IllegalArgumentException(
            String.format(Locale.ROOT, "%s: must have at most %,d bytes", this, MOST_READ));
      }
      return bytes;
    }
  }

  /** Opens a file to write, in the place of one that is there: a task may be tried again. */
  public OutputStream create() throws IOException {
    return new BufferedOutputStream(files().create(path(), true));
  }

  public void write(byte[] bytes) throws IOException {
    write(files().create(path(), true), bytes);
  }

  /** A part of it, as where a disk is full, is not left where a store can take it back. */
  private static void write(FSDataOutputStream to, byte[] bytes) throws IOException {
    try (var out = to) {
      try {
        out.write(bytes);
      } catch (IOException | RuntimeException e) {
        if (out.hasCapability(CommonPathCapabilities.ABORTABLE_STREAM)) {
          out.abort();
        }
        throw e;
      }
    }
  }

  /**
   * Writes a file that is not there yet; of several who try at once, one can, where the file system
   * can tell.
   *
   * @return false if it is there
   */
  public boolean createNew(byte[] bytes) throws IOException {
    try {
      if (isLocal()) { // Hadoop's own looks first and creates then
        java.nio.file.Files.write(local(), bytes, CREATE_NEW);
        return true;
      }
      write(files().create(path(), false), bytes);
      return true;
    } catch (java.nio.file.FileAlreadyExistsException | FileAlreadyExistsException e) {
      return false;
    }
  }

  /** Makes the directory and those above it. */
  public void makeDirectories() throws IOException {
    if (!files().mkdirs(path())) {
      throw new IOException("cannot make " + uri);
    }
  }

  /**
   * Writes a file of which readers see the old or the new one, whole: by writing it, on an object
   * store, elsewhere by writing another and renaming that.
   */
  public void replace(byte[] bytes) throws IOException {
    replace(part -> part.write(bytes));
  }

  /** The same with the bytes of a file of this machine. */
  public void replace(java.nio.file.Path source) throws IOException {
    replace(part -> part.put(source));
  }

  private interface Write {
    void to(Location part) throws IOException;
  }

  /** Whether a name is that of a file that {@link #replace} was writing when its process ended. */
  public static boolean isPart(String name) {
    return PART_NAME.matcher(name).matches();
  }

  private void replace(Write write) throws IOException {
    if (kind() == StoreKind.OBJECTS) {
      write.to(this);
      return;
    }
    var part = beside(PART + UUID.randomUUID().toString().substring(0, 8));
    try {
      write.to(part);
      part.moveOver(this);
    } finally {
      part.delete();
    }
  }

  /**
   * Copies a file of this machine, or a directory with all that is in it, to here; JSON, which says
   * what other files are, after these.
   */
  public void put(java.nio.file.Path source) throws IOException {
    if (!java.nio.file.Files.isDirectory(source)) {
      files().copyFromLocalFile(false, true, new Path(source.toUri()), path());
      return;
    }
    makeDirectories();
    try (var entries = java.nio.file.Files.list(source)) {
      for (var entry :
          entries.sorted(comparingInt(Location::rank).thenComparing(naturalOrder())).toList()) {
        child(String.valueOf(entry.getFileName())).put(entry);
      }
    }
  }

  private static int rank(java.nio.file.Path entry) {
    return Publication.rank(
        java.nio.file.Files.isDirectory(entry), String.valueOf(entry.getFileName()));
  }

  /** Copies the file, or the directory with all that is in it, to a free place of this machine. */
  public void get(java.nio.file.Path copy) throws IOException {
    files().copyToLocalFile(false, path(), new Path(copy.toUri()), true);
  }

  /** The directory that it lies in. */
  Optional<Location> parent() {
    return Optional.ofNullable(path().getParent())
        .map(parent -> new Location(parent.toString(), parent.toString()));
  }

  /** A hidden place in the same directory. */
  Location beside(String ending) {
    return new Location(given, new Path(path().getParent(), "." + name() + ending).toString());
  }

  private void moveOver(Location target) throws IOException {
    if (isLocal()) {
      java.nio.file.Files.move(local(), target.local(), ATOMIC_MOVE, REPLACE_EXISTING);
      return;
    }
    try {
      FileContext.getFileContext(path().toUri(), HadoopSettings.ofThisJvm())
          .rename(path(), target.path(), Rename.OVERWRITE);
    } catch (UnsupportedFileSystemException e) { // one that only FileSystem knows
      target.delete();
      moveTo(target);
    }
  }

  /** Moves it to a place that is free; a directory on an object store file by file. */
  public void moveTo(Location target) throws IOException {
    if (!files().rename(path(), target.path())) {
      throw new IOException("cannot rename " + uri + " to " + target.uri);
    }
  }

  /** Removes it, if it is there, with all that is in it. */
  public void delete() throws IOException {
    files().delete(path(), true);
  }

  /** Removes a directory that holds nothing, and no other. */
  public void deleteEmpty() throws IOException {
    if (list().isEmpty()) {
      files().delete(path(), false);
    }
  }

  /** SHA-256 of a file in hexadecimal, as it streams by. */
  public String sha256() throws IOException {
    try (var in = open()) {
      return LocalFiles.sha256(in);
    }
  }

  /** Reads what lies on this machine. */
  public interface Reader<T> {
    T read(java.nio.file.Path here) throws IOException;
  }

  /** What a reader makes of it on this machine; what the reader has to say names this place. */
  public <T> T onDisk(Reader<T> reader) throws IOException {
    return onDisk(LocalCopy.of(this), reader);
  }

  /** The same of a directory of which the reader needs these files only. */
  public <T> T onDisk(List<String> names, Reader<T> reader) throws IOException {
    return onDisk(LocalCopy.of(this, names), reader);
  }

  private <T> T onDisk(LocalCopy copy, Reader<T> reader) throws IOException {
    try (copy) {
      return reader.read(copy.path());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          String.valueOf(e.getMessage()).replace(copy.path().toString(), given), e);
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Location location && location.uri.equals(uri);
  }

  @Override
  public int hashCode() {
    return uri.hashCode();
  }

  /** As it was given, which is what messages say and what the driver can read again. */
  @Override
  public String toString() {
    return given;
  }
}
