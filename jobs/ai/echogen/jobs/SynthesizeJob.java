package ai.echogen.jobs;

import ai.echogen.config.Check;
import ai.echogen.data.shards.Dropped;
import ai.echogen.data.shards.Manifest;
import ai.echogen.data.shards.Provenance;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.data.synth.SceneRows;
import ai.echogen.data.synth.SceneSource;
import ai.echogen.data.synth.SceneSplit;
import ai.echogen.data.synth.ShapeScenes;
import ai.echogen.data.synth.SpriteFolders;
import ai.echogen.data.synth.SpriteScan;
import ai.echogen.data.synth.SpriteScenes;
import ai.echogen.jobs.cli.Job;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.jobs.cli.ResumableShards;
import ai.echogen.jobs.cli.SamplePictures;
import ai.echogen.jobs.cli.ShardReport;
import ai.echogen.jobs.cli.TaskProgress;
import ai.echogen.observe.Progress;
import ai.echogen.storage.Location;
import ai.echogen.storage.StagedDirectory;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Makes scenes with exact layouts, as sample shards. */
public final class SynthesizeJob extends Job<SynthesizeJob.Settings> {
  private static final int MEASURED = 16; // scenes, to guess the size of all
  private static final double SPRITE_BYTES = 1.9; // a pixel of a scene on a photograph
  private static final Duration EVERY = Duration.ofSeconds(5);

  /** What scenes are made of. */
  public enum Source {
    /** Coloured shapes on mild backgrounds. */
    SHAPES,
    /** Cut-outs on photographs. */
    SPRITES
  }

  /**
   * The section {@code synthesize} of reference.conf.
   *
   * @param out shard directory to write
   * @param count scenes to train on
   * @param testCount scenes of each held-out split
   * @param size side of the images, pixels
   * @param sprites folder of cut-outs
   * @param backgrounds folder of photographs
   * @param maxSprites use only so many classes of cut-outs
   * @param leaveOut names of folders below {@code sprites} to leave out
   */
  public record Settings(
      Source source,
      Location out,
      long count,
      long testCount,
      int size,
      long seed,
      double attributesShare,
      Optional<Location> sprites,
      Optional<Location> backgrounds,
      Optional<Integer> maxSprites,
      List<String> leaveOut) {
    public Settings {
      leaveOut = List.copyOf(leaveOut);
      var folders = source == Source.SPRITES;
      new Check()
          .that("count", count >= 1 && count <= SceneRows.MAX_SCENES, "must be > 0, got " + count)
          .that(
              "testCount",
              testCount >= 0 && testCount <= SceneRows.MAX_SCENES,
              "must be >= 0, got " + testCount)
          .that("size", size >= 32 && size <= 1024, "must be 32 to 1024, got " + size)
          .that(
              "attributesShare",
              attributesShare >= 0 && attributesShare <= 1,
              "must be in [0, 1], got " + attributesShare)
          .that("sprites", !folders || sprites.isPresent(), "must be given for source=sprites")
          .that(
              "backgrounds",
              !folders || backgrounds.isPresent(),
              "must be given for source=sprites")
          .that(
              "maxSprites",
              maxSprites.orElse(Integer.MAX_VALUE) >= SpriteScenes.MAX_OBJECTS,
              String.format(
                  Locale.ROOT,
                  "must be >= %d, got %s",
                  SpriteScenes.MAX_OBJECTS,
                  maxSprites.orElse(null)))
          .orThrow();
    }

    private SceneRows rows(SceneSource scenes) {
      return new SceneRows(scenes, count, testCount);
    }

    private ShapeScenes shapes() {
      return new ShapeScenes(seed, size, attributesShare);
    }

    private SpriteFolders folders() {
      return SpriteFolders.list(sprites.orElseThrow(), backgrounds.orElseThrow(), leaveOut);
    }
  }

  public SynthesizeJob() {
    super("synthesize", "Makes scenes with exact layouts, as sample shards.", Settings.class);
  }

  public static void main(String[] args) {
    JobRunner.main(new SynthesizeJob(), args);
  }

  @Override
  public List<String> plan(Settings settings) {
    StagedDirectory.requireFree(settings.out());
    List<String> lines = new ArrayList<>();
    if (settings.source() == Source.SHAPES) {
      var rows = settings.rows(settings.shapes());
      rows.counts().forEach((split, count) -> lines.add(scenes(count, split)));
      lines.add(writes(settings, rows.total() * bytes(rows)));
    } else {
      var folders = settings.folders();
      lines.add(
          String.format(
              Locale.ROOT,
              "reads  %,d sprites and %,d backgrounds",
              folders.sprites().size(),
              folders.backgrounds().size()));
      lines.add(scenes(settings.count(), SceneSplit.TRAIN));
      lines.add(scenes(settings.testCount(), SceneSplit.TEST));
      var pixels = (double) settings.size() * settings.size();
      lines.add(
          writes(settings, (settings.count() + settings.testCount()) * pixels * SPRITE_BYTES));
    }
    return lines;
  }

  @Override
  public void run(Settings settings, JobContext context) throws IOException {
    if (settings.source() == Source.SHAPES) {
      write(settings, context, "", settings.shapes(), List.of());
    } else {
      var folders = settings.folders();
      var scan = scan(settings, folders, context);
      context.console().println("synthesize: " + scan.catalog().summary());
      var scenes = new SpriteScenes(settings.seed(), settings.size(), scan.catalog());
      write(settings, context, folders.fingerprint(), scenes, scan.dropped());
    }
  }

  private static SpriteScan scan(Settings settings, SpriteFolders folders, JobContext context) {
    var files = folders.sprites().size() + folders.backgrounds().size();
    var read = context.spark().sparkContext().longAccumulator("files read");
    try (var progress =
        new TaskProgress(
            new Progress(context.console(), "synthesize: files", files, EVERY), read)) {
      return SpriteScan.of(
          context.spark(),
          folders,
          settings.size(),
          settings.maxSprites().orElse(Integer.MAX_VALUE),
          read);
    }
  }

  /**
   * @param inputs differs if the files that scenes are made of do
   */
  private void write(
      Settings settings,
      JobContext context,
      String inputs,
      SceneSource scenes,
      List<Dropped> dropped)
      throws IOException {
    var provenance = new Provenance(name(), context.settingsJson(), dropped);
    var manifest =
        ResumableShards.write(
            name(),
            settings.out(),
            inputs,
            context,
            staged -> write(settings.rows(scenes), context, staged, provenance));
    SamplePictures.write(context.spark(), settings.out(), SceneSplit.TRAIN.word());
    ShardReport.print(manifest, settings.out(), context.console());
  }

  private static Manifest write(
      SceneRows rows, JobContext context, StagedDirectory staged, Provenance provenance) {
    var spark = context.spark();
    var made = spark.sparkContext().longAccumulator("scenes made");
    var progress = new Progress(context.console(), "synthesize: scenes", rows.total(), EVERY);
    try (var unused = new TaskProgress(progress, made)) {
      return ShardStore.resume(rows.rows(spark, made), staged, provenance);
    }
  }

  private static String scenes(long count, SceneSplit split) {
    return String.format(Locale.ROOT, "%,d scenes of %s", count, split.word());
  }

  private static String writes(Settings settings, double bytes) {
    return String.format(
        Locale.ROOT, "writes sample shards of about %,.1f MB to %s", bytes / 1e6, settings.out());
  }

  /** Bytes of a picture, the mean of the first few. */
  private static double bytes(SceneRows rows) {
    var bytes = 0L;
    for (var index = 0; index < MEASURED; index++) {
      bytes += rows.source().sample(SceneSplit.TRAIN, index).image().length;
    }
    return (double) bytes / MEASURED;
  }
}
