package ai.echogen.data.ingest.formats.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.echogen.data.ingest.SourceBox;
import ai.echogen.data.ingest.SourceImage;
import ai.echogen.data.ingest.formats.common.ReadAnnotations;
import ai.echogen.data.lines.LayoutLines;
import ai.echogen.data.shards.Finding;
import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonLinesAnnotationsTest {
  @TempDir private Path temp;

  @Test
  void aLineIsAnImageWithItsRegions() throws IOException {
    var read =
        read(
            """
            {"id": "a1", "image": "photos/1.jpg", "caption": " A dog\\n runs. ", "width": 640, \
            "height": "480", "split": "val", "note": [1], "regions": [\
            {"phrase": "a brown dog", "category": "dog", "box": [0.25, 0.5, 0.75, 1.0]}, \
            {"phrase": "grass", "box": [0, NaN, 1, 1]}]}

            {"id": 7, "image": "2.jpg"}
            """);

    assertThat(read.lost()).isEmpty();
    assertThat(read.images()).extracting(SourceImage::id).containsExactly("a1", "7");
    var image = read.images().get(0);
    assertThat(image.fileName()).isEqualTo("photos/1.jpg");
    assertThat(image.caption()).contains("A dog runs.");
    assertThat(image.split()).contains("val");
    assertThat(List.of(image.width(), image.height())).containsExactly(640, 480);
    assertThat(image.unit()).isEqualTo(SourceImage.Unit.SHARES);
    assertThat(image.boxes().get(0))
        .isEqualTo(new SourceBox("1", "a brown dog", "dog", 0.25, 0.5, 0.5, 0.5, false));
    assertThat(image.boxes().get(1).category()).isEqualTo("grass");
    assertThat(image.boxes().get(1).y()).isNaN();
    assertThat(image.findings()).isEmpty();
    var bare = read.images().get(1);
    assertThat(bare.caption()).isEmpty();
    assertThat(bare.split()).isEmpty();
    assertThat(List.of(bare.width(), bare.height())).containsExactly(0, 0);
    assertThat(bare.boxes()).isEmpty();
  }

  /** Two corners in pixels. */
  @Test
  void groundingLinesOfQwenHaveOneRegion() throws IOException {
    var image =
        read("""
        {"image": "train2014/1.jpg", "sent": "the lady", "bbox": [10, 20, 30.5, 60], \
        "width": 64, "height": 96}
        """)
            .images()
            .get(0);

    assertThat(image.id()).isEqualTo("000000001");
    assertThat(image.fileName()).isEqualTo("train2014/1.jpg");
    assertThat(image.unit()).isEqualTo(SourceImage.Unit.PIXELS);
    assertThat(List.of(image.width(), image.height())).containsExactly(64, 96);
    assertThat(image.boxes())
        .containsExactly(new SourceBox("1", "the lady", 10, 20, 20.5, 40, false));
    assertThat(image.caption()).isEmpty();
  }

  /** As generate task=ground writes them; see LayoutLines. */
  @Test
  void boxesThatWereReadFromImagesAreReadAsTheyAre() throws IOException {
    var box = new Box(0.25f, 0.5f, 0.75f, 1);
    var layout =
        new Layout(
            "A dog and a cat.",
            List.of(new Region("a dog", "a dog", box), new Region("a cat", "cat", box)));
    Files.createDirectories(temp.resolve("images/e"));
    for (var name : List.of("a", "b.png", "b.jpg", "c.jpg", "d%2F1.png", "e/1.jpg")) {
      Files.writeString(temp.resolve("images").resolve(name), "");
    }
    var lines = new StringBuilder();
    for (var id : List.of("a", "b", "c", "d/1", "e/1", "e", "../images/a")) {
      lines.append(LayoutLines.line(id, layout, List.of(Optional.of(box), Optional.empty())));
      lines.append('\n');
    }

    var read = read(lines.toString());

    assertThat(read.lost()).isEmpty();
    assertThat(read.images())
        .extracting(SourceImage::fileName)
        .containsExactly("a", "b.png", "c.jpg", "d%2F1.png", "e/1.jpg", "e", "../images/a");
    var image = read.images().get(0);
    assertThat(image.caption()).contains("A dog and a cat.");
    assertThat(image.boxes())
        .containsExactly(new SourceBox("1", "a dog", 0.25, 0.5, 0.5, 0.5, false));
    assertThat(image.findings())
        .containsExactly(
            Finding.adjusted(
                "region without a box, left out", "x.jsonl: line 1: region 2 (a cat)"));
  }

  @Test
  void whatIsDamagedIsNamedByItsLine() throws IOException {
    Files.write(
        temp.resolve("x.jsonl"),
        """
        {"id": "a", "image": "a.jpg"
        [1, 2]
        {"id": "a", "image": "a.jpg"} x
        {"id": {}, "image": "a.jpg"}
        {"id": "b", "image": 7}
        {"image": " "}
        {"regions": []}
        {"id": "caf\u00E9", "image": "a.jpg"}
        {"id": "a", "image": "a.jpg", "id": "b"}
        {"id": "a", "image": "1.jpg", "caption": 5, "split": "../x", "width": [], "regions": 7}
        {"id": "a", "image": "2.jpg"}
        {"image": "q.jpg", "sent": "", "bbox": [1, 2, 3, 4]}
        {"image": "q.jpg", "sent": "the lady", "bbox": [1, 2, 3]}
        {"id": "000000013", "image": "r.jpg", "regions": null}
        """
            .getBytes(StandardCharsets.ISO_8859_1));

    var read = read();

    assertThat(read.images())
        .extracting(SourceImage::id)
        .containsExactly("a", "000000012", "000000013");
    assertThat(read.images().get(0).fileName()).isEqualTo("1.jpg");
    assertThat(read.images().get(0).width()).isEqualTo(SourceImage.NO_SIZE);
    assertThat(read.images().get(0).split()).isEmpty();
    assertThat(read.images().get(0).findings())
        .containsExactly(
            Finding.dropped("regions are no list", "x.jsonl: line 10"),
            Finding.adjusted("caption that is blank or no text, passed over", "x.jsonl: line 10"),
            Finding.adjusted(
                "split that is not letters, digits and _, passed over", "x.jsonl: line 10"));
    assertThat(read.images().get(1).findings())
        .containsExactly(Finding.dropped("bbox without a sent", "x.jsonl: line 12"));
    assertThat(read.images().get(2).findings())
        .containsExactly(Finding.dropped("box is not four numbers", "x.jsonl: line 13 (the lady)"));
    assertThat(read.lost())
        .extracting(finding -> finding.reason() + " " + finding.what().replaceAll(" \\(.*", ""))
        .containsExactly(
            "line that is no JSON object x.jsonl: line 1",
            "line that is no JSON object x.jsonl: line 2",
            "line that is no JSON object x.jsonl: line 3",
            "line whose id or image is no text x.jsonl: line 4",
            "line whose id or image is no text x.jsonl: line 5",
            "line whose id or image is no text x.jsonl: line 6",
            "line without id and image x.jsonl: line 7",
            "line that is not UTF-8 x.jsonl: line 8",
            "line that is no JSON object x.jsonl: line 9",
            "duplicate image id x.jsonl: line 11: a",
            "duplicate image id x.jsonl: line 14: 000000013");
  }

  @Test
  void manyLinesAreManyParts() throws IOException {
    var lines = new StringBuilder("\uFEFF");
    for (int i = 0; i < 1300; i++) {
      lines.append(i % 10 == 3 ? "\r\n" : "");
      lines.append("{\"id\": %d, \"image\": \"%s.jpg\"}\r\n".formatted(i, "\u00FC".repeat(i % 90)));
    }
    lines.append("{\"id\": 5, \"image\": \"last.jpg\"}");
    write(lines.toString());
    var annotations = annotations();

    var read = ReadAnnotations.of(annotations);

    assertThat(annotations.pieces()).hasSize(3);
    assertThat(annotations.numImages()).hasValue(1301);
    assertThat(annotations.summary()).isEqualTo("1301 lines");
    assertThat(read.images()).hasSize(1300);
    for (int i = 0; i < 1300; i++) {
      assertThat(read.images().get(i).id()).isEqualTo(String.valueOf(i));
      assertThat(read.images().get(i).fileName()).hasSize(i % 90 + 4);
    }
    assertThat(read.lost())
        .containsExactly(Finding.dropped("duplicate image id", "x.jsonl: line 1431: 5"));
  }

  @Test
  void aVeryLongLineAndADeepOneTakeNoMemory() throws IOException {
    var read =
        read(
            "{\"id\": \"%s\"}\n{\"id\": \"a\", \"image\": \"a.jpg\"}\n{\"x\": %s\n"
                .formatted("x".repeat(9_000_000), "[".repeat(100_000)));
    assertThat(read.images()).extracting(SourceImage::id).containsExactly("a");
    assertThat(read.lost())
        .extracting(Finding::reason)
        .containsExactly("line of more than 8,388,608 bytes", "line that is no JSON object");
  }

  @Test
  void aFileWithoutALineThatCanBeUsedIsRefused() throws IOException {
    assertThatThrownBy(this::annotations).hasMessageContaining("x.jsonl: no such file");
    write("\n \n");
    assertThatThrownBy(this::annotations)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("x.jsonl: no line of it can be used; give one JSON object a line");
    write("[\n{\"id\": \"a\", \"image\": \"a.jpg\"},\n]\n");
    assertThatThrownBy(this::annotations)
        .hasMessageContaining("(line that is no JSON object: x.jsonl: line 1 (");
    write("version https://git-lfs.github.com/spec/v1\n");
    assertThatThrownBy(this::annotations).hasMessageContaining("run git lfs pull");
    Files.writeString(temp.resolve("x.jsonl"), "{\"id\": 1}", StandardCharsets.UTF_16);
    assertThatThrownBy(this::annotations).hasMessageContaining("save it as UTF-8");
  }

  private ReadAnnotations read(String lines) throws IOException {
    write(lines);
    return read();
  }

  private ReadAnnotations read() throws IOException {
    return ReadAnnotations.of(annotations());
  }

  private JsonLinesAnnotations annotations() {
    return JsonLinesAnnotations.read(
        Location.of(temp.resolve("x.jsonl")), Location.of(temp.resolve("images")));
  }

  private void write(String lines) throws IOException {
    Files.writeString(temp.resolve("x.jsonl"), lines);
  }
}
