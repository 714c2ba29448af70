package ai.echogen.perf;

import ai.echogen.config.Check;
import ai.echogen.data.CounterRandom;
import ai.echogen.jobs.cli.Job;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.scoring.metrics.AveragePrecision;
import ai.echogen.scoring.metrics.AveragePrecision.Classes;
import ai.echogen.scoring.metrics.AveragePrecision.Found;
import ai.echogen.scoring.metrics.AveragePrecision.Truth;
import ai.echogen.storage.Location;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Measures COCO's detection metrics on random boxes, from the lists in memory to the twelve
 * numbers. One JSON object on the last line. {@code src/test/python/bench_coco_ap.py} does the same
 * with pycocotools.
 */
public final class BenchCocoApJob extends Job<BenchCocoApJob.Settings> {
  private static final double SIDE = 640; // of an image, in pixels

  /**
   * @param folder for the boxes as COCO's JSON, so that other software can be measured with them
   * @param images of which each has as many boxes as the others, but for one
   * @param truths true boxes of all images
   * @param detections of all images; half of them lie near a true box
   * @param warmup measurements before the clock starts
   */
  public record Settings(
      Optional<Location> folder,
      int images,
      int truths,
      int detections,
      int categories,
      int warmup,
      int repeats,
      long seed) {
    public Settings {
      new Check()
          .that("images", images > 0, "must be > 0, got " + images)
          .that("truths", truths >= images, "must be >= images = " + images + ", got " + truths)
          .that("detections", detections >= 0, "must be >= 0, got " + detections)
          .that("categories", categories > 0, "must be > 0, got " + categories)
          .that("warmup", warmup >= 0, "must be >= 0, got " + warmup)
          .that("repeats", repeats > 0, "must be > 0, got " + repeats)
          .orThrow();
    }
  }

  public BenchCocoApJob() {
    super("bench coco-ap", "Measures COCO's detection metrics: seconds, as JSON.", Settings.class);
  }

  public static void main(String[] args) {
    JobRunner.main(new BenchCocoApJob(), args);
  }

  @Override
  public List<String> plan(Settings settings) {
    return List.of(
        String.format(
            Locale.ROOT,
            "%d measurements, after %d, of %,d detections for %,d true boxes in %,d images",
            settings.repeats(),
            settings.warmup(),
            settings.detections(),
            settings.truths(),
            settings.images()));
  }

  @Override
  public void run(Settings settings, JobContext context) throws IOException {
    var truths = truths(settings);
    var found = found(settings, truths);
    if (settings.folder().isPresent()) {
      write(settings, truths, found, settings.folder().get());
    }
    var categories = IntStream.rangeClosed(1, settings.categories()).boxed().toList();
    Map<String, Double> stats = Map.of();
    var seconds = new ArrayList<Double>();
    for (int i = 0; i < settings.warmup() + settings.repeats(); i++) {
      long start = System.nanoTime();
      stats = AveragePrecision.of(categories, truths, found, Classes.SEPARATE).stats();
      if (i >= settings.warmup()) {
        seconds.add((System.nanoTime() - start) / 1e9);
      }
    }
    var values = new LinkedHashMap<String, Object>();
    values.put("what", "coco-ap");
    values.put("images", settings.images());
    values.put("truths", truths.size());
    values.put("detections", found.size());
    values.put("seconds", seconds);
    values.put(
        "median_seconds",
        Medians.rounded(Medians.of(seconds.stream().mapToDouble(Double::doubleValue).toArray())));
    values.put("stats", stats);
    context.console().println(new ObjectMapper().writeValueAsString(values));
  }

  private static List<Truth> truths(Settings settings) {
    var truths = new ArrayList<Truth>();
    for (int i = 0; i < settings.truths(); i++) {
      var random = CounterRandom.of(settings.seed(), 0, i);
      double width = 8 * Math.pow(40, random.nextDouble()); // 8 to 320 pixels: of all size ranges
      double height = 8 * Math.pow(40, random.nextDouble());
      truths.add(
          new Truth(
              1 + i % settings.images(),
              random.nextInt(1, settings.categories()),
              random.nextDouble(0, SIDE - width),
              random.nextDouble(0, SIDE - height),
              width,
              height,
              width * height * random.nextDouble(0.4, 1),
              random.nextInt(100) == 0));
    }
    return truths;
  }

  private static List<Found> found(Settings settings, List<Truth> truths) {
    var found = new ArrayList<Found>();
    for (int i = 0; i < settings.detections(); i++) {
      var random = CounterRandom.of(settings.seed(), 1, i);
      var near = truths.get(i % truths.size());
      boolean meant = random.nextInt(2) == 0;
      double width = near.width() * random.nextDouble(0.7, 1.4);
      double height = near.height() * random.nextDouble(0.7, 1.4);
      found.add(
          new Found(
              near.image(),
              meant ? near.category() : random.nextInt(1, settings.categories()),
              meant
                  ? near.x() + near.width() * random.nextDouble(-0.2, 0.2)
                  : random.nextDouble(0, SIDE - width),
              meant
                  ? near.y() + near.height() * random.nextDouble(-0.2, 0.2)
                  : random.nextDouble(0, SIDE - height),
              width,
              height,
              random.nextInt(10_001) / 1e4)); // some are equal
    }
    return found;
  }

  private static void write(
      Settings settings, List<Truth> truths, List<Found> found, Location folder)
      throws IOException {
    var json = new ObjectMapper();
    var root = json.createObjectNode();
    var images = root.putArray("images");
    for (int i = 1; i <= settings.images(); i++) {
      images.addObject().put("id", i).put("width", (int) SIDE).put("height", (int) SIDE);
    }
    var categories = root.putArray("categories");
    for (int c = 1; c <= settings.categories(); c++) {
      categories.addObject().put("id", c).put("name", "class " + c);
    }
    var annotations = root.putArray("annotations");
    for (int i = 0; i < truths.size(); i++) {
      var t = truths.get(i);
      var object = annotations.addObject().put("id", i + 1);
      put(object, t.image(), t.category(), t.x(), t.y(), t.width(), t.height());
      object.put("area", t.area()).put("iscrowd", t.crowd() ? 1 : 0);
    }
    var results = json.createArrayNode();
    for (var f : found) {
      var object = results.addObject();
      put(object, f.image(), f.category(), f.x(), f.y(), f.width(), f.height());
      object.put("score", f.score());
    }
    folder.makeDirectories();
    folder.child("truth.json").write(json.writeValueAsBytes(root));
    folder.child("found.json").write(json.writeValueAsBytes(results));
  }

  private static void put(
      ObjectNode object, long image, int category, double x, double y, double width, double h) {
    object.put("image_id", image).put("category_id", category);
    object.putArray("bbox").add(x).add(y).add(width).add(h);
  }
}
