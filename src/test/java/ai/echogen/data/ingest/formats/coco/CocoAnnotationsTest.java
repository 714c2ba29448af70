package ai.echogen.data.ingest.formats.coco;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import ai.echogen.data.ingest.SourceBox;
import ai.echogen.data.ingest.SourceImage;
import ai.echogen.data.ingest.formats.common.ReadAnnotations;
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
    assertThat(images.stream().map(SourceImage::fileName)).containsExactly("7.jpg", "x/ab.jpg");
    assertThat(images.get(0).boxes())
        .containsExactly(new SourceBox("1", "dog", 1, 2.5, 3, 4, false));
    assertThat(images.get(1).boxes().get(0).crowd()).isTrue();
    assertThat(images.get(1).boxes().get(0).x()).isNaN();
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
    assertThat(images(annotations).get(0).findings())
        .containsExactly(
            Finding.dropped("unknown category", "annotation 2 of 7.jpg: category 99"),
            Finding.dropped("bbox is not four numbers", "annotation 4 of 7.jpg"));
  }

  @Test
  void tasksShareALargeFile() throws IOException {
    int numBoxes = 40_000; // of one image, which are in one file
    var boxes =
        IntStream.rangeClosed(1, numBoxes + 200)
            .mapToObj(
                id ->
                    "{\"id\": %d, \"image_id\": %d, \"category_id\": 18, \"bbox\": [1, 2, 3, 4]}"
                        .formatted(id, id <= numBoxes ? 7 : id - numBoxes + 7))
            .collect(joining(","));
    var names =
        IntStream.rangeClosed(7, 207)
            .mapToObj("{\"id\": %1$d, \"file_name\": \"%1$d.jpg\"}"::formatted)
            .collect(joining(","));
    var annotations =
        read(
            "{\"annotations\": [%s], \"images\": [%s, {}], \"categories\": [{\"id\": 18, \"name\": \"dog\"}]}"
                .formatted(boxes, names),
            Optional.empty());

    var read = images(annotations);
    assertThat(read.stream().map(SourceImage::fileName))
        .containsExactlyInAnyOrderElementsOf(
            IntStream.rangeClosed(7, 207).mapToObj("%d.jpg"::formatted).toList());
    assertThat(read.stream().mapToInt(image -> image.boxes().size()).sum())
        .isEqualTo(numBoxes + 200);
    assertThat(dropped(annotations))
        .containsExactly(new Dropped("image entry without id or file_name", 1, List.of("image")));
    assertThat(annotations.pieces().stream().map(piece -> ((CocoBucket) piece).shares()))
        .contains(1, 3);
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

    assertThat(images(annotations).get(0).caption()).contains("A dog runs.");
    assertThat(images(annotations).get(1).caption()).isEmpty();
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
      assertThat(image.boxes()).extracting(SourceBox::x).containsExactly(0.0, 1.0, 2.0);
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
        .extracting(SourceImage::fileName, image -> heights(image))
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
    assertThat(image.fileName()).isEqualTo("c.jpg");
    assertThat(image.width()).isEqualTo(SourceImage.NO_SIZE);
    assertThat(heights(image)).containsExactly(5.0);
    assertThat(image.findings())
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
    assertThat(images(annotations)).extracting(SourceImage::fileName).containsExactly("b.jpg");
    assertThat(dropped(annotations)).hasSize(1);
  }

  private static List<Double> heights(SourceImage image) {
    return image.boxes().stream().map(SourceBox::height).toList();
  }

  @Test
  void everythingLostIsNamed() throws IOException {
    var nameless = "{\"file_name\": \"%03d.jpg\"}";
    var images = IntStream.range(0, 50).mapToObj(i -> nameless.formatted(i)).toList();
    var annotations =
        read(
            "{\"images\": %s, \"annotations\": [], \"categories\": []}".formatted(images),
            Optional.empty());

    var names = ReadAnnotations.of(annotations).lost().stream().map(Finding::what).toList();
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

  /** As MDETR's finetune_refcoco_train.json: an image entry a sentence, ids from 0. */
  @Test
  void aCaptionOfRefCocoIsThePhraseOfItsBox() throws IOException {
    var annotations =
        read(
            """
            {"info": [], "licenses": [], "images": [
              {"file_name": "COCO_train2014_000000581857.jpg", "height": 427, "width": 640,
               "id": 0, "original_id": 581857, "caption": " the lady with the\\nblue shirt",
               "dataset_name": "refcoco+", "tokens_negative": [[0, 28]]},
              {"file_name": "COCO_train2014_000000581857.jpg", "height": 427, "width": 640,
               "id": 1, "original_id": 581857, "caption": "lady with back to us",
               "dataset_name": "refcoco+"}],
             "annotations": [
              {"area": 197.2, "iscrowd": 0, "image_id": 0, "category_id": 1, "id": 0,
               "bbox": [103.93, 299.99, 134.22, 177.42], "original_id": 1719310,
               "tokens_positive": [[0, 8]]},
              {"image_id": 1, "category_id": 1, "id": 1, "bbox": [1, 2, 3, 4]}],
             "categories": [{"supercategory": "object", "id": 1, "name": "object"}]}
            """,
            Optional.empty());

    assertThat(images(annotations))
        .extracting(SourceImage::id, SourceImage::fileName, image -> image.caption().orElse(""))
        .containsExactlyInAnyOrder(
            tuple("0", "COCO_train2014_000000581857.jpg", "the lady with the blue shirt"),
            tuple("1", "COCO_train2014_000000581857.jpg", "lady with back to us"));
    assertThat(images(annotations).stream().flatMap(image -> image.boxes().stream()))
        .containsExactlyInAnyOrder(
            new SourceBox(
                "0",
                "the lady with the blue shirt",
                "object",
                103.93,
                299.99,
                134.22,
                177.42,
                false),
            new SourceBox("1", "lady with back to us", "object", 1, 2, 3, 4, false));
    assertThat(images(annotations)).allMatch(image -> image.findings().isEmpty());
    assertThat(annotations.summary())
        .isEqualTo("2 images, 2 annotations, 1 categories, 2 captions");
  }

  /** Python counts characters, of which Java needs two chars for some. */
  @Test
  void spansOfTheCaptionAreThePhrase() throws IOException {
    var image =
        onlyImage(
            " 😀 Two young guys with\\nshaggy hair",
            """
            {"id": 1, "image_id": 7, "bbox": [1, 2, 3, 4], "tokens_positive": [[3, 17]]},
            {"id": 2, "image_id": 7, "bbox": [1, 2, 3, 4], "tokens_positive": [[3, 6], [23, 34]]},
            {"id": 3, "image_id": 7, "bbox": [1, 2, 3, 4], "tokens_positive": [[1, 2], [30, 34]],
             "category_id": 5},
            {"id": 4, "image_id": 7, "bbox": [1, 2, 3, 4], "tokens_positive": [[18, 29]]},
            {"id": 5, "image_id": 7, "bbox": [1, 2, 3, 4], "tokens_positive": [[3, 6]],
             "phrase": " both\\tof them "},
            {"id": 6, "image_id": 7, "bbox": [1, 2, 3, 4], "category_id": 5, "phrase": " ",
             "tokens_positive": []},
            {"id": 7, "image_id": 7, "bbox": [1, 2, 3, 4], "category_id": 5, "phrase": null,
             "tokens_positive": null}
            """);

    assertThat(image.boxes())
        .extracting(SourceBox::annotationId, SourceBox::phrase, SourceBox::category)
        .containsExactly(
            tuple("1", "Two young guys", "Two young guys"),
            tuple("2", "Two shaggy hair", "Two shaggy hair"),
            tuple("3", "😀 hair", "person"),
            tuple("4", "with shaggy", "with shaggy"),
            tuple("5", "both of them", "both of them"),
            tuple("6", "person", "person"),
            tuple("7", "person", "person"));
    assertThat(image.caption()).contains("😀 Two young guys with shaggy hair");
    assertThat(image.findings()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[[0, 9]]",
        "[[-1, 3]]",
        "[[4, 2]]",
        "[[2, 2]]",
        "[[1, 2]]",
        "[[0, 1], [7, 9]]",
        "[[0.5, 3]]",
        "[[0, \"3\"]]",
        "[[0, 99999999999999]]",
        "[[0, 1, 2]]",
        "[[0]]",
        "[[]]",
        "[[[0, 3]]]",
        "[0, 3]",
        "[{\"start\": 0}]",
        "\"a dog\"",
        "{\"a\": [1]}",
        "[[0, 8], [0, 8], [0, 8]]",
      })
  void spansThatAreNoPartOfTheCaptionLeaveTheCategory(String spans) throws IOException {
    var image =
        onlyImage(
            "a dog\uD83D\uDE00 b",
            """
            {"id": 1, "image_id": 7, "bbox": [1, 2, 3, 4], "category_id": 5,
             "tokens_positive": %s, "iscrowd": 0},
            {"id": 2, "image_id": 7, "bbox": [1, 2, 3, 4], "category_id": 6,
             "tokens_positive": %s}
            """
                .formatted(spans, spans));

    assertThat(image.boxes()).containsExactly(new SourceBox("1", "person", 1, 2, 3, 4, false));
    assertThat(image.findings())
        .containsExactly(
            Finding.adjusted(
                "tokens_positive is no part of the caption, the category was taken",
                "annotation 1 of 7.jpg"),
            Finding.dropped("unknown category", "annotation 2 of 7.jpg: category 6"));
  }

  @Test
  void veryManySpansAndVeryLongCaptionsAreNoPhrase() throws IOException {
    var one = "{\"id\": 1, \"image_id\": 7, \"bbox\": [1, 2, 3, 4], \"category_id\": 5, ";
    var many = one + "\"tokens_positive\": [" + "[0, 1], ".repeat(100) + "[0, 1]]}";
    assertThat(onlyImage("a".repeat(1000), many).findings()).hasSize(1);
    var spans = one + "\"tokens_positive\": [[0, 1]]}";
    assertThat(onlyImage("a".repeat(10_001), spans).boxes().get(0).phrase()).isEqualTo("person");
    assertThat(onlyImage("a".repeat(10_000), spans).boxes().get(0).phrase()).isEqualTo("a");
  }

  @Test
  void aCaptionsFileSaysMoreThanAnImageEntry() throws IOException {
    var instances =
        """
        {"images": [{"id": 7, "file_name": "7.jpg", "caption": "a cat"},
          {"id": 8, "file_name": "8.jpg", "caption": " a  dog "},
          {"id": 9, "file_name": "9.jpg", "caption": " \\t"},
          {"id": 10, "file_name": "10.jpg", "caption": ["a", "b"], "dataset_name": "refcoco"}],
         "annotations": [{"id": 1, "image_id": 7, "category_id": 1, "bbox": [1, 2, 3, 4],
           "tokens_positive": [[2, 5]]},
          {"id": 2, "image_id": 10, "category_id": 1, "bbox": [1, 2, 3, 4]}],
         "categories": [{"id": 1, "name": "animal"}]}
        """;
    var annotations =
        read(
            instances,
            Optional.of("{\"annotations\": [{\"image_id\": 7, \"caption\": \"Another.\"}]}"));

    assertThat(images(annotations))
        .extracting(SourceImage::fileName, image -> image.caption().orElse("none"))
        .containsExactlyInAnyOrder(
            tuple("7.jpg", "Another."),
            tuple("8.jpg", "a dog"),
            tuple("9.jpg", "none"),
            tuple("10.jpg", "none"));
    assertThat(images(annotations).stream().flatMap(image -> image.boxes().stream()))
        .extracting(SourceBox::phrase)
        .containsExactlyInAnyOrder("cat", "animal");
    assertThat(images(annotations)).allMatch(image -> image.findings().isEmpty());
    assertThat(annotations.summary()).endsWith("3 captions");
    assertThatThrownBy(() -> read(instances, Optional.of("{\"annotations\": []}")))
        .hasMessageContaining("captions.json: no caption in it");
  }

  /** MDETR's files of other data sets have no classes. */
  @Test
  void aFileWithPhrasesNeedsNoCategories() throws IOException {
    var text =
        """
        {"annotations": [{"id": 1, "image_id": 7, "bbox": [1, 2, 3, 4]%s}],
         "images": [{"id": 7, "file_name": "7.jpg", "caption": "a dog"%s}]}
        """;
    for (var file :
        List.of(
            text.formatted(", \"phrase\": \"a dog\"", ""),
            text.formatted(", \"category_id\": 1, \"tokens_positive\": [[0, 5]]", ""),
            text.formatted("", ", \"dataset_name\": \"RefCOCOg\""))) {
      assertThat(images(read(file, Optional.empty())).get(0).boxes())
          .containsExactly(new SourceBox("1", "a dog", 1, 2, 3, 4, false));
    }
    for (var file :
        List.of(
            text.formatted("", ""),
            text.formatted(", \"phrase\": \" \", \"tokens_positive\": []", ""),
            text.formatted("", ", \"dataset_name\": \"flickr\""))) {
      assertThatThrownBy(() -> read(file, Optional.empty()))
          .hasMessageContaining("instances.json: no list categories; give an instances file");
    }
  }

  /** One image with a caption, and person as category 5. */
  private SourceImage onlyImage(String caption, String annotations) throws IOException {
    var text =
        """
        {"images": [{"id": 7, "file_name": "7.jpg", "caption": "%s", "dataset_name": "flickr"}],
         "annotations": [%s], "categories": [{"id": 5, "name": "person"}]}
        """
            .formatted(caption, annotations);
    return images(read(text, Optional.empty())).get(0);
  }

  private static List<SourceImage> images(CocoAnnotations annotations) throws IOException {
    return ReadAnnotations.of(annotations).images();
  }

  private static List<Dropped> dropped(CocoAnnotations annotations) throws IOException {
    var tally = new DropTally();
    ReadAnnotations.of(annotations)
        .lost()
        .forEach(finding -> tally.add(finding.reason(), finding.what()));
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
