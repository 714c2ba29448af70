package ai.echogen.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.echogen.data.CounterRandom;
import ai.echogen.data.LocalSpark;
import ai.echogen.data.Sample;
import ai.echogen.data.shards.Dropped;
import ai.echogen.data.shards.Provenance;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.data.synth.SpriteFiles;
import ai.echogen.image.Picture;
import ai.echogen.image.Png;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is pasted, and on what, as executors find it. */
class ScansTest {
  private static final int OWLS = 24;
  private static final int CUPS = 3;

  private final SparkSession spark = LocalSpark.session();
  private final JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
  private final LongAccumulator read = spark.sparkContext().longAccumulator();
  @TempDir private Path temp;

  /** Blue owls and red cups, one a picture; a picture that is none; another split. */
  private Location shards() {
    var rows = new ArrayList<Row>();
    for (int i = 0; i < OWLS + CUPS; i++) {
      var phrase = i < OWLS ? "owl" : "cup";
      int color = i < OWLS ? Drawn.BLUE : Drawn.RED;
      var drawn = new Drawn(80, 60).rectangle(phrase, color, 8 + i, 12, 40 + i, 36).captioned("");
      rows.add(sample(i, "train", Png.encode(drawn.picture().opaque()), drawn));
    }
    var drawn = new Drawn(80, 60).region("bee", 8, 12, 40, 36).captioned("");
    rows.add(sample(900, "train", new byte[] {1, 2}, drawn));
    rows.add(sample(901, "test", Png.encode(drawn.picture().opaque()), drawn));
    var dir = Location.of(temp.resolve("shards"));
    var unused =
        ShardStore.write(
            spark.createDataFrame(rows, Sample.SCHEMA), dir, new Provenance("t", "{}", List.of()));
    return dir;
  }

  private static Row sample(int number, String split, byte[] image, Annotated drawn) {
    var id = String.format(Locale.ROOT, "s%03d", number);
    return new Sample(id, image, id, 80, 60, drawn.layout(), "drawn", split).toRow();
  }

  private static Rules rules(int bank) {
    return Rules.of(1, 80).with(new Paste(1, 1, 0.3, 1, 1, false, bank));
  }

  @Test
  void objectsAreCutOutOfTheirPictures() {
    var scan = ObjectScan.of(context, shards(), rules(100).get(), read);

    assertThat(scan.numUsable()).isEqualTo(OWLS + CUPS + 1);
    assertThat(scan.bank().size()).isEqualTo(OWLS + CUPS);
    assertThat(read.value()).isEqualTo(OWLS + CUPS + 1);
    for (var cutout : scan.bank().cutouts()) {
      var picture = cutout.picture();
      // 32 × 24 of 80 × 60 pixels, which become 80 × 80.
      assertThat(picture.width()).isEqualTo(32);
      assertThat(picture.height()).isEqualTo(24);
      assertThat(cutout.donor().naturalHeight()).isBetween(31.999, 32.001);
      int color = cutout.phrase().equals("owl") ? Drawn.BLUE : Drawn.RED;
      assertThat(picture.argb()).containsOnly(color);
    }
  }

  @Test
  void aSmallBankIsASampleByHashOrEvenByPhrase() {
    var data = shards();
    var some = ObjectScan.of(context, data, rules(8).get(), read).bank().cutouts();
    assertThat(some).hasSizeBetween(7, 8); // one may be no picture
    assertThat(some.stream().filter(cutout -> cutout.phrase().equals("cup")).count())
        .isLessThanOrEqualTo(CUPS);
    var again = ObjectScan.of(context, data, rules(8).get(), read).bank().cutouts();
    assertThat(again)
        .extracting(Cutout::donor)
        .isEqualTo(some.stream().map(Cutout::donor).toList());

    var balanced = ObjectScan.of(context, data, rules(7).balanced().get(), read).bank();

    // The first, the second and the third of owl, cup and bee, of which one is no picture.
    assertThat(balanced.cutouts())
        .extracting(Cutout::phrase)
        .filteredOn("cup"::equals)
        .hasSize(CUPS);
    assertThat(balanced.cutouts()).extracting(Cutout::phrase).filteredOn("owl"::equals).hasSize(3);
  }

  @Test
  void backgroundsAreReadOnceAndUselessOnesNamed() throws IOException {
    SpriteFiles.write(temp.resolve("sprites"), temp.resolve("photos"));
    var small = new Picture(30, 90, new int[2700]).opaque();
    Files.write(temp.resolve("photos/small.png"), Png.encode(small));
    var long5 = new Picture(500, 90, new int[45_000]).opaque();
    Files.write(temp.resolve("photos/long.png"), Png.encode(long5));
    var folder = BackgroundFolder.list(Location.of(temp.resolve("photos")));

    var scan = BackgroundScan.of(context, folder, rules(9).get(), read);

    assertThat(read.value()).isEqualTo(15);
    assertThat(scan.bank().size()).isEqualTo(12);
    assertThat(scan.dropped())
        .extracting(Dropped::toString)
        .satisfiesExactly(
            line -> assertThat(line).startsWith("background does not decode: 1 (nature/torn.jpg ("),
            line ->
                assertThat(line)
                    .isEqualTo(
                        "background more than four times as long as wide: 1 (long.png (500 × 90))"),
            line ->
                assertThat(line)
                    .isEqualTo("background smaller than a picture: 1 (small.png (30 × 90))"));
    var square = scan.bank().draw(80, CounterRandom.of(1));
    assertThat(square.width()).isEqualTo(80).isEqualTo(square.height());
  }

  @Test
  void noUsableBackgroundIsAnError() throws IOException {
    Files.createDirectory(temp.resolve("photos"));
    Files.writeString(temp.resolve("photos/torn.jpg"), "torn");
    var folder = BackgroundFolder.list(Location.of(temp.resolve("photos")));
    assertThatThrownBy(() -> BackgroundScan.of(context, folder, rules(9).get(), read))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no background can be used")
        .hasMessageContaining("torn.jpg");
  }

  @Test
  void aFolderIsSearchedToItsDepthButNotThroughLinks() throws IOException {
    var photos = temp.resolve("photos");
    Files.createDirectories(photos.resolve("b/c"));
    for (var name : List.of("z.PNG", "b/a.jpeg", "b/c/m.webp", "b/notes.txt", "b/x.gif")) {
      Files.writeString(photos.resolve(name), name);
    }
    Files.createSymbolicLink(photos.resolve("b/again"), photos);
    var folder = BackgroundFolder.list(Location.of(photos));
    assertThat(folder.files())
        .extracting(BackgroundFolder.File::name)
        .containsExactly("b/a.jpeg", "b/c/m.webp", "z.PNG");
    assertThat(BackgroundFolder.list(Location.of(photos)).fingerprint())
        .isEqualTo(folder.fingerprint());
    Files.setLastModifiedTime(photos.resolve("z.PNG"), FileTime.fromMillis(1_000_000));
    assertThat(BackgroundFolder.list(Location.of(photos)).fingerprint())
        .isNotEqualTo(folder.fingerprint());
    assertThatThrownBy(() -> BackgroundFolder.list(Location.of(temp.resolve("nowhere"))))
        .hasMessageContaining("check backgrounds");
    Files.createDirectory(temp.resolve("none"));
    assertThatThrownBy(() -> BackgroundFolder.list(Location.of(temp.resolve("none"))))
        .hasMessageContaining("no JPEG, PNG or WebP file");
  }

  @Test
  void howManyBackgroundsAreReadIsBounded() {
    var file = new BackgroundFolder.File("a", Location.of(temp), 1, 1);
    var folder = new BackgroundFolder(Collections.nCopies(9000, file));
    // 128 MiB of (2 × 96)² pixels of three bytes.
    assertThat(BackgroundScan.numRead(folder, 96)).isEqualTo(1213);
    assertThat(BackgroundScan.numRead(folder, 16)).isEqualTo(5000);
    assertThat(BackgroundScan.numRead(folder, 1024)).isEqualTo(16);
  }
}
