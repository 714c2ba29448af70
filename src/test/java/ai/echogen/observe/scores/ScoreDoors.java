package ai.echogen.observe.scores;

import ai.echogen.Door;
import ai.echogen.image.Png;
import ai.echogen.layout.Box;
import ai.echogen.observe.JsonlSink;
import ai.echogen.observe.ScoreSummary;
import ai.echogen.observe.ScoreSummary.Range;
import ai.echogen.observe.ScoresFile;
import ai.echogen.observe.scores.SampleScores.Seen;
import ai.echogen.observe.scores.SampleScores.Share;
import ai.echogen.observe.scores.SampleScores.Wanted;
import ai.echogen.storage.Location;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a scoring or a training leaves, as reports and comparisons read it. */
public final class ScoreDoors {
  private ScoreDoors() {}

  /** Writes whole files into an empty folder. */
  public static List<Door> in(Path folder) throws IOException {
    new ScoreSummary(
            new TreeMap<>(Map.of("layout.ap50", 0.5, "samples", 100L, "bad", Double.NaN)),
            new TreeMap<>(Map.of("layout.ap50", new Range(0.25, 0.75))),
            new TreeMap<>(Map.of("benchmark", "spatial", "detector", "shapes")),
            new ObjectMapper().createObjectNode().put("data_fingerprint.test", "ab"))
        .write(folder.resolve("scores.json"));
    SampleScoresFile.write(Location.of(folder.resolve("samples.jsonl")), samples());
    Files.createDirectory(folder.resolve("pictures"));
    var picture = new BufferedImage(24, 16, BufferedImage.TYPE_INT_RGB);
    Files.write(folder.resolve("pictures/1.png"), Png.encode(picture));
    Files.writeString(
        folder.resolve("metrics.jsonl"),
        """
        {"step": 1, "time": 17.25, "loss": 2.5}
        {"step": 2, "time": 18.25, "loss": "NaN"}
        """);
    return List.of(
        Door.json(folder, "scores.json", place -> ScoresFile.read(place.resolve("scores.json"))),
        Door.json(folder, "scores.json", place -> ScoreSummary.read(place.resolve("scores.json")))
            .named("scores.json, all of it")
            .strict(),
        Door.json(folder, "samples.jsonl", ScoreDoors::read).strict(),
        Door.bytes(folder, "pictures/1.png", ScoreDoors::picture),
        Door.json(folder, "metrics.jsonl", place -> JsonlSink.read(place.resolve("metrics.jsonl")))
            .strict());
  }

  private static List<SampleScores> samples() {
    var first =
        new SampleScores(
            "a1",
            "test",
            "a",
            new TreeMap<>(
                Map.of(
                    "mean_iou",
                    new TreeMap<>(Map.of(SampleScores.NO_GROUP, new Share(1.5, 2))),
                    "class_acc",
                    new TreeMap<>(Map.of("dog", new Share(1, 1), "ball", new Share(0, 1))))),
            List.of(
                new Wanted("a dog", new Box(0.125f, 0.25f, 0.5f, 1)),
                new Wanted("a ball", Samples.RIGHT)),
            Arrays.asList(Samples.LEFT, null),
            List.of(new Seen("dog", 0.75, Samples.LEFT)),
            "pictures/1.png",
            "originals/1.png");
    return List.of(first, Samples.of("b2", "mean_iou", 0.5));
  }

  private static Object read(Path folder) throws IOException {
    return SampleScoresFile.read(Location.of(folder.resolve("samples.jsonl")));
  }

  /** A page tells what it cannot show. */
  private static Object picture(Path folder) {
    var store = new PictureStore(100_000);
    if (store.place(Location.of(folder), "pictures/1.png") == PictureStore.NONE) {
      throw new IllegalArgumentException(store.notes().get(0));
    }
    return store.pictures();
  }
}
