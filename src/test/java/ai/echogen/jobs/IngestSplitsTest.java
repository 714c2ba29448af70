package ai.echogen.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.config.Reference;
import ai.echogen.data.LocalSpark;
import ai.echogen.data.Sample;
import ai.echogen.data.shards.Dropped;
import ai.echogen.data.shards.LeftOut;
import ai.echogen.data.shards.Manifest;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.image.Png;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.storage.Location;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data sets whose users say which images are of which split. */
class IngestSplitsTest {
  private static final String IN_TWO_SPLITS = "the same picture is in two splits";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  @TempDir private Path temp;

  /** Each file counts its images from 1; train's second and test's first are one picture. */
  private List<String> coco() throws IOException {
    var words = new ArrayList<String>();
    var colors =
        Map.of("train", new int[] {1, 2, 3}, "val", new int[] {4, 5}, "test", new int[] {2});
    for (var split : colors.entrySet()) {
      var images = new ArrayList<String>();
      var boxes = new ArrayList<String>();
      for (int i = 1; i <= split.getValue().length; i++) {
        picture(split.getKey() + "/" + i + ".png", split.getValue()[i - 1]);
        images.add("{\"id\":%d,\"file_name\":\"%d.png\"}".formatted(i, i));
        boxes.add(
            "{\"id\":%d,\"image_id\":%d,\"category_id\":1,\"bbox\":[4,3,20,15]}".formatted(i, i));
      }
      text(
          split.getKey() + ".json",
          "{\"images\":%s,\"annotations\":%s,\"categories\":[{\"id\":1,\"name\":\"dog\"}]}"
              .formatted(images, boxes));
      words.add(split.getKey() + ".instances=" + temp.resolve(split.getKey() + ".json"));
      words.add(split.getKey() + ".images=" + temp.resolve(split.getKey()));
    }
    return words;
  }

  @Test
  void threeFilesOfCocoAreThreeSplitsOfOneSet() throws IOException {
    assertThat(ingest(coco())).as(this::console).isZero();

    assertThat(pictures())
        .containsExactly(
            Map.entry("coco-test-000000000001", "test 2"),
            Map.entry("coco-train-000000000001", "train 1"),
            Map.entry("coco-train-000000000002", "train 2"),
            Map.entry("coco-train-000000000003", "train 3"),
            Map.entry("coco-val-000000000001", "val 4"),
            Map.entry("coco-val-000000000002", "val 5"));
    assertThat(manifest().dropped()).isEmpty();
    assertThat(manifest().adjusted())
        .contains(
            new Dropped(
                IN_TWO_SPLITS,
                1,
                List.of(
                    "coco-train-000000000002 (train), which is that of"
                        + " coco-test-000000000001 (test)")));
    assertThat(console())
        .contains(
            "ingest: train: 3 images, 3 annotations",
            "ingest: val: 2 images, 2 annotations",
            "ingest: test: 1 images, 1 annotations");
  }

  @Test
  void whatIsLearntFromLosesThePictureOfTheTest() throws IOException {
    var words = new ArrayList<>(coco());
    words.add("duplicates=drop-equal");
    assertThat(ingest(words)).as(this::console).isZero();

    assertThat(manifest().rows()).isEqualTo(Map.of("train", 2L, "val", 2L, "test", 1L));
    assertThat(LeftOut.read(temp.resolve("out")))
        .containsExactly(
            IN_TWO_SPLITS
                + ": coco-train-000000000002 (train), which is that of"
                + " coco-test-000000000001 (test)");
  }

  @Test
  void aSplitTakesFromTheJobWhatItHasNotItself() throws IOException {
    coco();
    var words =
        List.of(
            "images=" + temp.resolve("train"),
            "train.instances=" + temp.resolve("train.json"),
            "test.instances=" + temp.resolve("test.json"),
            "test.images=" + temp.resolve("test"),
            "source=mine");
    assertThat(ingest(words)).as(this::console).isZero();

    assertThat(pictures())
        .containsExactly(
            Map.entry("mine-test-000000000001", "test 2"),
            Map.entry("mine-train-000000000001", "train 1"),
            Map.entry("mine-train-000000000002", "train 2"),
            Map.entry("mine-train-000000000003", "train 3"));
  }

  @Test
  void aFolderOfConfigurationSaysTheSame() throws IOException {
    coco();
    text(
        "splits.conf",
        """
        train { instances = "%s/train.json", images = "%s/train" }
        val { instances = "%s/val.json", images = "%s/val" }
        """
            .replace("%s", temp.toString()));
    assertThat(ingest(List.of("--config", temp.resolve("splits.conf").toString())))
        .as(this::console)
        .isZero();

    assertThat(manifest().rows()).isEqualTo(Map.of("train", 3L, "val", 2L));
  }

  /** Pascal VOC's way: one folder of annotations, and ImageSets. */
  @Test
  void listsOfNamesAreSplitsOfOneFolder() throws IOException {
    var words = new ArrayList<>(voc());
    text("sets/train.txt", "0001\n0002\n0009\n");
    text("sets/test.txt", "0003\n");
    words.add("train.list=" + temp.resolve("sets/train.txt"));
    words.add("test.list=" + temp.resolve("sets/test.txt"));
    assertThat(ingest(words)).as(this::console).isZero();

    assertThat(pictures())
        .containsExactly(
            Map.entry("voc-test-0003", "test 3"),
            Map.entry("voc-train-0001", "train 1"),
            Map.entry("voc-train-0002", "train 2"));
    assertThat(LeftOut.read(temp.resolve("out")))
        .containsExactly(
            "image that no list of a split names: 0004.png",
            "name in the list of a split that no image has: train: 0009");
    assertThat(console())
        .contains(
            "ingest: 4 annotation files; train by a list of 3 names, test by a list of 1 names");
  }

  @Test
  void aListOfWhichNoNameIsFoundIsAMistakeAndLeavesNothing() throws IOException {
    var words = new ArrayList<>(voc());
    text("sets/train.txt", "2007_000001\n2007_000002\n");
    words.add("train.list=" + temp.resolve("sets/train.txt"));

    assertThat(ingest(words)).isEqualTo(2);

    assertThat(console())
        .contains("train.txt: no image has one of its 2 names, the first of which is 2007_000001");
    assertThat(temp.toFile().list((folder, name) -> name.startsWith("out"))).isEmpty();
  }

  /** YOLO's way: folders of labels and of images below them. */
  @Test
  void foldersOfYoloAreSplits() throws IOException {
    for (var split : List.of("train", "val")) {
      picture("yolo/images/" + split + "/9.png", split.length());
      text("yolo/labels/" + split + "/9.txt", "0 0.3 0.5 0.4 0.6\n");
    }
    text("data.yaml", "names: [a dog]\n");
    var words =
        List.of(
            "format=yolo",
            "categories=" + temp.resolve("data.yaml"),
            "train.annotations=" + temp.resolve("yolo/labels/train"),
            "train.images=" + temp.resolve("yolo/images/train"),
            "val.annotations=" + temp.resolve("yolo/labels/val"),
            "val.images=" + temp.resolve("yolo/images/val"));
    assertThat(ingest(words)).as(this::console).isZero();

    assertThat(pictures())
        .containsExactly(
            Map.entry("yolo-train-000000000009", "train 5"),
            Map.entry("yolo-val-000000000009", "val 3"));
  }

  /** Lists of paths say which of two images of one name they mean. */
  @Test
  void listsOfYoloNameImagesWithTheirFolders() throws IOException {
    for (var split : List.of("a", "bcd")) {
      picture("yolo/images/" + split + "/9.png", split.length());
      text("yolo/labels/" + split + "/9.txt", "0 0.3 0.5 0.4 0.6\n");
    }
    text("data.yaml", "names: [a dog]\n");
    text("train.txt", "./images/a/9.png\n");
    text("val.txt", "./images/bcd/9.png\n");
    var words =
        List.of(
            "format=yolo",
            "annotations=" + temp.resolve("yolo/labels"),
            "categories=" + temp.resolve("data.yaml"),
            "images=" + temp.resolve("yolo/images"),
            "train.list=" + temp.resolve("train.txt"),
            "val.list=" + temp.resolve("val.txt"));
    assertThat(ingest(words)).as(this::console).isZero();

    assertThat(pictures())
        .containsExactly(
            Map.entry("yolo-train-a/9", "train 1"), Map.entry("yolo-val-bcd/9", "val 3"));
  }

  @Test
  void everyKeyThatIsMissingOrHasNoUseIsNamed() throws IOException {
    var voc = voc();
    var words =
        List.of(
            "split=train",
            "captions=/captions.json",
            "train.list=/train.txt",
            "test.images=" + temp.resolve("test"),
            "test.captions=/captions.json");
    assertThat(ingest(plus(voc, words))).isEqualTo(2);
    assertThat(console())
        .contains(
            "split is not for splits that have files or lists of their own",
            "captions is not for format=voc",
            "test.captions is not for format=voc")
        .doesNotContain("images has no use");

    assertThat(ingest(List.of("instances=/a", "images=/a", "val.instances=/b"))).isEqualTo(2);
    assertThat(console())
        .contains(
            "instances has no use where val has its own; that of another split is given as"
                + " train.instances or so");

    assertThat(ingest(List.of("train.instances=/a", "val.images=/b"))).isEqualTo(2);
    assertThat(console())
        .contains(
            "train.images must be given for format=coco",
            "val.instances must be given for format=coco");

    assertThat(ingest(plus(voc, List.of("train.list=/a", "val.images=" + temp.resolve("images")))))
        .isEqualTo(2);
    assertThat(console())
        .contains("val.list must be given where train and val are read from the same files");
  }

  @Test
  void aMissingFolderOfASplitIsNamedByItsKey() throws IOException {
    var words = new ArrayList<>(coco());
    words.add("val.images=" + temp.resolve("nowhere"));
    assertThat(ingest(words)).isEqualTo(2);
    assertThat(console()).contains("nowhere: no such directory; check val.images");
  }

  /** Shards that were there may have a picture that is tested with now. */
  @Test
  void picturesOfTheBaseAreComparedToo() throws IOException {
    var words = new ArrayList<>(voc());
    words.addAll(List.of("split=test", "source=before", "out=" + temp.resolve("base")));
    assertThat(run(words)).as(this::console).isZero();

    assertThat(ingest(plus(coco(), List.of("base=" + temp.resolve("base")))))
        .as(this::console)
        .isZero();

    assertThat(manifest().rows()).isEqualTo(Map.of("train", 3L, "val", 2L, "test", 5L));
    assertThat(manifest().adjusted())
        .filteredOn(adjusted -> adjusted.reason().equals(IN_TWO_SPLITS))
        .singleElement()
        .satisfies(
            adjusted ->
                assertThat(adjusted.examples())
                    .containsExactly(
                        "coco-train-000000000001 (train), which is that of before-0001 (test)",
                        "coco-train-000000000002 (train), which is that of before-0002 (test)",
                        "coco-train-000000000003 (train), which is that of before-0003 (test)",
                        "coco-val-000000000001 (val), which is that of before-0004 (test)"));
  }

  private List<String> voc() throws IOException {
    for (int i = 1; i <= 4; i++) {
      picture("images/000" + i + ".png", i);
      text(
          "voc/000" + i + ".xml",
          String.format(
              Locale.ROOT,
              """
              <annotation><filename>000%d.png</filename>
              <object><name>dog</name>
              <bndbox><xmin>5</xmin><ymin>4</ymin><xmax>24</xmax><ymax>18</ymax></bndbox></object>
              </annotation>
              """,
              i));
    }
    return List.of(
        "format=voc", "annotations=" + temp.resolve("voc"), "images=" + temp.resolve("images"));
  }

  /** A picture that is its colour. */
  private void picture(String name, int color) throws IOException {
    var image = new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 40 * 30; i++) {
      image.setRGB(i % 40, i / 40, color);
    }
    Files.createDirectories(temp.resolve(name).getParent());
    Files.write(temp.resolve(name), Png.encode(image));
  }

  private void text(String name, String content) throws IOException {
    Files.createDirectories(temp.resolve(name).getParent());
    Files.writeString(temp.resolve(name), content);
  }

  private static List<String> plus(List<String> words, List<String> more) {
    var all = new ArrayList<>(words);
    all.addAll(more);
    return all;
  }

  /** Split and colour of each row, by its id. */
  private Map<String, String> pictures() throws IOException {
    var found = new TreeMap<String, String>();
    for (var row : ShardStore.read(LocalSpark.session(), shards()).collectAsList()) {
      var sample = Sample.of(row);
      int color = Png.decode(sample.image()).getRGB(0, 0) & 0xFFFFFF;
      found.put(sample.id(), sample.split() + " " + color);
    }
    return found;
  }

  private Manifest manifest() {
    return ShardStore.verify(LocalSpark.session(), shards());
  }

  private Location shards() {
    return Location.of(temp.resolve("out"));
  }

  private int ingest(List<String> words) {
    return run(plus(List.of("out=" + temp.resolve("out")), words));
  }

  private int run(List<String> words) {
    LocalSpark.session(); // the job joins this session and, when it ends, stops it
    var print = new PrintStream(out, true, UTF_8);
    return new JobRunner(Reference.builtIn(), print, print).run(new IngestJob(), words);
  }

  private String console() {
    return out.toString(UTF_8);
  }
}
