package ai.echogen.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.config.Reference;
import ai.echogen.data.LocalSpark;
import ai.echogen.data.Sample;
import ai.echogen.data.ingest.formats.Format;
import ai.echogen.data.shards.Dropped;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.layout.Box;
import ai.echogen.storage.Location;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import net.razorvine.pickle.Pickler;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One picture with a dog in it, and one that is no picture, in every format that can be read. */
class IngestFormatsTest {
  private static final Box DOG = new Box(0.1f, 0.2f, 0.5f, 0.8f);
  private static final byte[] JPEG = jpeg();
  private static final byte[] DAMAGED = "<html>".getBytes(UTF_8);
  private static final String IMAGE = "image struct<bytes: binary, path: string>";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  @TempDir private Path temp;
  private Path images;

  @BeforeEach
  void writeImages() throws IOException {
    images = Files.createDirectory(temp.resolve("images"));
    Files.write(images.resolve("1.jpg"), JPEG);
    Files.write(images.resolve("2.jpg"), DAMAGED);
  }

  @ParameterizedTest
  @EnumSource
  void theGoodRowArrivesAndTheBadOneIsNamed(Format format) throws IOException {
    var words = new ArrayList<>(List.of("format=" + format.word(), "out=" + temp.resolve("out")));
    words.addAll(write(format));

    assertThat(run(words)).as(this::console).isZero();

    var shards = Location.of(temp.resolve("out"));
    var manifest = ShardStore.verify(LocalSpark.session(), shards);
    assertThat(manifest.dropped())
        .filteredOn(dropped -> dropped.reason().equals("image does not decode"))
        .extracting(Dropped::count)
        .containsExactly(1L);
    var rows = ShardStore.read(LocalSpark.session(), shards).collectAsList();
    assertThat(rows).hasSize(1);
    var sample = Sample.of(rows.get(0));
    assertThat(sample.image()).isEqualTo(JPEG);
    assertThat(sample.source()).isEqualTo(format.word());
    assertThat(sample.layout().regions())
        .singleElement()
        .satisfies(
            region -> {
              assertThat(region.phrase()).isEqualTo("a dog");
              assertThat(region.box())
                  .usingRecursiveComparison()
                  .withEqualsForType((a, b) -> Math.abs(a - b) < 1e-6, Float.class)
                  .isEqualTo(DOG);
            });
    assertThat(temp.resolve("out").resolveSibling("out.annotations")).doesNotExist();
  }

  @Test
  void whatAFormatNeedsIsSaidBeforeAnythingIsRead() {
    assertThat(run(List.of("format=yolo", "out=" + temp.resolve("out"), "instances=a.json")))
        .isEqualTo(2);
    assertThat(console())
        .contains("annotations must be given for format=yolo")
        .contains("categories must be given for format=yolo")
        .contains("instances is not for format=yolo");
  }

  /** The rows of both, in one directory, whatever was left out of either. */
  @Test
  void aBaseIsTakenOver() throws IOException {
    var words = new ArrayList<>(write(Format.COCO));
    words.addAll(List.of("source=first", "split=train", "out=" + temp.resolve("base")));
    assertThat(run(words)).as(this::console).isZero();
    var more = new ArrayList<>(write(Format.VOC));
    more.addAll(List.of("format=voc", "split=train", "duplicates=drop-equal"));
    more.addAll(List.of("base=" + temp.resolve("base"), "out=" + temp.resolve("both")));
    assertThat(run(more)).as(this::console).isZero();

    var manifest = ShardStore.verify(LocalSpark.session(), Location.of(temp.resolve("both")));
    assertThat(manifest.rows()).containsExactly(Map.entry("train", 1L));
    assertThat(manifest.dropped())
        .extracting(Dropped::reason)
        .contains("the same picture as another", "image does not decode");
  }

  /** Files of a data set, and the words that name them. */
  private List<String> write(Format format) throws IOException {
    return switch (format) {
      case COCO -> {
        instances(", \"phrase\": \"a dog\"");
        yield named("instances", "instances.json", "images", "images");
      }
      case VOC -> {
        for (int i = 1; i <= 2; i++) {
          text(String.format(java.util.Locale.ROOT, "voc/%d.xml", i), voc(i, 1));
        }
        yield named("annotations", "voc", "images", "images");
      }
      case YOLO -> {
        text("labels/1.txt", "0 0.3 0.5 0.4 0.6\n");
        text("labels/2.txt", "0 0.3 0.5 0.4 0.6\n");
        text("data.yaml", "names: [a dog]\n");
        yield named("annotations", "labels", "categories", "data.yaml", "images", "images");
      }
      case FLICKR -> {
        for (int i = 1; i <= 2; i++) {
          text(
              String.format(java.util.Locale.ROOT, "flickr/Sentences/%d.txt", i),
              "Here [/EN#1/animals a dog] runs .\n");
          text(
              String.format(java.util.Locale.ROOT, "flickr/Annotations/%d.xml", i),
              voc(i, 0).replace("<name>a dog</name>", "<name>1</name>"));
        }
        yield named("annotations", "flickr", "images", "images");
      }
      case REFCOCO -> {
        instances("");
        var refs = List.of(ref(1), ref(2));
        Files.write(temp.resolve("refs.p"), new Pickler().dumps(refs));
        yield named("annotations", "refs.p", "instances", "instances.json", "images", "images");
      }
      case WEBDATASET -> {
        tar("shards/00000.tar");
        yield named("annotations", "shards");
      }
      case VISUAL_GENOME -> {
        text(
            "regions.json",
            "[%s, %s]"
                .formatted(
                    "{\"id\": 1, \"regions\": [%s]}".formatted(region(1)),
                    "{\"id\": 2, \"regions\": [%s]}".formatted(region(2))));
        yield named("annotations", "regions.json", "images", "images");
      }
      case OPEN_IMAGES -> {
        text(
            "boxes.csv",
            """
            ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,IsOccluded,IsTruncated,IsGroupOf,IsDepiction,IsInside
            1,xclick,/m/0bt9lr,1,0.1,0.5,0.2,0.8,0,0,0,0,0
            2,xclick,/m/0bt9lr,1,0.1,0.5,0.2,0.8,0,0,0,0,0
            """);
        text("classes.csv", "/m/0bt9lr,a dog\n");
        yield named("annotations", "boxes.csv", "categories", "classes.csv", "images", "images");
      }
      case JSON_LINES -> {
        text(
            "lines.jsonl",
            """
            {"id": "1", "image": "1.jpg", "regions": [{"phrase": "a dog", "box": [0.1, 0.2, 0.5, 0.8]}]}
            {"id": "2", "image": "2.jpg", "regions": [{"phrase": "a dog", "box": [0.1, 0.2, 0.5, 0.8]}]}
            """);
        yield named("annotations", "lines.jsonl", "images", "images");
      }
      case HUGGING_FACE -> {
        parquet(
            IMAGE + ", objects struct<bbox: array<array<double>>, category: array<string>>",
            content ->
                RowFactory.create(
                    RowFactory.create(content, null),
                    RowFactory.create(new double[][] {{10, 10, 40, 30}}, new String[] {"a dog"})));
        yield named("annotations", "parquet");
      }
      case LAYOUTSAM -> {
        parquet(
            IMAGE
                + ", file_name string, height bigint, width bigint, global_caption string, bbox_list string,"
                + " region_captions string, detail_region_captions string",
            content ->
                RowFactory.create(
                    RowFactory.create(content, null),
                    content.length + ".jpg",
                    50L,
                    100L,
                    "a dog runs",
                    "[[10, 10, 50, 40]]",
                    "['a dog']",
                    "['a brown dog']"));
        yield named("annotations", "parquet");
      }
      case REF_L4 -> {
        parquet(
            "id bigint, caption string, bbox array<double>, ori_category_id string, file_name string,"
                + " width bigint, height bigint",
            content ->
                RowFactory.create(
                    (long) number(content),
                    "a dog",
                    new double[] {10, 10, 40, 30},
                    "o365_92",
                    number(content) + ".jpg",
                    100L,
                    50L));
        yield named("annotations", "parquet", "images", "images");
      }
      case GRIT -> {
        parquet(
            "key string, caption string, width bigint, height bigint,"
                + " noun_chunks array<array<double>>, ref_exps array<array<double>>",
            content ->
                RowFactory.create(
                    Integer.toString(number(content)),
                    "a dog runs",
                    100L,
                    50L,
                    new double[][] {{0, 5, 0.1, 0.2, 0.5, 0.8, 0.9}},
                    new double[0][]));
        yield named("annotations", "parquet", "images", "images");
      }
    };
  }

  private interface RowOf {
    Row of(byte[] content);
  }

  private void parquet(String columns, RowOf row) {
    LocalSpark.session()
        .createDataFrame(List.of(row.of(JPEG), row.of(DAMAGED)), StructType.fromDDL(columns))
        .coalesce(1)
        .write()
        .parquet(temp.resolve("parquet").toString());
  }

  private static int number(byte[] content) {
    return content == JPEG ? 1 : 2;
  }

  private void instances(String more) throws IOException {
    text(
        "instances.json",
        """
        {"images": [{"id": 1, "file_name": "1.jpg", "width": 100, "height": 50},
          {"id": 2, "file_name": "2.jpg", "width": 100, "height": 50}],
         "annotations": [
          {"id": 1, "image_id": 1, "category_id": 18, "bbox": [10, 10, 40, 30]%s},
          {"id": 2, "image_id": 2, "category_id": 18, "bbox": [10, 10, 40, 30]%s}],
         "categories": [{"id": 18, "name": "dog"}]}
        """
            .formatted(more, more));
  }

  private static Map<String, Object> ref(int image) {
    return Map.of(
        "ref_id",
        image,
        "ann_id",
        image,
        "image_id",
        image,
        "category_id",
        18,
        "file_name",
        String.format(java.util.Locale.ROOT, "COCO_train2014_%012d_0.jpg", image),
        "split",
        "train",
        "sent_ids",
        List.of(image),
        "sentences",
        List.of(Map.of("sent_id", image, "raw", "A dog", "sent", "a dog")));
  }

  private static String voc(int image, int offset) {
    return """
        <annotation><filename>%d.jpg</filename>
        <size><width>100</width><height>50</height><depth>3</depth></size>
        <object><name>a dog</name>
        <bndbox><xmin>%d</xmin><ymin>%d</ymin><xmax>50</xmax><ymax>40</ymax></bndbox></object>
        </annotation>
        """
        .formatted(image, 10 + offset, 10 + offset);
  }

  private static String region(int id) {
    return "{\"region_id\": %d, \"x\": 10, \"y\": 10, \"width\": 40, \"height\": 30, \"phrase\": \"a dog\"}"
        .formatted(id);
  }

  private void tar(String name) throws IOException {
    var file = temp.resolve(name);
    Files.createDirectories(file.getParent());
    var json = "{\"regions\": [{\"phrase\": \"a dog\", \"box\": [0.1, 0.2, 0.5, 0.8]}]}";
    try (var tar = new TarArchiveOutputStream(Files.newOutputStream(file))) {
      for (int i = 1; i <= 2; i++) {
        entry(tar, String.format(java.util.Locale.ROOT, "%09d.jpg", i), i == 1 ? JPEG : DAMAGED);
        entry(tar, String.format(java.util.Locale.ROOT, "%09d.json", i), json.getBytes(UTF_8));
      }
    }
  }

  private static void entry(TarArchiveOutputStream tar, String name, byte[] content)
      throws IOException {
    var entry = new TarArchiveEntry(name);
    entry.setSize(content.length);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
  }

  private void text(String name, String content) throws IOException {
    var file = temp.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  private List<String> named(String... keysAndNames) {
    var words = new ArrayList<String>();
    for (int i = 0; i < keysAndNames.length; i += 2) {
      words.add(keysAndNames[i] + "=" + temp.resolve(keysAndNames[i + 1]));
    }
    return words;
  }

  private int run(List<String> words) {
    var stream = new PrintStream(out, true, UTF_8);
    return new JobRunner(Reference.builtIn(), stream, stream).run(new IngestJob(), words);
  }

  private String console() {
    return out.toString(UTF_8);
  }

  private static byte[] jpeg() {
    var out = new ByteArrayOutputStream();
    try {
      ImageIO.write(new BufferedImage(100, 50, BufferedImage.TYPE_INT_RGB), "jpg", out);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toByteArray();
  }
}
