package ai.echogen.data.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.echogen.data.shards.Finding;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SplitListsTest {
  @TempDir private Path temp;

  /** As the tools of each format write them. */
  @ParameterizedTest
  @CsvSource({
    "000012,                              000012.jpg,        000012",
    "000012.jpg,                          000012.jpg,        17",
    "./images/train2017/9.jpg,            train2017/9.jpg,   train2017/9",
    "/data/coco/images/train2017/9.jpg,   train2017/9.jpeg,  train2017/9",
    "C:\\coco\\images\\a\\9.JPG,           a/9.jpg,           1",
    "images/images/9.jpg,                 9.jpg,             9",
    "9,                                   JPEGImages/9.jpg,  x",
    "photo 1.jpg,                         photo 1.jpg,       x",
    "photo.2.jpg,                         photo.2.png,       x",
    "42,                                  a.jpg,             42",
    "cafe\u0301.jpg,                      caf\u00e9.jpg,     x",
  })
  void aNameIsFoundWhicheverWayItIsWritten(String line, String fileName, String id)
      throws IOException {
    write("test", "other\n" + line + "\n");

    assertThat(read("test").split(image(fileName, id))).contains("test");
  }

  @ParameterizedTest
  @CsvSource({
    "train/9.jpg,  val/9.jpg,     val/9",
    "9.jpg,        99.jpg,        99",
    "a.jpg,        A.jpg,         A",
    "images/,      '',            ''",
  })
  void otherNamesAreOtherImages(String line, String fileName, String id) throws IOException {
    write("test", "x\n" + line + "\n");

    assertThat(read("test").split(image(fileName, id))).isEmpty();
  }

  @Test
  void eachNameIsOfItsListAndBlankLinesAndRepeatsAreNone() throws IOException {
    write("train", "\uFEFFa\r\n\r\nb\r\na.jpg\r\n");
    write("test", "c\n  d  \n\n");

    var lists = read("train", "test");

    assertThat(lists.summary()).isEqualTo("train by a list of 2 names, test by a list of 2 names");
    assertThat(split(lists, "a")).contains("train");
    assertThat(split(lists, "b")).contains("train");
    assertThat(split(lists, "c")).contains("test");
    assertThat(split(lists, "d")).contains("test");
    assertThat(split(lists, "e")).isEmpty();
  }

  @Test
  void anImageInTwoListsIsRefused() throws IOException {
    write("train", "a\nb\nc\n");
    write("test", "x\nb.jpg\nimages/c.jpg\n");

    assertRefused(
        "test.txt: 2 of its names are in the list of another split too, such as b.jpg,"
            + " images/c.jpg; ",
        "train",
        "test");
  }

  @Test
  void whatIsNoListIsRefused() throws IOException {
    write("train", "\n \n");
    assertRefused("train.txt: no name in it", "train");

    write("train", "a\n" + "b".repeat(5000) + "\n");
    assertRefused("train.txt: line 2: line of more than 4,096 bytes", "train");

    Files.write(temp.resolve("train.txt"), "a\nb\u00ff\n".getBytes(StandardCharsets.ISO_8859_1));
    assertRefused("train.txt: line 2: line that is not UTF-8", "train");

    Files.createDirectory(temp.resolve("test.txt"));
    assertRefused("test.txt: a directory; give a text file", "test");
    assertRefused("val.txt: no such file or directory; check val.list", "val");
  }

  @Test
  void namesThatNoImageHasAreListedUnlessTheyAreAll() throws IOException {
    write("train", "a\nb\nc\n");
    write("test", "x\ny\n");
    var lists = read("train", "test");
    var used = new BitSet();
    used.set(lists.place(image("b.jpg", "1")).orElseThrow());
    used.set(lists.place(image("y.jpg", "2")).orElseThrow());

    assertThat(lists.unused(used))
        .containsExactly(
            Finding.dropped("name in the list of a split that no image has", "train: a"),
            Finding.dropped("name in the list of a split that no image has", "train: c"),
            Finding.dropped("name in the list of a split that no image has", "test: x"));

    used.clear(4); // y
    assertThatThrownBy(() -> lists.unused(used))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "test.txt: no image has one of its 2 names, the first of which is x; ");
  }

  private void write(String split, String content) throws IOException {
    Files.writeString(temp.resolve(split + ".txt"), content);
  }

  private SplitLists read(String... splits) {
    Map<String, Location> lists = new LinkedHashMap<>();
    for (var split : splits) {
      lists.put(split, Location.of(temp.resolve(split + ".txt")));
    }
    return SplitLists.read(lists, Location.of(temp.resolve("images")));
  }

  private void assertRefused(String message, String... splits) {
    assertThatThrownBy(() -> read(splits))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  private static Optional<String> split(SplitLists lists, String id) {
    return lists.split(image(id + ".jpg", "-"));
  }

  private static SourceImage image(@Nullable String fileName, @Nullable String id) {
    return new SourceImage(id == null ? "" : id, fileName == null ? "" : fileName, 0, 0);
  }
}
