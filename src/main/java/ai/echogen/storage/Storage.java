package ai.echogen.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.deploy.SparkHadoopUtil;

/** Hadoop file systems as the Spark session of this process will see them, before it starts. */
public final class Storage {
  private Storage() {}

  /** Hadoop's settings, with the {@code spark.hadoop.*} that spark-submit gave. */
  public static Configuration configuration() {
    return SparkHadoopUtil.get().newConfiguration(new SparkConf());
  }

  /**
   * The file system of a path, local files without Hadoop's checksums: it keeps them in hidden
   * files beside its own and then refuses a file that was edited by hand.
   */
  public static FileSystem plain(Path path, Configuration hadoop) throws IOException {
    var files = path.getFileSystem(hadoop);
    return files instanceof LocalFileSystem local ? local.getRaw() : files;
  }

  /** Fails unless {@code dir} is a directory; {@code key} is the setting that named it. */
  public static void requireDirectory(String key, String dir) {
    try {
      var path = new Path(dir);
      var files = files(path);
      if (!files.exists(path)) {
        throw new IllegalArgumentException("%s: no such directory; check %s".formatted(dir, key));
      }
      if (!files.getFileStatus(path).isDirectory()) {
        throw new IllegalArgumentException("%s: not a directory; check %s".formatted(dir, key));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(dir + ": " + e.getMessage(), e);
    }
  }

  /**
   * Whether a path that must exist is a directory; {@code key} is the setting that named it.
   *
   * @throws IllegalArgumentException if there is nothing
   */
  public static boolean isDirectory(String key, String name) {
    try {
      var path = new Path(name);
      var files = files(path);
      if (!files.exists(path)) {
        throw new IllegalArgumentException(
            "%s: no such file or directory; check %s".formatted(name, key));
      }
      return files.getFileStatus(path).isDirectory();
    } catch (IOException e) {
      throw new UncheckedIOException(name + ": " + e.getMessage(), e);
    }
  }

  /** Hadoop's settings where Spark runs, on executors too: keys of object stores, say. */
  public static Configuration ofThisJvm() {
    var env = SparkEnv.get();
    return env == null ? new Configuration() : SparkHadoopUtil.get().newConfiguration(env.conf());
  }

  /** Whether paths of a file system are paths of this machine. */
  public static boolean isLocal(FileSystem files) {
    return files.getUri().getScheme().equals("file");
  }

  /** A path of this machine's file system, as Java has it. */
  public static java.nio.file.Path local(FileSystem files, Path path) {
    return java.nio.file.Path.of(files.makeQualified(path).toUri().getPath());
  }

  /**
   * A file, or a directory of files, as it can be opened on this machine.
   *
   * @param path where it is; {@link #close} removes it if it is a copy
   */
  public record Here(java.nio.file.Path path, boolean isCopy) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      if (isCopy) {
        delete(path);
      }
    }
  }

  /** Fetches a file, or a directory of files, unless it is on this machine. */
  public static Here here(FileSystem files, Path path) throws IOException {
    if (isLocal(files)) {
      return new Here(local(files, path), false);
    }
    var folder = Files.createTempDirectory("echogen-copy");
    try {
      var copy = folder.resolve(path.getName());
      files.copyToLocalFile(false, path, new Path(copy.toUri()), true);
      return new Here(copy, true);
    } catch (IOException e) {
      delete(folder);
      throw e;
    }
  }

  /** Removes a file or a directory of this machine with all that is in it. */
  public static void delete(java.nio.file.Path path) throws IOException {
    try (var paths = Files.walk(path)) {
      for (var each : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    }
  }

  /** SHA-256 of a file of this machine, in hexadecimal. */
  public static String sha256(java.nio.file.Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      var digest = MessageDigest.getInstance("SHA-256");
      var buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  public static FileSystem files(Path path) throws IOException {
    return path.getFileSystem(configuration());
  }
}
