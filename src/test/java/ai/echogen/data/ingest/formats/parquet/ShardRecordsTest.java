package ai.echogen.data.ingest.formats.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.data.LocalSpark;
import ai.echogen.data.Sample;
import ai.echogen.data.ingest.SourceBox;
import ai.echogen.data.ingest.SourceImage;
import ai.echogen.data.ingest.formats.common.ReadAnnotations;
import ai.echogen.data.shards.Finding;
import ai.echogen.data.shards.Provenance;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShardRecordsTest {
  private static final String COLUMNS =
      """
      optional group image { optional binary bytes; optional binary path (UTF8); }
      optional binary id (UTF8); optional binary split (UTF8);
      optional group regions (LIST) { repeated group list { optional group element {
        optional binary phrase (UTF8); optional float x0; optional float y0; optional float x1;
        optional float y1; optional binary category (UTF8); } } }
      """;

  @TempDir private Path temp;

  @Test
  void whatWeWriteIsReadAgain() throws IOException {
    var region = new Region("a striped cat", "cat", new Box(0.25f, 0.5f, 0.75f, 1f));
    var sample =
        new Sample(
            "photos-000000000007",
            new byte[] {1, 2, 3},
            "a.jpg",
            640,
            480,
            new Layout("A striped cat.", List.of(region)),
            "photos",
            "test");
    ShardStore.write(
        LocalSpark.session().createDataFrame(List.of(sample.toRow()), Sample.SCHEMA),
        Location.of(temp.resolve("shards")),
        new Provenance("test", "{}", List.of()));

    var read = read();

    assertThat(read.lost()).isEmpty();
    var image = read.images().get(0);
    assertThat(image.id()).isEqualTo("photos-000000000007");
    assertThat(image.fileName()).isEqualTo("a.jpg");
    assertThat(image.content()).hasValue(new byte[] {1, 2, 3});
    assertThat(image.width()).isEqualTo(640);
    assertThat(image.height()).isEqualTo(480);
    assertThat(image.unit()).isEqualTo(SourceImage.Unit.SHARES);
    assertThat(image.caption()).hasValue("A striped cat.");
    assertThat(image.split()).hasValue("test");
    assertThat(image.boxes())
        .containsExactly(new SourceBox("1", "a striped cat", "cat", 0.25, 0.5, 0.5, 0.5, false));
    assertThat(image.findings()).isEmpty();
  }

  @Test
  void damagedRowsAreNamed() throws IOException {
    ParquetFile.of(COLUMNS)
        .write(
            temp.resolve("a.parquet"),
            "{\"image\":{\"bytes\":\"x\"},\"regions\":[]}",
            "{\"id\":\"a\"}",
            """
            {"id":"b","image":{"bytes":"x"},"split":"my train","regions":[
              {"phrase":" ","x0":0,"y0":0,"x1":1,"y1":1},{"phrase":"a","x0":0,"y0":0,"x1":1},
              null,{"phrase":"c","x0":0.1,"y0":0,"x1":0.3,"y1":1}]}\
            """,
            "{\"id\":\"b\",\"image\":{\"bytes\":\"x\"}}");

    var read = read();

    assertThat(read.lost())
        .containsExactly(
            Finding.dropped("row without an id", "a.parquet row 0"),
            Finding.dropped("row without an image", "a.parquet row 1"),
            Finding.dropped("duplicate id", "a.parquet row 3 (b)"));
    var image = read.images().get(0);
    assertThat(image.split()).isEmpty();
    assertThat(image.findings())
        .containsExactly(
            Finding.adjusted(
                "split of other signs than letters, digits and _, it was not taken",
                "a.parquet row 2"),
            Finding.dropped("region without a phrase", "a.parquet row 2: region 1"),
            Finding.dropped("region without four numbers", "a.parquet row 2: region 2"),
            Finding.dropped("region without a phrase", "a.parquet row 2: region 3"));
    var box = image.boxes().get(0);
    assertThat(box.category()).isEqualTo("c");
    assertThat(box.x() + box.width()).isEqualTo(0.3f, within(1e-7));
  }

  @Test
  void idsMustBeThere() throws IOException {
    ParquetFile.of(COLUMNS.replace(" id (UTF8)", " name (UTF8)"))
        .write(temp.resolve("a.parquet"), "{}");
    assertThatThrownBy(this::read)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a.parquet: no column id (a text), which format=hugging-face needs");
  }

  private ReadAnnotations read() throws IOException {
    return ReadAnnotations.of(ParquetAnnotations.in(Location.of(temp), HuggingFaceRecords::of));
  }
}
