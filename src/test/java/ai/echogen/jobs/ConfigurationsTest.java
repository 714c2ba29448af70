package ai.echogen.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.config.Key;
import ai.echogen.config.Reference;
import ai.echogen.config.Settings;
import ai.echogen.config.SettingsException;
import ai.echogen.jobs.cli.Job;
import ai.echogen.jobs.cli.JobRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is shipped as configuration works: the defaults of each job, and each file in conf/. */
class ConfigurationsTest {
  private static final String LAUNCH = "# ./echogen ";

  @Test
  void jobsHaveNamesOfTheirOwn() {
    assertThat(JobList.JOBS).extracting(Job::name).doesNotHaveDuplicates().isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("jobs")
  void referenceExplainsEveryKeyOfTheJobAndNoOther(Job<?> job) {
    var keys = Reference.builtIn().keys(job.section());
    assertThat(keys)
        .extracting(Key::name)
        .containsExactlyInAnyOrderElementsOf(keys("", job.settingsType()).toList());
    assertThat(keys).noneMatch(key -> key.comment().isEmpty());
  }

  @ParameterizedTest
  @MethodSource("jobs")
  void defaultsBindButForKeysThatMustBeGiven(Job<?> job) {
    var settings = Settings.load(job.section(), List.of(), List.of());
    try {
      assertThat(settings.bind(job.settingsType())).isNotNull();
    } catch (SettingsException e) {
      assertThat(e.problems()).allMatch(problem -> problem.contains(" is missing: give "));
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void fileSaysWhatItIsAndHowToLaunchItAndBinds(Path file) throws IOException {
    var lines = Files.readAllLines(file);
    assertThat(lines.get(0)).matches("# \\S.*");
    assertThat(lines.get(1)).startsWith(LAUNCH).contains("--config " + file);
    var words = List.of(lines.get(1).substring(LAUNCH.length()).split(" "));
    var runner = new JobRunner(Reference.builtIn(), System.out, System.err);
    var command = JobList.command(words);
    assertThat(runner.settings(command.job(), command.args())).isNotNull();
  }

  static List<Job<?>> jobs() {
    return JobList.JOBS;
  }

  static List<Path> files() throws IOException {
    try (var files = Files.walk(Path.of("conf"))) {
      return files.filter(file -> file.toString().endsWith(".conf")).sorted().toList();
    }
  }

  private static Stream<String> keys(String prefix, Class<?> type) {
    return Arrays.stream(type.getRecordComponents())
        .flatMap(
            component -> {
              var key = prefix + component.getName();
              return component.getType().isRecord()
                  ? keys(key + ".", component.getType())
                  : Stream.of(key);
            });
  }
}
