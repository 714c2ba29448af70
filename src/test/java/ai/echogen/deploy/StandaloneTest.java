package ai.echogen.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster that {@code standalone.sh} starts on loopback, and ends. */
class StandaloneTest {
  private static final Path SCRIPT = Path.of("deploy/standalone.sh");

  @TempDir Path dir;
  private Path state;
  private Path spark;

  /** A home of Spark's with links to the jars of the tests. */
  @BeforeEach
  void link() throws IOException {
    state = dir.toRealPath().resolve("cluster");
    spark = dir.resolve("spark");
    var jars = Files.createDirectories(spark.resolve("jars"));
    for (var entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      if (entry.endsWith(".jar")) {
        var jar = Path.of(entry).toAbsolutePath();
        Files.createSymbolicLink(jars.resolve(jar.getFileName()), jar);
      }
    }
  }

  /** Ends what a failed test has left, and removes the links, of each of which JUnit warns. */
  @AfterEach
  void end() throws IOException {
    assertThat(run("down").code()).isZero();
    try (var links = Files.list(spark.resolve("jars"))) {
      for (var link : links.toList()) {
        Files.delete(link);
      }
    }
  }

  @Test
  void startsWorkersThatKnowTheSecretAndLeavesNothingRunning() throws IOException {
    Files.createDirectories(state);
    Files.writeString( // of an earlier cluster
        state.resolve("master.log"),
        "Starting Spark master at spark://127.0.0.1:1\nI have been elected leader!\n");
    var up = run("up", "--port", "0", "--workers", "1", "--memory", "512m");
    assertThat(up.code()).as(up.output()).isZero();
    var master = Files.readString(state.resolve("master")).strip();
    assertThat(master).matches("spark://127\\.0\\.0\\.1:\\d+");
    assertThat(up.output()).startsWith(master + " with 1 workers; logs are in ");
    var settings = state.resolve("spark.properties");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(settings)))
        .isEqualTo("rw-------");
    assertThat(Files.readString(settings))
        .containsPattern("(?m)^spark\\.authenticate +true$")
        .containsPattern("(?m)^spark\\.authenticate\\.secret \\p{XDigit}{64}$")
        .containsPattern("(?m)^spark\\.executor\\.memory 512m$");
    assertThat(logs()).doesNotContainPattern("spark\\.authenticate\\.secret \\p{XDigit}{64}");

    var again = run("up");
    assertThat(again.code()).isEqualTo(2);
    assertThat(again.output()).startsWith("error: " + state + ": a cluster is running there; ");

    var processes = pids().stream().map(pid -> ProcessHandle.of(pid).orElseThrow()).toList();
    assertThat(processes).hasSize(2).allMatch(ProcessHandle::isAlive);
    assertThat(run("down").code()).isZero();
    assertThat(processes).noneMatch(ProcessHandle::isAlive);
    assertThat(pids()).isEmpty();
  }

  @Test
  void aMistakeIsOneLineAndStartsNothing() throws IOException {
    for (var words :
        List.of(
            List.of("up", "--wokers", "2"),
            List.of("up", "--port"),
            List.of("join", "HOST:7077"),
            List.of("submit", "score"),
            List.of("demo"))) {
      var result = run(words.toArray(String[]::new));
      assertThat(result.code()).as("%s: %s", words, result.output()).isEqualTo(2);
      assertThat(result.lines()).as(words.toString()).hasSize(1);
      assertThat(result.output()).startsWith("error: ");
    }
    var join = run("join", "spark://host:7077");
    assertThat(join.code()).isEqualTo(2);
    assertThat(join.output()).contains("copy it from the master's machine");
    assertThat(pids()).isEmpty();
  }

  /** Minutes long, and after a build: {@code -Dtest=StandaloneTest -Dechogen.deploy=full}. */
  @Test
  void demoGoesFromScenesToAReportInAnEmptyFolder() throws IOException {
    assumeTrue("full".equals(System.getProperty("echogen.deploy")), "-Dechogen.deploy=full");
    assumeTrue(Files.exists(Path.of("target/echogen.jar")), "./mvnw -DskipTests package");
    var empty = Files.createDirectory(dir.resolve("empty"));
    var result = Shell.run(empty, Map.of(), SCRIPT, List.of("demo", "out", "--port", "0"));
    assertThat(result.code()).as(result.output()).isZero();
    assertThat(result.output()).endsWith("wrote out/scores/report.html\n");
    assertThat(empty.resolve("out/scores/report.html")).isNotEmptyFile();
    assertThat(empty.resolve("cluster/master.pid")).doesNotExist();
  }

  private Shell.Result run(String... words) {
    var environment =
        Map.of(
            "SPARK_HOME",
            spark.toString(),
            "JAVA_HOME",
            System.getProperty("java.home"),
            "ECHOGEN_CLUSTER",
            state.toString());
    return Shell.run(dir, environment, SCRIPT, List.of(words));
  }

  private List<Long> pids() throws IOException {
    try (Stream<Path> files = Files.exists(state) ? Files.list(state) : Stream.empty()) {
      return files
          .filter(file -> file.toString().endsWith(".pid"))
          .map(StandaloneTest::text)
          .map(text -> Long.valueOf(text.strip()))
          .toList();
    }
  }

  private String logs() throws IOException {
    try (var files = Files.list(state)) {
      return files
          .filter(file -> file.toString().endsWith(".log"))
          .map(StandaloneTest::text)
          .collect(Collectors.joining("\n"));
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
