package ai.echogen.data.ingest.formats.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.echogen.data.ingest.SourceBox;
import ai.echogen.data.ingest.SourceImage;
import ai.echogen.data.ingest.formats.common.ReadAnnotations;
import ai.echogen.data.shards.Finding;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenImagesAnnotationsTest {
  private static final String HEADER =
      "ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,"
          + "IsOccluded,IsTruncated,IsGroupOf,IsDepiction,IsInside\n";
  private static final String CLASSES =
      "/m/011k07,Tortoise\n/m/0a,\"Ruler, measuring \"\"tape\"\"\"\n";

  @TempDir private Path temp;

  @Test
  void boxesAreSharesInTheOrderOfTheirColumns() throws IOException {
    var read =
        read(
            HEADER
                + "0001eeaf4aed83f9,xclick,/m/011k07,1,0.125,0.75,0.25,0.5,0,0,0,0,0\n"
                + "0001eeaf4aed83f9,xclick,/m/0a,1,0,1,0,1,1,1,1,1,1\n"
                + "000595fe6fee6369,activemil,/m/0a,1,0.5,0.625,0.5,1.0,-1,-1,-1,-1,-1\n");

    assertThat(read.lost()).isEmpty();
    assertThat(read.images()).hasSize(2);
    var image = read.images().get(0);
    assertThat(image.id()).isEqualTo("0001eeaf4aed83f9");
    assertThat(image.fileName()).isEqualTo("0001eeaf4aed83f9.jpg");
    assertThat(image.unit()).isEqualTo(SourceImage.Unit.SHARES);
    assertThat(List.of(image.width(), image.height())).containsExactly(0, 0);
    assertThat(image.boxes())
        .containsExactly(
            new SourceBox("of line 2", "Tortoise", 0.125, 0.25, 0.625, 0.25, false),
            new SourceBox("of line 3", "Ruler, measuring \"tape\"", 0, 0, 1, 1, true));
    assertThat(image.findings()).isEmpty();
    assertThat(read.images().get(1).boxes())
        .containsExactly(
            new SourceBox("of line 4", "Ruler, measuring \"tape\"", 0.5, 0.5, 0.125, 0.5, false));
  }

  @Test
  void columnsAreFoundByNameAndLinesMayBeThoseOfWindows() throws IOException {
    var read =
        read(
            "\uFEFFYMax,\"YMin\", XMax ,XMin,LabelName,ImageID,Note\r\n"
                + "1.0,0.5,0.25,0.125,/m/011k07,\"a\",\"x, \"\"y\"\"\"\r\n\r\n"
                + "1.0,0.5,0.25,0.125,/m/011k07,a,");

    assertThat(read.images()).hasSize(1);
    assertThat(read.images().get(0).id()).isEqualTo("a");
    assertThat(read.images().get(0).boxes())
        .containsExactly(
            new SourceBox("of line 2", "Tortoise", 0.125, 0.5, 0.125, 0.5, false),
            new SourceBox("of line 4", "Tortoise", 0.125, 0.5, 0.125, 0.5, false));
    assertThat(read.lost()).isEmpty();
  }

  @Test
  void whatIsDamagedIsNamedByItsLine() throws IOException {
    var good = ",x,/m/011k07,1,0.125,0.75,0.25,0.5,0,0,0,0,0\n";
    Files.write(
        temp.resolve("train-annotations-bbox.csv"),
        (HEADER
                + "a,b\n"
                + ("a" + good)
                + "a,x,/m/none,1,0.125,0.75,0.25,0.5,0,0,0,0,0\n"
                + "a,x,/m/011k07,1,0.125,zero,0.25,0.5,0,0,0,0,0\n"
                + "a,x,/m/011k07,1,NaN,0.75,,0.5,0,0,0,0,0\n"
                + "\"a"
                + good
                + "caf\u00E9"
                + good
                + good
                + "x".repeat(10_001)
                + good
                + ("a" + good)
                + ("b" + good)
                + ("a" + good)
                + ("a" + good)
                + ("c" + good))
            .getBytes(StandardCharsets.ISO_8859_1));

    var read = read();

    assertThat(read.images()).extracting(SourceImage::id).containsExactly("a", "b", "c");
    var image = read.images().get(0);
    assertThat(image.boxes())
        .extracting(SourceBox::annotationId)
        .containsExactly("of line 3", "of line 11");
    var file = "train-annotations-bbox.csv: line ";
    assertThat(image.findings())
        .containsExactly(
            Finding.dropped("unknown LabelName", file + "4: /m/none"),
            Finding.dropped("box is not four numbers", file + "5: /m/011k07"),
            Finding.dropped("box is not four numbers", file + "6: /m/011k07"));
    var other = "row with other columns than the header, or no ImageID";
    assertThat(read.lost())
        .containsExactly(
            Finding.dropped(other, file + "2"),
            Finding.dropped(other, file + "7"),
            Finding.dropped("line that is not UTF-8", file + "8"),
            Finding.dropped(other, file + "9"),
            Finding.dropped("line of more than 10,000 bytes", file + "10"),
            Finding.dropped(
                "rows of an image are not together: sort the file by ImageID",
                file + "13: image a"));
  }

  @Test
  void eachPartBeginsWithAnImage() throws IOException {
    var rows = new StringBuilder(HEADER);
    for (int i = 0; i < 900; i++) {
      for (int box = 0; box < 7; box++) {
        rows.append("%05d,x,/m/011k07,1,0.%d,1,0,1,0,0,0,0,0\n".formatted(i, box));
      }
    }
    write(rows + "00003,x,/m/011k07,1,0,1,0,1,0,0,0,0,0\n");
    var annotations = annotations();

    var read = ReadAnnotations.of(annotations);

    assertThat(annotations.pieces()).hasSize(4);
    assertThat(annotations.numImages()).hasValue(901);
    assertThat(annotations.summary()).isEqualTo("901 images, 2 classes");
    assertThat(read.images()).hasSize(900);
    for (var image : read.images()) {
      assertThat(image.boxes())
          .extracting(SourceBox::x)
          .containsExactly(0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6);
    }
    assertThat(read.lost()).singleElement().asString().contains("line 6302: image 00003");
  }

  @Test
  void anImageHasABoundedNumberOfBoxes() throws IOException {
    var image = read(HEADER + "a,x,/m/0a,1,0,1,0,1,0,0,0,0,0\n".repeat(10_100)).images().get(0);
    assertThat(image.boxes()).hasSize(10_000);
    assertThat(image.findings())
        .extracting(Finding::reason)
        .containsExactly("boxes behind the first 10,000 of an image");
  }

  @Test
  void classesMayHaveAHeaderAndWhatIsDamagedInThemIsNamed() throws IOException {
    writeClasses(
        "LabelName,DisplayName\n/m/1,One\n/m/2\n,Three\n/m/4,\n/m/1,One\n/m/5,Five\n/m/5,5\n");
    write(HEADER + "a,x,/m/1,1,0,1,0,1,0,0,0,0,0\n" + "a,x,/m/5,1,0,1,0,1,0,0,0,0,0\n");

    var read =
        ReadAnnotations.of(
            OpenImagesAnnotations.read(
                Location.of(temp.resolve("train-annotations-bbox.csv")),
                Location.of(temp.resolve("classes.csv"))));

    assertThat(read.images().get(0).boxes()).extracting(SourceBox::phrase).containsExactly("One");
    assertThat(read.images().get(0).findings())
        .extracting(Finding::reason)
        .containsExactly("unknown LabelName");
    assertThat(read.lost())
        .containsExactly(
            Finding.dropped("class without label or name", "classes.csv: line 3"),
            Finding.dropped("class without label or name", "classes.csv: line 4"),
            Finding.dropped("class without label or name", "classes.csv: line 5"),
            Finding.dropped("duplicate class", "classes.csv: line 8: /m/5 (Five, 5)"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ImageID", "LabelName", "XMin", "XMax", "YMin", "YMax"})
  void aFileWithoutAColumnIsRefused(String column) throws IOException {
    write(HEADER.replace(column, "Other"));
    assertThatThrownBy(this::annotations)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("train-annotations-bbox.csv: line 1: no column " + column + "; give");
  }

  @Test
  void filesThatAreOthersAreRefused() throws IOException {
    assertThatThrownBy(this::annotations).hasMessageContaining("bbox.csv: no such file");
    write(HEADER);
    assertThatThrownBy(this::annotations).hasMessageContaining("bbox.csv: no box in it");
    write(HEADER.replace("Source", "XMin"));
    assertThatThrownBy(this::annotations).hasMessageContaining("line 1: two columns XMin");
    write("version https://git-lfs.github.com/spec/v1\n");
    assertThatThrownBy(this::annotations).hasMessageContaining("run git lfs pull");
    write(HEADER + "a,x,/m/0a,1,0,1,0,1,0,0,0,0,0\n");
    var file = Location.of(temp.resolve("train-annotations-bbox.csv"));
    assertThatThrownBy(() -> OpenImagesAnnotations.read(file, file))
        .hasMessageContaining("no line such as /m/011k07,Tortoise");
  }

  private ReadAnnotations read(String csv) throws IOException {
    write(csv);
    return read();
  }

  private ReadAnnotations read() throws IOException {
    return ReadAnnotations.of(annotations());
  }

  private OpenImagesAnnotations annotations() throws IOException {
    writeClasses(CLASSES);
    return OpenImagesAnnotations.read(
        Location.of(temp.resolve("train-annotations-bbox.csv")),
        Location.of(temp.resolve("classes.csv")));
  }

  private void write(String csv) throws IOException {
    Files.writeString(temp.resolve("train-annotations-bbox.csv"), csv);
  }

  private void writeClasses(String csv) throws IOException {
    Files.writeString(temp.resolve("classes.csv"), csv);
  }
}
