package ai.echogen.data.ingest.formats.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.echogen.data.ingest.SourceBox;
import ai.echogen.data.ingest.SourceImage;
import ai.echogen.data.ingest.formats.common.ReadAnnotations;
import ai.echogen.data.shards.Finding;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayoutSamRecordsTest {
  private static final String EVAL =
      """
      optional group image { optional binary bytes; optional binary path (UTF8); }
      optional int64 image_id; optional binary file_name (UTF8);
      optional int64 height; optional int64 width; optional binary global_caption (UTF8);
      optional binary bbox_list (UTF8); optional binary region_captions (UTF8);
      optional binary detail_region_captions (UTF8);
      """;

  private static final String TRAIN =
      """
      optional binary image_path (UTF8);
      optional group metadata {
        optional binary global_caption (UTF8);
        optional group image_info {
          optional int64 height; optional int64 width; optional binary file_name (UTF8); }
        optional group bbox_info (LIST) { repeated group list { optional group element {
          optional group bbox (LIST) { repeated group list { optional double element; } }
          optional binary description (UTF8); optional binary detail_description (UTF8); } } }
      }
      """;

  @TempDir private Path temp;

  @Test
  void rowsOfTheEvaluationSetHoldPythonsLists() throws IOException {
    ParquetFile.of(EVAL)
        .write(
            temp.resolve("test-00000-of-00001.parquet"),
            """
            {"image":{"bytes":"abc","path":"sa_1.jpg"},"image_id":0,"file_name":"sa_1.jpg",
             "height":1500,"width":2250,"global_caption":"A cat and a dog.",
             "bbox_list":"[[10, 20.5, 110, 220], (0, 0, 2250, 1500)]",
             "region_captions":"['a cat', \\"a dog's tail\\"]",
             "detail_region_captions":"['a long text', None]"}\
            """);

    var read = read();

    assertThat(read.lost()).isEmpty();
    var image = read.images().get(0);
    assertThat(image.id()).isEqualTo("sa_1");
    assertThat(image.fileName()).isEqualTo("sa_1.jpg");
    assertThat(image.width()).isEqualTo(2250);
    assertThat(image.height()).isEqualTo(1500);
    assertThat(image.caption()).hasValue("A cat and a dog.");
    assertThat(image.content()).hasValue("abc".getBytes(StandardCharsets.US_ASCII));
    assertThat(image.boxes())
        .containsExactly(
            new SourceBox("1", "a cat", 10, 20.5, 100, 199.5, false),
            new SourceBox("2", "a dog's tail", 0, 0, 2250, 1500, false));
    assertThat(image.findings()).isEmpty();
  }

  @Test
  void rowsOfTheTrainingSetHoldStructs() throws IOException {
    ParquetFile.of(TRAIN)
        .write(
            temp.resolve("train/0000.parquet"),
            """
            {"image_path":"../00012/sa_223750.jpg","metadata":{"global_caption":"A street.",
             "image_info":{"height":1500,"width":2250,"file_name":"sa_223750.jpg"},
             "bbox_info":[{"bbox":[1,2,3,5],"description":"a red car",
                           "detail_description":"It is red."}]}}\
            """);

    var read = read();

    assertThat(read.lost()).isEmpty();
    var image = read.images().get(0);
    assertThat(image.id()).isEqualTo("sa_223750");
    assertThat(image.fileName()).isEqualTo("00012/sa_223750.jpg");
    assertThat(image.width()).isEqualTo(2250);
    assertThat(image.height()).isEqualTo(1500);
    assertThat(image.caption()).hasValue("A street.");
    assertThat(image.content()).isEmpty();
    assertThat(image.boxes()).containsExactly(new SourceBox("1", "a red car", 1, 2, 2, 3, false));
    assertThat(image.findings()).isEmpty();
  }

  @Test
  void whichTextIsOfWhichBoxIsNotGuessed() throws IOException {
    ParquetFile.of(EVAL)
        .write(
            temp.resolve("a.parquet"),
            row("a", "[[1,2,3,4]]", "['a', 'b']"),
            row("b", "[[1,2,3,4]", "['a']"),
            row("c", "{}", "['a']"),
            row("d", "[[1,2,3,4]]", "'a'"),
            "{\"file_name\":\"e.jpg\"}",
            row("", "[]", "[]"),
            row(
                "f",
                "[[1,2,3,4], [1,2,3], None, ['1',2,3,4], [5,6,7,8]]",
                "['a', 'b', 'c', 'd', None]"),
            row("a", "[]", "[]"));

    var read = read();

    var noList = "list that is not written as Python does";
    assertThat(read.lost())
        .containsExactly(
            Finding.dropped(
                "lists of different lengths",
                "a.parquet row 0: 1 of bbox_list, 2 of region_captions"),
            Finding.dropped(noList, "a.parquet row 1: bbox_list, character 11: ends too early"),
            Finding.dropped(
                noList,
                "a.parquet row 2: bbox_list, character 1: a list, a tuple, a text, a number, "
                    + "None, True or False must stand here"),
            Finding.dropped(noList, "a.parquet row 3: region_captions is no list"),
            Finding.dropped(noList, "a.parquet row 4: bbox_list is no list"),
            Finding.dropped("row without a file's name", "a.parquet row 5"),
            Finding.dropped("duplicate id", "a.parquet row 7 (a)"));
    var image = read.images().get(0);
    assertThat(image.boxes()).extracting(SourceBox::phrase).containsExactly("a");
    assertThat(image.findings())
        .containsExactly(
            Finding.dropped("bbox is not four numbers", "a.parquet row 6: box 2"),
            Finding.dropped("bbox is not four numbers", "a.parquet row 6: box 3"),
            Finding.dropped("bbox is not four numbers", "a.parquet row 6: box 4"),
            Finding.dropped("box without a description", "a.parquet row 6: box 5"));
  }

  @Test
  void sizesMayBeTextsAndPathsLeadNowhereElse() throws IOException {
    ParquetFile.of(
            EVAL.replace("int64 height", "binary height (UTF8)")
                .replace("int64 width", "binary width (UTF8)"))
        .write(
            temp.resolve("a.parquet"),
            """
            {"file_name":"../../.././x/y.tar.jpg","height":"100","width":"wide",
             "bbox_list":"[]","region_captions":"[]"}\
            """);
    var image = read().images().get(0);
    assertThat(image.id()).isEqualTo("y.tar");
    assertThat(image.fileName()).isEqualTo("x/y.tar.jpg");
    assertThat(image.height()).isEqualTo(100);
    assertThat(image.width()).isEqualTo(SourceImage.NO_SIZE);
  }

  @Test
  void aRowOfTheTrainingSetWithoutMetadataIsAnImageWithoutBoxes() throws IOException {
    ParquetFile.of(TRAIN).write(temp.resolve("a.parquet"), "{\"image_path\":\"../1/a.jpg\"}");
    var image = read().images().get(0);
    assertThat(image.boxes()).isEmpty();
    assertThat(image.width()).isZero();
    assertThat(image.caption()).isEmpty();
  }

  @Test
  void otherColumnsAreRefused() throws IOException {
    ParquetFile.of(EVAL.replace("binary bbox_list (UTF8)", "int64 bbox_list"))
        .write(temp.resolve("a.parquet"), "{}");
    assertThatThrownBy(this::read)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith(
            "a.parquet: column bbox_list is optional int64 bbox_list, "
                + "where format=layoutsam has a text or a list");
    ParquetFile.of(TRAIN.replace("bbox_info", "boxes")).write(temp.resolve("a.parquet"), "{}");
    assertThatThrownBy(this::read)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a.parquet: column metadata is optional group metadata {")
        .hasMessageEndingWith("where format=layoutsam has a field bbox_info in it");
  }

  private static String row(String id, String boxes, String captions) {
    return "{\"file_name\":\"%s\",\"bbox_list\":\"%s\",\"region_captions\":\"%s\"}"
        .formatted(id.isEmpty() ? "" : id + ".jpg", boxes, captions);
  }

  private ReadAnnotations read() throws IOException {
    return ReadAnnotations.of(ParquetAnnotations.in(Location.of(temp), LayoutSamRecords::of));
  }
}
