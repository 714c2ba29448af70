package ai.echogen.cluster;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;

/** A real HDFS on loopback, a name node and a data node, in this process. */
public final class MiniHdfs implements AutoCloseable {
  private final MiniDFSCluster cluster;

  private MiniHdfs(MiniDFSCluster cluster) {
    this.cluster = cluster;
  }

  /** Starts it, with all that it stores in a folder. */
  public static MiniHdfs start(Path folder) throws IOException {
    var settings = new Configuration();
    settings.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, folder.toString());
    var cluster = new MiniDFSCluster.Builder(settings).numDataNodes(1).build();
    cluster.waitActive();
    return new MiniHdfs(cluster);
  }

  /** Its root, such as {@code hdfs://localhost:41234/}. */
  public String root() {
    return cluster.getURI() + "/";
  }

  @Override
  public void close() {
    cluster.shutdown(true);
  }
}
