package ai.echogen.scoring.judges.http;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.storage.Location;
import ai.echogen.storage.RemoteFileSystem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnswerCacheTest {
  private static final String KEY = "ab".repeat(32);

  @TempDir Path directory;
  private AnswerCache cache;
  private Path file;

  @BeforeEach
  void setUp() {
    cache = new AnswerCache(Location.of(directory));
    file = directory.resolve("ab").resolve(KEY + ".json");
  }

  @Test
  void givesBackWhatItWasGiven() throws IOException {
    assertThat(cache.find(KEY)).isEmpty();
    for (var answer : new String[] {"Yes", "", "zwei\n\"Zeilen\" – é"}) {
      cache.put(KEY, answer);
      assertThat(cache.find(KEY)).contains(answer);
    }
    assertThat(cache.numDamaged()).isZero();
    try (var files = Files.list(file.getParent())) {
      assertThat(files).containsExactly(file); // no part of one is left
    }
  }

  @Test
  void theFolderMayLieOnAnyFileSystem() throws IOException {
    RemoteFileSystem.register(directory);
    try {
      var remote = new AnswerCache(Location.of("remote:///answers"));
      assertThat(remote.find(KEY)).isEmpty();
      remote.put(KEY, "No");
      remote.put(KEY, "Yes");
      assertThat(remote.find(KEY)).contains("Yes");
      assertThat(directory.resolve("answers").resolve("ab").resolve(KEY + ".json")).exists();
    } finally {
      RemoteFileSystem.properties(directory).keySet().forEach(System::clearProperty);
    }
  }

  @Test
  void whatIsDamagedIsCountedAndWrittenAnew() throws IOException {
    cache.put(KEY, "Yes");
    var whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThat(cache.find(KEY)).isEmpty();
    }
    for (var text :
        new String[] {
          new String(whole, StandardCharsets.UTF_8).replace("Yes", "No"),
          new String(whole, StandardCharsets.UTF_8).replace("\"request\":\"ab", "\"request\":\"ba"),
          "{\"request\":\"" + KEY + "\",\"answer\":1,\"sha256\":\"\"}",
          "[]",
          "null",
        }) {
      Files.writeString(file, text);
      assertThat(cache.find(KEY)).isEmpty();
    }
    assertThat(cache.numDamaged()).isEqualTo(whole.length + 5);

    cache.put(KEY, "Yes");
    assertThat(cache.find(KEY)).contains("Yes");
    assertThat(Files.readAllBytes(file)).isEqualTo(whole);
  }
}
