package ai.echogen.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.config.Reference;
import ai.echogen.data.LocalSpark;
import ai.echogen.data.shards.ShardFile;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.model.TinyModel;
import ai.echogen.storage.Location;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.collection.JavaConverters;

/** A run that was stopped is gone on with, on other cores, and ends as one that was not. */
class DrawDatasetResumeTest {
  private static final int NUM_LAYOUTS = 10;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final AtomicLong drawn = new AtomicLong();
  @TempDir private Path temp;

  @AfterEach
  void stopSession() {
    SparkSession.getDefaultSession().foreach(DrawDatasetResumeTest::stop);
  }

  @Test
  void theTallyOfWhatWasFinishedIsNotLost() throws IOException {
    TinyModel.write(temp.resolve("model"), List.of("a red dog"));
    Files.write(
        temp.resolve("layouts.jsonl"),
        IntStream.range(0, NUM_LAYOUTS)
            .mapToObj(
                i ->
                    "{\"id\": \"s%d\", \"regions\": [{\"phrase\": \"dog\", \"box\": [0, 0, 0.%d5, 1]}]}"
                        .formatted(i, i))
            .toList());
    session("local[2]", Long.MAX_VALUE);
    assertThat(run("whole")).as(this::console).isZero();
    assertThat(drawn).hasValue(NUM_LAYOUTS);

    session("local[1]", 3);
    assertThat(run("out")).as(this::console).isEqualTo(1);
    LocalSpark.awaitTasks();
    assertThat(temp.resolve("out")).doesNotExist();
    session("local[3]", Long.MAX_VALUE);
    assertThat(run("out")).as(this::console).isZero();

    assertThat(console()).contains("draw-dataset: goes on with what an earlier run has finished");
    assertThat(drawn.get()).isBetween(1L, NUM_LAYOUTS - 1L);
    assertThat(kept("out")).isEqualTo(kept("whole"));
    assertThat(kept("out").at("/layouts").asInt()).isEqualTo(NUM_LAYOUTS);
    assertThat(digests("out")).isEqualTo(digests("whole"));
    assertThat(temp.toFile().list())
        .containsExactlyInAnyOrder("model", "layouts.jsonl", "whole", "out");
  }

  private int run(String to) {
    var words =
        List.of(
            "model=" + temp.resolve("model"),
            "layouts=" + temp.resolve("layouts.jsonl"),
            "out=" + temp.resolve(to),
            "drawings=2",
            "batch=2",
            "keep=0");
    var print = new PrintStream(out, true, StandardCharsets.UTF_8);
    return new JobRunner(Reference.builtIn(), print, print).run(new DrawDatasetJob(), words);
  }

  /**
   * Starts Spark anew, which counts drawn layouts.
   *
   * @param most tasks that have drawn, after which all is cancelled
   */
  private void session(String master, long most) {
    stopSession();
    drawn.set(0);
    var conf = JobContext.sparkConf("test").set("spark.master", master);
    var session = SparkSession.builder().config(conf).getOrCreate();
    session.sparkContext().setLogLevel("OFF"); // of what is cancelled
    session.sparkContext().addSparkListener(new Watch(most));
  }

  private final class Watch extends SparkListener {
    private final long most;
    private long tasks;

    Watch(long most) {
      this.most = most;
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd task) {
      for (var count : JavaConverters.seqAsJavaList(task.taskInfo().accumulables().toSeq())) {
        if (count.name().contains("layouts drawn")) {
          drawn.addAndGet((Long) count.update().get());
          if (++tasks == most) {
            SparkSession.active().sparkContext().cancelAllJobs();
          }
        }
      }
    }
  }

  private static Object stop(SparkSession session) {
    session.stop();
    return session;
  }

  private JsonNode kept(String dir) throws IOException {
    var json = new ObjectMapper().readTree(temp.resolve(dir).resolve("kept.json").toFile());
    return ((ObjectNode) json).without("provenance");
  }

  private List<String> digests(String dir) {
    return ShardStore.manifest(Location.of(temp.resolve(dir))).files().stream()
        .map(ShardFile::sha256)
        .toList();
  }

  private String console() {
    return out.toString(StandardCharsets.UTF_8);
  }
}
