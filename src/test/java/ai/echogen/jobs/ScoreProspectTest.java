package ai.echogen.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.config.Reference;
import ai.echogen.data.Sample;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.jobs.cli.Job;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.observe.ScoreSummary;
import ai.echogen.scoring.judges.file.JudgeDoors;
import ai.echogen.storage.Location;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs of {@code score} of which no number, or only misses, could come. */
class ScoreProspectTest {
  @TempDir private static Path shared;
  @TempDir private Path temp;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private static String category = "";
  private static long regions;
  private static long others; // regions of other categories

  @BeforeAll
  static void makeScenesAndJudge() throws IOException {
    var print = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    var keys = List.of("out=" + shared.resolve("data"), "count=2", "testCount=4");
    assertThat(run(new SynthesizeJob(), keys, print)).isZero();
    var unused = JudgeDoors.in(Files.createDirectory(shared.resolve("judges")));
    for (var row : ShardStore.split(Location.of(shared.resolve("data")), "test").read()) {
      for (var region : Sample.layout(row).regions()) {
        category = category.isEmpty() ? region.category() : category;
        regions++;
        others += region.category().equals(category) ? 0 : 1;
      }
    }
  }

  private static Path judge() {
    return shared.resolve("judges/onnx"); // knows cats and dogs
  }

  @Test
  void captionsWithoutARelationAreAnErrorBeforeAnythingIsLookedAt() {
    for (var mode : List.of("--dry-run", "seed=1")) {
      assertThat(score("benchmark=spatial", "system=real", mode)).isEqualTo(2);
      assertThat(said())
          .contains("data: no sample can be scored: ", "no relation in the prompt: ")
          .doesNotContain("4/4");
    }
    assertThat(temp.resolve("scores")).doesNotExist();
  }

  @Test
  void aJudgeWithoutAClassOfAnyRegionIsAnErrorOfTheDryRun() {
    for (var mode : List.of("--dry-run", "seed=1")) {
      assertThat(score("benchmark=coco-layout", "system=real", "judge=" + judge(), mode))
          .isEqualTo(2);
      assertThat(said())
          .contains("none of the " + regions + " regions has a class of ", "judge.json: ")
          .contains(category, "synonyms");
    }
    assertThat(temp.resolve("scores")).doesNotExist();
  }

  @Test
  void whatTheSynonymsLeaveWithoutAClassIsCounted() throws IOException {
    var described = Files.readString(judge().resolve("judge.json"));
    Files.writeString(
        judge().resolve("other.json"),
        described.replace(
            "\"threshold\"", "\"synonyms\": {\"%s\": \"cat\"}, \"threshold\"".formatted(category)));
    var keys =
        List.of("benchmark=coco-layout", "system=real", "judge=" + judge().resolve("other.json"));
    var line = others + " of " + regions + " regions have no class of ";

    assertThat(score(keys.get(0), keys.get(1), keys.get(2), "--dry-run")).isZero();
    assertThat(said()).contains("test: " + line);
    assertThat(score(keys.get(0), keys.get(1), keys.get(2), "seed=1")).as(this::said).isZero();

    assertThat(said())
        .contains("score: test: " + line)
        .contains("counted with a change: region without a class of the judge, a miss: " + others);
    var scores = ScoreSummary.read(temp.resolve("scores").resolve(ScoreSummary.FILE));
    assertThat(
            scores
                .provenance()
                .path("changed")
                .path("region without a class of the judge, a miss")
                .asLong())
        .isEqualTo(others)
        .isPositive();
    assertThat(scores.numbers()).containsEntry("regions", (double) regions);
    assertThat(scores.protocol()).containsEntry("judge.synonyms." + category, "cat");
  }

  @Test
  void distancesNeedTruePicturesBeforeAndAfterTheyAreRead() throws IOException {
    var layouts =
        Files.writeString(
            temp.resolve("layouts.jsonl"),
            "{\"id\": \"a\", \"regions\": [{\"phrase\": \"dog\", \"box\": [0, 0, 1, 1]}]}");
    assertThat(run(List.of("benchmark=quality", "model=any", "layouts=" + layouts))).isEqualTo(2);
    assertThat(said()).contains("textImage must be given where there are no true pictures");

    assertThat(score("benchmark=quality", "system=real", "count=1", "seed=1")).isEqualTo(2);
    assertThat(said()).contains("could be scored: ");
    assertThat(temp.resolve("scores")).doesNotExist();
  }

  private int score(String... keys) {
    var all = new ArrayList<>(List.of(keys));
    all.add("data=" + shared.resolve("data"));
    return run(all);
  }

  private int run(List<String> keys) {
    var all = new ArrayList<>(keys);
    all.add("out=" + temp.resolve("scores"));
    out.reset();
    return run(new ScoreJob(), all, new PrintStream(out, true, StandardCharsets.UTF_8));
  }

  private static int run(Job<?> job, List<String> keys, PrintStream print) {
    var running = SparkSession.getDefaultSession();
    if (running.isDefined()) {
      running.get().stop(); // the job would join it, whatever its master
    }
    System.setProperty("spark.master", "local[1]");
    try {
      return new JobRunner(Reference.builtIn(), print, print).run(job, keys);
    } finally {
      System.clearProperty("spark.master");
    }
  }

  private String said() {
    return out.toString(StandardCharsets.UTF_8);
  }
}
