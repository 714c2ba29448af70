package ai.echogen.jobs.cli;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import org.apache.hadoop.util.VersionInfo;

/** What was built, and what it runs with: the lines that a report of a fault begins with. */
public final class Build {
  private static final Properties PROPERTIES = properties();

  private Build() {}

  /** Such as {@code echogen 0.1.0 (3f2a9c1)}; a plus where files differed from the commit. */
  public static String version() {
    var version = "echogen " + PROPERTIES.getProperty("version");
    var commit = PROPERTIES.getProperty("commit", "");
    if (commit.isEmpty() || commit.startsWith("$")) { // built from an archive, without git
      return version;
    }
    var plus = Boolean.parseBoolean(PROPERTIES.getProperty("dirty")) ? "+" : "";
    return version + " (" + commit + plus + ")";
  }

  /** A line a library or platform, for {@code --version}; none is loaded for it. */
  public static List<String> versions() {
    return List.of(
        version(),
        line("java", property("java.version") + ", " + property("java.vendor")),
        line("spark", org.apache.spark.package$.MODULE$.SPARK_VERSION()),
        line("scala", scala.util.Properties.versionNumberString()),
        line("hadoop", VersionInfo.getVersion()),
        line("djl", PROPERTIES.getProperty("djl")),
        line("libtorch", PROPERTIES.getProperty("libtorch")),
        line("onnxruntime", PROPERTIES.getProperty("onnxruntime")),
        line(
            "system",
            property("os.name") + " " + property("os.version") + ", " + property("os.arch")),
        line("processors", String.valueOf(Runtime.getRuntime().availableProcessors())));
  }

  private static String property(String name) {
    return System.getProperty(name, "unknown");
  }

  private static String line(String what, String version) {
    return String.format(Locale.ROOT, "%-12s %s", what, version);
  }

  private static Properties properties() {
    try (var in = Build.class.getResourceAsStream("build.properties")) {
      if (in == null) {
        throw new IllegalStateException("build.properties is not on the class path");
      }
      var properties = new Properties();
      properties.load(new InputStreamReader(in, StandardCharsets.UTF_8));
      return properties;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
