package ai.echogen.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonlSinkTest {
  @TempDir private Path dir;
  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = dir.resolve("run/metrics.jsonl");
  }

  @Test
  void readsBackWhatItWrote() {
    var before = System.currentTimeMillis() / 1000.0;
    try (var sink = JsonlSink.create(file)) {
      sink.log(1, new TreeMap<>(Map.of("loss", 3.25, "lr", 1e-4)));
      sink.log(2, Map.of("loss", 3.0));
    }
    var entries = JsonlSink.read(file);
    assertThat(entries).extracting(JsonlSink.Entry::step).containsExactly(1L, 2L);
    assertThat(entries.get(0).values())
        .containsExactlyEntriesOf(new TreeMap<>(Map.of("loss", 3.25, "lr", 1e-4)));
    assertThat(entries.get(1).time()).isBetween(before, before + 60);
  }

  @Test
  void eachLineIsValidJsonEvenWithoutFiniteNumbers() throws Exception {
    try (var sink = JsonlSink.create(file)) {
      sink.log(7, Map.of("a", Double.NaN, "b", Double.NEGATIVE_INFINITY));
    }
    var line = new ObjectMapper().readTree(Files.readString(file));
    assertThat(line.get("a").textValue()).isEqualTo("NaN");
    assertThat(line.get("b").textValue()).isEqualTo("-Infinity");
    assertThat(JsonlSink.read(file).get(0).values())
        .containsEntry("a", Double.NaN)
        .containsEntry("b", Double.NEGATIVE_INFINITY);
  }

  /** Else the file of another run, or of the user, would be shortened. */
  @Test
  void aLinkIsNotFollowed() throws Exception {
    var other = Files.writeString(dir.resolve("theirs.jsonl"), "theirs\n");
    Files.createDirectories(dir.resolve("run"));
    Files.createSymbolicLink(file, other);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JsonlSink.create(file))
        .withMessage(file + ": must be a regular file; move it away");
    assertThat(other).hasContent("theirs");
  }

  @Test
  void aLineIsOnDiskAsSoonAsItIsLogged() {
    try (var sink = JsonlSink.create(file)) {
      sink.log(1, Map.of("loss", 1.0));
      assertThat(JsonlSink.read(file)).hasSize(1);
    }
  }

  @Test
  void resumingCutsTheLinesBeyondTheStepAndTheTornOne() throws Exception {
    try (var sink = JsonlSink.create(file)) {
      for (var step = 1; step <= 5; step++) {
        sink.log(step, Map.of("loss", (double) step));
      }
    }
    Files.writeString(file, "{\"step\":6,\"ti", StandardOpenOption.APPEND);
    try (var sink = JsonlSink.resume(file, 3)) {
      sink.log(4, Map.of("loss", 40.0));
    }
    var entries = JsonlSink.read(file);
    assertThat(entries).extracting(JsonlSink.Entry::step).containsExactly(1L, 2L, 3L, 4L);
    assertThat(entries.get(3).values()).containsEntry("loss", 40.0);
  }

  @Test
  void resumingAtTheLastStepOnlyCutsTheTornLine() throws Exception {
    try (var sink = JsonlSink.create(file)) {
      sink.log(1, Map.of("loss", 1.0));
    }
    var whole = Files.readString(file);
    Files.writeString(file, "{\"step\":2", StandardOpenOption.APPEND);
    JsonlSink.resume(file, 9).close();
    assertThat(Files.readString(file)).isEqualTo(whole);
  }

  @Test
  void resumingWithoutAFileStartsOne() {
    try (var sink = JsonlSink.resume(file, 3)) {
      sink.log(4, Map.of("loss", 1.0));
    }
    assertThat(JsonlSink.read(file)).hasSize(1);
  }

  @Test
  void creatingRemovesAnEarlierRun() {
    try (var sink = JsonlSink.create(file)) {
      sink.log(1, Map.of("loss", 1.0));
    }
    JsonlSink.create(file).close();
    assertThat(JsonlSink.read(file)).isEmpty();
  }

  @Test
  void namesFileAndLineOfWhatItCannotRead() throws Exception {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "{\"step\":1,\"time\":1.0}\nhello\n");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JsonlSink.resume(file, 3))
        .withMessageContaining(file + ": 2: expected");
    assertThat(Files.readString(file)).contains("hello");
  }

  @Test
  void aLineIsOneObjectOfAWholeStep() throws Exception {
    Files.createDirectories(file.getParent());
    for (var line :
        List.of("{\"step\":1,\"time\":1}{\"step\":1,\"time\":1}", "{\"step\":1.5,\"time\":1}")) {
      Files.writeString(file, line + "\n");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> JsonlSink.read(file))
          .withMessageContaining(file + ": 1: expected");
    }
  }

  @Test
  void refusesAMetricCalledStep() {
    try (var sink = JsonlSink.create(file)) {
      assertThatIllegalStateException().isThrownBy(() -> sink.log(1, Map.of("step", 1.0)));
    }
  }
}
