package ai.echogen.data.ingest.formats.xml;

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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VocAnnotationsTest {
  @TempDir private Path temp;

  /** As the development kit of 2012 has it: parts, an actions element, other orders. */
  @Test
  void boxesBeginOnePixelEarlierAndPartsAreNoObjects() throws IOException {
    write(
        "2007_000027",
        """
        <annotation>
          <folder>VOC2012</folder><filename>2007_000027.jpg</filename>
          <source><database>The VOC2007 Database</database></source>
          <size><width>486</width><height>500</height><depth>3</depth></size>
          <segmented>0</segmented>
          <object>
            <name>person</name><difficult>1</difficult>
            <bndbox><xmax>349</xmax><xmin>174</xmin><ymax>351</ymax><ymin>101.5</ymin></bndbox>
            <part><name>head</name>
              <bndbox><xmin>169</xmin><ymin>104</ymin><xmax>209</xmax><ymax>146</ymax></bndbox>
            </part>
          </object>
          <object>
            <part><name>hand</name></part>
            <bndbox><xmin>0</xmin><ymin>1</ymin><xmax>10</xmax><ymax>20</ymax></bndbox>
            <name> dining
              table </name>
          </object>
        </annotation>
        """);

    var image = images().get(0);

    assertThat(image.id()).isEqualTo("2007_000027");
    assertThat(image.fileName()).isEqualTo("2007_000027.jpg");
    assertThat(List.of(image.width(), image.height())).containsExactly(486, 500);
    assertThat(image.boxes())
        .containsExactly(
            new SourceBox("1", "person", 173, 100.5, 176, 250.5, false),
            new SourceBox("2", "dining table", 0, 0, 10, 20, false));
    assertThat(image.boxes().get(0).x() + image.boxes().get(0).width())
        .isEqualTo(349, within(1e-9));
    assertThat(image.findings()).isEmpty();
  }

  @Test
  void whatIsDamagedIsNamedAndTheRestIsRead() throws IOException {
    write("a", "<annotation><filename>a.jpg</filename>");
    write("b", "<html><body/></html>");
    write("c", "<annotation><size><width>3</width></size></annotation>");
    write("d", "");
    write(
        "e",
        """
        <annotation><filename>e.jpg</filename><size><width>x</width><height>-3</height></size>
        <object><name>dog</name><bndbox><xmin>1</xmin><ymin>NaN</ymin><xmax>3</xmax><ymax>9</ymax></bndbox></object>
        <object><name>cat</name></object>
        <object><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>3</xmax><ymax>9</ymax></bndbox></object>
        <object><name>cow</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>3</xmax><ymax>9</ymax></bndbox></object>
        </annotation>""");
    Files.writeString(temp.resolve("notes.txt"), "no annotation");
    var read = ReadAnnotations.of(VocAnnotations.in(Location.of(temp)));

    assertThat(read.lost())
        .extracting(Finding::reason, Finding::kept)
        .containsExactly(
            tuple("annotation file is not of Pascal VOC", false),
            tuple("annotation file is not of Pascal VOC", false),
            tuple("annotation file without a filename", false),
            tuple("annotation file is not of Pascal VOC", false));
    assertThat(read.lost().get(1).what()).contains("b.xml", "<html>");
    var image = read.images().get(0);
    assertThat(List.of(image.width(), image.height())).containsOnly(SourceImage.NO_SIZE);
    assertThat(image.boxes()).extracting(SourceBox::category).containsExactly("cow");
    assertThat(image.findings())
        .containsExactly(
            Finding.dropped("bndbox is not four numbers", "object 1 of e.xml (dog)"),
            Finding.dropped("bndbox is not four numbers", "object 2 of e.xml (cat)"),
            Finding.dropped("object without a name", "object 3 of e.xml"));
  }

  @Test
  void nothingOutsideTheFileIsReadAndNothingGrows() throws IOException {
    var secret = Files.writeString(temp.resolve("secret.txt"), "taken");
    write(
        "a",
        """
        <!DOCTYPE annotation [<!ENTITY x SYSTEM "%s"><!ENTITY y "yyyyyyyyyy">]>
        <annotation><filename>&x;&y;</filename></annotation>"""
            .formatted(secret.toUri()));
    write("b", "<annotation>" + "<a>".repeat(50_000));

    var read = ReadAnnotations.of(VocAnnotations.in(Location.of(temp)));

    assertThat(read.images()).isEmpty();
    assertThat(read.lost()).hasSize(2);
    assertThat(read.lost().toString()).doesNotContain("taken", "yyyyyyyyyy");
  }

  @Test
  void otherEncodingsAreReadWhereTheyAreNamed() throws IOException {
    var text =
        "<?xml version=\"1.0\" encoding=\"%s\"?>\n<annotation><filename>größe.jpg</filename></annotation>";
    Files.write(
        temp.resolve("a.xml"), text.formatted("ISO-8859-1").getBytes(StandardCharsets.ISO_8859_1));
    Files.write(
        temp.resolve("b.xml"),
        ("\uFEFF" + text.formatted("utf-8")).getBytes(StandardCharsets.UTF_8));
    Files.write(
        temp.resolve("c.xml"), text.formatted("utf-8").getBytes(StandardCharsets.ISO_8859_1));
    assertThat(images())
        .extracting(SourceImage::fileName)
        .containsExactly("größe.jpg", "größe.jpg");
  }

  /** The mark is what the bytes are; the declaration is what a program was told to write. */
  @Test
  void aByteOrderMarkSaysMoreThanADeclaration() throws IOException {
    Files.writeString(
        temp.resolve("a.xml"),
        "\uFEFF<?xml version=\"1.0\" encoding=\"gb2312\"?><annotation><filename>猫.jpg</filename></annotation>");
    assertThat(images()).extracting(SourceImage::fileName).containsExactly("猫.jpg");
  }

  @Test
  void whatIsPassedOverIsListed() throws IOException {
    write("a", "<annotation><filename>a.jpg</filename></annotation>");
    Files.copy(temp.resolve("a.xml"), temp.resolve("a.XML"));
    Files.createDirectory(temp.resolve("images"));
    Files.createDirectory(temp.resolve("more"));
    Files.copy(temp.resolve("a.xml"), temp.resolve("more/b.xml"));

    var lost = ReadAnnotations.of(VocAnnotations.in(Location.of(temp))).lost();

    assertThat(lost)
        .containsExactlyInAnyOrder(
            Finding.dropped("annotation file of the same name as another", "a.xml beside a.XML"),
            Finding.dropped("folder of annotation files in that of annotations", "more"));
    assertThat(images()).hasSize(1);
  }

  /** 200,000 elements, none of which is read, in names of a thousand letters. */
  @Test
  void elementsOfNoUseTakeNoMemory() throws IOException {
    var name = "n".repeat(1000);
    var open = new StringBuilder("<annotation><filename>a.jpg</filename>");
    for (int i = 0; i < 28; i++) {
      open.append("<").append(name).append(">");
    }
    write("deep", open + "<x/>".repeat(1000));
    var many = new StringBuilder("<annotation><filename>b.jpg</filename>");
    for (int i = 0; i < 200_000; i++) {
      many.append("<x").append(i).append("/>");
    }
    write("many", many + "</annotation>");

    var read = ReadAnnotations.of(VocAnnotations.in(Location.of(temp)));

    assertThat(read.lost()).singleElement().asString().contains("deep.xml", "very long names");
    assertThat(read.images()).extracting(SourceImage::fileName).containsExactly("b.jpg");
  }

  @Test
  void manyFilesAreManyPieces() throws IOException {
    for (int i = 0; i < 150; i++) {
      write("%03d".formatted(i), "<annotation><filename>" + i + ".jpg</filename></annotation>");
    }
    var annotations = VocAnnotations.in(Location.of(temp));
    assertThat(annotations.summary()).isEqualTo("150 annotation files");
    assertThat(annotations.pieces()).hasSize(3);
    assertThat(images()).hasSize(150);
    assertThat(images().get(149).fileName()).isEqualTo("149.jpg");
  }

  @Test
  void aFolderWithoutFilesIsRefused() {
    assertThatThrownBy(() -> VocAnnotations.in(Location.of(temp)))
        .hasMessageContaining(temp + ": no .xml file in it; give the folder");
    assertThatThrownBy(() -> VocAnnotations.in(Location.of(temp.resolve("none"))))
        .hasMessageContaining("check annotations");
  }

  private List<SourceImage> images() throws IOException {
    return ReadAnnotations.of(VocAnnotations.in(Location.of(temp))).images();
  }

  private void write(String id, String xml) throws IOException {
    Files.writeString(temp.resolve(id + ".xml"), xml);
  }
}
