package ai.echogen.data.lines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.echogen.data.RowRange;
import ai.echogen.layout.NamedLayout;
import ai.echogen.storage.AllowedPlaces;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LineIndexTest {
  @TempDir private Path temp;

  @ParameterizedTest
  @CsvSource({"0, 1", "0, 2500", "999, 1", "1000, 1", "1001, 3", "1700, 800", "2499, 1", "5, 0"})
  void readsAnyPartOfALargeFile(int from, int count) throws IOException {
    var index = LayoutLines.index(file(lines(2500)));

    assertThat(index.size()).isEqualTo(2500);
    var part = LayoutLines.read(index.slice(new RowRange(from, from + count)));
    assertThat(part)
        .extracting(NamedLayout::id)
        .isEqualTo(IntStream.range(from, from + count).mapToObj(i -> "é" + i).toList());
  }

  @Test
  void namesBothLinesOfAnIdHoweverFarApart() throws IOException {
    var file = file(lines(2500) + "{\"id\": \"é7\", \"caption\": \"again\", \"regions\": []}");

    assertThatThrownBy(() -> LayoutLines.index(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(file + ": 3334: id é7 is that of line 10 too; give each line its own");
  }

  @Test
  void namesTheLineThatIsNotUtf8() throws IOException {
    var file = temp.resolve("layouts.jsonl");
    Files.write(file, lines(3).getBytes(StandardCharsets.ISO_8859_1));

    assertThatThrownBy(() -> LayoutLines.index(Location.of(file)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(file + ": 1: not UTF-8; save the file as UTF-8");
  }

  @Test
  void saysThatAFileBecameShorter() throws IOException {
    var index = LayoutLines.index(file(lines(20)));
    file(lines(10));

    assertThatThrownBy(() -> LayoutLines.read(index.all()))
        .hasMessageEndingWith("layouts.jsonl: became shorter while it was read; run again");
  }

  @Test
  void relativeImagesLieBesideTheFileWhereverItIsRead() throws IOException {
    var allowed = AllowedPlaces.OWN;
    var file = file("\uFEFF{\"id\": \"a\", \"image\": \"p/1.png\", \"phrases\": [\"a dog\"]}");

    var queries = ImageLines.read(ImageLines.index(file, allowed).all(), allowed);

    assertThat(queries)
        .extracting(ImageQuery::path)
        .isEqualTo(List.of("file:" + temp.resolve("p/1.png")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../a.png",
        "p/../../a.png",
        "/etc/passwd",
        "file:///etc/passwd",
        "http://127.0.0.1:1/a.png",
        "ftp://127.0.0.1/a.png",
        "har:///a.har/b.png",
        "viewfs://x/a.png",
        "."
      })
  void anImageThatLiesElsewhereIsRefused(String image) throws IOException {
    var file =
        file("{\"id\": \"a\", \"image\": \"%s\", \"phrases\": [\"a dog\"]}".formatted(image));

    assertThatThrownBy(() -> ImageLines.index(file, AllowedPlaces.OWN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1: ")
        .hasMessageContaining(
            "image must lie below the folder of this file, got " + image + "; allow=[…]");
  }

  @Test
  void directoriesAndSchemesCanBeAllowed() throws IOException {
    var allowed = new AllowedPlaces(List.of("/data/photos", "https:"));
    for (var image :
        List.of("/data/photos/1.png", "file:/data/photos/a/2.png", "https://h/3.png")) {
      var file =
          file("{\"id\": \"a\", \"image\": \"%s\", \"phrases\": [\"a dog\"]}".formatted(image));
      assertThat(ImageLines.index(file, allowed).size()).isEqualTo(1);
    }
    for (var image : List.of("/data/photosets/1.png", "/data/photos/../1.png", "http://h/3.png")) {
      var file =
          file("{\"id\": \"a\", \"image\": \"%s\", \"phrases\": [\"a dog\"]}".formatted(image));
      assertThatThrownBy(() -> ImageLines.index(file, allowed)).hasMessageContaining(image);
    }
  }

  @Test
  void anImageMayLieWhereNobodyHasBeen() throws IOException {
    var allowed = new AllowedPlaces(List.of("none:"));
    var file = file("{\"id\": \"a\", \"image\": \"none://host/1.png\", \"phrases\": [\"a dog\"]}");

    assertThat(ImageLines.read(ImageLines.index(file, allowed).all(), allowed))
        .extracting(ImageQuery::path)
        .isEqualTo(List.of("none://host/1.png"));
  }

  @Test
  void namesTheLineThatIsBeyondJacksonsLimits() throws IOException {
    var file = file("{\"id\": \"a\", \"regions\": " + "[".repeat(2000) + "]".repeat(2000) + "}");

    assertThatThrownBy(() -> LayoutLines.index(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(file + ": 1: not JSON")
        .hasMessageContaining("1000");
  }

  @Test
  void saysWhatAFileIsInPlaceOfLines() throws IOException {
    var pointer = file("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\n");
    assertThatThrownBy(() -> LayoutLines.index(pointer))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(pointer + ": a Git LFS pointer: run git lfs pull");
    var packed = Location.of(Files.write(temp.resolve("p.gz"), new byte[] {0x1F, (byte) 0x8B, 8}));
    assertThatThrownBy(() -> LayoutLines.index(packed))
        .hasMessage(packed + ": compressed with gzip: unpack it with gunzip");
  }

  /** With an empty line after every third, and both kinds of line ends. */
  private static String lines(int count) {
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                "{\"id\": \"é%d\", \"caption\": \"a dog\", \"regions\": []}%s"
                    .formatted(i, i % 3 == 2 ? "\r\n \r\n" : "\n"))
        .collect(Collectors.joining());
  }

  private Location file(String content) throws IOException {
    return Location.of(Files.writeString(temp.resolve("layouts.jsonl"), content));
  }
}
