package ai.echogen.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.config.Reference;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.observe.ScoreSummary;
import ai.echogen.observe.scores.SampleScores;
import ai.echogen.observe.scores.SampleScores.Share;
import ai.echogen.observe.scores.SampleScoresFile;
import ai.echogen.storage.Location;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportScoresJobTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  @TempDir private Path temp;

  @BeforeEach
  void writeScores() throws IOException {
    write("step-100", 0.25);
    write("step-200", 0.5);
    Files.delete(temp.resolve("step-100/samples.jsonl")); // only the last one's are shown
  }

  @Test
  void writesThePageAndItsTables() throws Exception {
    assertThat(run("step-100", "step-200")).as(this::console).isZero();
    assertThat(console())
        .containsPattern("score +step-100 +step-200\n")
        .containsPattern("mean_iou +0\\.250 +0\\.500\n")
        .contains("wrote " + temp.resolve("out") + ": report.html, scores.md, scores.csv");
    assertThat(Files.readString(temp.resolve("out/report.html")))
        .contains("<h1>spatial: step-200 and 1 before it</h1>", ">100</text>", ">200</text>");
    assertThat(Files.readString(temp.resolve("out/scores.md"))).contains("| mean_iou | 0.250 |");
    assertThat(Files.readString(temp.resolve("out/scores.csv")))
        .contains("step-200,mean_iou,0.5,,,measured here," + temp.resolve("step-200"));
  }

  @Test
  void whatIsMissingIsSaidBeforeAnythingIsDone() {
    assertThat(run("step-200", "step-100")).isEqualTo(2);
    assertThat(console()).contains("step-100/samples.jsonl: no such file");
    assertThat(run("step-300")).isEqualTo(2);
    assertThat(console()).contains("step-300: no such directory; check runs");
    assertThat(run("step-200", "step-200")).isEqualTo(2);
    assertThat(console()).contains("runs must name each once");
    assertThat(run()).isEqualTo(2);
    assertThat(console()).contains("runs must name a directory that score wrote");
    assertThat(temp.resolve("out")).doesNotExist();
  }

  private void write(String name, double value) throws IOException {
    var dir = Files.createDirectories(temp.resolve(name));
    var groups = new TreeMap<>(Map.of(SampleScores.NO_GROUP, new Share(value, 1)));
    var sample =
        new SampleScores(
            "a",
            "test",
            "a",
            new TreeMap<>(Map.of("mean_iou", groups)),
            List.of(),
            List.of(),
            List.of(),
            null,
            null);
    SampleScoresFile.write(Location.of(dir.resolve("samples.jsonl")), List.of(sample));
    new ScoreSummary(
            new TreeMap<>(Map.of("mean_iou", value)),
            new TreeMap<>(),
            new TreeMap<>(Map.of("benchmark", "spatial")),
            new ObjectMapper().createObjectNode())
        .write(dir.resolve("scores.json"));
  }

  private int run(String... names) {
    out.reset();
    var runs = new ArrayList<String>();
    for (var name : names) {
      runs.add("\"" + temp.resolve(name) + "\"");
    }
    var args = List.of("runs=" + runs, "out=" + temp.resolve("out"));
    var console = new PrintStream(out, true, StandardCharsets.UTF_8);
    return new JobRunner(Reference.builtIn(), console, console).run(new ReportScoresJob(), args);
  }

  private String console() {
    return out.toString(StandardCharsets.UTF_8);
  }
}
