package ai.echogen.data.ingest.formats.yolo;

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
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class YoloAnnotationsTest {
  @TempDir private Path temp;

  @BeforeEach
  void makeFolders() throws IOException {
    Files.createDirectories(temp.resolve("labels"));
    Files.createDirectories(temp.resolve("images"));
    write("data.yaml", "path: ../coco8\nnames:\n  0: person\n  1: bicycle\n  2: traffic light\n");
  }

  /** COCO8's folders and numbers, with a line of predictions and one of segments. */
  @Test
  void readsBoxesAndPolygonsInSharesOfThePicture() throws IOException {
    write("images/train/000000000009.jpg", "");
    write("images/val/000000000036.PNG", "");
    write(
        "labels/train/000000000009.txt",
        """
        2 0.479492 0.688771 0.955609 0.5955
        0.0 0.5 0.25 0.5 0.25 0.913
        1 0.4 0.3 0.7 0.2 0.5 0.6 0.2 0.5
        """);
    write("labels/val/000000000036.txt", "0 0.5 0.5 1 1\n");

    var images = images();

    assertThat(images)
        .extracting(SourceImage::id, SourceImage::fileName, SourceImage::unit)
        .containsExactly(
            tuple("train/000000000009", "train/000000000009.jpg", SourceImage.Unit.SHARES),
            tuple("val/000000000036", "val/000000000036.PNG", SourceImage.Unit.SHARES));
    var image = images.get(0);
    assertThat(List.of(image.width(), image.height())).containsOnly(0);
    assertThat(image.split()).isEmpty();
    assertThat(image.caption()).isEmpty();
    assertThat(image.findings()).isEmpty();
    assertThat(image.boxes())
        .extracting(SourceBox::annotationId, SourceBox::category, SourceBox::phrase)
        .containsExactly(
            tuple("1", "traffic light", "traffic light"),
            tuple("2", "person", "person"),
            tuple("3", "bicycle", "bicycle"));
    assertBox(image.boxes().get(0), 0.0016875, 0.391021, 0.955609, 0.5955);
    assertBox(image.boxes().get(1), 0.25, 0.125, 0.5, 0.25);
    assertBox(image.boxes().get(2), 0.2, 0.2, 0.5, 0.4);
    assertThat(image.boxes()).extracting(SourceBox::crowd).containsOnly(false);
    assertThat(annotations().summary()).isEqualTo("2 label files, 3 classes");
    assertThat(annotations().numImages()).hasValue(2);
  }

  @Test
  void anEmptyLabelFileIsAnImageWithoutBoxes() throws IOException {
    write("labels/a.txt", "");
    write("labels/b.txt", "\n  \r\n");

    assertThat(images()).extracting(SourceImage::id).containsExactly("a", "b");
    assertThat(images()).allMatch(image -> image.boxes().isEmpty() && image.findings().isEmpty());
  }

  @Test
  void eachLineThatCannotBeReadIsNamedAndTheRestIsRead() throws IOException {
    write(
        "labels/a.txt",
        """
        0 0.5 0.5 0.1 0.1
        person 0.5 0.5 0.1 0.1
        0 0.5 nan 0.1 0.1
        0 0.5 1e999 0.1 0.1
        0 0.5 0x1p-2 0.1 0.1
        0 0.5 0.5 0.1
        0 0.1 0.1 0.2 0.2 0.3 0.3 0.4
        3 0.5 0.5 0.1 0.1
        -1 0.5 0.5 0.1 0.1
        0.5 0.5 0.5 0.1 0.1
        1e12 0.5 0.5 0.1 0.1
        0, 0.5, 0.5, 0.1, 0.1
        2 0.5 0.5 0.1 0.1
        """);

    var image = images().get(0);

    assertThat(image.boxes())
        .extracting(SourceBox::annotationId, SourceBox::category)
        .containsExactly(tuple("1", "person"), tuple("13", "traffic light"));
    assertThat(image.findings())
        .containsExactly(
            Finding.dropped("label line is not numbers", "a.txt, line 2"),
            Finding.dropped("label line is not numbers", "a.txt, line 3"),
            Finding.dropped("label line is not numbers", "a.txt, line 4"),
            Finding.dropped("label line is not numbers", "a.txt, line 5"),
            Finding.dropped("label line of fewer than five numbers", "a.txt, line 6"),
            Finding.dropped("polygon of an odd count of numbers", "a.txt, line 7"),
            Finding.dropped("class without a name", "a.txt, line 8: class 3"),
            Finding.dropped("class without a name", "a.txt, line 9: class -1"),
            Finding.dropped("class without a name", "a.txt, line 10: class 0.5"),
            Finding.dropped("class without a name", "a.txt, line 11: class 1e12"),
            Finding.dropped("label line is not numbers", "a.txt, line 12"));
  }

  /** Of two polygons with one box, Ultralytics keeps one too. */
  @Test
  void aLabelThatIsThereTwiceIsOne() throws IOException {
    write(
        "labels/x/a.txt",
        """
        0 0.5 0.5 0.5 0.5
        1 0.5 0.5 0.5 0.5
        0.0  0.50 5e-1 0.5 0.5
        0 0.25 0.25 0.75 0.25 0.75 0.75
        0 0.5 0.5 0.5 0.25
        """);

    var image = images().get(0);

    assertThat(image.boxes()).extracting(SourceBox::annotationId).containsExactly("1", "2", "5");
    assertThat(image.findings())
        .containsExactly(
            Finding.dropped("duplicate label", "x/a.txt, line 3 as line 1"),
            Finding.dropped("duplicate label", "x/a.txt, line 4 as line 1"));
  }

  @Test
  void linesEndAndAreSpacedAsAnyEditorWritesThem() throws IOException {
    write(
        "labels/a.txt", "\uFEFF0\t0.5  0.5 0.1 0.1 \t\r\n\r\n 1 0.5 0.5 0.1 0.1\r2 .5 .5 .1 +0.1");

    var image = images().get(0);

    assertThat(image.findings()).isEmpty();
    assertThat(image.boxes())
        .extracting(SourceBox::annotationId, SourceBox::category)
        .containsExactly(tuple("1", "person"), tuple("3", "bicycle"), tuple("4", "traffic light"));
  }

  @Test
  void whatIsNoTextIsNamed() throws IOException {
    var latin1 = "0 0.5 0.5 0.1 0.1\n0 0.5 0.5 0.1 0.1é\n1 0.5 0.5 0.1 0.1\n";
    Files.write(temp.resolve("labels/a.txt"), latin1.getBytes(StandardCharsets.ISO_8859_1));
    Files.write(
        temp.resolve("labels/b.txt"), "0 0.5 0.5 0.1 0.1\n".getBytes(StandardCharsets.UTF_16));
    write("labels/c.txt", "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n");

    var read = read();

    assertThat(read.images()).extracting(SourceImage::id).containsExactly("a", "b");
    assertThat(read.images().get(0).boxes()).hasSize(2);
    assertThat(read.images().get(0).findings())
        .containsExactly(Finding.dropped("label line is not numbers", "a.txt, line 2"));
    assertThat(read.images().get(1).boxes()).isEmpty();
    assertThat(read.images().get(1).findings()).isNotEmpty();
    assertThat(read.lost())
        .singleElement()
        .satisfies(finding -> assertThat(finding.reason()).isEqualTo("label file cannot be read"))
        .satisfies(finding -> assertThat(finding.what()).contains("c.txt: a Git LFS pointer"));
  }

  @Test
  void whatIsLargerThanAnyLabelIsNotRead() throws IOException {
    write(
        "labels/a.txt", "0 0.5 0.5 0.1 0.1\n0" + " 0.5".repeat(300_000) + "\n1 0.5 0.5 0.1 0.1\n");
    write("labels/b.txt", "0\n".repeat(150_000));
    write("labels/c.txt", " ".repeat(17_000_000));

    var read = read();

    assertThat(read.images()).extracting(SourceImage::id).containsExactly("a");
    assertThat(read.images().get(0).boxes()).hasSize(2);
    assertThat(read.images().get(0).findings())
        .containsExactly(Finding.dropped("label line is too long", "a.txt, line 2"));
    assertThat(read.lost()).extracting(Finding::reason).containsOnly("label file cannot be read");
    assertThat(read.lost().get(0).what()).contains("b.txt: must have less than 100,000 lines");
    assertThat(read.lost().get(1).what()).contains("c.txt: must have at most 16,777,216 bytes");
  }

  @Test
  void anImageIsFoundUnderAnyOfItsEndings() throws IOException {
    var names =
        List.of(
            "a.jpg", "b.jpeg", "c.png", "d.webp", "e.bmp", "f.gif", "g.JPG", "h.Png", "i.j.JPEG");
    for (var name : names) {
      write("images/" + name, "");
      write("labels/" + name.substring(0, name.lastIndexOf('.')) + ".txt", "");
    }
    write("images/c.gif", "");
    write("labels/none.txt", "");
    Files.createDirectories(temp.resolve("images/folder.jpg"));
    write("images/folder.png", "");
    write("labels/folder.txt", "");

    assertThat(images())
        .extracting(SourceImage::fileName)
        .containsAll(names)
        .contains("none.jpg", "folder.png")
        .hasSize(11);
  }

  @Test
  void whatIsPassedOverIsListed() throws IOException {
    write("labels/a.txt", "0 0.5 0.5 0.1 0.1\n");
    write("labels/a.TXT", "");
    write("labels/classes.txt", "person\n");
    write("labels/sub/classes.txt", "person\n");
    write("labels/names.txt", "person\n");
    write("labels/notes.txt", "see also\n");
    write("labels/.ipynb_checkpoints/a.txt", "0 0.5 0.5 0.1 0.1\n");
    write("labels/._a.txt", "\0");
    write("labels/a.json", "{}");
    Files.createSymbolicLink(temp.resolve("labels/sub/up"), temp.resolve("labels"));

    var annotations =
        YoloAnnotations.in(place("labels"), place("labels/names.txt"), place("images"));
    var read = ReadAnnotations.of(annotations);

    assertThat(read.images()).extracting(SourceImage::id).containsExactly("a", "notes");
    assertThat(read.images().get(1).findings())
        .containsExactly(Finding.dropped("label line is not numbers", "notes.txt, line 1"));
    assertThat(read.lost())
        .containsExactlyInAnyOrder(
            Finding.dropped("label file of the same name as another", "a.txt beside a.TXT"),
            Finding.dropped("folder that is a link to another one", "sub/up/"));
  }

  @Test
  void aLinkToNothingIsNamed() throws IOException {
    write("labels/a.txt", "");
    Files.createSymbolicLink(temp.resolve("labels/b.txt"), temp.resolve("none.txt"));

    assertThat(read().lost())
        .containsExactly(
            Finding.dropped(
                "label file that is a broken link, or whose name is not UTF-8", "b.txt"));
  }

  @Test
  void manyFilesAreManyPiecesInTheirOrder() throws IOException {
    for (int i = 0; i < 150; i++) {
      write("labels/%s/%03d.txt".formatted(i % 2 == 0 ? "train" : "val", i), "0 0.5 0.5 0.1 0.1\n");
    }

    assertThat(annotations().pieces()).hasSize(3);
    assertThat(images()).hasSize(150);
    assertThat(images()).extracting(SourceImage::id).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void foldersWithoutLabelsAreRefused() throws IOException {
    write("labels/classes.txt", "person\n");
    write("labels/a.xml", "<annotation/>");

    assertThatThrownBy(this::annotations)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("labels: no .txt file with labels in it; give the folder");
    assertThatThrownBy(() -> YoloAnnotations.in(place("none"), place("data.yaml"), place("images")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("check annotations");
  }

  /** Each form that Ultralytics and Roboflow write, and what people do to them by hand. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "names: [person, traffic light, 'it''s']",
        "names: ['person', \"traffic light\", \"it's\"] # all\nnc: 3  # number\n",
        "names: [ # first\n  'person', 'traffic\n    light', # second\n  it's,\n]\ntrain: x",
        "names:\n  ['person',traffic light,it's]\n",
        "names: {0: person, 2: it's, 1: 'traffic light'}",
        "names:\n- person\n- traffic light\n- it's\nnc: 3\n",
        """
        # c
        nc: 3
        names:

          # people
          - 'person'  # one
          - traffic light

          - it's
        test: # none
        """,
        "---\nnames :\n  0: person\n  1: \"traffic light\"   # lights\n  2: it's",
        "names:\r\n  2: it's\r\n  1: traffic   light\r\n  '0': person\r\nx: |\r\n  names = 3\r\n",
        "\uFEFFnames: [\"\\x70erson\", \"traffic\\u0020light\", \"\\U00000069t's\"]",
      })
  void namesAreReadAsYamlHasThem(String yaml) throws IOException {
    write("a.yaml", yaml);

    assertThat(YoloNames.read(place("a.yaml")))
        .isEqualTo(Map.of(0, "person", 1, "traffic light", 2, "it's"));
  }

  @Test
  void namesMayHoldWhatYamlTakesForMarks() throws IOException {
    write(
        "a.YML", "names:\n  - a:b #c\n  - 'x: y'\n  - \"#1 \\\"猫\\\"\"\n  - 10\n  - no\n  - c#\n");

    assertThat(YoloNames.read(place("a.YML")))
        .isEqualTo(Map.of(0, "a:b", 1, "x: y", 2, "#1 \"猫\"", 3, "10", 4, "no", 5, "c#"));
  }

  /** A class that the mapping leaves out has no name; the others keep theirs. */
  @Test
  void aMappingMayLeaveOutClasses() throws IOException {
    write("data.yaml", "names:\n  0: person\n  7: bus\n");
    write("labels/a.txt", "7 0.5 0.5 0.1 0.1\n1 0.5 0.5 0.1 0.1\n");

    assertThat(images().get(0).boxes()).extracting(SourceBox::category).containsExactly("bus");
    assertThat(images().get(0).findings())
        .containsExactly(Finding.dropped("class without a name", "a.txt, line 2: class 1"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "train: x               | line 1: no key names",
        "names: coco.names      | line 1: names must be a list or a mapping",
        "names:~nc: 0           | line 2: names is empty",
        "names: []              | line 1: names is empty",
        "names: [a, b           | line 1: , is missing",
        "names: [a,             | line 1: ] is missing at the end",
        "names: [a, [b]]        | line 1: [ cannot begin a name",
        "names: [a,~ , b]       | line 2: class 1 has no name",
        "names: ['a, b]         | line 1: a quote is not closed",
        "names: [a] b           | line 1: nothing may follow here",
        "names: [\"\\q\"]       | line 1: a back-slash that is no escape",
        "names: [\"\\ud800\"]   | line 1: an escape that is no character",
        "names: [\"\\U-0000001\"] | line 1: an escape that is no character",
        "names: {a: 0}          | line 1: must be a class's number and its name",
        "names: {0:a}           | line 1: : is missing",
        "names:~  0: a~  0: b   | line 3: class 0 has two names",
        "names:~  0: a~   1: b  | line 3: must be written as the names before it",
        "names:~  0: a~  - b    | line 3: - cannot begin a name",
        "names:~  - a~  1: b    | line 3: must be written as the names before it",
        "names:~  - a~  -       | line 3: class 1 has no name",
        "names:~  - a: b        | line 2: nothing may follow here",
        "names:~  - &x a        | line 2: & cannot begin a name",
        "names:~  - !!python/object:os.system a | line 2: ! cannot begin a name",
        "names:~  -1: a         | line 2: must be a class's number and its name",
        "names:~  person        | line 2: must be a class's number and its name",
        "names: [a]~names: [b]  | line 2: names is there twice",
        "nc: 2~names: [a]       | line 1: nc is 2 for 1 names",
        "kpt_shape: [17, 3]~names: [a] | line 1: labels of key points",
      })
  void otherYamlIsRefusedWithItsLine(String yaml, String problem) throws IOException {
    write("a.yaml", yaml.replace('~', '\n'));

    assertThatThrownBy(() -> YoloNames.read(place("a.yaml")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a.yaml: " + problem);
  }

  @Test
  void namesMayBeOneALine() throws IOException {
    write("obj.names", "\uFEFFperson\r\n  traffic \t light \r\n猫\r\n\r\n");

    assertThat(YoloNames.read(place("obj.names")))
        .isEqualTo(Map.of(0, "person", 1, "traffic light", 2, "猫"));
  }

  @Test
  void filesWithoutNamesAreRefused() throws IOException {
    write("blank.txt", "person\n\ncat\n");
    write("empty.txt", "\n");
    write("long.txt", "x".repeat(2000));
    Files.write(temp.resolve("latin1.txt"), "größe".getBytes(StandardCharsets.ISO_8859_1));
    Files.write(temp.resolve("packed.yaml"), new byte[] {0x1F, (byte) 0x8B, 8});
    write("large.yaml", "names: [" + "a,".repeat(6_000_000) + "]");
    write("many.yaml", "names: [" + "a,".repeat(150_000) + "]");

    assertRefused("blank.txt", "blank.txt: line 2: class 1 has no name; write one");
    assertRefused("empty.txt", "empty.txt: is empty");
    assertRefused("long.txt", "long.txt: line 1: must have at most 100,000 names");
    assertRefused("latin1.txt", "latin1.txt: is not UTF-8; save it as UTF-8");
    assertRefused("packed.yaml", "packed.yaml: compressed with gzip");
    assertRefused("large.yaml", "large.yaml: must have at most 10,000,000 bytes");
    assertRefused("many.yaml", "many.yaml: line 1: must have at most 100,000 names");
    assertRefused("labels", "labels: a directory; give the data.yaml or classes.txt");
    assertRefused("none.yaml", "check categories");
  }

  private void assertRefused(String name, String problem) {
    assertThatThrownBy(() -> YoloNames.read(place(name)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(problem);
  }

  private static void assertBox(SourceBox box, double x, double y, double width, double height) {
    assertThat(box.x()).isEqualTo(x, within(1e-9));
    assertThat(box.y()).isEqualTo(y, within(1e-9));
    assertThat(box.width()).isEqualTo(width, within(1e-9));
    assertThat(box.height()).isEqualTo(height, within(1e-9));
  }

  private List<SourceImage> images() throws IOException {
    return read().images();
  }

  private ReadAnnotations read() throws IOException {
    return ReadAnnotations.of(annotations());
  }

  private YoloAnnotations annotations() {
    return YoloAnnotations.in(place("labels"), place("data.yaml"), place("images"));
  }

  private Location place(String name) {
    return Location.of(temp.resolve(name));
  }

  private void write(String name, String content) throws IOException {
    var file = temp.resolve(name);
    Files.createDirectories(file.resolveSibling(""));
    Files.writeString(file, content);
  }
}
