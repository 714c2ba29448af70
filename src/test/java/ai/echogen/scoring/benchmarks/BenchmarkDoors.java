package ai.echogen.scoring.benchmarks;

import ai.echogen.Door;
import ai.echogen.data.LocalSpark;
import ai.echogen.data.shards.Finding;
import ai.echogen.image.Png;
import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import ai.echogen.scoring.metrics.GroundedRegion;
import ai.echogen.storage.Location;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaSparkContext;

/** What `score` is given of other systems, and what it keeps until it is done. */
public final class BenchmarkDoors {
  private static final Map<String, Case> CASES =
      Map.of(
          "7",
          Samples.sample(
              "7",
              Samples.target("a dog", "dog", 0, 0, 50, 50),
              Samples.target("a ball", "ball", 50, 0, 90, 50)),
          "8",
          Samples.sample("8", Samples.target("a dog", "dog", 0, 0, 50, 50)));

  private BenchmarkDoors() {}

  /** Writes whole files into an empty folder. */
  public static List<Door> in(Path folder) throws IOException {
    var doors = new ArrayList<Door>();
    addPredictions(folder, doors);
    addTruths(folder, doors);
    var picture = new BufferedImage(24, 16, BufferedImage.TYPE_INT_RGB);
    Files.write(folder.resolve("8.png"), Png.encode(picture));
    doors.add(Door.bytes(folder, "8.png", BenchmarkDoors::picture));
    var parts = folder.resolve("parts");
    var unused = kept(parts);
    doors.add(Door.bytes(parts, "00000.jsonl", BenchmarkDoors::kept).sealed());
    return doors;
  }

  private static void addPredictions(Path folder, List<Door> doors) throws IOException {
    Files.writeString(
        folder.resolve("ref-l4.json"),
        """
        [{"id": 8, "pred_bbox": [1, 2, 30, 40], "format": "xywh"},
         {"id": "9", "pred_bbox": [0, 0, 1, 1], "format": "xyxy"}]\
        """);
    Files.writeString(
        folder.resolve("boxes.jsonl"),
        """
        {"id": "7", "regions": [{"phrase": "a dog", "box": [0.25, 0, 0.5, 1]}, {"phrase": "a ball", "box": null}]}
        {"id": "8", "regions": [{"phrase": "a dog", "box": [0, 0.125, 0.5, 1]}]}
        """);
    Files.writeString(
        folder.resolve("results.json"),
        """
        [{"image_id": 7, "category_id": 1, "bbox": [0, 0, 10, 10], "score": 0.25},
         {"image_id": 7, "category_id": 2, "bbox": [90, 90, 20, 20], "score": 0.75}]\
        """);
    for (var file : List.of("ref-l4.json", "boxes.jsonl")) {
      doors.add(Door.json(folder, file, place -> boxes(Location.of(place.resolve(file)))));
    }
    doors.add(Door.json(folder, "results.json", BenchmarkDoors::detections));
  }

  private static Object boxes(Location file) throws IOException {
    return List.of(new TreeMap<>(Predictions.boxes(file, CASES)), Predictions.extra(file, CASES));
  }

  private static Object detections(Path folder) throws IOException {
    var file = Location.of(folder.resolve("results.json"));
    return new TreeMap<>(Predictions.detections(file, CASES, Map.of(1L, "dog", 2L, "cat")));
  }

  private static void addTruths(Path folder, List<Door> doors) throws IOException {
    Files.writeString(
        folder.resolve("truths.json"),
        """
        {"images": [{"id": 1, "file_name": "1.png", "width": 40, "height": 30}],
         "annotations": [{"id": 5, "image_id": 1, "category_id": 18, "bbox": [10, 5, 20, 15],
          "area": 200.5, "iscrowd": 1, "phrase": "a dog"}],
         "categories": [{"id": 18, "name": "dog"}]}\
        """);
    Files.writeString(
        folder.resolve("captions.json"),
        "{\"annotations\": [{\"id\": 3, \"image_id\": 1, \"caption\": \"A dog.\"}]}");
    doors.add(Door.json(folder, "truths.json", BenchmarkDoors::truths));
    doors.add(Door.json(folder, "captions.json", BenchmarkDoors::truths).named("score captions"));
  }

  /** What is true, and regions that numbers can be made of. */
  private static Object truths(Path folder) throws IOException {
    var truths =
        CocoTruths.read(
            Location.of(folder.resolve("truths.json")),
            Optional.of(Location.of(folder.resolve("captions.json"))),
            "val");
    var regions = new ArrayList<GroundedRegion>();
    for (var sample : truths.cases()) {
      for (var t : sample.targets()) {
        regions.add(new GroundedRegion(t.phrase(), t.category(), t.box(), t.area(), null));
      }
    }
    return List.of(truths, regions);
  }

  /** One that does not decode is left out by name. */
  private static Object picture(Path folder) throws IOException {
    var source = new PictureSource.Files(Location.of(folder), Map.of("8", "8.png"));
    var given = source.pictures(List.of(CASES.get("8"))).get(0);
    if (given.image() == null) {
      throw new IllegalArgumentException(given.findings().get(0).what());
    }
    return given.image().getWidth();
  }

  /** Judges where there is no part yet. */
  private static Object kept(Path parts) throws IOException {
    var context = JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext());
    return new KeptParts(Location.of(parts))
        .run(context, List.of(new Work()), context.sc().longAccumulator()).stream()
            .map(JudgedLines::line)
            .toList();
  }

  private record Work() implements PartWork {
    @Override
    public Iterator<Judged> judge() {
      var box = new Box(0.125f, 0.25f, 0.5f, 1);
      var layout = new Layout("a dog", List.of(new Region("a dog", "dog", box)));
      var judged =
          Judged.of(Case.of("8", "test", "image", 333, 777, layout, null))
              .withBoxes("read", Arrays.asList(box, null))
              .withSeen("drawing", List.of(Samples.seen("cat", 0.75, 1, 2, 30, 40)))
              .withVector("numbers", 0.1, Double.MIN_VALUE, 1e300)
              .withMisled(layout)
              .withPictures("pictures/a.png", null)
              .withFindings(List.of(Finding.adjusted("no picture", "x")));
      return List.of(judged, Judged.of(CASES.get("7"))).iterator();
    }
  }
}
