package ai.echogen.jobs.cli;

import ai.echogen.storage.Location;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import org.apache.spark.SparkConf;

/** The driver's folders, without which Spark ends the process. */
final class SparkFolders {
  private SparkFolders() {}

  /**
   * Fails if there is no place for what Spark spills, or for the events that it was asked to log.
   *
   * @param environment of the process, which may name other folders than the settings
   */
  static void require(SparkConf conf, Map<String, String> environment) {
    requireScratch(conf, environment);
    if (conf.getBoolean("spark.eventLog.enabled", false)) {
      requireEventLog(conf.get("spark.eventLog.dir", "file:///tmp/spark-events"));
    }
  }

  /** Spark does not make this one. */
  private static void requireEventLog(String folder) {
    var location = Location.of(folder);
    try {
      if (!location.exists() || !location.status().isDirectory()) {
        throw new IllegalArgumentException(
            "spark.eventLog.dir=%s: no such directory; make it, or leave spark.eventLog.enabled out"
                .formatted(folder));
      }
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "spark.eventLog.dir=%s: %s; give a directory that can be written to"
              .formatted(folder, e.getMessage()),
          e);
    }
  }

  /** One of the folders is all that Spark needs. */
  private static void requireScratch(SparkConf conf, Map<String, String> environment) {
    if (environment.containsKey("LOCAL_DIRS")) {
      return; // YARN gives a container its own
    }
    var variable = "SPARK_LOCAL_DIRS";
    var name = environment.containsKey(variable) ? variable : "spark.local.dir";
    var folders = environment.getOrDefault(variable, conf.get("spark.local.dir", ""));
    var problems = new ArrayList<String>();
    for (var folder : folders.split(",", -1)) {
      try {
        if (folder.isBlank() || Files.isWritable(Files.createDirectories(local(folder)))) {
          return;
        }
        problems.add(folder + ": cannot be written to");
      } catch (IOException | IllegalArgumentException e) {
        problems.add("cannot be made (%s)".formatted(e.getMessage()));
      }
    }
    throw new IllegalArgumentException(
        "%s=%s: %s; give a folder that this user can write to"
            .formatted(name, folders, String.join("; ", problems)));
  }

  private static Path local(String folder) {
    return folder.startsWith("file:") ? Path.of(URI.create(folder).getPath()) : Path.of(folder);
  }
}
