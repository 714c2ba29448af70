package ai.echogen.data.ingest.formats.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.echogen.data.ingest.SourceBox;
import ai.echogen.data.ingest.SourceImage;
import ai.echogen.data.ingest.formats.common.ReadAnnotations;
import ai.echogen.data.shards.Finding;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RefL4RecordsTest {
  private static final String COLUMNS =
      """
      optional int64 id; optional binary caption (UTF8);
      optional group bbox (LIST) { repeated group list { optional double element; } }
      optional double bbox_area; optional binary bbox_id (UTF8);
      optional binary ori_category_id (UTF8); optional int64 image_id;
      optional int64 height; optional int64 width; optional binary file_name (UTF8);
      optional boolean is_rewrite; optional binary split (UTF8);
      """;

  private static final String ROW =
      """
      {"id":%s,"caption":%s,"bbox":%s,"bbox_area":1,"bbox_id":"o365_1","ori_category_id":"o365_92",
       "image_id":7,"height":480,"width":640,"file_name":"objects365_v2_01.jpg","is_rewrite":true,
       "split":"val"}\
      """;

  @TempDir private Path temp;

  @Test
  void aRowIsASampleOfOneBox() throws IOException {
    ParquetFile.of(COLUMNS)
        .write(
            temp.resolve("ref-l4-val.parquet"),
            ROW.formatted(12, "\"The  red bus\\nbehind the tree.\"", "[10.5,20,30,40.25]"),
            ROW.formatted(13, "\"Another bus\"", "[1,2,3,4]"));

    var read = read();

    assertThat(read.lost()).isEmpty();
    assertThat(read.images()).extracting(SourceImage::id).containsExactly("12", "13");
    var image = read.images().get(0);
    assertThat(image.fileName()).isEqualTo("objects365_v2_01.jpg");
    assertThat(image.width()).isEqualTo(640);
    assertThat(image.height()).isEqualTo(480);
    assertThat(image.unit()).isEqualTo(SourceImage.Unit.PIXELS);
    assertThat(image.caption()).hasValue("The red bus behind the tree.");
    assertThat(image.boxes())
        .containsExactly(
            new SourceBox(
                "12", "The red bus behind the tree.", "o365_92", 10.5, 20, 30, 40.25, false));
    assertThat(image.findings()).isEmpty();
  }

  @Test
  void damagedRowsAreNamed() throws IOException {
    ParquetFile.of(COLUMNS)
        .write(
            temp.resolve("a.parquet"),
            ROW.formatted("null", "\"a\"", "[1,2,3,4]"),
            ROW.formatted(1, "\" \"", "[1,2,3,4]"),
            ROW.formatted(2, "\"a\"", "[1,2,3]"),
            ROW.formatted(3, "\"a\"", "[1,2,null,4]"),
            ROW.formatted(4, "null", "null"),
            ROW.formatted(4, "\"again\"", "[1,2,3,4]"),
            ROW.formatted(5, "\"good\"", "[1,2,3,4]").replace("\"o365_92\"", "null"),
            ROW.formatted(6, "\"a\"", "[1,2,3,4]").replace("\"objects365_v2_01.jpg\"", "\"\""));

    var read = read();

    assertThat(read.lost())
        .containsExactly(
            Finding.dropped("row without id or file_name", "a.parquet row 0"),
            Finding.dropped("duplicate id", "a.parquet row 5 (4)"),
            Finding.dropped("row without id or file_name", "a.parquet row 7"));
    assertThat(read.images())
        .flatExtracting(SourceImage::findings)
        .containsExactly(
            Finding.dropped("blank caption", "a.parquet row 1"),
            Finding.dropped("bbox is not four numbers", "a.parquet row 2"),
            Finding.dropped("bbox is not four numbers", "a.parquet row 3"),
            Finding.dropped("blank caption", "a.parquet row 4"));
    assertThat(read.images().get(4).boxes())
        .containsExactly(new SourceBox("5", "good", 1, 2, 3, 4, false));
  }

  @Test
  void anotherFormIsRefused() throws IOException {
    ParquetFile.of(COLUMNS.replace("int64 width", "binary width (UTF8)"))
        .write(temp.resolve("a.parquet"), "{}");
    assertThatThrownBy(this::read)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith(
            "a.parquet: column width is optional binary width (STRING), "
                + "where format=ref-l4 has a number");
  }

  private ReadAnnotations read() throws IOException {
    return ReadAnnotations.of(ParquetAnnotations.in(Location.of(temp), RefL4Records::of));
  }
}
