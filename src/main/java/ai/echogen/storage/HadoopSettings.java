package ai.echogen.storage;

import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/**
 * Hadoop's settings with Spark's {@code spark.hadoop.*}: those that spark-submit gave before there
 * is a session, those of the application where Spark runs, on executors too.
 */
final class HadoopSettings {
  private static final String PREFIX = "spark.hadoop.";

  /** Reading Hadoop's own files takes tens of milliseconds. */
  private record Known(List<Tuple2<String, String>> of, Configuration settings) {}

  private static @Nullable Known known;

  private HadoopSettings() {}

  static synchronized Configuration ofThisJvm() {
    var env = SparkEnv.get();
    var conf = env == null ? new SparkConf() : env.conf();
    var of = List.of(conf.getAllWithPrefix(PREFIX));
    if (known == null || !known.of().equals(of)) {
      known = new Known(of, SparkHadoopUtil.get().newConfiguration(conf));
    }
    return known.settings();
  }
}
