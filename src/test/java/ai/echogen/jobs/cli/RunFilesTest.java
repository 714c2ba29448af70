package ai.echogen.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.echogen.observe.JsonlSink;
import ai.echogen.observe.JsonlSink.Entry;
import ai.echogen.storage.Location;
import ai.echogen.storage.RemoteFileSystem;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunFilesTest {
  private static final PrintStream SILENT = new PrintStream(OutputStream.nullOutputStream());

  @TempDir private Path temp;

  @BeforeEach
  void register() {
    RemoteFileSystem.register(temp);
  }

  @AfterEach
  void forget() {
    RemoteFileSystem.properties(temp).keySet().forEach(System::clearProperty);
  }

  @Test
  void metricsElsewhereCanBeReadWhileTheRunWritesThem() throws Exception {
    try (var files = files("remote:///run");
        var metrics = files.metrics(SILENT, 10, 1, 0)) {
      metrics.log(1, Map.of("loss", 3.0));
      await(1);
      assertThat(temp.resolve("run/tensorboard")).isNotEmptyDirectory();
      metrics.log(2, Map.of("loss", 2.0));
      await(2);
    }
    assertThat(temp.resolve("run").toFile().list())
        .containsExactlyInAnyOrder("metrics.jsonl", "tensorboard", "run.json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "remote"})
  void aResumeContinuesTheLinesUpToItsStep(String scheme) throws IOException {
    var place = scheme.equals("file") ? temp + "/run" : "remote:///run";
    log(place, 0, 1, 2, 3);
    log(place, 2, 3, 4);
    assertThat(JsonlSink.read(temp.resolve("run/metrics.jsonl")))
        .extracting(Entry::step)
        .containsExactly(1L, 2L, 3L, 4L);
    assertThat(temp.resolve("run/tensorboard").toFile().list()).hasSize(2);
    log(place, 0, 1);
    assertThat(JsonlSink.read(temp.resolve("run/metrics.jsonl"))).hasSize(1);
    assertThat(temp.resolve("run/tensorboard").toFile().list()).hasSize(3);
  }

  @Test
  void aPlaceThatCannotBeWrittenIsSaidAtTheStart() throws IOException {
    Files.writeString(temp.resolve("file"), "");
    assertThatThrownBy(() -> files("remote:///file/run"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("remote:///file/run: cannot be written to")
        .hasMessageContaining("another out");
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "remote"})
  void aNewDirectoryOfWhichNothingCameIsGone(String scheme) throws IOException {
    var place = scheme.equals("file") ? temp + "/run" : "remote:///run";
    files(place).close();
    assertThat(temp.resolve("run")).doesNotExist();
  }

  @Test
  void aDirectoryThatWasThereOrHoldsSomethingStays() throws IOException {
    Files.createDirectory(temp.resolve("run"));
    files(temp + "/run").close();
    assertThat(temp.resolve("run").toFile().list()).containsExactly("run.json");
    try (var files = files(temp + "/other")) {
      Files.writeString(files.local().resolve("samples.png"), "");
    }
    assertThat(temp.resolve("other").toFile().list())
        .containsExactlyInAnyOrder("run.json", "samples.png");
    try (var files = files(temp + "/finished")) {
      files.publish(Map.of());
    }
    assertThat(temp.resolve("finished").toFile().list()).containsExactly("run.json");
  }

  private static RunFiles files(String place) throws IOException {
    return new RunFiles(
        new RunDirectory(Location.of(place), RunDirectory.Use.CONTINUED),
        new JobContext("toy", List.of(), "{}", SILENT));
  }

  private static void log(String place, long resumedStep, int... steps) throws IOException {
    try (var files = files(place)) {
      try (var metrics = files.metrics(SILENT, 10, 1, resumedStep)) {
        for (int step : steps) {
          metrics.log(step, Map.of("loss", 1.0));
        }
      }
      files.publish();
    }
  }

  private void await(int lines) throws InterruptedException {
    var file = temp.resolve("run/metrics.jsonl");
    long end = System.nanoTime() + 30_000_000_000L;
    var events = temp.resolve("run/tensorboard").toFile(); // written after the lines
    while (!Files.exists(file)
        || JsonlSink.read(file).size() < lines
        || events.list() == null
        || events.list().length == 0) {
      assertThat(System.nanoTime()).as("too late").isLessThan(end);
      Thread.sleep(50);
    }
  }
}
