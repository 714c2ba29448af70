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
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VisualGenomeAnnotationsTest {
  @TempDir private Path temp;

  @Test
  void regionsHavePhrases() throws IOException {
    var read =
        read(
            """
            [{"regions": [
               {"region_id": 1382, "width": 82, "height": 139, "image_id": 1,
                "phrase": "the clock is\\n green in colour", "y": 57, "x": 421, "synsets": []},
               {"region_id": 1383, "width": 182.5, "height": 213, "image_id": 1,
                "phrase": "shade is along the street ", "y": 372, "x": -2}],
              "id": 1},
             {"image_id": 2.0, "regions": []}]
            """);

    assertThat(read.lost()).isEmpty();
    assertThat(read.images()).extracting(SourceImage::id).containsExactly("1", "2");
    var image = read.images().get(0);
    assertThat(image.fileName()).isEqualTo("1.jpg");
    assertThat(List.of(image.width(), image.height())).containsExactly(0, 0);
    assertThat(image.unit()).isEqualTo(SourceImage.Unit.PIXELS);
    assertThat(image.caption()).isEmpty();
    assertThat(image.boxes())
        .containsExactly(
            new SourceBox("region 1382", "the clock is green in colour", 421, 57, 82, 139, false),
            new SourceBox("region 1383", "shade is along the street", -2, 372, 182.5, 213, false));
    assertThat(image.findings()).isEmpty();
  }

  @Test
  void ofAnObjectsNamesTheFirstIsTaken() throws IOException {
    var read =
        read(
            """
            [{"image_id": 1, "objects": [
               {"synsets": ["tree.n.01"], "h": 557, "object_id": 1058549, "merged_object_ids": [],
                "names": [" ", "trees", "tree"], "w": 799, "y": 0, "x": 1}],
              "image_url": "https://cs.stanford.edu/people/rak248/VG_100K_2/1.jpg"}]
            """);

    assertThat(read.images().get(0).boxes())
        .containsExactly(new SourceBox("object 1058549", "trees", 1, 0, 799, 557, false));
  }

  @Test
  void imagesMayLieInTheFoldersOfTheirArchives() throws IOException {
    Files.createDirectories(temp.resolve("images/VG_100K/4.jpg")); // a folder is no image
    Files.createDirectories(temp.resolve("images/VG_100K_2"));
    for (var name : List.of("1.jpg", "VG_100K/2.jpg", "VG_100K_2/3.jpg", "VG_100K_2/4.jpg")) {
      Files.writeString(temp.resolve("images").resolve(name), "");
    }
    var elements = IntStream.range(1, 6).mapToObj(i -> "{\"id\":%d,\"regions\":[]}".formatted(i));

    assertThat(read(elements.toList().toString()).images())
        .extracting(SourceImage::fileName)
        .containsExactly("1.jpg", "VG_100K/2.jpg", "VG_100K_2/3.jpg", "VG_100K_2/4.jpg", "5.jpg");
  }

  @Test
  void whatIsDamagedIsNamedAndTheRestIsRead() throws IOException {
    var read =
        read(
            """
            ["text", 5, null, [{"id": 1}],
             {"regions": [{"phrase": "lost", "x": 1, "y": 2, "width": 3, "height": 4}]},
             {"image_id": "../7", "id": [7], "regions": []},
             {"image_id": 1, "regions": [
               {"region_id": 1, "phrase": "a", "x": NaN, "y": 2, "width": 3, "height": 1e999},
               {"region_id": 2, "phrase": "a", "x": "1", "y": 2, "width": 3, "height": 4},
               {"region_id": 3, "phrase": "a", "y": 2, "width": 3, "height": 4},
               {"region_id": 4, "phrase": null, "x": 1, "y": 2, "width": 3, "height": 4},
               7, {"phrase": {"x": 1}, "x": [1], "y": 2, "width": 3, "height": 4}]},
             {"image_id": 2, "regions": {"x": 1}},
             {"image_id": "1", "regions": []},
             {"image_id": 3, "regions": []}]
            """);

    assertThat(read.images()).extracting(SourceImage::id).containsExactly("1", "3");
    var image = read.images().get(0);
    assertThat(image.boxes()).hasSize(1);
    assertThat(image.boxes().get(0).x()).isNaN();
    assertThat(image.boxes().get(0).height()).isInfinite();
    assertThat(image.findings())
        .containsExactly(
            Finding.dropped("box is not four numbers", "vg.json: element 7: region 2 (a)"),
            Finding.dropped("box is not four numbers", "vg.json: element 7: region 3 (a)"),
            Finding.dropped("region without a phrase", "vg.json: element 7: region 4"),
            Finding.dropped("region without a phrase", "vg.json: element 7: region no. 5"),
            Finding.dropped("region without a phrase", "vg.json: element 7: region no. 6"));
    var nameless = "element without image_id that is a whole number";
    assertThat(read.lost())
        .containsExactly(
            Finding.dropped(nameless, "vg.json: element 1"),
            Finding.dropped(nameless, "vg.json: element 2"),
            Finding.dropped(nameless, "vg.json: element 3"),
            Finding.dropped(nameless, "vg.json: element 4"),
            Finding.dropped(nameless, "vg.json: element 5"),
            Finding.dropped(nameless, "vg.json: element 6"),
            Finding.dropped("element without list of regions or objects", "vg.json: element 8"),
            Finding.dropped("duplicate image id", "vg.json: element 9: image 1"));
  }

  /** Elements lie across the parser's buffers, behind a byte order mark and letters of 2 bytes. */
  @Test
  void eachPartBeginsWhereItsFirstElementIs() throws IOException {
    var text = new StringBuilder("\uFEFF [");
    for (int i = 0; i < 1700; i++) {
      text.append(i == 0 ? "" : i % 2 == 0 ? " ,\r\n " : ",");
      text.append(
          "{\"image_id\":%d,\"regions\":[{\"phrase\":\"%s\",\"x\":%d,\"y\":0,\"w\":9,\"h\":9}]}"
              .formatted(i == 1300 ? 7 : i, "\u00FC".repeat(i % 97 + 1), i));
    }
    write(text + "]");
    var annotations = annotations();

    var read = ReadAnnotations.of(annotations);

    assertThat(annotations.pieces()).hasSize(4);
    assertThat(annotations.numImages()).hasValue(1700);
    assertThat(annotations.summary()).isEqualTo("1700 images with regions or objects");
    assertThat(read.images()).hasSize(1699);
    for (var image : read.images()) {
      int number = Integer.parseInt(image.id());
      assertThat(image.boxes().get(0).x()).isEqualTo(number);
      assertThat(image.boxes().get(0).phrase()).hasSize(number % 97 + 1);
    }
    assertThat(read.lost())
        .containsExactly(Finding.dropped("duplicate image id", "vg.json: element 1301: image 7"));
  }

  @Test
  void anImageHasABoundedNumberOfBoxes() throws IOException {
    var box = "{\"phrase\":\"a\",\"x\":1,\"y\":2,\"w\":3,\"h\":4},";
    var image = read("[{\"id\":1,\"objects\":[" + box.repeat(10_050) + "{}]}]").images().get(0);
    assertThat(image.boxes()).hasSize(10_000);
    assertThat(image.findings())
        .containsExactly(
            Finding.dropped("regions behind the first 10,000 of an image", "vg.json: element 1"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"images\": []}                | line 1, column 2 (byte 1): a JSON list must begin here",
        "[{\"id\": 1, \"regions\": [] x  | line 1, column 27 (byte 26): Unexpected character",
        "[{\"id\": 1, \"regions\": []}   | Unexpected end-of-input",
        "[{\"id\": 1, \"regions\": []}]1 | nothing may follow the list",
        "[]                              | no regions and no objects in it; give",
        "[{\"image_id\": 1, \"url\": \"\"}] | no regions and no objects in it; give",
      })
  void refusesWhatIsNoSuchFile(String text, String problem) throws IOException {
    write(text);
    assertThatThrownBy(this::annotations)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(temp.resolve("vg.json") + ": ")
        .hasMessageContaining(problem);
  }

  @Test
  void refusesFilesThatAreNotTheirText() throws IOException {
    assertThatThrownBy(this::annotations).hasMessageContaining("vg.json: no such file");
    write("");
    assertThatThrownBy(this::annotations).hasMessageContaining("vg.json: is empty");
    write("version https://git-lfs.github.com/spec/v1\n");
    assertThatThrownBy(this::annotations).hasMessageContaining("run git lfs pull");
    Files.writeString(temp.resolve("vg.json"), "[]", StandardCharsets.UTF_16LE);
    assertThatThrownBy(this::annotations).hasMessageContaining("save it as UTF-8");
    Files.write(temp.resolve("vg.json"), new byte[] {'[', '"', (byte) 0xE9, '"', ']'});
    assertThatThrownBy(this::annotations)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Invalid UTF-8");
    assertThatThrownBy(() -> VisualGenomeAnnotations.read(Location.of(temp), Location.of(temp)))
        .hasMessageContaining("a directory");
  }

  private ReadAnnotations read(String json) throws IOException {
    write(json);
    return ReadAnnotations.of(annotations());
  }

  private VisualGenomeAnnotations annotations() {
    return VisualGenomeAnnotations.read(
        Location.of(temp.resolve("vg.json")), Location.of(temp.resolve("images")));
  }

  private void write(String json) throws IOException {
    Files.writeString(temp.resolve("vg.json"), json);
  }
}
