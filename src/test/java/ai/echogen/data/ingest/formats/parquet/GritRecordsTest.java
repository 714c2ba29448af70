package ai.echogen.data.ingest.formats.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.data.ingest.SourceBox;
import ai.echogen.data.ingest.SourceImage;
import ai.echogen.data.ingest.formats.common.ReadAnnotations;
import ai.echogen.data.shards.Finding;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GritRecordsTest {
  private static final String LISTS =
      " (LIST) { repeated group list { optional group element (LIST) { repeated group list "
          + "{ optional double element; } } } }\n";
  private static final String COLUMNS =
      """
      optional binary key (UTF8); optional double clip_similarity_vitb32;
      optional double clip_similarity_vitl14; optional int64 id; optional binary url (UTF8);
      optional binary caption (UTF8); optional int64 width; optional int64 height;
      """
          + ("optional group noun_chunks" + LISTS + "optional group ref_exps" + LISTS);

  @TempDir private Path temp;

  /** The example of the data set's card, with rounded boxes. */
  @Test
  void phrasesAreCutFromTheCaption() throws IOException {
    ParquetFile.of(COLUMNS)
        .write(
            temp.resolve("coyo_0_snappy.parquet"),
            """
            {"key":"000009527","clip_similarity_vitb32":0.2795,"clip_similarity_vitl14":0.2968,
             "id":1795296605919,"url":"https://example.org/wire-hanger.jpg",
             "caption":"a wire hanger with a paper cover that reads we heart our customers",
             "width":1024,"height":693,
             "noun_chunks":[[19,32,0.02,0.31,0.96,0.96,0.79],[0,13,0.019,0.028,0.959,0.969,0.675],
                            [44,46,0.5,0.5,0.6,0.7,0.7]],
             "ref_exps":[[19,66,0.02,0.31,0.96,0.96,0.79],[0,66,0.019,0.028,0.959,0.969,0.675]]}\
            """);

    var read = read();

    assertThat(read.lost()).isEmpty();
    var image = read.images().get(0);
    assertThat(image.id()).isEqualTo("000009527");
    assertThat(image.fileName()).isEqualTo("00000/000009527.jpg");
    assertThat(image.width()).isEqualTo(1024);
    assertThat(image.height()).isEqualTo(693);
    assertThat(image.unit()).isEqualTo(SourceImage.Unit.SHARES);
    assertThat(image.caption())
        .hasValue("a wire hanger with a paper cover that reads we heart our customers");
    assertThat(image.boxes())
        .extracting(SourceBox::annotationId, SourceBox::phrase)
        .containsExactly(
            tuple("ref_exps 1", "a paper cover that reads we heart our customers"),
            tuple(
                "ref_exps 2", "a wire hanger with a paper cover that reads we heart our customers"),
            tuple("noun_chunks 3", "we"));
    var box = image.boxes().get(0);
    assertThat(box.category()).isEqualTo(box.phrase());
    assertThat(box.x()).isEqualTo(0.02);
    assertThat(box.y()).isEqualTo(0.31);
    assertThat(box.x() + box.width()).isEqualTo(0.96, within(1e-12));
    assertThat(box.y() + box.height()).isEqualTo(0.96, within(1e-12));
    assertThat(image.findings()).isEmpty();
  }

  /** Python counts characters where Java counts half of some. */
  @Test
  void charactersAreCodePoints() throws IOException {
    ParquetFile.of(COLUMNS)
        .write(
            temp.resolve("a.parquet"),
            """
            {"key":"1","caption":"😀😀  a  cat 😀","noun_chunks":[[4,10,0,0,1,1,0.9]],
             "ref_exps":[[4,12,0,0,0.5,1,0.9]]}\
            """);
    var image = read().images().get(0);
    assertThat(image.caption()).hasValue("😀😀 a cat 😀");
    assertThat(image.boxes()).extracting(SourceBox::phrase).containsExactly("a cat 😀", "a cat");
  }

  @Test
  void damagedGroundingsAreNamedAndTheOthersKept() throws IOException {
    ParquetFile.of(COLUMNS)
        .write(
            temp.resolve("a.parquet"),
            """
            {"key":"1","caption":"a cat","noun_chunks":null,"ref_exps":[
              [0,5,0,0,1,1],[0,6,0,0,1,1,1],[-1,5,0,0,1,1,1],[3,3,0,0,1,1,1],[0.5,3,0,0,1,1,1],
              [NaN,5,0,0,1,1,1],[0,1e300,0,0,1,1,1],null,[0,5,0,null,1,1,1],[1,2,0,0,1,1,1],
              [0,5,0,0,NaN,1,1]]}\
            """,
            "{\"key\":\"2\",\"caption\":null,\"ref_exps\":[[0,1,0,0,1,1,1]]}",
            "{\"caption\":\"a cat\",\"id\":99}",
            "{\"caption\":\"a cat\"}",
            "{\"caption\":\"a cat\",\"key\":\"../../etc/passwd\"}");

    var read = read();

    assertThat(read.images()).extracting(SourceImage::id).containsExactly("1", "2", "99");
    assertThat(read.images().get(0).boxes())
        .extracting(SourceBox::annotationId)
        .containsExactly("ref_exps 11");
    var not7 = "grounding is not seven numbers";
    var outside = "phrase lies outside its caption";
    assertThat(read.images().get(0).findings())
        .extracting(Finding::reason, finding -> finding.what().replaceFirst("(exps \\d+).*", "$1"))
        .containsExactly(
            tuple(not7, "a.parquet row 0: ref_exps 1"),
            tuple(outside, "a.parquet row 0: ref_exps 2"),
            tuple(outside, "a.parquet row 0: ref_exps 3"),
            tuple(outside, "a.parquet row 0: ref_exps 4"),
            tuple(outside, "a.parquet row 0: ref_exps 5"),
            tuple(outside, "a.parquet row 0: ref_exps 6"),
            tuple(outside, "a.parquet row 0: ref_exps 7"),
            tuple(not7, "a.parquet row 0: ref_exps 8"),
            tuple(not7, "a.parquet row 0: ref_exps 9"),
            tuple("blank phrase", "a.parquet row 0: ref_exps 10"));
    assertThat(read.images().get(1).findings())
        .containsExactly(
            Finding.dropped("blank caption", "a.parquet row 1"),
            Finding.dropped(outside, "a.parquet row 1: ref_exps 1: 0.0 to 1.0 of 0 characters"));
    assertThat(read.lost())
        .containsExactly(
            Finding.dropped("row without a key", "a.parquet row 3"),
            Finding.dropped("key that can be no file's name", "a.parquet row 4 ../../etc/passwd"));
  }

  @Test
  void picturesAreFoundInFoldersOfTheirKeyOrInOne() throws IOException {
    Files.createDirectories(temp.resolve("images/00001"));
    Files.writeString(temp.resolve("images/00001/000010000.jpg"), "");
    Files.writeString(temp.resolve("images/000020000.jpg"), "");
    ParquetFile.of(COLUMNS)
        .write(
            temp.resolve("a.parquet"),
            "{\"key\":\"000010000\"}",
            "{\"key\":\"000020000\"}",
            "{\"key\":\"000030000\"}");
    assertThat(read().images())
        .extracting(SourceImage::fileName)
        .containsExactly("00001/000010000.jpg", "000020000.jpg", "00003/000030000.jpg");
  }

  /** Boxes are of the picture before img2dataset put borders around it. */
  @Test
  void theSizeIsThatOfThePictureBeforeItWasResized() throws IOException {
    ParquetFile.of(COLUMNS + "optional int32 original_width; optional int32 original_height;")
        .write(
            temp.resolve("a.parquet"),
            """
            {"key":"1","width":256,"height":256,"original_width":1024,"original_height":693}\
            """,
            "{\"key\":\"2\",\"width\":256,\"height\":200}");
    assertThat(read().images())
        .extracting(SourceImage::width, SourceImage::height)
        .containsExactly(tuple(1024, 693), tuple(256, 200));
  }

  @Test
  void manyGroundingsAreCut() throws IOException {
    ParquetFile.of(COLUMNS)
        .write(
            temp.resolve("a.parquet"),
            "{\"key\":\"1\",\"caption\":\"a cat\",\"ref_exps\":[%s[0,5,0,0,1,1,1]]}"
                .formatted("[0,5,0,0,1,1,1],".repeat(1000)));
    var image = read().images().get(0);
    assertThat(image.boxes()).hasSize(1000);
    assertThat(image.findings())
        .containsExactly(
            Finding.dropped(
                "groundings behind the first 1,000 of a caption", "a.parquet row 0: ref_exps"));
  }

  @Test
  void missingColumnsAreRefused() throws IOException {
    ParquetFile.of("optional binary key (UTF8); optional binary caption (UTF8);")
        .write(temp.resolve("a.parquet"), "{}");
    assertThatThrownBy(this::read)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith(
            "a.parquet: no column noun_chunks (a list), which format=grit needs; it has key,"
                + " caption");
  }

  private ReadAnnotations read() throws IOException {
    return ReadAnnotations.of(
        ParquetAnnotations.in(
            Location.of(temp), GritRecords.in(Location.of(temp.resolve("images")))));
  }
}
