package ai.echogen.observe.scores;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.echogen.layout.Box;
import ai.echogen.observe.scores.SampleScores.Seen;
import ai.echogen.observe.scores.SampleScores.Share;
import ai.echogen.observe.scores.SampleScores.Wanted;
import ai.echogen.storage.Location;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SampleScoresFileTest {
  private static final String LINE =
      "{\"id\":\"a\",\"split\":\"test\",\"image\":\"i\",\"numbers\":{\"class_acc\":{\"ball\":[0.0,1.0],"
          + "\"dog\":[1.0,1.0]},\"mean_iou\":[1.5,2.0]},\"wanted\":[{\"phrase\":\"a \\\"dog\\\"\",\"box\":[0.1,0.2,0.6,0.9]},"
          + "{\"phrase\":\"a ball\",\"box\":[0.0,0.0,0.5,1.0]}],\"found\":[[0.5,0.0,1.0,1.0],null],"
          + "\"seen\":[{\"name\":\"dog\",\"score\":0.93,\"box\":[0.1,0.2,0.6,0.9]}],"
          + "\"drawing\":\"drawings/a.png\",\"original\":\"originals/a.png\"}";
  private static final Box BOX = new Box(0.1f, 0.2f, 0.6f, 0.9f);

  @TempDir private Path dir;

  private static SampleScores sample() {
    var numbers = Samples.numbers(Map.of("mean_iou", new Share(1.5, 2)));
    numbers.put(
        "class_acc", new TreeMap<>(Map.of("dog", new Share(1, 1), "ball", new Share(0, 1))));
    return new SampleScores(
        "a",
        "test",
        "i",
        numbers,
        List.of(new Wanted("a \"dog\"", BOX), new Wanted("a ball", Samples.LEFT)),
        Arrays.asList(Samples.RIGHT, null),
        List.of(new Seen("dog", 0.93, BOX)),
        "drawings/a.png",
        "originals/a.png");
  }

  @Test
  void aLineHasEverythingAndComesBackAsItWas() {
    assertThat(SampleLine.of(sample())).isEqualTo(LINE);
    assertThat(SampleLine.parse(LINE, "f: 1")).isEqualTo(sample());
  }

  @Test
  void numbersAndBoxesKeepEveryBit() {
    var box = new Box(Math.nextUp(0.1f), Math.nextDown(0.7f), Math.nextDown(1f), Math.nextUp(0.7f));
    var numbers = Samples.numbers(Map.of("m", new Share(1.0 / 3, Double.MIN_VALUE)));
    var sample =
        new SampleScores(
            "a", "s", "i", numbers, List.of(new Wanted("", box)), List.of(), List.of(), null, null);
    assertThat(SampleLine.parse(SampleLine.of(sample), "")).isEqualTo(sample);
  }

  @Test
  void aSamplesNumberIsOverAllGroups() {
    assertThat(sample().number("mean_iou")).hasValue(0.75);
    assertThat(sample().number("class_acc")).hasValue(0.5);
    assertThat(sample().number("other")).isEmpty();
    var without = Samples.of("b", "x", Map.of("m", new Share(0, 0)));
    assertThat(without.number("m")).isEmpty();
  }

  @Test
  void samplesAreWrittenByRisingId() throws Exception {
    var file = Location.of(dir.resolve("samples.jsonl"));
    var samples = List.of(Samples.of("b", "m", 1), Samples.of("B", "m", 0), sample());
    SampleScoresFile.write(file, samples);
    assertThat(SampleScoresFile.read(file))
        .containsExactly(samples.get(1), samples.get(2), samples.get(0));
    assertThat(Files.readString(dir.resolve("samples.jsonl"))).contains(LINE + "\n");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> SampleScoresFile.write(file, List.of(samples.get(0), Samples.of("b", "m", 2))))
        .withMessage("sample b is there twice");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"id\":\"a\"|\"id\":\" \"|id must be a text, got \" \"",
        "\"id\":\"a\",||missing id (it must be a text)",
        "\"split\":\"test\"|\"split\":7|split must be a text, got 7",
        "[1.5,2.0]|[1.5]|numbers.mean_iou must be [sum, weight], got [1.5]",
        "[1.5,2.0]|[1.5,-2]|numbers.mean_iou needs a finite sum and a weight >= 0, got [1.5, -2.0]",
        "[1.5,2.0]|[1e999,2]|numbers.mean_iou needs a finite sum",
        "[1.5,2.0]|[\"NaN\",2]|numbers.mean_iou must be [sum, weight]",
        "{\"ball\":[0.0,1.0],\"dog\":[1.0,1.0]}|{}|numbers.class_acc must have a group",
        "\"ball\":[|\"\":[|numbers.class_acc must have no group without a name",
        "[0.5,0.0,1.0,1.0],null|null|found needs a box or null for each of 2 wanted regions",
        "[0.5,0.0,1.0,1.0],null|[0.5,0,1],null|found[0] must be [x0, y0, x1, y1], got [0.5,0,1]",
        "[0.5,0.0,1.0,1.0],null|[0.5,0,1.5,1],null|found[0] is no box: a box needs 0 <= x0",
        "\"score\":0.93|\"score\":\"high\"|seen[0].score must be a number, got \"high\"",
        "\"phrase\":\"a ball\"|\"phrase\":null|wanted[1].phrase must be a text, got null",
        "drawings/a.png|../a.png|drawing must be a path below the directory",
        "drawings/a.png|/etc/passwd|drawing must be a path below the directory",
        "drawings/a.png|file:a.png|drawing must be a path below the directory",
        "originals/a.png|a//b.png|original must be a path below the directory",
        "\"seen\":|\"saw\":1,\"seen\":|saw is not known",
        "\"id\":\"a\"|\"id\":\"a\",\"id\":\"b\"|is not valid JSON: Duplicate field 'id'",
      })
  void damageIsNamedWithFileAndLine(String from, String to, String what) throws Exception {
    assertThat(LINE).contains(from);
    Files.writeString(
        dir.resolve("samples.jsonl"),
        SampleLine.of(Samples.of("A", "m", 1)) + "\n" + LINE.replace(from, to == null ? "" : to));
    var file = Location.of(dir.resolve("samples.jsonl"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SampleScoresFile.read(file))
        .withMessageStartingWith(file + ": 2: ")
        .withMessageContaining(what);
  }

  @Test
  void idsMustRise() throws Exception {
    var line = SampleLine.of(Samples.of("a", "m", 1));
    Files.writeString(dir.resolve("samples.jsonl"), line + "\n\n" + line + "\n");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SampleScoresFile.read(Location.of(dir.resolve("samples.jsonl"))))
        .withMessageContaining("samples.jsonl: 3: ids must rise")
        .withMessageContaining("got \"a\" after \"a\"; score again");
  }

  @Test
  void whatIsMissingOrNoTextIsNamed() throws Exception {
    var file = dir.resolve("samples.jsonl");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SampleScoresFile.read(Location.of(file)))
        .withMessageContaining("no such file");
    Files.write(file, "{\"id\":\"ä\"}".getBytes(StandardCharsets.ISO_8859_1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SampleScoresFile.read(Location.of(file)))
        .withMessageContaining("samples.jsonl: 1: is a line that is not UTF-8");
  }
}
