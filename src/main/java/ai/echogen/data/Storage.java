package ai.echogen.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
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

  static FileSystem files(Path path) throws IOException {
    return path.getFileSystem(configuration());
  }
}
