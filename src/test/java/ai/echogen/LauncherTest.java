package ai.echogen;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The script that starts jobs, in a checkout whose path has a space, with programs that echo. */
class LauncherTest {
  private static final String ECHO = "#!/bin/sh\necho \"${0##*/}\"\nprintf '%s\\n' \"$@\"\n";

  @TempDir Path dir;
  private Path checkout;
  private Path launcher;
  private Path jar;
  private Map<String, String> environment;

  @BeforeEach
  void checkOut() throws IOException {
    checkout = Files.createDirectory(dir.toRealPath().resolve("check out"));
    launcher = script(checkout.resolve("echogen"), Files.readString(Path.of("echogen")));
    jar = checkout.resolve("target/echogen.jar");
    Files.createDirectories(checkout.resolve("target/spark-home/jars"));
    Files.createFile(jar);
    script(dir.resolve("spark/bin/spark-submit"), ECHO);
    script(dir.resolve("jdk/bin/java"), ECHO);
    environment =
        Map.of(
            "SPARK_HOME", dir.resolve("spark").toString(),
            "JAVA_HOME", dir.resolve("jdk").toString());
  }

  @Test
  void runsTheJobThroughSparkSubmitOfSparkHome() {
    assertThat(run(launcher, "synthesize", "--config", "a b.conf", "out=x y"))
        .isEqualTo(submitted("synthesize", "--config", "a b.conf", "out=x y"));
  }

  @Test
  void benchmarksBringTheirJar() {
    assertThat(run(launcher, "bench", "train", "steps=3"))
        .containsSequence("--jars", perf().toString())
        .endsWith(jar.toString(), "bench", "train", "steps=3");
  }

  @Test
  void passesOptionsBeforeTheJobToSparkSubmit() {
    assertThat(run(launcher, "--master", "local[1]", "--conf=spark.task.cpus=2", "score"))
        .startsWith("spark-submit", "--master", "local[1]", "--conf", "spark.task.cpus=2")
        .endsWith(jar.toString(), "score");
  }

  @Test
  void takesTheMasterFromTheEnvironment() {
    environment = with("MASTER", "local[2]");
    assertThat(run(launcher, "score")).startsWith("spark-submit", "--master", "local[2]");
  }

  @Test
  void worksThroughALink() throws IOException {
    var link = Files.createSymbolicLink(dir.resolve("link"), launcher);
    assertThat(run(link, "score")).isEqualTo(submitted("score"));
  }

  @Test
  void asksNoSparkForListsAndHelp() {
    for (var words : List.of("", "--version", "--completion", "score --help")) {
      var args = words.isEmpty() ? List.<String>of() : List.of(words.split(" "));
      assertThat(run(launcher, args.toArray(String[]::new)))
          .startsWith("java")
          .contains(jar + ":" + perf() + ":" + dir.resolve("spark/jars/*"), "ai.echogen.jobs.Main");
    }
  }

  @Test
  void runsTheCommandThatTheEmbeddedSparkPrints() throws IOException {
    environment = with("SPARK_HOME", "");
    script(
        dir.resolve("jdk/bin/java"),
        "#!/bin/sh\nprintf '\\0\\n/bin/echo\\0one two\\0'\nprintf '%s\\0' \"$SPARK_HOME\"\n");
    assertThat(run(launcher, "score"))
        .containsExactly("one two " + checkout.resolve("target/spark-home"));
  }

  @Test
  void aSparkHomeThatIsNoneOrAnotherIsNamed() throws IOException {
    var empty = Files.createDirectory(dir.resolve("empty"));
    environment = with("SPARK_HOME", empty.toString());
    assertThat(refused("score"))
        .startsWith("error: SPARK_HOME=" + empty + ": has no bin/spark-submit; ");
    var spark = dir.resolve("spark");
    environment = with("SPARK_HOME", spark.toString());
    Files.createDirectories(spark.resolve("jars"));
    var core = Files.createFile(spark.resolve("jars/spark-core_2.13-4.0.0.jar"));
    assertThat(refused("score", "--help"))
        .startsWith(
            "error: SPARK_HOME=" + spark + ": is another Spark (spark-core_2.13-4.0.0.jar)");
    Files.move(core, spark.resolve("jars/spark-core_2.12-3.5.1.jar"));
    assertThat(run(launcher, "score")).isEqualTo(submitted("score"));
  }

  @ParameterizedTest
  @CsvSource({"C, C.UTF-8", "POSIX, C.UTF-8", "none_XX.UTF-8, C.UTF-8", "C.UTF-8, ''"})
  void filesAreNamedInUtf8(String given, String used) throws IOException {
    script(dir.resolve("spark/bin/spark-submit"), "#!/bin/sh\necho \"$LANG,${LC_ALL:-}\"\n");
    environment = with("LANG", given);
    assertThat(run(launcher, "score")).containsExactly(given + "," + used);
  }

  @ParameterizedTest
  @ValueSource(strings = {"out [1]", "{2}", "a*b", "c#d", "e%41", "f,g"})
  void aCheckoutWhosePathSparkWouldTakeForAPatternIsNamed(String name) throws IOException {
    launcher = Files.move(checkout, checkout.resolveSibling(name)).resolve("echogen");
    assertThat(refused("score"))
        .startsWith(
            "error: " + launcher.getParent() + ": Spark cannot run from a folder with one of");
  }

  @Test
  void aUserWithoutANameIsGivenOne() throws IOException {
    script(dir.resolve("bin/id"), "#!/bin/sh\necho 12345\nexit 1\n");
    environment = with("PATH", dir.resolve("bin") + ":" + System.getenv("PATH"));
    assertThat(refused("score")).contains("has no name");
    environment.put("SPARK_HOME", "");
    script(
        dir.resolve("jdk/bin/java"),
        "#!/bin/sh\nprintf '\\0\\n/bin/echo\\0-cp\\0a\\0org.apache.spark.deploy.SparkSubmit\\0b\\0'\n");
    assertThat(run(launcher, "score"))
        .containsExactly("-cp a:" + jar + " ai.echogen.jobs.cli.NamelessUser b");
  }

  @Test
  void buildsTheJarIfThereIsNone() throws IOException {
    Files.delete(jar);
    script(checkout.resolve("mvnw"), ECHO);
    assertThat(run(launcher, "score"))
        .startsWith(
            "echogen: building target/echogen.jar, once",
            "mvnw",
            "-q",
            "-B",
            "-DskipTests",
            "package",
            "spark-submit");
  }

  private List<String> submitted(String... args) {
    return Stream.concat(
            Stream.of("spark-submit", "--class", "ai.echogen.jobs.Main", jar.toString()),
            Stream.of(args))
        .toList();
  }

  private Map<String, String> with(String name, String value) {
    var changed = new java.util.HashMap<>(environment);
    changed.put(name, value);
    return changed;
  }

  private List<String> run(Path script, String... args) {
    return run(0, script, args).lines().toList();
  }

  private String refused(String... args) {
    assertThat(run(2, launcher, args).lines()).hasSize(1);
    return run(2, launcher, args);
  }

  private String run(int code, Path script, String... args) {
    try {
      var command = Stream.concat(Stream.of(script.toString()), Stream.of(args)).toList();
      var builder = new ProcessBuilder(command).directory(dir.toFile()).redirectErrorStream(true);
      List.of("MASTER", "LC_ALL", "LC_CTYPE").forEach(builder.environment()::remove);
      builder.environment().putAll(environment);
      var process = builder.start();
      var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(output).isEqualTo(code);
      return output;
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Path script(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }

  private Path perf() {
    return checkout.resolve("target/echogen-perf.jar");
  }
}
