package ai.echogen.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.config.Reference;
import ai.echogen.data.LocalSpark;
import ai.echogen.jobs.cli.Job;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.model.TinyModel;
import ai.echogen.observe.ScoresFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoreJobTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  @TempDir private Path temp;

  @Test
  void scoresEverySampleOfASplitOnTheExecutors() throws IOException {
    TinyModel.write(temp.resolve("model"), List.of("a red circle"));
    Files.writeString(
        temp.resolve("layouts.jsonl"),
        """
        {"id": "a", "regions": [{"phrase": "red circle", "box": [0, 0, 0.5, 0.5]}]}
        {"id": "b", "regions": [{"phrase": "red circle", "box": [0.5, 0, 1, 0.5]}]}
        {"id": "c", "regions": [{"phrase": "red circle", "box": [0, 0.5, 0.5, 1]}]}
        """);
    var model = "model=" + temp.resolve("model");
    var data = temp.resolve("data");

    run(new GenerateJob(), model, "layouts=" + temp.resolve("layouts.jsonl"), "out=" + data);
    run(
        new ScoreJob(),
        model,
        "data=" + data,
        "out=" + temp.resolve("scores"),
        "splits=[generated]");

    assertThat(Files.readString(temp.resolve("scores/scores.json")))
        .contains("\"generated.samples\" : 3.0")
        .contains("generated.grounding.acc50", "generated.layout.ap50")
        .contains("\"command\" : \"./echogen score model=", "data_fingerprint.generated")
        .contains("model_fingerprint", "\"version\" : \"echogen ", "\"seed\" : ");
    assertThat(temp.resolve("data/run.json")).content().contains("./echogen generate model=");
    assertThat(temp.resolve("scores/samples.png")).isNotEmptyFile();

    run(
        new ScoreJob(),
        model,
        "data=" + data,
        "out=" + temp.resolve("best"),
        "drawings=4",
        "splits=[generated]");
    var one = ScoresFile.read(temp.resolve("scores/scores.json"));
    var best = ScoresFile.read(temp.resolve("best/scores.json"));
    assertThat(one).doesNotContainKeys("generated.picked.ap50", "generated.best.ap50");
    assertThat(best).containsAllEntriesOf(one).containsKey("generated.picked.ap50");
    assertThat(best.get("generated.best.mean_iou"))
        .isGreaterThanOrEqualTo(best.get("generated.layout.mean_iou"));
  }

  private void run(Job<?> job, String... args) {
    LocalSpark.session(); // the job joins this session and, when it ends, stops it
    var print = new PrintStream(out, true, StandardCharsets.UTF_8);
    var code = new JobRunner(Reference.builtIn(), print, print).run(job, List.of(args));
    assertThat(code).as(() -> out.toString(StandardCharsets.UTF_8)).isZero();
  }
}
