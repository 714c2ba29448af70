package ai.echogen.data.ingest.formats.xml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlickrAnnotationsTest {
  /** Two boxes for 1, one that 2 and 3 share, a scene, one that is not to be seen. */
  private static final String XML =
      """
      <annotation>
        <filename>1000.jpg</filename>
        <size><width>333</width><height>500</height><depth>3</depth></size>
        <object><name>1</name>
          <bndbox><xmin>1</xmin><ymin>2</ymin><xmax>101</xmax><ymax>202</ymax></bndbox></object>
        <object><name>2</name><name>3</name>
          <bndbox><ymax>60</ymax><xmax>50</xmax><ymin>20</ymin><xmin>10</xmin></bndbox></object>
        <object><name>4</name><scene>1</scene><nobndbox>0</nobndbox></object>
        <object><name>5</name><scene>0</scene><nobndbox>1</nobndbox></object>
        <object><name> 1 </name>
          <bndbox><xmin>200</xmin><ymin>2</ymin><xmax>300</xmax><ymax>499</ymax></bndbox></object>
      </annotation>
      """;

  @TempDir private Path temp;

  @BeforeEach
  void makeFolders() throws IOException {
    Files.createDirectories(temp.resolve("Sentences"));
    Files.createDirectories(temp.resolve("Annotations"));
  }

  @Test
  void eachCaptionIsAnImageWithTheBoxesOfItsPhrases() throws IOException {
    write("Annotations/1000.xml", XML);
    write(
        "Sentences/1000.txt",
        """
        [/EN#2/bodyparts Shaggy hair] of [/EN#1/people/clothing Two young guys] in [/EN#4/scene a yard] .
        [/EN#1/people Two men] look at [/EN#0/notvisual each other] with [/EN#3/other a hat] .
        Nobody is named here .
        [/EN#5/other Nothing] to see .
        [/EN#1/people A man]'s yard .
        """);

    var images = images();

    assertThat(images)
        .extracting(SourceImage::id)
        .containsExactly("1000-0", "1000-1", "1000-2", "1000-3", "1000-4");
    assertThat(images).extracting(SourceImage::fileName).containsOnly("1000.jpg");
    assertThat(images).extracting(SourceImage::unit).containsOnly(SourceImage.Unit.PIXELS);
    assertThat(images).allMatch(image -> image.width() == 333 && image.height() == 500);
    assertThat(images).allMatch(image -> image.split().isEmpty() && image.findings().isEmpty());
    assertThat(images)
        .extracting(image -> image.caption().orElseThrow())
        .containsExactly(
            "Shaggy hair of Two young guys in a yard .",
            "Two men look at each other with a hat .",
            "Nobody is named here .",
            "Nothing to see .",
            "A man's yard .");
    assertThat(images.get(0).boxes())
        .containsExactly(
            new SourceBox("2", "Shaggy hair", "bodyparts", 10, 20, 40, 40, false),
            new SourceBox("1", "Two young guys", "people", 1, 2, 100, 200, false),
            new SourceBox("1", "Two young guys", "people", 200, 2, 100, 497, false));
    assertThat(images.get(1).boxes())
        .extracting(SourceBox::phrase, SourceBox::category, SourceBox::x)
        .containsExactly(
            tuple("Two men", "people", 1.0),
            tuple("Two men", "people", 200.0),
            tuple("a hat", "other", 10.0));
    assertThat(images.get(2).boxes()).isEmpty();
    assertThat(images.get(3).boxes()).isEmpty();
    assertThat(images.get(4).boxes()).hasSize(2);
  }

  @Test
  void theListsOfTheSplitsAreRead() throws IOException {
    for (var id : List.of("1", "2", "3", "4", "5")) {
      write("Annotations/" + id + ".xml", XML);
      write("Sentences/" + id + ".txt", "[/EN#1/people A man] .\n");
    }
    write("train.txt", "\uFEFF1\r\n5\r\n");
    write("val.txt", "2\n\n99\n");
    write("test.txt", " 3 \n5\n5");

    var annotations = FlickrAnnotations.in(Location.of(temp));
    var read = ReadAnnotations.of(annotations);

    assertThat(read.images())
        .extracting(SourceImage::id, image -> image.split().orElse(""))
        .containsExactly(
            tuple("1-0", "train"),
            tuple("2-0", "val"),
            tuple("3-0", "test"),
            tuple("4-0", ""),
            tuple("5-0", "test"));
    assertThat(read.lost())
        .containsExactly(
            Finding.adjusted(
                "image in two splits, was left in the first of test, val and train",
                "5: test.txt, and train.txt, line 2"));
    assertThat(annotations.summary())
        .isEqualTo(
            "5 images with sentences, 2 of them in test, 1 of them in val, 1 of them in train");
    assertThat(annotations.numImages()).isEmpty();
  }

  @Test
  void aListThatIsNoTextIsRefused() throws IOException {
    write("Annotations/1.xml", XML);
    write("Sentences/1.txt", "A man .\n");
    Files.write(temp.resolve("val.txt"), "1\né\n".getBytes(StandardCharsets.ISO_8859_1));

    assertThatThrownBy(() -> FlickrAnnotations.in(Location.of(temp)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("val.txt: line 2: is not UTF-8");
    write("val.txt", "version https://git-lfs.github.com/spec/v1\n");
    assertThatThrownBy(() -> FlickrAnnotations.in(Location.of(temp)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("val.txt: a Git LFS pointer: run git lfs pull");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[/EN#1/people A man walks .",
        "/EN#1/people A man] walks .",
        "A man ] walks [ .",
        "[/EN#1/people A [/EN#2/other hat] man] walks .",
        "[/EN#1/people A man] [sic] walks .",
        "[/EN#1/people] walks .",
        "[/EN#1/people  ] walks .",
        "[/EN#1 A man] walks .",
        "[/EN#1/ A man] walks .",
        "[/EN#/people A man] walks .",
        "[/EN#x/people A man] walks .",
        "[EN#1/people A man] walks .",
        "[ /EN#1/people A man] walks .",
        "[] walks .",
      })
  void aCaptionWithABrokenMarkIsDropped(String caption) throws IOException {
    write("Annotations/7.xml", XML);
    write("Sentences/7.txt", "\n" + caption + "\n[/EN#1/people A man] walks .\n");

    var read = ReadAnnotations.of(FlickrAnnotations.in(Location.of(temp)));

    assertThat(read.images()).extracting(SourceImage::id).containsExactly("7-1");
    assertThat(read.images().get(0).boxes()).hasSize(2);
    assertThat(read.lost())
        .containsExactly(Finding.dropped("caption with a broken mark", "7.txt, line 2"));
  }

  @Test
  void aPhraseOfAnEntityThatTheXmlLacksHasNoBox() throws IOException {
    write("Annotations/7.xml", XML);
    write("Sentences/7.txt", "[/EN#9/other A  hat] on [/EN#3/people a man] .\n");

    var image = images().get(0);

    assertThat(image.caption()).contains("A hat on a man .");
    assertThat(image.boxes()).extracting(SourceBox::phrase).containsExactly("a man");
    assertThat(image.findings())
        .containsExactly(
            Finding.adjusted("phrase without a box", "7.txt, line 1: entity 9 (A hat)"));
  }

  @Test
  void filesWithoutTheirOtherHalfAreNamed() throws IOException {
    write("Annotations/1.xml", XML);
    write("Annotations/2.xml", XML);
    write("Sentences/2.txt", "A man .\n");
    write("Sentences/2.TXT", "A man .\n");
    write("Sentences/3.txt", "A man .\n");
    write("Sentences/.4.txt", "A man .\n");
    write("Sentences/README", "see also\n");

    var read = ReadAnnotations.of(FlickrAnnotations.in(Location.of(temp)));

    assertThat(read.images()).extracting(SourceImage::id).containsExactly("2-0");
    assertThat(read.lost())
        .containsExactlyInAnyOrder(
            Finding.dropped("file of the same name as another", "2.txt beside 2.TXT"),
            Finding.dropped("sentence file without an annotation file", "3.txt"),
            Finding.dropped("annotation file without a sentence file", "1.xml"));
  }

  @Test
  void xmlThatDoesNotParseIsNamedAndTheOtherImagesAreRead() throws IOException {
    write("Annotations/1.xml", "<annotation><object>");
    write("Annotations/2.xml", "<html><body/></html>");
    write("Annotations/3.xml", "");
    write("Annotations/4.xml", XML);
    write("Annotations/5.xml", "<annotation>" + "<a>".repeat(1000));
    write("Annotations/6.xml", "<annotation>" + " ".repeat(1_000_000) + "</annotation>");
    for (int i = 1; i <= 6; i++) {
      write("Sentences/%d.txt".formatted(i), "[/EN#1/people A man] .\n");
    }

    var read = ReadAnnotations.of(FlickrAnnotations.in(Location.of(temp)));

    assertThat(read.images()).extracting(SourceImage::id).containsExactly("4-0");
    assertThat(read.lost())
        .hasSize(5)
        .extracting(Finding::reason)
        .containsOnly("annotation file is not of Flickr30k Entities");
    assertThat(read.lost().get(0).what()).startsWith("1.xml (");
    assertThat(read.lost().get(1).what()).contains("2.xml", "<html>");
    assertThat(read.lost().get(3).what()).contains("5.xml", "more than 32 levels");
    assertThat(read.lost().get(4).what()).contains("6.xml", "more than 1000000 bytes");
  }

  @Test
  void nothingOutsideTheFileIsRead() throws IOException {
    var secret = Files.writeString(temp.resolve("secret.txt"), "4242");
    write(
        "Annotations/1.xml",
        """
        <!DOCTYPE annotation [<!ENTITY x SYSTEM "%s"><!ENTITY y "77">]>
        <annotation><size><width>&x;&y;</width></size></annotation>\
        """
            .formatted(secret.toUri()));
    write("Sentences/1.txt", "A man .\n");

    var read = ReadAnnotations.of(FlickrAnnotations.in(Location.of(temp)));

    assertThat(read.images()).isEmpty();
    assertThat(read.lost()).hasSize(1);
    assertThat(read.lost().toString()).doesNotContain("4242", "77");
  }

  @Test
  void boxesThatAreNotFourNumbersAreNamedOnce() throws IOException {
    write(
        "Annotations/7.xml",
        """
        <annotation><size><width>x</width></size>
        <object><name>1</name>
          <bndbox><xmin>1</xmin><ymin>NaN</ymin><xmax>3</xmax><ymax>9</ymax></bndbox></object>
        <object><name>2</name><bndbox><xmin>1</xmin></bndbox></object>
        <object><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>3</xmax><ymax>9</ymax></bndbox></object>
        <object><name>3</name>
          <bndbox><xmin> 1 </xmin><ymin>1.5</ymin><xmax>3</xmax><ymax>9</ymax></bndbox></object>
        </annotation>
        """);
    write(
        "Sentences/7.txt",
        "[/EN#1/other A] [/EN#2/other b] [/EN#3/other c] .\n[/EN#3/other A] [/EN#1/other b] .\n");

    var images = images();

    assertThat(images.get(0).findings())
        .containsExactly(
            Finding.dropped("bndbox is not four numbers", "object 1 of 7.xml"),
            Finding.dropped("bndbox is not four numbers", "object 2 of 7.xml"),
            Finding.dropped("object without a name", "object 3 of 7.xml"));
    assertThat(images.get(1).findings()).isEmpty();
    assertThat(images.get(0).boxes())
        .containsExactly(new SourceBox("3", "c", "other", 1, 1.5, 2, 7.5, false));
    assertThat(images.get(0).width()).isEqualTo(SourceImage.NO_SIZE);
    assertThat(images.get(0).height()).isZero();
  }

  @Test
  void captionsThatAreNoTextOrNoneAreNamed() throws IOException {
    for (var id : List.of("1", "2", "3", "4")) {
      write("Annotations/" + id + ".xml", XML);
    }
    Files.write(
        temp.resolve("Sentences/1.txt"),
        "Un café .\r\n[/EN#1/people A man] .\r\n".getBytes(StandardCharsets.ISO_8859_1));
    write("Sentences/2.txt", " \n\n");
    write("Sentences/3.txt", "A man .\n".repeat(200));
    write("Sentences/4.txt", "x".repeat(20_000) + "\nA man .");

    var read = ReadAnnotations.of(FlickrAnnotations.in(Location.of(temp)));

    assertThat(read.images()).extracting(SourceImage::id).containsExactly("1-1", "4-1");
    assertThat(read.lost())
        .extracting(Finding::reason)
        .containsExactly(
            "caption is not UTF-8",
            "sentence file without a caption",
            "sentence file cannot be read",
            "caption is too long");
    assertThat(read.lost().get(0).what()).isEqualTo("1.txt, line 1");
    assertThat(read.lost().get(2).what()).contains("3.txt: must have less than 100 lines");
    assertThat(read.lost().get(3).what()).isEqualTo("4.txt, line 1");
  }

  /** A few thousand boxes that each of a few hundred phrases is said to have. */
  @Test
  void aCaptionOfMoreBoxesThanAnyHasIsDropped() throws IOException {
    var object =
        "<object><name>1</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>3</xmax><ymax>9</ymax></bndbox></object>";
    write("Annotations/1.xml", "<annotation>" + object.repeat(5_000) + "</annotation>");
    write("Sentences/1.txt", "[/EN#1/people x] ".repeat(400) + "\n[/EN#2/people A man] .\n");

    var read = ReadAnnotations.of(FlickrAnnotations.in(Location.of(temp)));

    assertThat(read.images()).extracting(SourceImage::id).containsExactly("1-1");
    assertThat(read.lost())
        .containsExactly(Finding.dropped("caption of too many boxes", "1.txt, line 1"));
  }

  @Test
  void manyImagesAreManyPieces() throws IOException {
    for (int i = 0; i < 150; i++) {
      write("Annotations/%03d.xml".formatted(i), XML);
      write("Sentences/%03d.txt".formatted(i), "[/EN#1/people A man] .\n".repeat(5));
    }

    assertThat(FlickrAnnotations.in(Location.of(temp)).pieces()).hasSize(3);
    assertThat(images()).hasSize(750);
    assertThat(images()).extracting(SourceImage::id).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void foldersWithoutFilesAreRefused() throws IOException {
    assertThatThrownBy(() -> FlickrAnnotations.in(Location.of(temp)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no image has files in both Sentences and Annotations");
    assertThatThrownBy(() -> FlickrAnnotations.in(Location.of(temp.resolve("Sentences"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Sentences: no folder Sentences in it; give the folder");
    assertThatThrownBy(() -> FlickrAnnotations.in(Location.of(temp.resolve("none"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("check annotations");
  }

  private List<SourceImage> images() throws IOException {
    return ReadAnnotations.of(FlickrAnnotations.in(Location.of(temp))).images();
  }

  private void write(String name, String content) throws IOException {
    Files.writeString(temp.resolve(name), content);
  }
}
