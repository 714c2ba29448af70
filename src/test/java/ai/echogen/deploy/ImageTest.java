package ai.echogen.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.jobs.cli.JobContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The Dockerfile names what is there, and agrees with the pom, the launcher and the jobs. */
class ImageTest {
  private static final Path DOCKERFILE = Path.of("deploy/Dockerfile");
  private static final Pattern CONTINUED = Pattern.compile("\\\\\n\\s*");

  /** What {@code ./echogen} sets unless it is set. */
  private static final Pattern EXPORT = Pattern.compile("(\\w+)=\\$\\{\\1:-([^}]+)\\}");

  @Test
  void versionsAreThoseOfThePom() throws IOException {
    assertThat(instructions("ARG"))
        .contains("SPARK_VERSION=" + Pom.text("spark.version"), "FLAVOUR=cpu");
    assertThat(instructions("FROM"))
        .contains(
            "apache/spark:${SPARK_VERSION}-scala%s-java%s-ubuntu AS cpu"
                .formatted(Pom.text("scala.binary.version"), Pom.text("maven.compiler.release")),
            "cpu AS " + Pom.cudaFlavor())
        .endsWith("${FLAVOUR}");
    assertThat(instructions("LABEL").get(0))
        .contains("org.opencontainers.image.version=\"%s\"".formatted(Pom.version()));
    assertThat(Files.readString(DOCKERFILE))
        .contains("-t echogen:" + Pom.version() + " .", "-t echogen:" + Pom.version() + "-cu128 ");
  }

  @Test
  void profilesOfTheBuildAreThere() throws IOException {
    var profiles = Pattern.compile("profiles=([\\w,]+)").matcher(Files.readString(DOCKERFILE));
    var pom = Files.readString(Path.of("pom.xml"));
    assertThat(profiles.results().flatMap(match -> List.of(match.group(1).split(",")).stream()))
        .contains("s3", "cuda")
        .allMatch(profile -> pom.contains("<id>" + profile + "</id>"));
  }

  @Test
  void variablesAreThoseThatTheLauncherAndTheJobsSet() throws IOException {
    var variables = variables();
    var launcher = new TreeMap<String, String>();
    EXPORT
        .matcher(Files.readString(Path.of("echogen")))
        .results()
        .filter(match -> !match.group(1).startsWith("SPARK_"))
        .forEach(match -> launcher.put(match.group(1), match.group(2)));
    assertThat(launcher).containsKeys("OMP_NUM_THREADS", "MALLOC_TRIM_THRESHOLD_");
    assertThat(variables).containsAllEntriesOf(launcher);
    var executors = new TreeMap<String, String>();
    for (var property : JobContext.sparkConf("score").getAllWithPrefix("spark.executorEnv.")) {
      executors.put(property._1(), property._2());
    }
    assertThat(variables).containsAllEntriesOf(executors);
  }

  @Test
  void yarnDriversAreGivenTheSameVariables() throws IOException {
    var script = CONTINUED.matcher(Files.readString(Path.of("deploy/yarn.sh"))).replaceAll(" ");
    var variables = variables();
    for (var property : JobContext.sparkConf("score").getAllWithPrefix("spark.executorEnv.")) {
      assertThat(script).containsPattern("\\b" + property._1() + "=" + property._2() + "\\b");
      assertThat(variables).containsEntry(property._1(), property._2());
    }
  }

  @Test
  void runsAsANumberedUserAndHoldsNoSecret() throws IOException {
    assertThat(instructions("USER")).endsWith("185:0");
    assertThat(variables().keySet()).isNotEmpty().noneMatch(SecretNames::has);
    assertThat(instructions("ARG")).noneMatch(SecretNames::has);
    assertThat(instructions("ENTRYPOINT"))
        .containsExactly("[\"/opt/echogen/deploy/entrypoint.sh\"]");
    assertThat(Files.isExecutable(Path.of("deploy/entrypoint.sh"))).isTrue();
  }

  @Test
  void whatTheBuildNeedsIsNotIgnored() throws IOException {
    assertThat(Files.readAllLines(Path.of(".dockerignore")))
        .contains("target", ".git")
        .doesNotContain("deploy", "conf", "jobs", "src", "src/perf", "LICENSE", ".mvn", "*");
  }

  private static Map<String, String> variables() throws IOException {
    var variables = new TreeMap<String, String>();
    for (var words : instructions("ENV")) {
      for (var word : words.split(" +")) {
        variables.put(word.substring(0, word.indexOf('=')), word.substring(word.indexOf('=') + 1));
      }
    }
    return variables;
  }

  /** What follows a word of the Dockerfile, each in one line. */
  private static List<String> instructions(String word) throws IOException {
    var text = CONTINUED.matcher(Files.readString(DOCKERFILE)).replaceAll("");
    var found = new ArrayList<String>();
    for (var line : text.lines().toList()) {
      if (line.startsWith(word + " ")) {
        found.add(line.substring(word.length() + 1).strip());
      }
    }
    return found;
  }
}
