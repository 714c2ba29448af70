package ai.echogen.data.shards;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.data.LocalSpark;
import ai.echogen.data.Sample;
import ai.echogen.image.Fit;
import ai.echogen.image.Png;
import ai.echogen.layout.Layout;
import ai.echogen.storage.Location;
import ai.echogen.storage.StagedDirectory;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DuplicatesTest {
  private final SparkSession spark = LocalSpark.session();
  @TempDir private Path temp;

  @ParameterizedTest
  @CsvSource({
    "KEEP,       1, again copy first flipped other scaled",
    "DROP_EQUAL, 1, again copy flipped other scaled",
    "DROP_EQUAL, 4, again copy flipped other scaled",
    "DROP_NEAR,  1, again flipped other",
    "DROP_NEAR,  5, again flipped other"
  })
  void theSmallestIdStays(Duplicates duplicates, int partitions, String left) throws IOException {
    var manifest = write(duplicates, partitions);

    var ids =
        ShardStore.read(spark, Location.of(temp.resolve("out"))).collectAsList().stream()
            .map(row -> row.<String>getAs("id"))
            .toList();
    assertThat(String.join(" ", ids)).isEqualTo(left);
    long dropped = manifest.dropped().stream().mapToLong(Dropped::count).sum();
    assertThat(dropped).isEqualTo(6 - ids.size());
  }

  @Test
  void whatIsLeftOutIsListedWithWhatItIsLike() throws IOException {
    write(Duplicates.DROP_NEAR, 2);

    assertThat(LeftOut.read(temp.resolve("out")))
        .containsExactly(
            Duplicates.NEAR + ": copy, which is that of again",
            Duplicates.NEAR + ": scaled, which is that of again",
            Duplicates.EQUAL + ": first, which is that of again");
  }

  /** A picture of the test stays, and is told or taken out of what is learnt from. */
  @ParameterizedTest
  @CsvSource({"KEEP, 1", "KEEP, 4", "DROP_EQUAL, 1", "DROP_EQUAL, 4", "DROP_NEAR, 3"})
  void trainLosesWhatTestHas(Duplicates duplicates, int partitions) throws IOException {
    var one = Png.encode(picture(1));
    var two = Png.encode(picture(2));
    var three = Png.encode(picture(3));

    var manifest =
        write(
            duplicates,
            partitions,
            List.of(
                sample("a", one, "train"),
                sample("b", one, "train"),
                sample("c", one, "validation"),
                sample("z", one, "test"),
                sample("d", two, "train"),
                sample("e", two, "validation"),
                sample("f", three, "train"),
                sample("g", three, "train")));

    var told = new ArrayList<>(List.of("a (train), which is that of z (test)"));
    told.add("b (train), which is that of z (test)");
    told.add("c (validation), which is that of z (test)");
    told.add("d (train), which is that of e (validation)");
    var inTwoSplits = new Dropped("the same picture is in two splits", 4, told);
    if (duplicates == Duplicates.KEEP) {
      assertThat(manifest.rows()).isEqualTo(Map.of("train", 5L, "validation", 2L, "test", 1L));
      assertThat(manifest.adjusted()).containsExactly(inTwoSplits);
      assertThat(manifest.dropped()).isEmpty();
    } else {
      assertThat(manifest.rows()).isEqualTo(Map.of("train", 1L, "validation", 1L, "test", 1L));
      assertThat(manifest.adjusted()).isEmpty();
      assertThat(manifest.dropped())
          .containsExactly(
              new Dropped(Duplicates.EQUAL, 1, List.of("g, which is that of f")), inTwoSplits);
    }
  }

  /** Whoever makes each picture anew need not look at them, and rows may have none. */
  @Test
  void rowsWithoutImagesAreNotCompared() throws IOException {
    var rows =
        spark.createDataFrame(
            List.of(RowFactory.create("a", "train"), RowFactory.create("b", "test")),
            StructType.fromDDL("id string, split string"));
    try (var staged = StagedDirectory.resumable(Location.of(temp.resolve("out")), "this")) {
      var manifest = ShardStore.resume(rows, staged, new Provenance("test", "{}", List.of()));
      assertThat(manifest.totalRows()).isEqualTo(2);
    }
  }

  @Test
  void theHashIsThatOfTheDifferencesFromLeftToRight() throws IOException {
    var rising = new BufferedImage(90, 80, BufferedImage.TYPE_INT_RGB);
    for (int x = 0; x < 90; x++) {
      for (int y = 0; y < 80; y++) {
        int grey = y < 40 ? 2 * x : 250 - 2 * x;
        rising.setRGB(x, y, grey << 16 | grey << 8 | grey);
      }
    }
    assertThat(PictureHash.of(Png.encode(rising))).isEqualTo(0xFFFFFFFF_00000000L);
  }

  private Manifest write(Duplicates duplicates, int partitions) throws IOException {
    var picture = picture(1);
    var png = Png.encode(picture);
    var samples =
        List.of(
            sample("first", png, "train"),
            sample("other", Png.encode(picture(2)), "train"),
            sample("again", png, "train"),
            sample("copy", jpeg(picture), "train"),
            sample("scaled", Png.encode(Fit.SQUASH.image(picture, 100)), "train"),
            sample("flipped", Png.encode(flipped(picture)), "train"));
    return write(duplicates, partitions, samples);
  }

  private Manifest write(Duplicates duplicates, int partitions, List<Sample> samples)
      throws IOException {
    var rows =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(samples.stream().map(Sample::toRow).toList(), partitions);
    try (var staged = StagedDirectory.resumable(Location.of(temp.resolve("out")), "this")) {
      return ShardStore.resume(
          spark.createDataFrame(rows, Sample.SCHEMA),
          staged,
          new Provenance("test", "{}", List.of()),
          duplicates);
    }
  }

  private static Sample sample(String id, byte[] image, String split) {
    return new Sample(id, image, id, 64, 64, new Layout("a picture", List.of()), "test", split);
  }

  /** Soft blots, as photographs have them. */
  private static BufferedImage picture(int seed) {
    var random = new Random(seed);
    var blots = new BufferedImage(6, 6, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 36; i++) {
      blots.setRGB(i % 6, i / 6, random.nextInt(1 << 24));
    }
    var picture = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
    var graphics = picture.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    graphics.drawImage(blots, 0, 0, 64, 64, null);
    graphics.dispose();
    return picture;
  }

  private static BufferedImage flipped(BufferedImage picture) {
    var flipped = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 64 * 64; i++) {
      flipped.setRGB(63 - i % 64, i / 64, picture.getRGB(i % 64, i / 64));
    }
    return flipped;
  }

  private static byte[] jpeg(BufferedImage picture) throws IOException {
    var out = new ByteArrayOutputStream();
    ImageIO.write(picture, "jpg", out);
    return out.toByteArray();
  }
}
