package ai.echogen.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoresFileTest {
  @TempDir private Path dir;
  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = dir.resolve("out/scores.json");
  }

  @Test
  void namesAreSortedAndIntegersStayIntegers() throws Exception {
    ScoresFile.write(file, Map.of("samples", 500, "grounding.acc50", 0.91, "layout.ap50", 0.4));
    assertThat(Files.readString(file))
        .isEqualTo(
            """
            {
              "grounding.acc50" : 0.91,
              "layout.ap50" : 0.4,
              "samples" : 500
            }
            """);
  }

  @Test
  void readsBackWhatItWrote() {
    ScoresFile.write(file, Map.of("a", 1.0 / 3, "b", Double.NaN, "c", Long.MAX_VALUE));
    assertThat(ScoresFile.read(file))
        .containsEntry("a", 1.0 / 3)
        .containsEntry("b", Double.NaN)
        .containsEntry("c", (double) Long.MAX_VALUE)
        .hasSize(3);
  }

  @Test
  void replacesAnEarlierFileAndLeavesNothingBesideIt() throws Exception {
    ScoresFile.write(file, Map.of("old", 1));
    ScoresFile.write(file, Map.of("new", 2));
    assertThat(ScoresFile.read(file)).containsOnlyKeys("new");
    try (var files = Files.list(file.getParent())) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void saysWhatIsWrongWithAFile() throws Exception {
    assertFails("no such scores file");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "{\"a\": 1,\n\"b\": ");
    assertFails("2: is not valid JSON");
    Files.writeString(file, "[1]");
    assertFails("expected a JSON object of scores, got ARRAY");
    Files.writeString(file, "{\"a.b\": \"high\"}");
    assertFails("a.b: expected a number, got \"high\"");
    Files.writeString(file, "{\"a\": {\"b\": 1}}");
    assertFails("a: expected a number, got {\"b\":1}");
  }

  @Test
  void whatIsNoSmallFileIsNotRead() throws Exception {
    Files.createDirectories(file);
    assertFails("must be a regular file, is a directory");
    Files.delete(file);
    Files.createSymbolicLink(file, Path.of("/dev/zero"));
    assertFails("must be a regular file");
    Files.delete(file);
    try (var large = new RandomAccessFile(file.toFile(), "rw")) {
      large.setLength(3L << 30); // sparse
    }
    assertFails("must have at most 64,000,000 bytes");
  }

  private void assertFails(String problem) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ScoresFile.read(file))
        .withMessageStartingWith(file + ": ")
        .withMessageContaining(problem);
  }
}
