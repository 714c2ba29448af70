package ai.echogen.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.echogen.observe.ScoreSummary.Range;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScoreSummaryTest {
  @TempDir private Path dir;

  @Test
  void readsBackWhatItWrote() {
    var file = dir.resolve("out/scores.json");
    var summary =
        new ScoreSummary(
            new TreeMap<>(Map.of("a.b", 1.0 / 3, "n", 500L, "bad", Double.NaN)),
            new TreeMap<>(Map.of("a.b", new Range(0.25, Double.POSITIVE_INFINITY))),
            new TreeMap<>(Map.of("benchmark", "spatial", "detector", "\"x\"")),
            new ObjectMapper().createObjectNode().put("job", "score"));
    summary.write(file);
    assertThat(ScoreSummary.read(file)).isEqualTo(summary);
    assertThat(summary.benchmark()).isEqualTo("spatial");
  }

  @Test
  void aFileOfNumbersAloneIsOne() throws Exception {
    var file = dir.resolve("scores.json");
    ScoresFile.write(file, Map.of("a", 0.5, "n", 3));
    var summary = ScoreSummary.read(file);
    assertThat(summary.numbers()).isEqualTo(Map.of("a", 0.5, "n", 3L));
    assertThat(summary.intervals()).isEmpty();
    assertThat(summary.protocol()).isEmpty();
    assertThat(summary.benchmark()).isEmpty();
    assertThat(summary.provenance()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[1]|must be an object of scores, got [1]",
        "{\"a\": \"high\"}|a must be a number, got \"high\"",
        "{\"a\": {\"b\": 1}}|a must be a number, got {\"b\":1}",
        "{\"intervals\": [1]}|intervals must be an object, got [1]",
        "{\"intervals\": {\"a\": [1]}}|intervals.a must be [low, high], got [1]",
        "{\"intervals\": {\"a\": [1, \"x\"]}}|intervals.a must be a number, got \"x\"",
        "{\"protocol\": {\"iou\": 0.5}}|protocol.iou must be a text, got 0.5",
        "{\"provenance\": null}|provenance must be an object, got null",
        "{|is not valid JSON",
      })
  void damageIsNamedWithTheFile(String content, String what) throws Exception {
    var file = dir.resolve("scores.json");
    Files.writeString(file, content);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ScoreSummary.read(file))
        .withMessageStartingWith(file + ": ")
        .withMessageContaining(what);
  }

  @Test
  void aMissingFileIsNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ScoreSummary.read(dir.resolve("scores.json")))
        .withMessage(dir.resolve("scores.json") + ": no such scores file");
  }
}
