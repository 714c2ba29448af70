package ai.echogen.data.synth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.data.CounterRandom;
import ai.echogen.data.LocalSpark;
import ai.echogen.data.shards.Dropped;
import ai.echogen.image.Picture;
import ai.echogen.layout.Region;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpriteScenesTest {
  private static final int SIZE = 64;
  @TempDir private static Path temp;
  private static SpriteScan scan;

  @BeforeAll
  static void scan() throws IOException {
    SpriteFiles.write(temp.resolve("sprites"), temp.resolve("backgrounds"));
    scan = scan(100);
  }

  private static SpriteScan scan(int maxClasses) {
    var folders =
        SpriteFolders.list(
            Location.of(temp.resolve("sprites")),
            Location.of(temp.resolve("backgrounds")),
            List.of("symbols"));
    var spark = LocalSpark.session();
    var read = spark.sparkContext().longAccumulator("read");
    return SpriteScan.of(spark, folders, SIZE, maxClasses, read);
  }

  private static SpriteScenes scenes(long seed) {
    return new SpriteScenes(seed, SIZE, scan.catalog());
  }

  @Test
  void twoFilesOfOnePhraseAreLooksOfOneClass() {
    assertThat(scan.catalog().classes())
        .extracting(c -> c.phrase() + " " + c.paths().size())
        .containsExactly("bead 1", "disc 1", "globe 1", "lemon 1", "plum 2", "rose 1");
  }

  @Test
  void everyUselessFileIsCountedByReason() {
    assertThat(scan.dropped())
        .extracting(Dropped::reason)
        .containsExactlyInAnyOrder(
            "sprite in a folder left out",
            "sprite without a description beside it",
            "sprite with a description of more than 6 words",
            "image does not decode", // a sprite and a background
            "no alpha channel");
    assertThat(scan.dropped())
        .extracting(Dropped::count)
        .containsExactlyInAnyOrder(2L, 1L, 1L, 1L, 1L);
  }

  @Test
  void aDescriptionThatCannotBeReadIsOfNoUseForAReason() throws IOException {
    var folder = Files.createDirectories(temp.resolve("unread"));
    var texts =
        Map.of(
            "latin", "fenêtre".getBytes(StandardCharsets.ISO_8859_1),
            "bidi", "a \u202ezebra".getBytes(StandardCharsets.UTF_8),
            "word", "z".repeat(50_000).getBytes(StandardCharsets.UTF_8),
            "long", new byte[1 << 20]);
    var reasons =
        Map.of(
            "latin", "is not UTF-8",
            "bidi", "has control characters or lost letters",
            "word", "has a word of more than 60 letters",
            "long", "of more than 65536 bytes");
    for (var text : texts.entrySet()) {
      var file = Files.write(folder.resolve(text.getKey() + ".txt"), text.getValue());
      assertThatThrownBy(() -> new PictureFiles(SIZE).text(file.toString()))
          .as(text.getKey())
          .isInstanceOf(PictureFiles.Unusable.class)
          .hasMessageStartingWith("sprite with a description ")
          .hasMessageEndingWith(reasons.get(text.getKey()));
    }
  }

  @Test
  void aFolderIsListedOnceWhateverLinksLeadToIt() throws IOException {
    var folder = temp.resolve("linked");
    SpriteFiles.write(folder.resolve("sprites"), folder.resolve("backgrounds"));
    var sprites = folder.resolve("sprites");
    var before = list(folder).sprites();
    Files.createSymbolicLink(sprites.resolve("again"), sprites);
    Files.createSymbolicLink(sprites.resolve("around"), sprites.resolve("round"));
    Files.createSymbolicLink(sprites.resolve("round/up"), sprites);
    Files.createSymbolicLink(sprites.resolve("letters"), sprites.resolve("symbols"));
    assertThat(list(folder).sprites()).isEqualTo(before);
    Files.createDirectories(folder.resolve("backgrounds/" + "a/".repeat(17)));
    assertThatThrownBy(() -> list(folder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("/a/a: more than 16 folders deep");
  }

  private static SpriteFolders list(Path folder) {
    return SpriteFolders.list(
        Location.of(folder.resolve("sprites")),
        Location.of(folder.resolve("backgrounds")),
        List.of("symbols"));
  }

  @Test
  void maxSpritesLeavesClassesOutByHashAndSaysWhich() {
    var few = scan(4);

    assertThat(few.catalog().classes()).hasSize(4);
    assertThat(few.dropped())
        .filteredOn(d -> d.reason().equals("class left out by maxSprites"))
        .singleElement()
        .satisfies(d -> assertThat(d.count()).isEqualTo(2));
  }

  @Test
  void tooFewSpritesAreAnErrorWithAllReasons() throws IOException {
    Files.createDirectories(temp.resolve("few"));
    Files.writeString(temp.resolve("few/a.png"), "no image");
    Files.writeString(temp.resolve("few/a.txt"), "A gap.");
    var folders =
        SpriteFolders.list(
            Location.of(temp.resolve("few")), Location.of(temp.resolve("backgrounds")), List.of());
    var spark = LocalSpark.session();
    var read = spark.sparkContext().longAccumulator("read");

    assertThatThrownBy(() -> SpriteScan.of(spark, folders, SIZE, 100, read))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 4 different descriptions, got 0")
        .hasMessageContaining("image does not decode: 2");
  }

  @Test
  void aSceneIsAFunctionOfSeedSplitAndIndex() {
    for (var index : new long[] {0, 1, 999_999_999L}) {
      var sample = scenes(3).sample(SceneSplit.TRAIN, index);
      assertThat(scenes(3).sample(SceneSplit.TRAIN, index).image()).isEqualTo(sample.image());
      assertThat(scenes(3).sample(SceneSplit.TRAIN, index).layout()).isEqualTo(sample.layout());
    }
    assertThat(scenes(4).sample(SceneSplit.TRAIN, 0).image())
        .isNotEqualTo(scenes(3).sample(SceneSplit.TRAIN, 0).image());
  }

  @Test
  void objectsKeepTheirSizesAndStayVisible() throws Exception {
    for (var index = 0; index < 200; index++) {
      var scene = scenes(5).scene(SceneSplit.TRAIN, CounterRandom.of(5, index));
      assertThat(scene.items()).hasSizeBetween(1, SpriteScenes.MAX_OBJECTS);
      assertThat(scene.visible()).allMatch(part -> part >= SpriteScene.MIN_VISIBLE);
      assertThat(scene.regions()).extracting(Region::phrase).doesNotHaveDuplicates();
      for (var item : scene.items()) {
        var longer = Math.max(item.picture().width(), item.picture().height());
        assertThat(longer / (double) SIZE).isBetween(0.22, 0.57);
      }
    }
  }

  @Test
  void aBoxIsTheTightExtentOfItsObject() throws Exception {
    for (var index = 0; index < 50; index++) {
      var scene = scenes(6).scene(SceneSplit.TEST, CounterRandom.of(6, index));
      for (var item : scene.items()) {
        var picture = item.picture();
        var tight = new Picture.Area(0, 0, picture.width(), picture.height());
        assertThat(picture.visible(PictureFiles.VISIBLE)).contains(tight);
      }
    }
  }

  @Test
  void heldOutLayoutsAndBackgroundsAreNeverTrainedOn() throws Exception {
    var trained = new HashSet<Long>();
    for (var seed = 0; seed < 3; seed++) {
      for (var index = 0; index < 100; index++) {
        var random = CounterRandom.of(seed, index);
        trained.add(scenes(seed).scene(SceneSplit.TRAIN, random).fingerprint());
        var test = scenes(seed).scene(SceneSplit.TEST, random);
        assertThat(trained).doesNotContain(test.fingerprint());
      }
    }
    assertThat(trained).hasSizeGreaterThan(290);
    assertThat(scan.catalog().trainBackgrounds())
        .isNotEmpty()
        .doesNotContainAnyElementsOf(scan.catalog().testBackgrounds());
  }

  @Test
  void twoSizesOfOnePhotographStayTogether() {
    for (var name : List.of("Elephants", "dune", "wood", "storm", "aqua", "moss")) {
      assertThat(SpriteCatalog.isHeldOut("a/" + name + "_3840x2160.jpg"))
          .isEqualTo(SpriteCatalog.isHeldOut("b/" + name + ".png"));
    }
  }

  @Test
  void scalingKeepsTheMeanAndTheAlpha() {
    var argb = new int[16];
    for (var i = 0; i < argb.length; i++) {
      argb[i] = i % 4 < 2 ? 0xFF000000 | 16 * i << 8 : 0; // the left half, green
    }
    var scaled = new Picture(4, 4, argb).scaled(2, 1);

    assertThat(scaled.alpha(0, 0)).isEqualTo(255);
    assertThat(scaled.alpha(1, 0)).isZero();
    assertThat(scaled.argb()[0] >> 8 & 0xFF).isCloseTo(104, within(1)); // 16 × 6.5
  }
}
