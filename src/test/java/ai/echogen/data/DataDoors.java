package ai.echogen.data;

import ai.echogen.Door;
import ai.echogen.config.Reference;
import ai.echogen.config.Settings;
import ai.echogen.data.lines.ImageLines;
import ai.echogen.data.lines.LayoutLines;
import ai.echogen.data.shards.Provenance;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.data.synth.SceneSplit;
import ai.echogen.data.synth.ShapeScenes;
import ai.echogen.image.ImageBytes;
import ai.echogen.image.ImageFile;
import ai.echogen.image.Png;
import ai.echogen.storage.AllowedPlaces;
import ai.echogen.storage.Location;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/** Configuration, shards, lines that users give, and pictures. */
public final class DataDoors {
  private static final String CONF =
      """
      a {
        # How many.
        steps = 3
        # Of what.
        names = [x, y]
        # Deeper.
        inner { rate = 1.5e-3 }
      }
      """;

  record Inner(double rate) {}

  record Named(int steps, List<String> names, Inner inner) {}

  private DataDoors() {}

  /** Writes whole files into an empty folder. */
  public static List<Door> in(Path folder) throws IOException {
    var doors = new ArrayList<Door>();
    Files.writeString(folder.resolve("a.conf"), "steps = 4\ninner { rate = 2 }\nnames = [a]\n");
    doors.add(Door.bytes(folder, "a.conf", DataDoors::bound));
    addShards(folder.resolve("shards"), doors);
    addLines(Files.createDirectory(folder.resolve("lines")), doors);
    addPictures(Files.createDirectory(folder.resolve("pictures")), doors);
    return doors;
  }

  private static Object bound(Path folder) {
    return Settings.load(Reference.of(CONF), "a", List.of(folder.resolve("a.conf")), List.of())
        .bind(Named.class);
  }

  private static void addShards(Path folder, List<Door> doors) {
    var scenes = new ShapeScenes(3, 32, 0);
    var rows =
        IntStream.range(0, 12).mapToObj(i -> scenes.sample(SceneSplit.TRAIN, i).toRow()).toList();
    ShardStore.write(
        LocalSpark.session().createDataFrame(rows, Sample.SCHEMA),
        Location.of(folder),
        new Provenance("test", "{\"a\": 1}", List.of()));
    doors.add(Door.json(folder, "manifest.json", DataDoors::rows));
    doors.add(
        Door.bytes(folder, "data/train-00000-of-00001.parquet", DataDoors::rows)
            .named("shards")
            .sealed());
  }

  private static Object rows(Path folder) {
    return ShardStore.split(Location.of(folder), "train").read().stream()
        .map(Sample::of)
        .map(sample -> sample.id() + sample.layout() + Arrays.hashCode(sample.image()))
        .toList();
  }

  private static void addLines(Path folder, List<Door> doors) throws IOException {
    Files.writeString(
        folder.resolve("layouts.jsonl"),
        "{\"id\": \"1\", \"caption\": \"a fir\", \"regions\": [{\"phrase\": \"fir\", \"box\": [0.1,"
            + " 0.1, 0.5, 0.6]}]}\n");
    Files.writeString(
        folder.resolve("images.jsonl"),
        "{\"id\": \"1\", \"image\": \"a.png\", \"phrases\": [\"fir\", \"lemon\"], \"caption\":"
            + " \"x\"}\n");
    doors.add(Door.json(folder, "layouts.jsonl", DataDoors::layouts).strict());
    doors.add(Door.json(folder, "images.jsonl", DataDoors::images).strict());
  }

  private static Object layouts(Path folder) {
    return LayoutLines.read(LayoutLines.index(Location.of(folder.resolve("layouts.jsonl"))).all());
  }

  private static Object images(Path folder) {
    var index = ImageLines.index(Location.of(folder.resolve("images.jsonl")), AllowedPlaces.OWN);
    return ImageLines.read(index.all(), AllowedPlaces.OWN);
  }

  private static void addPictures(Path folder, List<Door> doors) throws IOException {
    var image = new BufferedImage(24, 16, BufferedImage.TYPE_INT_RGB);
    image.createGraphics().fillRect(3, 3, 9, 9);
    Files.write(folder.resolve("a.png"), Png.encode(image));
    for (var format : List.of("jpg", "gif", "bmp")) {
      var out = new ByteArrayOutputStream();
      ImageIO.write(image, format, out);
      Files.write(folder.resolve("a." + format), out.toByteArray());
    }
    Files.write(folder.resolve("lossless.webp"), ImageBytes.webP("corners-transparent"));
    Files.write(folder.resolve("lossy.webp"), ImageBytes.webP("corners-lossy-turned"));
    for (var name : List.of("a.png", "a.jpg", "a.gif", "a.bmp", "lossless.webp", "lossy.webp")) {
      doors.add(Door.bytes(folder, name, place -> width(place.resolve(name))));
    }
  }

  private static int width(Path picture) {
    try {
      return ImageFile.decode(Files.readAllBytes(picture)).getWidth();
    } catch (IOException e) { // callers name the file
      throw new IllegalArgumentException(picture + ": " + e.getMessage(), e);
    }
  }
}
