package ai.echogen.data;

import org.apache.spark.sql.SparkSession;

/** The one Spark session that tests share. */
public final class LocalSpark {
  private LocalSpark() {}

  /** A session on two cores, without a web page. */
  public static SparkSession session() {
    return SparkSession.builder()
        .master("local[2]")
        .appName("tests")
        .config("spark.ui.enabled", false)
        .config("spark.sql.shuffle.partitions", 4)
        .config("spark.sql.codegen.wholeStage", false) // as jobs have it
        .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.log.level", "ERROR")
        .getOrCreate();
  }
}
