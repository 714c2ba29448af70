package ai.echogen.data.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.data.shards.Finding;
import ai.echogen.image.Fit;
import ai.echogen.image.ImageFile;
import ai.echogen.image.Png;
import ai.echogen.layout.Box;
import ai.echogen.layout.Region;
import ai.echogen.storage.Location;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CocoSamplerTest {
  private static final byte[] PNG =
      Png.encode(new BufferedImage(200, 100, BufferedImage.TYPE_INT_RGB));

  @TempDir private Path folder;

  @BeforeEach
  void writeImage() throws IOException {
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
    var bad = new CocoBox("5", "cat", x, y, width, height, crowd);
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
        new CocoRules(
            "coco",
            "train",
            0,
            CocoRules.Outside.DROP,
            CocoRules.EmptyImages.KEEP,
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

  @Test
  void dropsAnImageWithoutABox() throws IOException {
    var result = sample(rules(null, Fit.SQUASH), image());

    assertThat(result.sample()).isNull();
    assertThat(result.findings())
        .containsExactly(Finding.dropped("image without a usable box", "ab.png"));
  }

  @Test
  void keepsTheTenLargestOfManyBoxesInTheirOrder() throws IOException {
    var boxes = new CocoBox[13];
    Arrays.setAll(boxes, i -> box(i, 0, i % 2 == 0 ? 10 + i : 5, 10));
    var result = sample(rules(null, Fit.SQUASH), image(boxes));

    var lefts = result.sample().layout().regions().stream().map(r -> r.box().x0() * 200).toList();
    assertThat(lefts).containsExactly(0f, 1f, 2f, 3f, 4f, 5f, 6f, 8f, 10f, 12f);
    assertThat(result.findings())
        .containsExactly(
            Finding.adjusted("more than 10 boxes, the largest were kept", "ab.png: 13"));
  }

  @Test
  void believesThePixelsAndNotTheJson() throws IOException {
    var image = new CocoImage("1", "ab.png", 100, 200);
    image.boxes.add(box(150, 0, 50, 100));
    image.caption = "a caption";

    var result = sample(rules(null, Fit.SQUASH), image);

    assertThat(result.sample().width()).isEqualTo(200);
    assertThat(result.sample().layout().regions().get(0).box().x0()).isEqualTo(0.75f);
    assertThat(result.findings().get(0).what()).isEqualTo("ab.png: 100×200, is 200×100");
  }

  /** Data sets come with pictures that were scaled after they were annotated. */
  @ParameterizedTest
  @CsvSource({"400, 200", "401, 200", "2000, 1000", "100, 50", "101, 51"})
  void boxesOfAScaledPictureAreThoseOfTheSizeInTheJson(int width, int height) throws IOException {
    var image = new CocoImage("1", "ab.png", width, height);
    image.boxes.add(box(0.25 * width, 0.5 * height, 0.5 * width, 0.5 * height));
    image.caption = "a caption";

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

  @Test
  void aNameWithBackSlashesIsMissingWithAHint() throws IOException {
    var result = sample(rules(null, Fit.SQUASH), new CocoImage("1", "sub\\ab.png", 1, 1));

    assertThat(result.findings().get(0).what())
        .contains("sub\\ab.png", "write the file_name with /");
  }

  @ParameterizedTest
  @ValueSource(strings = {"no.png", "../outside.png", "/etc/hostname", "x/../../y.png"})
  void looksForImagesInTheFolderOnly(String name) throws IOException {
    var result = sample(rules(null, Fit.SQUASH), new CocoImage("1", name, 1, 1));

    assertThat(result.sample()).isNull();
    assertThat(result.findings()).containsExactly(Finding.dropped("image file missing", name));
  }

  @Test
  void namesAFileThatHadoopCannotOpen() throws IOException {
    Files.write(folder.resolve("a:b.png"), PNG);

    var result = sample(rules(null, Fit.SQUASH), new CocoImage("1", "a:b.png", 1, 1));

    assertThat(result.findings())
        .containsExactly(Finding.dropped("file name that Hadoop cannot open", "a:b.png"));
  }

  @Test
  void makesACaptionWhereThereIsNone() throws IOException {
    var image = new CocoImage("1", "ab.png", 200, 100);
    image.boxes.addAll(List.of(box(0, 0, 50, 50), box(50, 0, 50, 50)));

    var result = sample(rules(null, Fit.SQUASH), image);

    assertThat(result.sample().layout().caption()).isEqualTo("two dogs");
    assertThat(result.findings())
        .containsExactly(Finding.adjusted("no caption, one was made from the boxes", "ab.png"));
  }

  private CocoSampler.Result sample(CocoRules rules, CocoImage image) throws IOException {
    return new CocoSampler(rules, Location.of(folder)).sample(image);
  }

  private static CocoRules rules(@Nullable Integer size, Fit fit) {
    return new CocoRules(
        "coco", "train", 0, CocoRules.Outside.CLIP, CocoRules.EmptyImages.DROP, size, fit);
  }

  private static CocoBox box(double x, double y, double width, double height) {
    return new CocoBox("1", "dog", x, y, width, height, false);
  }

  private static CocoImage image(CocoBox... boxes) {
    var image = new CocoImage("42", "ab.png", 200, 100);
    image.boxes.addAll(List.of(boxes));
    image.caption = "a caption";
    return image;
  }
}
