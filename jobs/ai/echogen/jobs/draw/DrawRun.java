package ai.echogen.jobs.draw;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.echogen.data.Sample;
import ai.echogen.data.shards.Dropped;
import ai.echogen.data.shards.Manifest;
import ai.echogen.data.shards.Provenance;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.image.Png;
import ai.echogen.inference.Grounder;
import ai.echogen.inference.LayoutDrawer;
import ai.echogen.inference.ModelPool;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.RunDirectory;
import ai.echogen.jobs.cli.TaskProgress;
import ai.echogen.jobs.model.ModelFingerprint;
import ai.echogen.jobs.model.ModelTexts;
import ai.echogen.layout.Box;
import ai.echogen.layout.NamedLayout;
import ai.echogen.model.RunMode;
import ai.echogen.observe.DrawingsPicture;
import ai.echogen.observe.DrawingsPicture.Shown;
import ai.echogen.observe.Progress;
import ai.echogen.storage.Location;
import ai.echogen.storage.StagedDirectory;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.api.java.function.VoidFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import scala.collection.JavaConverters;

/** Draws layouts into a directory: shards, each drawing as a PNG file, and a picture of some. */
public record DrawRun(GenerateSettings settings, JobContext context) {
  public void run(GenerateInput<NamedLayout> layouts) throws IOException {
    var spark = context.spark();
    Manifest manifest;
    var name = "layouts=" + settings.layouts().orElseThrow();
    layouts.check(ModelTexts.of(settings.model()), spark, name, context.console());
    try (var staged = new StagedDirectory(settings.out())) {
      var dir = staged.place();
      manifest = draw(spark, layouts, dir);
      writeFiles(spark, dir);
      var picture = DrawingsPicture.of(shown(spark, dir)).draw();
      dir.child("samples.png").write(Png.encode(picture));
      about(dir, settings, context);
      staged.publish();
    }
    for (Dropped change : manifest.adjusted()) {
      context.console().println("kept with a change: " + change);
    }
    context
        .console()
        .printf(Locale.ROOT, "wrote %,d drawings to %s%n", manifest.totalRows(), settings.out());
  }

  /** Writes {@code run.json}: what made the files that lie beside it. */
  static void about(Location dir, GenerateSettings settings, JobContext context)
      throws IOException {
    var about = context.provenance();
    about.put("model_fingerprint", ModelFingerprint.of(settings.model()));
    dir.child(RunDirectory.FILE).write((about.toPrettyString() + "\n").getBytes(UTF_8));
  }

  private Manifest draw(SparkSession spark, GenerateInput<NamedLayout> layouts, Location dir) {
    var drawn = spark.sparkContext().longAccumulator("drawings");
    long total = layouts.size() * settings.samples();
    var drawer =
        new LayoutDrawer(
            settings.model(),
            settings.mode(),
            settings.seed(),
            settings.batch(),
            settings.sampling(),
            settings.negativePrompt().orElse(null),
            settings.samples(),
            drawn);
    var every = Duration.ofSeconds(5);
    try (var progress =
        new TaskProgress(
            new Progress(context.console(), "generate: drawings", total, every), drawn)) {
      var rows = layouts.read(spark, settings.batch(), settings.samples()).mapPartitions(drawer);
      return ShardStore.write(
          spark.createDataFrame(rows, LayoutDrawer.SCHEMA),
          dir,
          new Provenance("generate", context.settingsJson(), List.of()));
    }
  }

  /** Each drawing as the file that its row names. */
  private static void writeFiles(SparkSession spark, Location dir) {
    ShardStore.read(spark, dir, LayoutDrawer.SPLIT, "image")
        .select("image.path", "image.bytes")
        .toJavaRDD()
        .foreach(new FileWriter(dir));
  }

  private List<Shown> shown(SparkSession spark, Location dir) {
    var rows =
        ShardStore.split(dir, LayoutDrawer.SPLIT, "image", "caption", "regions", "codes")
            .head(DrawingsPicture.PICTURED)
            .read();
    var boxes =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(rows, rows.size())
            .map(new BoxReader(settings.model(), settings.mode()))
            .collect();
    var shown = new ArrayList<Shown>();
    for (int i = 0; i < rows.size(); i++) {
      Row image = rows.get(i).getStruct(0);
      var readBack = boxes.get(i).stream().map(Optional::<@Nullable Box>ofNullable).toList();
      shown.add(new Shown(Sample.layout(rows.get(i)), image.getAs("bytes"), readBack));
    }
    return shown;
  }

  private record FileWriter(Location dir) implements VoidFunction<Row> {
    @Override
    public void call(Row row) throws IOException {
      dir.child(row.getAs("path")).write(row.getAs("bytes"));
    }
  }

  /** Reads the boxes of a drawing's phrases back from its codes; null where there is none. */
  private record BoxReader(Location model, RunMode mode)
      implements Function<Row, List<@Nullable Box>> {
    @Override
    public List<@Nullable Box> call(Row row) throws IOException {
      var codes =
          JavaConverters.<Integer>seqAsJavaList(row.getSeq(row.fieldIndex("codes"))).stream()
              .mapToInt(Integer::intValue)
              .toArray();
      var layout = Sample.layout(row);
      var boxes = new ArrayList<@Nullable Box>();
      try (var lease = ModelPool.lease(model, mode)) {
        var loaded = lease.value();
        Grounder.of(loaded)
            .ground(loaded.weights().flat(), List.of(codes), List.of(layout))
            .get(0)
            .forEach(box -> boxes.add(box.orElse(null)));
      }
      return boxes;
    }
  }
}
