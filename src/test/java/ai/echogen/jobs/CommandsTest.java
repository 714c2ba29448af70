package ai.echogen.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import ai.echogen.config.Reference;
import ai.echogen.jobs.cli.JobRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every command that the documents show is one that the jobs take. */
class CommandsTest {
  private static final Pattern COMMAND =
      Pattern.compile("(?m)^ {4}(?:\\$ )?(?:\\w+=\\S+ )*\\./echogen (.*?)(?: {2,}#.*| > .*)?$");

  /** What the launcher passes on to spark-submit. */
  private static final Pattern SUBMIT = Pattern.compile("^(?:--[\\w-]+ +\\S+ +)+");

  private static final Pattern CONTINUED = Pattern.compile("\\s*\\\\\n\\s*");

  @ParameterizedTest
  @MethodSource("commands")
  void jobTakesTheCommand(String command) {
    var words =
        Arrays.stream(SUBMIT.matcher(command).replaceFirst("").split(" +"))
            .map(word -> word.replaceAll("^'|'$", ""))
            .toList();
    var runner = new JobRunner(Reference.builtIn(), System.out, System.err);
    assertThatCode(
            () -> {
              var parsed = JobList.command(words);
              runner.settings(parsed.job(), parsed.args());
            })
        .doesNotThrowAnyException();
  }

  @Test
  void readmeListsEveryJob() throws IOException {
    var readme = Files.readString(Path.of("README.md"));
    assertThat(JobList.JOBS)
        .allMatch(
            job ->
                readme.contains(
                    "| `%s` (`%s`) |".formatted(job.name(), job.getClass().getSimpleName())));
  }

  static List<String> commands() throws IOException {
    try (var docs = Files.list(Path.of("docs"))) {
      var documents =
          Stream.concat(
                  Stream.of(Path.of("README.md")),
                  docs.filter(doc -> doc.toString().endsWith(".md")).sorted())
              .toList();
      var found = new java.util.ArrayList<String>();
      for (var document : documents) {
        var text = CONTINUED.matcher(Files.readString(document)).replaceAll(" ");
        COMMAND.matcher(text).results().forEach(m -> found.add(m.group(1)));
      }
      return found.stream().filter(command -> !command.isBlank()).toList();
    }
  }
}
