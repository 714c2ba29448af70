package ai.echogen.perf;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.echogen.config.Check;
import ai.echogen.data.CounterRandom;
import ai.echogen.data.RowRange;
import ai.echogen.jobs.IngestJob;
import ai.echogen.jobs.cli.Job;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.jobs.cli.PeakMemory;
import ai.echogen.storage.Location;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * Measures reading a data set: JPEGs, made once, with a COCO file of a box each → sample shards of
 * squares. One JSON object on the last line. {@code src/test/python/bench_ingest.py} does the same.
 */
public final class BenchIngestJob extends Job<BenchIngestJob.Settings> {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 480;
  private static final int BLOTS = 40; // across a picture
  private static final int IMAGES_A_TASK = 500;

  /**
   * @param folder of the images and their annotations; made if it is not there
   * @param out sample shards to write
   * @param count images
   * @param size side of the squares in pixels
   */
  public record Settings(Location folder, Location out, int count, int size) {
    public Settings {
      new Check()
          .that("count", count > 0, "must be > 0, got " + count)
          .that("size", size >= 8, "must be >= 8, got " + size)
          .orThrow();
    }

    private Location images() {
      return folder.child("images");
    }

    private Location instances() {
      return folder.child("instances.json");
    }
  }

  public BenchIngestJob() {
    super("bench ingest", "Measures JPEGs → sample shards: images/s, as JSON.", Settings.class);
  }

  public static void main(String[] args) {
    JobRunner.main(new BenchIngestJob(), args);
  }

  @Override
  public List<String> plan(Settings settings) throws IOException {
    return List.of(
        String.format(
            Locale.ROOT,
            "%s %,d JPEGs of %d × %d in %s, reads them into squares of %d",
            settings.instances().exists() ? "takes" : "makes",
            settings.count(),
            WIDTH,
            HEIGHT,
            settings.folder(),
            settings.size()));
  }

  @Override
  public void run(Settings settings, JobContext context) throws Exception {
    if (!settings.instances().exists()) {
      make(settings, context.spark());
    }
    long bytes = 0;
    for (var file : settings.images().list()) {
      bytes += file.getLen();
    }
    long start = System.nanoTime();
    JobRunner.runWithin(
        context,
        new IngestJob(),
        List.of(
            "instances=" + settings.instances(),
            "images=" + settings.images(),
            "out=" + settings.out(),
            "size=" + settings.size()));
    double seconds = (System.nanoTime() - start) / 1e9;
    var values = new LinkedHashMap<String, Object>();
    values.put("what", "ingest");
    values.put("images", settings.count());
    values.put("size", settings.size());
    values.put("seconds", Medians.rounded(seconds));
    values.put("images_per_s", Medians.rounded(settings.count() / seconds));
    values.put("megabytes_per_s", Medians.rounded(bytes / 1e6 / seconds));
    values.put("driver_peak_gb", Medians.rounded(PeakMemory.gigabytes()));
    context.console().println(new ObjectMapper().writeValueAsString(values));
  }

  private static void make(Settings settings, SparkSession spark) throws IOException {
    settings.images().makeDirectories();
    var images = settings.images();
    var parts = RowRange.cut(settings.count(), 1, Math.max(1, settings.count() / IMAGES_A_TASK));
    JavaSparkContext.fromSparkContext(spark.sparkContext())
        .parallelize(parts, parts.size())
        .foreach(
            part -> {
              for (long i = part.from(); i < part.to(); i++) {
                images.child(name(i)).write(jpeg(i));
              }
            });
    settings.instances().write(annotations(settings.count()).getBytes(UTF_8));
  }

  private static String name(long number) {
    return String.format(Locale.ROOT, "%08d.jpg", number);
  }

  /** Soft blots of all colours: some 60 kB, as a photograph has. */
  private static byte[] jpeg(long number) throws IOException {
    var random = CounterRandom.of(1, number);
    var blots = new BufferedImage(BLOTS, BLOTS * HEIGHT / WIDTH, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < blots.getHeight(); y++) {
      for (int x = 0; x < blots.getWidth(); x++) {
        blots.setRGB(x, y, random.nextInt(1 << 24));
      }
    }
    var picture = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    var graphics = picture.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    graphics.drawImage(blots, 0, 0, WIDTH, HEIGHT, null);
    graphics.dispose();
    var out = new ByteArrayOutputStream();
    ImageIO.write(picture, "jpg", out);
    return out.toByteArray();
  }

  private static String annotations(int count) {
    var images = new ArrayList<String>();
    var boxes = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      images.add(
          String.format(
              Locale.ROOT,
              "{\"id\": %d, \"file_name\": \"%s\", \"width\": %d, \"height\": %d}",
              i,
              name(i),
              WIDTH,
              HEIGHT));
      boxes.add(
          String.format(
              Locale.ROOT,
              "{\"id\": %d, \"image_id\": %d, \"category_id\": 1, \"bbox\": [%d, 60, 200, 300]}",
              i,
              i,
              i % 400));
    }
    return "{\"images\": [%s], \"annotations\": [%s], \"categories\": [{\"id\": 1, \"name\": \"blot\"}]}"
        .formatted(String.join(",\n", images), String.join(",\n", boxes));
  }
}
