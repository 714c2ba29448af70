package ai.echogen.storage;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.util.Progressable;
import org.apache.spark.sql.SparkSession;

/**
 * {@code remote:///x} is {@code ROOT/x} of this machine, which Java's own paths do not find;
 * nothing can be appended, as on object stores.
 */
public final class RemoteFileSystem extends RawLocalFileSystem {
  private static final String ROOT = "fs.remote.root";
  private static final AtomicLong COPIES = new AtomicLong();

  /** What Spark must be told. */
  public static Map<String, String> properties(Path root) {
    return Map.of(
        "spark.hadoop.fs.remote.impl",
        RemoteFileSystem.class.getName(),
        "spark.hadoop.fs.remote.impl.disable.cache", // each test has a root of its own
        "true",
        "spark.hadoop." + ROOT,
        root.toString());
  }

  /** Tells this JVM, once no session of other tests has told it something else. */
  public static void register(Path root) {
    var session = SparkSession.getDefaultSession();
    if (session.isDefined()) {
      session.get().stop();
    }
    properties(root).forEach(System::setProperty);
  }

  @Override
  public URI getUri() {
    return URI.create("remote:///");
  }

  @Override
  public String getScheme() {
    return "remote";
  }

  @Override
  public File pathToFile(org.apache.hadoop.fs.Path path) {
    checkPath(path);
    return new File(getConf().get(ROOT) + makeQualified(path).toUri().getPath());
  }

  @Override
  public FileStatus getFileStatus(org.apache.hadoop.fs.Path path) throws IOException {
    var status = super.getFileStatus(path);
    status.setPath(makeQualified(path));
    return status;
  }

  @Override
  public FileStatus[] listStatus(org.apache.hadoop.fs.Path path) throws IOException {
    var found = super.listStatus(path);
    if (found.length == 1 && getFileStatus(path).isFile()) {
      found[0].setPath(makeQualified(path));
    }
    return found;
  }

  @Override
  public void copyToLocalFile(
      boolean deletes, org.apache.hadoop.fs.Path from, org.apache.hadoop.fs.Path to, boolean raw)
      throws IOException {
    COPIES.incrementAndGet();
    super.copyToLocalFile(deletes, from, to, raw);
  }

  /** How many files and directories have been copied to this machine's disk so far. */
  public static long numCopiesToDisk() {
    return COPIES.get();
  }

  @Override
  public FSDataOutputStream append(
      org.apache.hadoop.fs.Path path, int bufferSize, Progressable progress) {
    throw new UnsupportedOperationException("append");
  }
}
