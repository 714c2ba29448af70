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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HuggingFaceRecordsTest {
  private static final String IMAGE =
      "optional group image { optional binary bytes; optional binary path (UTF8); }\n";
  private static final String SIZE =
      "optional int64 image_id; optional int32 width; optional int32 height;\n";
  private static final String OBJECTS =
      """
      optional group objects {
        optional group id (LIST) { repeated group list { optional int64 element; } }
        optional group area (LIST) { repeated group list { optional int64 element; } }
        optional group bbox (LIST) { repeated group list { optional group element (LIST) {
          repeated group list { optional float element; } } } }
        optional group category (LIST) { repeated group list { optional int64 element; } }
        optional group iscrowd (LIST) { repeated group list { optional boolean element; } }
      }
      """;

  private static final String NAMES =
      "{\"names\":[\"Coverall\",\"Face_Shield\"],\"_type\":\"ClassLabel\"}";

  @TempDir private Path temp;

  /** As cppe-5 has it, with crowds. */
  @Test
  void objectsAreAStructOfLists() throws IOException {
    ParquetFile.of(IMAGE + SIZE + OBJECTS)
        .with(
            "huggingface",
            features("{\"feature\":{\"category\":" + NAMES + "},\"_type\":\"Sequence\"}"))
        .write(
            temp.resolve("data/train-00000-of-00001.parquet"),
            """
            {"image_id":15,"image":{"bytes":"abc","path":null},"width":943,"height":663,
             "objects":{"id":[114,115],"area":[3796,1596],"iscrowd":[false,true],
               "bbox":[[302.5,109,73,52],[810,100,57,28]],"category":[1,0]}}\
            """,
            """
            {"image_id":15,"image":{"bytes":null,"path":"b/c.jpg"},
             "objects":{"id":[],"area":[],"bbox":[],"category":[],"iscrowd":[]}}\
            """);

    var read = read();

    assertThat(read.lost()).isEmpty();
    assertThat(read.images())
        .extracting(SourceImage::id)
        .containsExactly("data/train-00000-of-00001-000000", "data/train-00000-of-00001-000001");
    var image = read.images().get(0);
    assertThat(image.fileName()).isEmpty();
    assertThat(image.content()).hasValue("abc".getBytes(StandardCharsets.US_ASCII));
    assertThat(image.width()).isEqualTo(943);
    assertThat(image.height()).isEqualTo(663);
    assertThat(image.unit()).isEqualTo(SourceImage.Unit.PIXELS);
    assertThat(image.caption()).isEmpty();
    assertThat(image.boxes())
        .containsExactly(
            new SourceBox("114", "Face_Shield", 302.5, 109, 73, 52, false),
            new SourceBox("115", "Coverall", 810, 100, 57, 28, true));
    assertThat(image.findings()).isEmpty();
    assertThat(read.images().get(1).fileName()).isEqualTo("b/c.jpg");
    assertThat(read.images().get(1).content()).isEmpty();
    assertThat(read.images().get(1).width()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"feature\":{\"category\":{\"num_classes\":2,\"names\":[\"Coverall\",\"Face_Shield\"],"
            + "\"names_file\":null,\"id\":null,\"_type\":\"ClassLabel\"}},\"length\":-1,"
            + "\"id\":null,\"_type\":\"Sequence\"}",
        "{\"category\":{\"feature\":" + NAMES + ",\"_type\":\"List\"}}",
        "{\"category\":{\"feature\":" + NAMES + ",\"_type\":\"Sequence\"}}",
        "{\"category\":{\"feature\":" + NAMES + ",\"_type\":\"LargeList\"}}",
        "{\"feature\":{\"category\":" + NAMES + "},\"_type\":\"List\"}",
        "{\"category\":[" + NAMES + "]}",
        "[{\"category\":" + NAMES + "}]",
      })
  void namesOfClassesAreFoundHoweverTheyWereWritten(String objects) throws IOException {
    ParquetFile.of(IMAGE + OBJECTS)
        .with("huggingface", features(objects))
        .write(temp.resolve("a.parquet"), row("[[1,2,3,4]]", "[1]"));
    var image = read().images().get(0);
    assertThat(image.boxes()).containsExactly(new SourceBox("1", "Face_Shield", 1, 2, 3, 4, false));
    assertThat(image.findings()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "{\"info\":{\"features\":{\"objects\":[]}}}"})
  void numbersAreTakenWhereTheFileNamesNoClass(String metadata) throws IOException {
    ParquetFile.of(IMAGE + OBJECTS)
        .with("huggingface", metadata)
        .write(temp.resolve("a.parquet"), row("[[1,2,3,4],[5,6,7,8]]", "[1,7]"));
    var image = read().images().get(0);
    assertThat(image.boxes()).extracting(SourceBox::category).containsExactly("1", "7");
    assertThat(image.findings())
        .containsExactly(
            Finding.adjusted("class without a name, its number was taken", "a.parquet row 0"));
  }

  @Test
  void objectsMayBeAListOfStructsWithTexts() throws IOException {
    ParquetFile.of(
            """
            optional binary image; optional binary id (UTF8); optional binary text (UTF8);
            optional group objects (LIST) { repeated group list { optional group element {
              optional group bbox (LIST) { repeated group list { optional int64 element; } }
              optional binary label (UTF8); optional int64 iscrowd; } } }
            """)
        .write(
            temp.resolve("a.parquet"),
            """
            {"image":"abc","id":"first","text":" A  cat. ","objects":[
              {"bbox":[1,2,3,4],"label":" a  cat "},{"bbox":[5,6,7,8],"label":"dog","iscrowd":1}]}\
            """,
            "{\"image\":\"abc\",\"id\":null,\"objects\":null}",
            "{\"image\":\"abc\",\"id\":\"first\"}");

    var read = read();

    assertThat(read.images()).extracting(SourceImage::id).containsExactly("first", "a-000001");
    var image = read.images().get(0);
    assertThat(image.caption()).hasValue("A cat.");
    assertThat(image.content()).isPresent();
    assertThat(image.boxes())
        .containsExactly(
            new SourceBox("1", "a cat", 1, 2, 3, 4, false),
            new SourceBox("2", "dog", 5, 6, 7, 8, true));
    assertThat(image.findings()).isEmpty();
    assertThat(read.images().get(1).boxes()).isEmpty();
    assertThat(read.lost())
        .containsExactly(Finding.dropped("duplicate id", "a.parquet row 2 (first)"));
  }

  @Test
  void damagedObjectsAreNamedAndTheOthersKept() throws IOException {
    ParquetFile.of(IMAGE + OBJECTS)
        .with(
            "huggingface",
            features("{\"category\":{\"feature\":" + NAMES + ",\"_type\":\"List\"}}"))
        .write(
            temp.resolve("a.parquet"),
            row(
                "[[1,2,3,4],[1,2,3],null,[1,2,3,4],[1,2,3,4],[1,2,null,4],[1,2,3,4]]",
                "[0,0,0,2,-1,0,null]"),
            row("[[1,2,3,4]]", "[0,1]"),
            row("null", "[0]"),
            "{\"image\":{\"bytes\":null,\"path\":\" \"}}",
            "{}",
            row("[[1,2,3,4]]", "[1]"));

    var read = read();

    assertThat(read.lost())
        .containsExactly(
            Finding.dropped("row without an image", "a.parquet row 3"),
            Finding.dropped("row without an image", "a.parquet row 4"));
    assertThat(read.images()).hasSize(4);
    var first = read.images().get(0);
    assertThat(first.boxes()).extracting(SourceBox::annotationId).containsExactly("1");
    assertThat(first.findings())
        .containsExactly(
            Finding.dropped("bbox is not four numbers", "a.parquet row 0: object 2 (Coverall)"),
            Finding.dropped("bbox is not four numbers", "a.parquet row 0: object 3 (Coverall)"),
            Finding.dropped("unknown category", "a.parquet row 0: object 4: category 2"),
            Finding.dropped("unknown category", "a.parquet row 0: object 5: category -1"),
            Finding.dropped("bbox is not four numbers", "a.parquet row 0: object 6 (Coverall)"),
            Finding.dropped("object without a category", "a.parquet row 0: object 7"));
    assertThat(read.images().get(1).boxes()).isEmpty();
    assertThat(read.images().get(1).findings())
        .containsExactly(
            Finding.dropped(
                "lists of different lengths", "a.parquet row 1: 1 of bbox, 2 of category"));
    assertThat(read.images().get(2).findings())
        .containsExactly(
            Finding.dropped(
                "lists of different lengths", "a.parquet row 2: 0 of bbox, 1 of category"));
    assertThat(read.images().get(3).boxes()).hasSize(1);
  }

  @Test
  void ofSeveralCaptionsTheFirstIsTaken() throws IOException {
    ParquetFile.of(
            IMAGE
                + OBJECTS
                + "optional group caption (LIST) { repeated group list { optional binary element"
                + " (UTF8); } }")
        .write(
            temp.resolve("a.parquet"),
            "{\"image\":{\"path\":\"a.jpg\"},\"caption\":[\" \",null,\"one\",\"two\"]}");
    var image = read().images().get(0);
    assertThat(image.caption()).hasValue("one");
    assertThat(image.findings())
        .containsExactly(Finding.adjusted("more captions than one, the first was taken", ""));
  }

  @Test
  void otherColumnsAreRefused() throws IOException {
    ParquetFile.of(IMAGE).write(temp.resolve("a.parquet"), "{}");
    assertThatThrownBy(this::read)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith(
            "a.parquet: no column objects (a struct or a list), which format=hugging-face needs; "
                + "it has image");
    ParquetFile.of(IMAGE + OBJECTS.replace("category", "kind"))
        .write(temp.resolve("a.parquet"), "{}");
    assertThatThrownBy(this::read)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a.parquet: column objects is optional group objects {")
        .hasMessageEndingWith("where format=hugging-face has a field category in it");
    ParquetFile.of("optional int64 image;" + OBJECTS).write(temp.resolve("a.parquet"), "{}");
    assertThatThrownBy(this::read)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith(
            "column image is optional int64 image, "
                + "where format=hugging-face has a struct or bytes or a text");
  }

  private static String features(String objects) {
    return "{\"info\":{\"features\":{\"image\":{\"_type\":\"Image\"},\"objects\":%s}}}"
        .formatted(objects);
  }

  private static String row(String boxes, String categories) {
    return "{\"image\":{\"path\":\"a.jpg\"},\"objects\":{\"bbox\":%s,\"category\":%s}}"
        .formatted(boxes, categories);
  }

  private ReadAnnotations read() throws IOException {
    return ReadAnnotations.of(ParquetAnnotations.in(Location.of(temp), HuggingFaceRecords::of));
  }
}
