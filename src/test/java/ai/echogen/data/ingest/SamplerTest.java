package ai.echogen.data.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.data.shards.Finding;
import ai.echogen.data.shards.FoundSample;
import ai.echogen.image.Fit;
import ai.echogen.image.ImageBytes;
import ai.echogen.image.ImageFile;
import ai.echogen.image.Png;
import ai.echogen.layout.Box;
import ai.echogen.layout.Region;
import ai.echogen.storage.Location;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SamplerTest {
  private static final byte[] PNG =
      Png.encode(new BufferedImage(200, 100, BufferedImage.TYPE_INT_RGB));

  @TempDir private Path temp;
  private Path folder;

  @BeforeEach
  void writeImage() throws IOException {
    folder = Files.createDirectory(temp.resolve("images"));
    Files.write(folder.resolve("ab.png"), PNG);
  }

  @Test
  void keepsTheFileAndScalesTheBox() throws IOException {
    var result = sample(rules(null, Fit.SQUASH), image(box(20, 10, 100, 50)));

    var sample = result.sample();
    assertThat(sample).isNotNull();
    assertThat(sample.image()).isEqualTo(PNG);
    assertThat(sample.id()).isEqualTo("coco-000000000042");
    assertThat(sample.split()).isEqualTo("train");
    assertThat(sample.layout().regions())
        .containsExactly(new Region("dog", "dog", new Box(0.1f, 0.1f, 0.6f, 0.6f)));
    assertThat(result.findings()).isEmpty();
  }

  @Test
  void aBookForACaptionIsCutAndCounted() throws IOException {
    var image = image(box(20, 10, 100, 50));
    image.setCaption("a".repeat(99_999) + "\uD83D\uDC36 and more");

    var result = sample(rules(null, Fit.SQUASH), image);

    assertThat(result.sample().layout().caption()).isEqualTo("a".repeat(99_999));
    assertThat(result.findings())
        .containsExactly(
            Finding.adjusted("caption of more than 100000 letters, its first were kept", "ab.png"));
  }

  @ParameterizedTest
  @CsvSource({
    "200, 0, 10, 10, false, box outside the image",
    "-20, 0, 10, 10, false, box outside the image",
    "0, 100.5, 10, 10, false, box outside the image",
    "10, 10, 0, 10, false, box empty",
    "10, 10, 10, -5, false, box empty",
    "NaN, 10, 10, 5, false, box empty",
    "10, 10, Infinity, 5, false, box empty",
    "10, 10, 1e-9, 5, false, box outside the image",
    "10, 10, 10, 10, true, crowd region",
  })
  void dropsAndNamesABoxThatCannotBeUsed(
      double x, double y, double width, double height, boolean crowd, String reason)
      throws IOException {
    var bad = new SourceBox("5", "cat", x, y, width, height, crowd);
    var result = sample(rules(null, Fit.SQUASH), image(box(0, 0, 50, 50), bad));

    assertThat(result.sample().layout().regions()).hasSize(1);
    assertThat(result.findings()).hasSize(1);
    assertThat(result.findings().get(0).reason()).isEqualTo(reason);
    assertThat(result.findings().get(0).what()).startsWith("ab.png: annotation 5 (cat) [");
    assertThat(result.findings().get(0).kept()).isFalse();
  }

  @Test
  void clipsOrDropsABoxThatIsPartlyOutside() throws IOException {
    var image = image(box(150, 50, 100, 25));
    var drop =
        new IngestRules(
            "coco",
            "train",
            false,
            0,
            IngestRules.Outside.DROP,
            IngestRules.EmptyImages.KEEP,
            null,
            Fit.SQUASH);

    var clipped = sample(rules(null, Fit.SQUASH), image);
    var dropped = sample(drop, image);

    assertThat(clipped.sample().layout().regions().get(0).box())
        .isEqualTo(new Box(0.75f, 0.5f, 1, 0.75f));
    assertThat(clipped.findings())
        .containsExactly(
            Finding.adjusted(
                "box clipped to the image",
                "ab.png: annotation 1 (dog) [150.0, 50.0, 100.0, 25.0] in 200×100"));
    assertThat(dropped.sample().layout().regions()).isEmpty();
    assertThat(dropped.findings().get(0).reason()).isEqualTo("box partly outside the image");
  }

  @ParameterizedTest
  @CsvSource({"100, 50, 100.0000001, 50", "0, 0, 200.01, 100.01", "-0.005, -0.01, 50, 50"})
  void whatIsOutsideByRoundingOnlyIsNotClipped(double x, double y, double width, double height)
      throws IOException {
    var result = sample(rules(null, Fit.SQUASH), image(box(x, y, width, height)));

    assertThat(result.sample().layout().regions()).hasSize(1);
    assertThat(result.findings()).isEmpty();
  }

  /** Corner and size, two corners, centre and size; a little beyond the picture. */
  @ParameterizedTest
  @CsvSource({
    "0.1, 0.2, 0.5, 0.5",
    "0, 0, 1, 1",
    "0.6, 0.6, 0.9, 0.9",
    "0.9, 0.5, 0.3, 0.4",
    "-0.01, 0.1, 0.5, 0.5",
  })
  void leavesOutRelativeBoxes(double x, double y, double width, double height) throws IOException {
    var relative = box(x, y, width, height);
    var reason = "box from 0 to 1, where its format has pixels: multiply it by the image's size";

    var alone = sample(rules(null, Fit.SQUASH), image(relative));
    assertThat(alone.sample()).isNull();
    assertThat(alone.findings())
        .extracting(Finding::reason)
        .containsExactly(reason, "image without a usable box");

    var beside = sample(rules(null, Fit.SQUASH), image(relative, box(20, 10, 100, 50)));
    assertThat(beside.sample().layout().regions()).hasSize(1);
    assertThat(beside.findings()).extracting(Finding::reason).containsExactly(reason);
  }

  @Test
  void aSizeThatIsNoNumberIsNoSize() throws IOException {
    var image = new SourceImage("1", "ab.png", SourceImage.NO_SIZE, 100);
    image.add(box(0, 0, 50, 100));
    var result = sample(rules(null, Fit.SQUASH), image);
    assertThat(result.sample()).isNull();
    assertThat(result.findings())
        .containsExactly(
            Finding.dropped("size in the annotations is no number of pixels", "ab.png"));
  }

  @Test
  void dropsAnImageWithoutABox() throws IOException {
    var result = sample(rules(null, Fit.SQUASH), image());

    assertThat(result.sample()).isNull();
    assertThat(result.findings())
        .containsExactly(Finding.dropped("image without a usable box", "ab.png"));
  }

  @Test
  void keepsTheTenLargestOfManyBoxesInTheirOrder() throws IOException {
    var boxes = new SourceBox[13];
    Arrays.setAll(boxes, i -> box(i, 0, i % 2 == 0 ? 10 + i : 5, 10));
    var result = sample(rules(null, Fit.SQUASH), image(boxes));

    var lefts = result.sample().layout().regions().stream().map(r -> r.box().x0() * 200).toList();
    assertThat(lefts).containsExactly(0f, 1f, 2f, 3f, 4f, 5f, 6f, 8f, 10f, 12f);
    assertThat(result.findings())
        .containsExactly(
            Finding.adjusted("more than 10 boxes, the largest were kept", "ab.png: 13"));
  }

  @ParameterizedTest
  @CsvSource({"100, 200", "200, 200", "640, 360", "1, 200"})
  void leavesOutAnImageOfAnotherShapeThanTheJsonSays(int width, int height) throws IOException {
    var image = new SourceImage("1", "ab.png", width, height);
    image.add(box(0, 0, 50, 100));

    var result = sample(rules(null, Fit.SQUASH), image);

    assertThat(result.sample()).isNull();
    assertThat(result.findings())
        .containsExactly(
            Finding.dropped(
                "size in the annotations has another shape than the image",
                "ab.png: %d×%d, is 200×100".formatted(width, height)));
  }

  @Test
  void takesTheImagesSizeWhereTheJsonHasNone() throws IOException {
    var image = new SourceImage("1", "ab.png", 0, 0);
    image.add(box(150, 0, 50, 100));
    image.setCaption("a caption");

    var result = sample(rules(null, Fit.SQUASH), image);

    assertThat(result.sample().layout().regions().get(0).box().x0()).isEqualTo(0.75f);
    assertThat(result.findings())
        .containsExactly(Finding.adjusted("no size in the annotations, the image's was taken", ""));
  }

  /** A picture of 60 × 100 with a red box at [5, 10, 20, 30], stored in every orientation. */
  @ParameterizedTest
  @CsvSource({"1", "2", "3", "4", "5", "6", "7", "8"})
  void boxesOfTheShownPictureStayThoseOfTheShownPicture(int number) throws IOException {
    Files.write(folder.resolve("turned.jpg"), turned(number));
    for (int scale = 1; scale <= 2; scale++) {
      var image = new SourceImage("1", "turned.jpg", 60 * scale, 100 * scale);
      image.add(box(5 * scale, 10 * scale, 20 * scale, 30 * scale));

      assertThatRedIsIn(new Box(5 / 60f, 0.1f, 25 / 60f, 0.4f), image);
    }
  }

  /** Tools that do not look at EXIF data draw boxes on the picture as it is stored. */
  @ParameterizedTest
  @CsvSource({
    "5, 10, 5, 30, 20",
    "6, 10, 35, 30, 20",
    "7, 60, 35, 30, 20",
    "8, 60, 5, 30, 20",
  })
  void boxesOfTheStoredPictureAreTurnedWithIt(int number, int x, int y, int width, int height)
      throws IOException {
    Files.write(folder.resolve("turned.jpg"), turned(number));
    for (int scale = 1; scale <= 2; scale++) {
      var image = new SourceImage("1", "turned.jpg", 100 * scale, 60 * scale);
      image.add(box(x * scale, y * scale, width * scale, height * scale));

      assertThatRedIsIn(new Box(5 / 60f, 0.1f, 25 / 60f, 0.4f), image);
    }
  }

  private void assertThatRedIsIn(Box expected, SourceImage image) throws IOException {
    image.setCaption("a caption");
    for (var size : new Integer[] {null, 32}) {
      var sample = sample(rules(size, Fit.SQUASH), image).sample();
      assertThat(sample.width()).isEqualTo(size == null ? 60 : 32);
      assertThat(sample.height()).isEqualTo(size == null ? 100 : 32);
      var box = sample.layout().regions().get(0).box();
      assertThat(box.l1(expected)).as("%s", box).isLessThan(1e-5);
      var shown = ImageFile.decode(sample.image());
      int x = (int) ((box.x0() + box.x1()) / 2 * sample.width());
      int y = (int) ((box.y0() + box.y1()) / 2 * sample.height());
      var color = new Color(shown.getRGB(x, y));
      assertThat(color.getRed()).isCloseTo(220, within(25));
      assertThat(color.getGreen()).isCloseTo(20, within(25));
    }
  }

  /** The file of a picture that is upright once it is turned as its EXIF data say. */
  private static byte[] turned(int number) {
    boolean transposed = number > 4;
    int width = transposed ? 100 : 60;
    int height = transposed ? 60 : 100;
    var stored = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int column =
            switch (number) {
              case 1, 4 -> x;
              case 2, 3 -> 59 - x;
              case 5, 8 -> y;
              default -> 59 - y;
            };
        int row =
            switch (number) {
              case 1, 2 -> y;
              case 3, 4 -> 99 - y;
              case 5, 6 -> x;
              default -> 99 - x;
            };
        boolean red = column >= 5 && column < 25 && row >= 10 && row < 40;
        stored.setRGB(x, y, red ? 0xDC1414 : 0x1414DC);
      }
    }
    return ImageBytes.jpegWithExif(
        ImageBytes.encoded(stored, "jpg"), ImageBytes.exif(number, ByteOrder.LITTLE_ENDIAN));
  }

  /** The size in the annotations is nearly that of the shown picture, too. */
  @Test
  void ofTwoShapesTheNearerHolds() throws IOException {
    var stored = new BufferedImage(100, 99, BufferedImage.TYPE_INT_RGB);
    Files.write(
        folder.resolve("turned.jpg"),
        ImageBytes.jpegWithExif(
            ImageBytes.encoded(stored, "jpg"), ImageBytes.exif(6, ByteOrder.BIG_ENDIAN)));
    for (int width : new int[] {99, 198, 100, 200}) {
      boolean shown = width % 99 == 0;
      var image = new SourceImage("1", "turned.jpg", width, (shown ? 100 : 99) * (width / 99));
      image.add(box(0, 0, image.width() * 0.5, image.height()));

      var box = sample(rules(null, Fit.SQUASH), image).sample().layout().regions().get(0).box();

      assertThat(box).isEqualTo(shown ? new Box(0, 0, 0.5f, 1) : new Box(0, 0, 1, 0.5f));
    }
  }

  /** A thumbnail's sides are rounded, and so is their ratio. */
  @Test
  void boxesOfAThumbnailAreThoseOfItsSize() throws IOException {
    Files.write(
        folder.resolve("large.png"),
        Png.encode(new BufferedImage(4000, 3000, BufferedImage.TYPE_BYTE_BINARY)));
    var image = new SourceImage("1", "large.png", 133, 100);
    image.add(box(0, 0, 66.5, 50));

    var box = sample(rules(32, Fit.SQUASH), image).sample().layout().regions().get(0).box();

    assertThat(box).isEqualTo(new Box(0, 0, 0.5f, 0.5f));
  }

  /** Data sets come with pictures that were scaled after they were annotated. */
  @ParameterizedTest
  @CsvSource({"400, 200", "401, 200", "2000, 1000", "100, 50", "101, 51"})
  void boxesOfAScaledPictureAreThoseOfTheSizeInTheJson(int width, int height) throws IOException {
    var image = new SourceImage("1", "ab.png", width, height);
    image.add(box(0.25 * width, 0.5 * height, 0.5 * width, 0.5 * height));
    image.setCaption("a caption");

    var result = sample(rules(32, Fit.CROP), image);

    var box = result.sample().layout().regions().get(0).box();
    assertThat(box).isEqualTo(new Box(0, 0.5f, 1, 1));
    assertThat(result.findings())
        .containsExactly(
            Finding.adjusted(
                "image scaled after it was annotated, its boxes with it",
                "ab.png: %d×%d, is 200×100".formatted(width, height)));
  }

  @Test
  void cropsToASquareAndMovesTheBoxes() throws IOException {
    var result = sample(rules(32, Fit.CROP), image(box(100, 0, 50, 50), box(0, 0, 40, 100)));

    var sample = result.sample();
    assertThat(sample.width()).isEqualTo(32);
    assertThat(ImageFile.decode(sample.image()).getHeight()).isEqualTo(32);
    assertThat(sample.layout().regions())
        .containsExactly(new Region("dog", "dog", new Box(0.5f, 0, 1, 0.5f)));
    assertThat(result.findings().get(0).reason()).isEqualTo("box cut off by fit=crop");
  }

  @ParameterizedTest
  @CsvSource({
    "sub\\ab.png, sub/ab.png",
    ".\\sub\\ab.png, ./sub/ab.png",
    "my%20dog.png, my dog.png",
    "sub%5Cab.png, sub/ab.png",
    "sub%2Fab.png, sub/ab.png",
    "caf%C3%A9.png, café.png",
    "100%.png, 100%.png",
    "a%20b.png, a%20b.png",
    "a+b.png, a+b.png",
  })
  void findsFilesByTheNamesOfOtherSystems(String name, String file) throws IOException {
    Files.createDirectories(folder.resolve("sub"));
    Files.write(folder.resolve(file), PNG);
    var image = new SourceImage("1", name, 200, 100);
    image.add(box(0, 0, 50, 50));

    var result = sample(rules(null, Fit.SQUASH), image);

    assertThat(result.sample().path()).isEqualTo(file);
  }

  @Test
  void aNameIsTakenAsItIsFirst() throws IOException {
    Files.write(folder.resolve("a\\b.png"), PNG);
    Files.createDirectory(folder.resolve("a"));
    Files.writeString(folder.resolve("a/b.png"), "another");
    var image = new SourceImage("1", "a\\b.png", 200, 100);
    image.add(box(0, 0, 50, 50));

    assertThat(sample(rules(null, Fit.SQUASH), image).sample().path()).isEqualTo("a\\b.png");
  }

  @ParameterizedTest
  @CsvSource({
    "sub\\none.png, write the file_name with / instead",
    "C:\\data\\ab.png, write the file_name with / instead",
    "my%20cat.png, escapes of a URL",
    "/data/images/none.png, an absolute path",
    "D:/data/none.png, an absolute path",
    "images/none.png, begins after images/",
    "https://example.org/none.png, a URL",
    "2007_000027, without an ending",
  })
  void aMissingFilesNameComesWithAHint(String name, String hint) throws IOException {
    var result = sample(rules(null, Fit.SQUASH), new SourceImage("1", name, 1, 1));

    assertThat(result.findings()).hasSize(1);
    assertThat(result.findings().get(0).what()).contains(name, hint);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"no.png", "../outside.png", "/etc/hostname", "x/../../y.png", "sub", "..", "."})
  void looksForImagesInTheFolderOnly(String name) throws IOException {
    Files.createDirectory(folder.resolve("sub"));
    Files.write(folder.resolveSibling("outside.png"), PNG);
    var result = sample(rules(null, Fit.SQUASH), new SourceImage("1", name, 1, 1));

    assertThat(result.sample()).isNull();
    assertThat(result.findings()).hasSize(1);
    assertThat(result.findings().get(0).reason()).isEqualTo("image file missing");
    assertThat(result.findings().get(0).what()).startsWith(name);
  }

  /** A Mac takes the letters of a name apart. */
  @Test
  void aNameIsFoundInEitherFormOfUnicode() throws IOException {
    Files.write(folder.resolve("caf\u00E9.png"), PNG);
    var image = new SourceImage("1", "cafe\u0301.png", 200, 100);
    image.add(box(0, 0, 50, 50));

    assertThat(sample(rules(null, Fit.SQUASH), image).sample()).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "..\\outside.png",
        "%2E%2E/outside.png",
        "%2e%2e%5Coutside.png",
        "%2Fetc%2Fhostname",
        "a%00.png"
      })
  void staysInTheFolderHoweverANameIsWritten(String name) throws IOException {
    Files.write(folder.resolveSibling("outside.png"), PNG);

    var result = sample(rules(null, Fit.SQUASH), new SourceImage("1", name, 200, 100));

    assertThat(result.findings()).hasSize(1);
    assertThat(result.findings().get(0).reason()).isEqualTo("image file missing");
  }

  @Test
  void readsAFileWithAColonInItsName() throws IOException {
    Files.write(folder.resolve("a:b.png"), PNG);
    var image = new SourceImage("1", "a:b.png", 200, 100);
    image.add(box(0, 0, 50, 50));

    assertThat(sample(rules(null, Fit.SQUASH), image).sample().path()).isEqualTo("a:b.png");
  }

  @Test
  void makesACaptionWhereThereIsNone() throws IOException {
    var image = new SourceImage("1", "ab.png", 200, 100);
    List.of(box(0, 0, 50, 50), box(50, 0, 50, 50)).forEach(image::add);

    var result = sample(rules(null, Fit.SQUASH), image);

    assertThat(result.sample().layout().caption()).isEqualTo("two dogs");
    assertThat(result.findings())
        .containsExactly(Finding.adjusted("no caption, one was made from the boxes", ""));
  }

  private FoundSample sample(IngestRules rules, SourceImage image) throws IOException {
    return new Sampler(rules, Location.of(folder), null).sample(image);
  }

  private static IngestRules rules(@Nullable Integer size, Fit fit) {
    return new IngestRules(
        "coco",
        "train",
        false,
        0,
        IngestRules.Outside.CLIP,
        IngestRules.EmptyImages.DROP,
        size,
        fit);
  }

  /** Each split may count its images from 1. */
  @Test
  void theSplitIsInTheIdWhereEachHasFilesOfItsOwn() throws IOException {
    var rules =
        new IngestRules(
            "coco",
            "val",
            true,
            0.5,
            IngestRules.Outside.CLIP,
            IngestRules.EmptyImages.DROP,
            null,
            Fit.SQUASH);

    var sample = sample(rules, image(box(20, 10, 100, 50))).sample();

    assertThat(sample.id()).isEqualTo("coco-val-000000000042");
    assertThat(sample.split()).isEqualTo("val");
  }

  @Test
  void listsSayTheSplitAndOtherImagesAreLeftOut() throws IOException {
    var lists = Map.of("train", temp.resolve("train.txt"), "test", temp.resolve("test.txt"));
    Files.writeString(lists.get("train"), "x\n");
    Files.writeString(lists.get("test"), "images/ab.jpg\n");
    var places = Map.of("train", Location.of(lists.get("train")));
    var both = new TreeMap<>(Map.of("test", Location.of(lists.get("test"))));
    both.putAll(places);
    var rules =
        new IngestRules(
            "voc",
            null,
            true,
            0.5,
            IngestRules.Outside.CLIP,
            IngestRules.EmptyImages.DROP,
            null,
            Fit.SQUASH);
    var image = image(box(20, 10, 100, 50));
    image.setSplit("train");
    var folder = Location.of(this.folder);

    var listed = new Sampler(rules, folder, SplitLists.read(both, folder)).sample(image);
    var other = new Sampler(rules, folder, SplitLists.read(places, folder)).sample(image);

    assertThat(listed.sample().split()).isEqualTo("test");
    assertThat(listed.sample().id()).isEqualTo("voc-test-000000000042");
    assertThat(other.sample()).isNull();
    assertThat(other.findings())
        .containsExactly(Finding.dropped("image that no list of a split names", "ab.png"));
  }

  private static SourceBox box(double x, double y, double width, double height) {
    return new SourceBox("1", "dog", x, y, width, height, false);
  }

  private static SourceImage image(SourceBox... boxes) {
    var image = new SourceImage("42", "ab.png", 200, 100);
    List.of(boxes).forEach(image::add);
    image.setCaption("a caption");
    return image;
  }
}
