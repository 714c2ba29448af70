package ai.echogen.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Scripts and settings of {@code deploy/}, without a cluster. */
class ScriptsTest {
  private static final Path DEPLOY = Path.of("deploy");
  private static final Pattern LINK = Pattern.compile("\\]\\(((?!http)[^)#]+)");

  @TempDir Path dir;

  @ParameterizedTest
  @MethodSource("scripts")
  void scriptIsBashAndExecutable(Path script) throws Exception {
    assertThat(Files.isExecutable(script)).isTrue();
    assertThat(Files.readString(script)).startsWith("#!/usr/bin/env bash\n# ");
    assertThat(new ProcessBuilder("bash", "-n", script.toString()).inheritIO().start().waitFor())
        .isZero();
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void shellcheckFindsNothing(Path script) throws Exception {
    assumeTrue(
        Stream.of(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "shellcheck"))),
        "no shellcheck on the PATH");
    var process =
        new ProcessBuilder("shellcheck", "--severity=warning", script.toString())
            .redirectErrorStream(true)
            .start();
    assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEmpty();
  }

  @ParameterizedTest
  @MethodSource("sparkProperties")
  void propertiesAreSparks(Path file) throws IOException {
    var properties = properties(file);
    assertThat(properties).isNotEmpty();
    assertThat(properties.stringPropertyNames())
        .allMatch(name -> name.startsWith("spark."))
        .doesNotContain("spark.authenticate.secret", "spark.serializer", "spark.task.cpus");
    assertThat(properties.values()).noneMatch(value -> value.toString().isBlank());
  }

  @Test
  void metricsNameClassesThatSparkHas() throws Exception {
    var properties = properties(DEPLOY.resolve("monitoring/metrics.properties"));
    assertThat(properties.stringPropertyNames()).anyMatch(name -> name.endsWith(".class"));
    for (var name : properties.stringPropertyNames()) {
      if (name.endsWith(".class")) {
        assertThat(Class.forName(properties.getProperty(name))).as(name).isNotNull();
      }
    }
  }

  @Test
  void readmeNamesEveryFileAndWhatItLinksToIsThere() throws IOException {
    var readme = Files.readString(DEPLOY.resolve("README.md"));
    for (var file : allFiles()) {
      var name = DEPLOY.relativize(file).toString();
      assertThat(readme.contains(name) || name.equals("README.md")).as(name).isTrue();
    }
    assertThat(LINK.matcher(readme).results().map(match -> match.group(1)))
        .isNotEmpty()
        .allMatch(link -> Files.exists(DEPLOY.resolve(link)), "exists");
    assertThat(readme).contains("echogen:" + Pom.version() + " .\n");
  }

  @Test
  void yarnIsGivenTheFilesThatTheJobNames() throws IOException {
    var spark = dir.resolve("spark");
    Shell.program(spark.resolve("bin/spark-submit"), Shell.ECHO);
    var conf = Files.writeString(dir.resolve("mine.conf"), "train { steps = 5 }\n");
    var checkout = checkout();
    var environment = Map.of("SPARK_HOME", spark.toString(), "HADOOP_CONF_DIR", dir.toString());
    var script = checkout.resolve("deploy/yarn.sh");
    var words =
        List.of(
            "--num-executors", "3", "--gpus", "1", "pretrain", "--config=" + conf, "out=hdfs:///x");
    var result = Shell.run(dir, environment, script, words);
    assertThat(result.code()).as(result.output()).isZero();
    var lines = result.lines();
    assertThat(lines)
        .startsWith("spark-submit", "--master", "yarn", "--deploy-mode", "cluster")
        .containsSequence("--conf", "spark.authenticate=true")
        .containsSequence("--conf", "spark.eventLog.dir=hdfs:///spark-events")
        .containsSequence("--conf", "spark.executor.resource.gpu.amount=1")
        .containsSequence("--num-executors", "3")
        .endsWith("pretrain", "--config", "mine.conf", "out=hdfs:///x");
    var files = List.of(lines.get(lines.indexOf("--files") + 1).split(","));
    assertThat(files).hasSize(3).contains(conf.toRealPath().toString());
    assertThat(files).allMatch(file -> Files.exists(Path.of(file)));

    result = Shell.run(dir, environment, script, List.of("score", "--config", "none.conf"));
    assertThat(result.lines()).containsExactly("error: --config none.conf: no such file");
    result = Shell.run(dir, Map.of(), script, List.of("score"));
    assertThat(result.lines()).singleElement().asString().startsWith("error: SPARK_HOME=: has no ");
  }

  static List<Path> scripts() throws IOException {
    return files(".sh");
  }

  static List<Path> sparkProperties() throws IOException {
    return files("spark.properties");
  }

  /** The launcher and {@code deploy/} with a jar: what scripts find from where they lie. */
  private Path checkout() throws IOException {
    var checkout = Files.createDirectory(dir.toRealPath().resolve("checkout"));
    Files.copy(Path.of("echogen"), checkout.resolve("echogen"));
    assertThat(checkout.resolve("echogen").toFile().setExecutable(true)).isTrue();
    for (var file : allFiles()) {
      var copy = checkout.resolve(file);
      Files.createDirectories(copy.getParent());
      Files.copy(file, copy);
    }
    Files.createDirectories(checkout.resolve("target/spark-home/jars"));
    Files.createFile(checkout.resolve("target/echogen.jar"));
    return checkout;
  }

  private static List<Path> files(String end) throws IOException {
    return allFiles().stream().filter(file -> file.toString().endsWith(end)).toList();
  }

  private static List<Path> allFiles() throws IOException {
    try (var files = Files.walk(DEPLOY)) {
      return new ArrayList<>(files.filter(Files::isRegularFile).sorted().toList());
    }
  }

  private static Properties properties(Path file) throws IOException {
    var properties = new Properties();
    try (var reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    return properties;
  }
}
