package ai.echogen.jobs.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import org.apache.spark.SparkConf;

/** The driver's folders for what Spark spills, without which it ends the process. */
final class ScratchFolders {
  private ScratchFolders() {}

  /**
   * Fails if none of the folders can be made, which is all that Spark needs.
   *
   * @param environment of the process, which may name other folders than the settings
   */
  static void require(SparkConf conf, Map<String, String> environment) {
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
