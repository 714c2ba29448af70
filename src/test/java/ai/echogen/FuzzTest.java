package ai.echogen;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.config.Reference;
import ai.echogen.config.Settings;
import ai.echogen.data.LocalSpark;
import ai.echogen.data.Sample;
import ai.echogen.data.ingest.Annotations;
import ai.echogen.data.ingest.SourceImage;
import ai.echogen.data.ingest.formats.coco.CocoAnnotations;
import ai.echogen.data.ingest.formats.coco.RefCocoAnnotations;
import ai.echogen.data.ingest.formats.common.ReadAnnotations;
import ai.echogen.data.ingest.formats.tar.WebDatasetAnnotations;
import ai.echogen.data.ingest.formats.text.JsonLinesAnnotations;
import ai.echogen.data.ingest.formats.text.OpenImagesAnnotations;
import ai.echogen.data.ingest.formats.text.VisualGenomeAnnotations;
import ai.echogen.data.ingest.formats.xml.FlickrAnnotations;
import ai.echogen.data.ingest.formats.xml.VocAnnotations;
import ai.echogen.data.ingest.formats.yolo.YoloAnnotations;
import ai.echogen.data.lines.ImageLines;
import ai.echogen.data.lines.LayoutLines;
import ai.echogen.data.shards.Provenance;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.data.synth.SceneSplit;
import ai.echogen.data.synth.ShapeScenes;
import ai.echogen.image.ImageBytes;
import ai.echogen.image.ImageFile;
import ai.echogen.image.Png;
import ai.echogen.model.TinyModel;
import ai.echogen.model.convert.AdapterFiles;
import ai.echogen.model.convert.Checkpoint;
import ai.echogen.model.convert.Conversion;
import ai.echogen.model.convert.Target;
import ai.echogen.model.convert.WeightType;
import ai.echogen.model.directory.JanusConfig;
import ai.echogen.observe.ScoresFile;
import ai.echogen.storage.AllowedPlaces;
import ai.echogen.storage.Location;
import ai.echogen.tokens.TextTokenizer;
import ai.echogen.torch.safetensors.SafetensorsModel;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import net.razorvine.pickle.Pickler;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged files of every kind that comes in. Right is: read, or one clear error that says which
 * file it was. Short here; {@code -Dechogen.fuzz=full} makes 90,000 mutants, {@code
 * -Dechogen.fuzz.seed=N} others.
 */
class FuzzTest {
  private static final boolean FULL = "full".equals(System.getProperty("echogen.fuzz"));
  private static final long SEED = Long.getLong("echogen.fuzz.seed", 1);
  private static final int SHORT_MUTANTS = 500; // of a door
  private static final int FULL_MUTANTS = 130_000; // of all doors
  private static final int LONGEST_MESSAGE = 8000;
  private static final int LONGEST_LIST = 100_000; // convert names every tensor that does not fit
  private static final int LONGEST_LINE = 1000; // of such a list
  private static final String PUBLISHED = " config.json";
  private static final int PATIENCE = 20; // seconds a mutant
  private static final int MOST_SHOWN = 10;

  /**
   * A file that comes in, and what reads it.
   *
   * @param mutated the file of which mutants are made, below the folder
   * @param reader reads the folder; what it returns is what was understood
   */
  private record Door(
      String name, Path folder, String mutated, boolean isJson, boolean isSealed, Reader reader) {
    Path file() {
      return folder.resolve(mutated);
    }

    boolean isPublished() {
      return name.endsWith(PUBLISHED);
    }
  }

  private interface Reader {
    Object read(Path folder) throws Exception;
  }

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

  @TempDir private static Path temp;
  private static ExecutorService one = Executors.newSingleThreadExecutor();
  private static List<Door> doors = List.of();

  @BeforeAll
  static void makeWholeFiles() throws IOException {
    var model = temp.resolve("model");
    TinyModel.write(model, List.of("a red dog and the blue ball"));
    var all = new ArrayList<Door>();
    all.add(door("config.json", model, "config.json", true, folder -> JanusConfig.read(folder)));
    all.add(
        door(
            "tokenizer.json",
            model,
            "tokenizer.json",
            true,
            folder -> {
              try (var text = TextTokenizer.load(folder.resolve("tokenizer.json"))) {
                return List.of(text.size(), text.encode("a red dog").length);
              }
            }));
    all.add(
        door(
            "model.safetensors",
            model,
            "model.safetensors",
            false,
            folder -> {
              try (var weights = SafetensorsModel.open(folder)) {
                return weights.names();
              }
            }));
    addPublished(all);
    addAdapter(all);
    addShards(all);
    addLines(all);
    addAnnotations(all);
    addFormats(all);
    addPictures(all);
    var conf = Files.createDirectory(temp.resolve("conf"));
    Files.writeString(conf.resolve("a.conf"), "steps = 4\ninner { rate = 2 }\nnames = [a]\n");
    all.add(
        door(
            "a.conf",
            conf,
            "a.conf",
            false,
            folder ->
                Settings.load(Reference.of(CONF), "a", List.of(folder.resolve("a.conf")), List.of())
                    .bind(Named.class)));
    doors = List.copyOf(all);
  }

  private static Door door(String name, Path folder, String file, boolean isJson, Reader reader) {
    return new Door(name, folder, file, isJson, false, reader);
  }

  /** A published checkpoint in both layouts, as `convert` opens it. */
  private static void addPublished(List<Door> all) throws IOException {
    var port = Files.createDirectory(temp.resolve("port"));
    for (var name : List.of("config.json", "model.safetensors")) {
      Files.copy(Path.of("src/test/resources/fixtures/janus-tiny", name), port.resolve(name));
    }
    var original = Files.createDirectory(temp.resolve("original"));
    try (var source = Checkpoint.open(port)) {
      new Conversion(source, Target.JANUS, WeightType.FLOAT32, Long.MAX_VALUE)
          .write(original, bytes -> {});
    }
    for (var folder : List.of(port, original)) {
      all.add(
          door(
              folder.getFileName() + PUBLISHED,
              folder,
              "config.json",
              true,
              place -> {
                try (var checkpoint = Checkpoint.open(place)) {
                  return new Conversion(
                          checkpoint, Target.TRANSFORMERS, WeightType.FLOAT32, Long.MAX_VALUE)
                      .plan();
                }
              }));
    }
  }

  private static void addAdapter(List<Door> all) throws IOException {
    var folder = temp.resolve("adapter");
    var source = Path.of("src/test/resources/fixtures/lora");
    try (var files = Files.walk(source)) {
      var config = files.filter(file -> file.endsWith("adapter_config.json")).sorted().findFirst();
      if (config.isEmpty()) {
        return;
      }
      Files.createDirectory(folder);
      try (var beside = Files.list(config.get().getParent())) {
        for (var file : beside.filter(Files::isRegularFile).toList()) {
          Files.copy(file, folder.resolve(file.getFileName()));
        }
      }
    }
    all.add(
        door(
            "adapter_config.json",
            folder,
            "adapter_config.json",
            true,
            place -> AdapterFiles.open(place) != null));
  }

  private static void addShards(List<Door> all) {
    var scenes = new ShapeScenes(3, 32, 0);
    var rows =
        IntStream.range(0, 12).mapToObj(i -> scenes.sample(SceneSplit.TRAIN, i).toRow()).toList();
    var folder = temp.resolve("shards");
    ShardStore.write(
        LocalSpark.session().createDataFrame(rows, Sample.SCHEMA),
        Location.of(folder),
        new Provenance("test", "{\"a\": 1}", List.of()));
    Reader reader =
        place ->
            ShardStore.split(Location.of(place), "train").read().stream()
                .map(Sample::of)
                .map(FuzzTest::shown)
                .toList();
    all.add(door("manifest.json", folder, "manifest.json", true, reader));
    all.add(new Door("shards", folder, "data/train-00000-of-00001.parquet", false, true, reader));
  }

  private static String shown(Sample sample) {
    return sample.id() + sample.layout() + Arrays.hashCode(sample.image());
  }

  private static void addLines(List<Door> all) throws IOException {
    var folder = Files.createDirectory(temp.resolve("lines"));
    Files.writeString(
        folder.resolve("layouts.jsonl"),
        "{\"id\": \"1\", \"caption\": \"a fir\", \"regions\": [{\"phrase\": \"fir\", \"box\": [0.1, 0.1, 0.5, 0.6]}]}\n");
    Files.writeString(
        folder.resolve("images.jsonl"),
        "{\"id\": \"1\", \"image\": \"a.png\", \"phrases\": [\"fir\", \"lemon\"], \"caption\": \"x\"}\n");
    Files.writeString(folder.resolve("scores.json"), "{\"layout.ap50\": 0.5, \"samples\": 100}");
    all.add(
        door(
            "layouts.jsonl",
            folder,
            "layouts.jsonl",
            true,
            place ->
                LayoutLines.read(
                    LayoutLines.index(Location.of(place.resolve("layouts.jsonl"))).all())));
    all.add(
        door(
            "images.jsonl",
            folder,
            "images.jsonl",
            true,
            place ->
                ImageLines.index(Location.of(place.resolve("images.jsonl")), AllowedPlaces.OWN)
                    .size()));
    all.add(
        door(
            "scores.json",
            folder,
            "scores.json",
            true,
            place -> ScoresFile.read(place.resolve("scores.json"))));
  }

  private static void addAnnotations(List<Door> all) throws IOException {
    var folder = Files.createDirectory(temp.resolve("coco"));
    Files.writeString(
        folder.resolve("instances.json"),
        """
        {"images": [{"id": 1, "file_name": "1.png", "width": 40, "height": 30}],
         "annotations": [{"id": 1, "image_id": 1, "category_id": 18, "bbox": [10, 5, 20, 15], "iscrowd": 0}],
         "categories": [{"id": 18, "name": "dog"}]}""");
    all.add(
        door(
            "instances.json",
            folder,
            "instances.json",
            true,
            place ->
                CocoAnnotations.read(Location.of(place.resolve("instances.json")), Optional.empty())
                    .summary()));
    var voc = Files.createDirectory(temp.resolve("voc"));
    Files.writeString(
        voc.resolve("a.xml"),
        """
        <annotation><filename>a.jpg</filename><size><width>40</width><height>30</height></size>
        <object><name>dog</name><bndbox><xmin>11</xmin><ymin>6</ymin><xmax>30</xmax><ymax>20</ymax></bndbox></object>
        </annotation>""");
    all.add(
        door(
            "a.xml",
            voc,
            "a.xml",
            false,
            place -> VocAnnotations.in(Location.of(place)).pieces().get(0).read().lost().size()));
  }

  /** The other formats, each with one image. */
  private static void addFormats(List<Door> all) throws IOException {
    var folder = Files.createDirectories(temp.resolve("formats/labels")).getParent();
    var images = Location.of(Files.createDirectory(folder.resolve("images")));
    Files.write(folder.resolve("images/1.jpg"), new byte[] {1});
    Files.writeString(
        folder.resolve("labels/1.txt"), "0 0.3 0.5 0.4 0.6\n1 0.1 0.1 0.3 0.1 0.2 0.3\n");
    Files.writeString(folder.resolve("data.yaml"), "nc: 2\nnames:\n  0: dog\n  1: 'a cat'\n");
    formatDoor(
        all,
        folder,
        "labels/1.txt",
        at -> YoloAnnotations.in(at.child("labels"), at.child("data.yaml"), images));
    formatDoor(
        all,
        folder,
        "data.yaml",
        at -> YoloAnnotations.in(at.child("labels"), at.child("data.yaml"), images));
    var flickr = Files.createDirectories(folder.resolve("flickr/Sentences")).getParent();
    Files.createDirectory(flickr.resolve("Annotations"));
    Files.writeString(
        flickr.resolve("Sentences/1.txt"),
        "[/EN#1/people Two men] and [/EN#2/animals a dog] run .\n[/EN#1/people They] rest .\n");
    Files.writeString(
        flickr.resolve("Annotations/1.xml"),
        """
        <annotation><size><width>40</width><height>30</height></size><object><name>1</name>
        <bndbox><xmin>1</xmin><ymin>2</ymin><xmax>30</xmax><ymax>20</ymax></bndbox></object>
        <object><name>2</name><nobndbox>1</nobndbox></object></annotation>""");
    formatDoor(
        all, folder, "flickr/Sentences/1.txt", at -> FlickrAnnotations.in(at.child("flickr")));
    Files.writeString(
        folder.resolve("instances.json"),
        """
        {"images": [{"id": 1, "file_name": "1.jpg", "width": 40, "height": 30}],
         "annotations": [{"id": 7, "image_id": 1, "category_id": 18, "bbox": [10, 5, 20, 15]}],
         "categories": [{"id": 18, "name": "dog"}]}""");
    Object ref =
        Map.of(
            "ref_id",
            1,
            "ann_id",
            7,
            "image_id",
            1,
            "split",
            "train",
            "file_name",
            "1_0.jpg",
            "sentences",
            List.of(Map.of("sent", "a dog"), Map.of("sent", "the brown one")));
    Files.write(folder.resolve("refs.p"), new Pickler().dumps(List.of(ref)));
    formatDoor(
        all,
        folder,
        "refs.p",
        at -> RefCocoAnnotations.read(at.child("refs.p"), at.child("instances.json")));
    Files.writeString(
        folder.resolve("regions.json"),
        "[{\"id\": 1, \"regions\": [{\"region_id\": 1, \"x\": 1, \"y\": 2, \"width\": 3, \"height\": 4, \"phrase\": \"a dog\"}]}]");
    formatDoor(
        all,
        folder,
        "regions.json",
        at -> VisualGenomeAnnotations.read(at.child("regions.json"), images));
    Files.writeString(
        folder.resolve("boxes.csv"),
        "ImageID,LabelName,XMin,XMax,YMin,YMax,IsGroupOf\n1,/m/1,0.1,0.5,0.2,0.8,0\n1,/m/2,0,1,0,1,1\n");
    Files.writeString(folder.resolve("classes.csv"), "/m/1,Dog\n/m/2,\"Cat, large\"\n");
    for (var file : List.of("boxes.csv", "classes.csv")) {
      formatDoor(
          all,
          folder,
          file,
          at -> OpenImagesAnnotations.read(at.child("boxes.csv"), at.child("classes.csv")));
    }
    Files.writeString(
        folder.resolve("lines.jsonl"),
        "{\"id\": \"1\", \"image\": \"1.jpg\", \"regions\": [{\"phrase\": \"a dog\", \"box\": [0.1, 0.2, 0.5, 0.8]}]}\n");
    formatDoor(
        all,
        folder,
        "lines.jsonl",
        at -> JsonLinesAnnotations.read(at.child("lines.jsonl"), images));
    try (var tar = new TarArchiveOutputStream(Files.newOutputStream(folder.resolve("0.tar")))) {
      for (var name : List.of("1.jpg", "1.txt")) {
        var entry = new TarArchiveEntry(name);
        entry.setSize(5);
        tar.putArchiveEntry(entry);
        tar.write("a dog".getBytes(StandardCharsets.UTF_8));
        tar.closeArchiveEntry();
      }
    }
    formatDoor(all, folder, "0.tar", at -> WebDatasetAnnotations.in(at.child("0.tar")));
  }

  private interface Opener {
    Annotations open(Location folder) throws IOException;
  }

  private static void formatDoor(List<Door> all, Path folder, String file, Opener opener) {
    all.add(
        door(
            file,
            folder,
            file,
            false,
            place -> {
              var read = ReadAnnotations.of(opener.open(Location.of(place)));
              return List.of(
                  read.images().stream().map(SourceImage::boxes).toList(), read.lost().size());
            }));
  }

  private static void addPictures(List<Door> all) throws IOException {
    var folder = Files.createDirectory(temp.resolve("pictures"));
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
      all.add(
          door(
              name,
              folder,
              name,
              false,
              place -> {
                try {
                  return ImageFile.decode(Files.readAllBytes(place.resolve(name))).getWidth();
                } catch (IOException e) { // callers name the file
                  throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
                }
              }));
    }
  }

  @AfterAll
  static void end() {
    one.shutdownNow();
  }

  @Test
  void everyMutantIsReadOrRefusedByName() throws Exception {
    var outcomes = new TreeMap<String, Map<String, Integer>>();
    var bad = new ArrayList<String>();
    int each = FULL ? FULL_MUTANTS / doors.size() : SHORT_MUTANTS;
    for (var door : doors) {
      var whole = Files.readAllBytes(door.file());
      var understood = String.valueOf(door.reader().read(door.folder()));
      for (int i = 0; i < each; i++) {
        Files.write(door.file(), Mutants.of(whole, door.isJson(), SEED, i));
        var outcome = outcome(door, understood);
        outcomes
            .computeIfAbsent(door.name(), name -> new TreeMap<>())
            .merge(outcome.split(":")[0], 1, Integer::sum);
        if (outcome.startsWith("BAD")) {
          bad.add("%s, mutant %d: %s".formatted(door.name(), i, outcome));
        }
      }
      Files.write(door.file(), whole);
    }
    outcomes.forEach((door, counts) -> System.out.printf("fuzz %-22s %s%n", door, counts));
    assertThat(bad.subList(0, Math.min(MOST_SHOWN, bad.size()))).as("%d bad", bad.size()).isEmpty();
  }

  private static String outcome(Door door, String understood) throws InterruptedException {
    Callable<Object> task = () -> door.reader().read(door.folder());
    var future = one.submit(task);
    try {
      var read = String.valueOf(future.get(PATIENCE, TimeUnit.SECONDS));
      if (read.equals(understood)) {
        return "the same";
      }
      return door.isSealed() ? "BAD: another content in silence" : "another content";
    } catch (TimeoutException e) {
      future.cancel(true);
      one = Executors.newSingleThreadExecutor();
      return "BAD: no end after %d s".formatted(PATIENCE);
    } catch (ExecutionException e) {
      return refusal(door, e.getCause());
    }
  }

  private static String refusal(Door door, Throwable thrown) {
    boolean isOurs =
        thrown instanceof IllegalArgumentException || thrown instanceof UncheckedIOException;
    var message = String.valueOf(thrown.getMessage());
    if (!isOurs) {
      var at = thrown.getStackTrace().length > 0 ? thrown.getStackTrace()[0] : "";
      return "BAD: %s at %s".formatted(thrown, at);
    }
    boolean lists = message.lines().allMatch(line -> line.length() <= LONGEST_LINE);
    if (message.length() > (door.isPublished() && lists ? LONGEST_LIST : LONGEST_MESSAGE)) {
      return "BAD: a message of %d letters".formatted(message.length());
    }
    boolean isNamed =
        message.contains(door.file().getFileName().toString())
            || message.contains(door.folder().toString());
    return isNamed && !message.contains("null:") ? "refused" : "BAD: names no file: " + message;
  }
}
