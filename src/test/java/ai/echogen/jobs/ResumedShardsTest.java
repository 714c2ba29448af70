package ai.echogen.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.config.Reference;
import ai.echogen.data.CounterRandom;
import ai.echogen.data.LocalSpark;
import ai.echogen.data.Sample;
import ai.echogen.data.shards.Provenance;
import ai.echogen.data.shards.ShardFile;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.data.synth.SpriteFiles;
import ai.echogen.image.Png;
import ai.echogen.jobs.cli.Job;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.layout.Layout;
import ai.echogen.model.TinyModel;
import ai.echogen.storage.Location;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.collection.JavaConverters;

/** What a job of shards has finished when it is stopped is not made again, on whatever cores. */
class ResumedShardsTest {
  private static final String GOES_ON = ": goes on with what an earlier run has finished";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final AtomicLong made = new AtomicLong();
  @TempDir private Path temp;

  @Test
  void scenesAreNotMadeAgain() throws IOException {
    List<String> words = List.of("count=300", "testCount=10", "seed=3");
    assertGoesOn(new SynthesizeJob(), words, "scenes made", 320);
  }

  @Test
  void imagesAreNotTokenizedAgain() throws IOException {
    TinyModel.write(temp.resolve("model"), List.of("a dog"));
    writeSamples("data", 40);
    List<String> words =
        List.of("data=" + temp.resolve("data"), "tokenizer=" + temp.resolve("model"), "batch=8");
    assertGoesOn(new TokenizeJob(), words, "images tokenized", 40);
  }

  @Test
  void tokensOfOtherRowsAreNotGoneOnWith() throws IOException {
    TinyModel.write(temp.resolve("model"), List.of("a dog"));
    writeSamples("data", 40);
    List<String> words =
        List.of("data=" + temp.resolve("data"), "tokenizer=" + temp.resolve("model"), "batch=8");
    stop(new TokenizeJob(), words, "images tokenized");
    Files.move(temp.resolve("data"), temp.resolve("old"));
    writeSamples("data", 41);

    assertThat(run(new TokenizeJob(), "local[2]", "out", words)).as(this::console).isZero();

    assertThat(console()).doesNotContain(GOES_ON);
    assertThat(ShardStore.manifest(Location.of(temp.resolve("out"))).totalRows()).isEqualTo(41);
  }

  @Test
  void scenesOfOtherCutOutsAreNotGoneOnWith() throws IOException {
    SpriteFiles.write(temp.resolve("sprites"), temp.resolve("backgrounds"));
    List<String> words =
        List.of(
            "source=sprites",
            "sprites=" + temp.resolve("sprites"),
            "backgrounds=" + temp.resolve("backgrounds"),
            "count=250",
            "testCount=6");
    stop(new SynthesizeJob(), words, "scenes made");
    var sprite = temp.resolve("sprites/round/plum.png");
    Files.setLastModifiedTime(sprite, FileTime.fromMillis(1_600_000_000_000L));

    assertThat(run(new SynthesizeJob(), "local[2]", "out", words)).as(this::console).isZero();

    assertThat(console()).doesNotContain(GOES_ON);
    assertThat(ShardStore.manifest(Location.of(temp.resolve("out"))).totalRows()).isEqualTo(256);
  }

  private void assertGoesOn(Job<?> job, List<String> words, String counter, long total)
      throws IOException {
    assertThat(run(job, "local[2]", "whole", words)).as(this::console).isZero();
    stop(job, words, counter);
    assertThat(temp.resolve("out")).doesNotExist();
    long finished = finishedRows();
    assertThat(finished).isBetween(1L, total - 1);

    session("local[4]", new Watch(counter, Long.MAX_VALUE));
    assertThat(run(job, "out", words)).as(this::console).isZero();

    assertThat(console()).contains(job.name() + GOES_ON);
    assertThat(made).hasValue(total - finished);
    assertThat(files("out")).isEqualTo(files("whole"));
    assertThat(
            ShardStore.verify(LocalSpark.session(), Location.of(temp.resolve("out"))).totalRows())
        .isEqualTo(total);
    assertThat(partial()).isEmpty();
  }

  /** Runs a job on one core and takes Spark away from it after the first of its tasks. */
  private void stop(Job<?> job, List<String> words, String counter) {
    session("local[1]", new Watch(counter, 1));
    assertThat(run(job, "out", words)).as(this::console).isEqualTo(1);
    assertThat(console()).contains("cancelled");
    LocalSpark.awaitTasks();
    assertThat(partial()).hasSize(1);
  }

  /** Adds up what the tasks of a counter have made, and cancels all after some of them. */
  private final class Watch extends SparkListener {
    private final String counter;
    private final long most;
    private long tasks;

    Watch(String counter, long most) {
      this.counter = counter;
      this.most = most;
      made.set(0);
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd task) {
      for (var count : JavaConverters.seqAsJavaList(task.taskInfo().accumulables().toSeq())) {
        if (count.name().contains(counter)) {
          made.addAndGet((Long) count.update().get());
          if (++tasks == most) {
            SparkSession.active().sparkContext().cancelAllJobs();
          }
        }
      }
    }
  }

  private static void session(String master, SparkListener listener) {
    SparkSession.getDefaultSession().foreach(ResumedShardsTest::stop);
    var conf = JobContext.sparkConf("test").set("spark.master", master);
    var session = SparkSession.builder().config(conf).getOrCreate();
    session.sparkContext().setLogLevel("OFF"); // of what is cancelled
    session.sparkContext().addSparkListener(listener);
  }

  private int run(Job<?> job, String master, String dir, List<String> words) {
    session(master, new SparkListener() {});
    return run(job, dir, words);
  }

  private int run(Job<?> job, String dir, List<String> words) {
    var print = new PrintStream(out, true, UTF_8);
    var all = new ArrayList<>(List.of("out=" + temp.resolve(dir)));
    all.addAll(words);
    return new JobRunner(Reference.builtIn(), print, print).run(job, all);
  }

  private static Object stop(SparkSession session) {
    session.stop();
    return session;
  }

  private long finishedRows() throws IOException {
    var staging = temp.resolve(partial().get(0)).resolve("staging");
    try (var files = Files.list(staging)) {
      var parts = files.map(Path::toString).filter(name -> name.endsWith(".parquet")).toList();
      return LocalSpark.session().read().parquet(parts.toArray(String[]::new)).count();
    }
  }

  private List<String> partial() {
    return Stream.of(temp.toFile().list())
        .filter(name -> name.startsWith("out.partial-") && !name.endsWith(".lease"))
        .toList();
  }

  private List<ShardFile> files(String dir) {
    return ShardStore.manifest(Location.of(temp.resolve(dir))).files();
  }

  private void writeSamples(String dir, int count) {
    var rows = new ArrayList<Row>();
    for (int i = 0; i < count; i++) {
      var image = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
      for (int place = 0; place < 256; place++) {
        var random = CounterRandom.of(i, place);
        image.setRGB(place % 16, place / 16, (int) (random.nextDouble() * (1 << 24)));
      }
      var id = "i" + i;
      var layout = new Layout("a dog", List.of());
      var split = i % 3 == 0 ? "test" : "train";
      rows.add(new Sample(id, Png.encode(image), id, 16, 16, layout, "test", split).toRow());
    }
    ShardStore.write(
        LocalSpark.session().createDataFrame(rows, Sample.SCHEMA),
        Location.of(temp.resolve(dir)),
        new Provenance("test", "{}", List.of()));
  }

  private String console() {
    return out.toString(UTF_8);
  }
}
