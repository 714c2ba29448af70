package ai.echogen.data.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import ai.echogen.data.shards.DropTally;
import ai.echogen.data.shards.Dropped;
import ai.echogen.data.shards.Finding;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CocoAnnotationsTest {
  private static final String WHOLE =
      """
      {"info": {"year": 2017}, "annotations": [
        {"id": 1, "image_id": 7, "category_id": 18, "bbox": [1, 2.5, 3, 4], "iscrowd": 0,
         "segmentation": [[1, 2, 3, 4, 5, 6]]},
        {"id": 2, "image_id": 7, "category_id": 99, "bbox": [1, 2, 3, 4]},
        {"id": 3, "image_id": 8, "category_id": 18, "bbox": [1, 2, 3, 4]},
        {"id": 4, "image_id": 7, "category_id": 18, "bbox": [1, 2, 3]},
        {"id": 1, "image_id": 7, "category_id": 18, "bbox": [1, 2, 3, 4]},
        {"id": 5, "image_id": "a:b", "category_id": 18, "bbox": [NaN, 2, 3, 4], "iscrowd": 1,
         "segmentation": {"counts": [1, 2], "size": [5, 5]}}],
       "images": [
        {"id": 7, "file_name": "7.jpg", "width": 640, "height": 480, "license": 3},
        {"id": "a:b", "file_name": "x/ab.jpg", "width": 64, "height": 48},
        {"id": 7, "file_name": "7.jpg", "width": 640, "height": 480},
        {"file_name": "nameless.jpg"}],
       "categories": [{"supercategory": "animal", "id": 18, "name": "dog"}]}
      """;

  @TempDir private Path temp;

  @Test
  void joinsTheListsWhateverTheirOrder() throws IOException {
    var annotations = read(WHOLE, Optional.empty());

    var images = images(annotations);
    assertThat(images.stream().map(i -> i.fileName)).containsExactly("7.jpg", "x/ab.jpg");
    assertThat(images.get(0).boxes).containsExactly(new SourceBox("1", "dog", 1, 2.5, 3, 4, false));
    assertThat(images.get(1).boxes.get(0).crowd()).isTrue();
    assertThat(images.get(1).boxes.get(0).x()).isNaN();
    assertThat(annotations.summary())
        .isEqualTo("2 images, 6 annotations, 1 categories, 0 captions");
  }

  @Test
  void namesAllThatCannotBeJoined() throws IOException {
    var annotations = read(WHOLE, Optional.empty());

    assertThat(dropped(annotations))
        .containsExactly(
            new Dropped("annotation of an unknown image", 1, List.of("annotation 3 of image 8")),
            new Dropped("duplicate annotation id", 1, List.of("annotation 1 of image 7")),
            new Dropped("duplicate image id", 1, List.of("image 7 (7.jpg)")),
            new Dropped("image entry without id or file_name", 1, List.of("image  nameless.jpg")));
    assertThat(images(annotations).get(0).findings)
        .containsExactly(
            Finding.dropped("unknown category", "annotation 2 of 7.jpg: category 99"),
            Finding.dropped("bbox is not four numbers", "annotation 4 of 7.jpg"));
  }

  @Test
  void takesTheFirstCaptionOfAnImage() throws IOException {
    var annotations =
        read(
            WHOLE,
            Optional.of(
                """
                {"annotations": [{"id": 1, "image_id": 7, "caption": " A dog\\n runs. "},
                  {"id": 2, "image_id": 7, "caption": "Another."},
                  {"id": 3, "image_id": 9, "caption": "Lost."},
                  {"id": 4, "image_id": 7, "caption": " "}]}
                """));

    assertThat(images(annotations).get(0).caption).isEqualTo("A dog runs.");
    assertThat(images(annotations).get(1).caption).isNull();
    assertThat(dropped(annotations))
        .contains(
            new Dropped("blank caption", 1, List.of("caption 4 of image 7")),
            new Dropped("caption of an unknown image", 1, List.of("caption 3 of image 9")));
  }

  @Test
  void saysWhereAFileThatDoesNotParseBreaksOff() throws IOException {
    var cut = WHOLE.substring(0, WHOLE.indexOf("2.5"));

    assertThatThrownBy(() -> read(cut, Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("instances.json: line 2, column ")
        .hasMessageContaining("(byte " + cut.length() + ")")
        .hasMessageContaining("Unexpected end-of-input")
        .hasMessageNotContaining("\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[]                        | a JSON object must begin here",
        "{\"images\": {}}          | images must be a list",
        "{\"images\": [3]}         | images must hold objects only",
        "{\"images\": []}          | no list annotations",
        "{\"images\": []} x        | line 1, column 1",
        "{'images': []}            | line 1, column 3",
      })
  void refusesWhatIsNotAnInstancesFile(String text, String problem) {
    assertThatThrownBy(() -> read(text, Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("instances.json: ")
        .hasMessageContaining(problem);
  }

  @Test
  void refusesAnEmptyFileAMissingFileAndInstancesGivenAsCaptions() throws IOException {
    assertThatThrownBy(() -> read("", Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> CocoAnnotations.read(Location.of(temp.resolve("no.json")), Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no.json: no such file");
    assertThatThrownBy(() -> read(WHOLE, Optional.of(WHOLE)))
        .hasMessageContaining("captions.json: no caption in it");
  }

  @Test
  void anImagesEntriesMeetHoweverManyFilesTheyAreCutInto() throws IOException {
    var number = 400;
    var images = new ArrayList<String>();
    var boxes = new ArrayList<String>();
    for (int i = 0; i < number; i++) {
      images.add(
          "{\"id\": %d, \"file_name\": \"%d.jpg\", \"width\": 9, \"height\": 9}".formatted(i, i));
      for (int box = 0; box < 3; box++) {
        boxes.add(
            "{\"id\": %d, \"image_id\": %d, \"category_id\": 1, \"bbox\": [%d, 0, 1, 1]}"
                .formatted(box * number + i, i, box));
      }
    }
    var annotations =
        read(
            "{\"annotations\": %s, \"images\": %s, \"categories\": [{\"id\": 1, \"name\": \"x\"}]}"
                .formatted(boxes, images),
            Optional.empty());

    assertThat(annotations.pieces()).hasSizeGreaterThan(5);
    assertThat(images(annotations)).hasSize(number);
    for (var image : images(annotations)) {
      assertThat(image.boxes).extracting(SourceBox::x).containsExactly(0.0, 1.0, 2.0);
    }
  }

  @Test
  void idsAreTheSameHoweverTheyAreWritten() throws IOException {
    var annotations =
        read(
            """
            {"images": [{"id": 1.0, "file_name": "1.jpg"}, {"id": "7", "file_name": "7.jpg"},
              {"id": "07", "file_name": "07.jpg"}, {"id": 2e1, "file_name": "20.jpg"},
              {"id": 1, "file_name": "1.jpg"}, {"id": 0.5, "file_name": "half.jpg"}],
             "annotations": [
              {"id": 1, "image_id": 1, "category_id": 3.0, "bbox": [1, 2, 3, 4]},
              {"id": 2, "image_id": "1.0", "category_id": "3", "bbox": [1, 2, 3, 5]},
              {"id": 3, "image_id": 7, "category_id": 3, "bbox": [1, 2, 3, 6]},
              {"id": 4, "image_id": "07", "category_id": 3, "bbox": [1, 2, 3, 7]},
              {"id": 5, "image_id": 20, "category_id": 3, "bbox": [1, 2, 3, 8]},
              {"id": 6, "image_id": 1e999999999, "category_id": 3, "bbox": [1, 2, 3, 9]},
              {"id": 7, "image_id": NaN, "category_id": 3, "bbox": [1, 2, 3, 9]}],
             "categories": [{"id": 3, "name": "dog"}]}
            """,
            Optional.empty());

    assertThat(images(annotations))
        .extracting(image -> image.fileName, image -> heights(image))
        .containsExactlyInAnyOrder(
            tuple("1.jpg", List.of(4.0, 5.0)),
            tuple("7.jpg", List.of(6.0)),
            tuple("07.jpg", List.of(7.0)),
            tuple("20.jpg", List.of(8.0)),
            tuple("half.jpg", List.of()));
    assertThat(dropped(annotations))
        .containsExactly(
            new Dropped(
                "annotation of an unknown image",
                2,
                List.of("annotation 6 of image 1e999999999", "annotation 7 of image NaN")),
            new Dropped("duplicate image id", 1, List.of("image 1 (1.jpg)")));
  }

  /** Whose boxes these are, and of what, nobody can tell. */
  @Test
  void whatTwoImagesOrCategoriesShareIsNobodys() throws IOException {
    var annotations =
        read(
            """
            {"images": [{"id": 1, "file_name": "a.jpg", "width": "64", "height": 48},
              {"id": "1.0", "file_name": "b.jpg", "width": 64, "height": 48},
              {"id": 2, "file_name": "c.jpg", "width": "64px", "height": 48}],
             "annotations": [
              {"id": 1, "image_id": 1, "category_id": 3, "bbox": [1, 2, 3, 4]},
              {"id": 2, "image_id": 2, "category_id": 3, "bbox": [1, 2, 3, 5]},
              {"id": 3, "image_id": 2, "category_id": 4, "bbox": [1, 2, 3, 6]}],
             "categories": [{"id": 3, "name": "dog"}, {"id": 4, "name": "cat"},
              {"id": 3, "name": "dog"}, {"id": 4, "name": "cow"}]}
            """,
            Optional.empty());

    var image = images(annotations).get(0);
    assertThat(images(annotations)).hasSize(1);
    assertThat(image.fileName).isEqualTo("c.jpg");
    assertThat(image.width).isEqualTo(SourceImage.NO_SIZE);
    assertThat(heights(image)).containsExactly(5.0);
    assertThat(image.findings)
        .containsExactly(Finding.dropped("unknown category", "annotation 3 of c.jpg: category 4"));
    assertThat(dropped(annotations))
        .containsExactly(
            new Dropped("annotation of an unknown image", 1, List.of("annotation 1 of image 1")),
            new Dropped("duplicate category id", 1, List.of("category 4 (cat, cow)")),
            new Dropped("duplicate image id", 2, List.of("image 1 (a.jpg)", "image 1 (b.jpg)")));
  }

  /** As Python writes the name of a file whose bytes are no UTF-8. */
  @Test
  void aNameThatIsNoTextIsOneImageLost() throws IOException {
    var annotations =
        read(
            """
            {"images": [{"id": 1, "file_name": "caf\\udce9.jpg"}, {"id": 2, "file_name": "b.jpg"}],
             "annotations": [], "categories": []}
            """,
            Optional.empty());
    assertThat(images(annotations)).extracting(image -> image.fileName).containsExactly("b.jpg");
    assertThat(dropped(annotations)).hasSize(1);
  }

  private static List<Double> heights(SourceImage image) {
    return image.boxes.stream().map(SourceBox::height).toList();
  }

  @Test
  void everythingLostIsNamed() throws IOException {
    var nameless = "{\"file_name\": \"%03d.jpg\"}";
    var images = IntStream.range(0, 50).mapToObj(i -> nameless.formatted(i)).toList();
    var annotations =
        read(
            "{\"images\": %s, \"annotations\": [], \"categories\": []}".formatted(images),
            Optional.empty());

    var names = new ArrayList<String>();
    for (var piece : annotations.pieces()) {
      piece.read().lost().forEach(finding -> names.add(finding.what()));
    }
    assertThat(names).hasSize(50).contains("image  000.jpg", "image  049.jpg");
  }

  @Test
  void refusesAFileWhoseBoxesAreRelative() {
    assertThatThrownBy(
            () ->
                read(
                    """
                    {"images": [{"id": 1, "file_name": "1.jpg", "width": 640, "height": 480}],
                     "annotations": [
                      {"id": 1, "image_id": 1, "category_id": 3, "bbox": [0.1, 0.2, 0.3, 0.4]},
                      {"id": 2, "image_id": 1, "category_id": 3, "bbox": [0, 0, 1, 1]},
                      {"id": 3, "image_id": 1, "category_id": 3, "bbox": [0, 0, 0, 0]}],
                     "categories": [{"id": 3, "name": "dog"}]}
                    """,
                    Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("instances.json: all 2 boxes lie from 0 to 1, where COCO has pixels");
  }

  @Test
  void namesTheFilesOfADirectory() throws IOException {
    Files.writeString(temp.resolve("train.json"), "{}");
    Files.writeString(temp.resolve("val.JSON"), "{}");
    Files.createDirectory(temp.resolve("images"));

    assertThatThrownBy(() -> CocoAnnotations.read(Location.of(temp), Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(temp + ": a directory; give a file of it, such as train.json, val.JSON");
    assertThatThrownBy(
            () -> CocoAnnotations.read(Location.of(temp.resolve("images")), Optional.empty()))
        .hasMessageContaining("images: a directory; give a file of it, which has none");
  }

  @Test
  void saysWhatAFileIsInPlaceOfJson() throws IOException {
    assertThatThrownBy(
            () ->
                read(
                    "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 123\n",
                    Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("instances.json: a Git LFS pointer: run git lfs pull");
    var packed = Files.write(temp.resolve("packed.json"), new byte[] {0x1F, (byte) 0x8B, 8});
    assertThatThrownBy(() -> CocoAnnotations.read(Location.of(packed), Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(packed + ": compressed with gzip: unpack it with gunzip");
  }

  @ParameterizedTest
  @ValueSource(strings = {"deep", "number"})
  void refusesWhatIsBeyondJacksonsLimits(String what) {
    var value = what.equals("deep") ? "[".repeat(2000) + "]".repeat(2000) : "1".repeat(2000);
    var text = "{\"info\": 1, \"images\": [{\"id\": %s}]}".formatted(value);

    assertThatThrownBy(() -> read(text, Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("instances.json: ");
  }

  private static List<SourceImage> images(CocoAnnotations annotations) throws IOException {
    var images = new ArrayList<SourceImage>();
    for (var piece : annotations.pieces()) {
      images.addAll(piece.read().images());
    }
    return images;
  }

  private static List<Dropped> dropped(CocoAnnotations annotations) throws IOException {
    var tally = new DropTally();
    for (var piece : annotations.pieces()) {
      piece.read().lost().forEach(finding -> tally.add(finding.reason(), finding.what()));
    }
    return tally.dropped();
  }

  private CocoAnnotations read(String instances, Optional<String> captions) throws IOException {
    var file = Files.writeString(temp.resolve("instances.json"), instances);
    var captionFile = temp.resolve("captions.json");
    if (captions.isPresent()) {
      Files.writeString(captionFile, captions.get());
    }
    var buckets = Location.of(Files.createDirectories(temp.resolve("buckets")));
    return CocoAnnotations.cut(
        Location.of(file), captions.map(c -> Location.of(captionFile)), buckets);
  }
}
