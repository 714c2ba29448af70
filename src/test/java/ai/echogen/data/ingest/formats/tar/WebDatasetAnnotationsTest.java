package ai.echogen.data.ingest.formats.tar;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import ai.echogen.data.ingest.SourceBox;
import ai.echogen.data.ingest.SourceImage;
import ai.echogen.data.ingest.formats.common.ReadAnnotations;
import ai.echogen.data.shards.Finding;
import ai.echogen.storage.Location;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebDatasetAnnotationsTest {
  private static final String DAMAGED = "damaged tar file, what follows is lost";
  private static final String ENDS_EARLY = "tar file that ends early, what follows is lost";
  private static final String CUT_OFF = "sample cut off where its tar file is damaged";

  @TempDir private Path temp;

  /** As img2dataset writes GRIT. */
  @Test
  void aSampleIsItsImageCaptionAndBoxes() throws IOException {
    var tar = new Tar();
    tar.add("000000000.jpg", "picture");
    tar.add("000000000.txt", "A dog\n and a cat.");
    tar.add(
        "000000000.json",
        """
        {"url": "http://x/1.jpg", "caption": "A dog\\n and a cat.", "key": "000000000",
         "status": "success", "error_message": null, "width": 64, "height": 48,
         "original_width": 640, "original_height": 480, "exif": "{}", "sha256": "00",
         "clip_similarity": NaN,
         "noun_chunks": [[0, 5, 0.125, 0.25, 0.5, 0.75, 0.9], [11, 16, 0.5, 0.5, 1.0, 1.0, 0.8]],
         "ref_exps": []}
        """);
    tar.write("00000.tar");

    var read = read();
    var image = read.images().get(0);

    assertThat(read.lost()).isEmpty();
    assertThat(read.images()).hasSize(1);
    assertThat(image.id()).isEqualTo("00000-000000000");
    assertThat(image.fileName()).isEqualTo("00000.tar/000000000.jpg");
    assertThat(image.content()).contains("picture".getBytes(UTF_8));
    assertThat(image.caption()).contains("A dog and a cat.");
    assertThat(List.of(image.width(), image.height())).containsExactly(64, 48);
    assertThat(image.unit()).isEqualTo(SourceImage.Unit.SHARES);
    assertThat(image.boxes())
        .extracting(SourceBox::phrase, SourceBox::x, SourceBox::y, SourceBox::width)
        .containsExactly(tuple("A dog", 0.125, 0.25, 0.375), tuple("a cat", 0.5, 0.5, 0.5));
    assertThat(image.findings()).isEmpty();
  }

  @Test
  void regionsAreThoseOfOurOwnLinesAndNamesMayHaveFolders() throws IOException {
    var tar = new Tar();
    tar.add(
        "./train/a.json",
        """
        {"caption": "Two dogs.", "regions": [
         {"phrase": "a brown dog", "category": "dog", "box": [0.25, 0.5, 0.75, 1.0]},
         {"phrase": "a lost dog", "box": null},
         {"phrase": "a dog", "box": [0.25, "x", 0.75, 1.0]},
         {"phrase": " ", "box": [0.25, 0.5, 0.75, 1.0]}, 7]}
        """);
    tar.add("./train/a.PNG", "picture");
    tar.add("./train/a.cls", "3");
    tar.add("./train/._a.jpg", "of a Mac");
    tar.add("./train/README", "no sample");
    tar.write("x.tar");

    var read = read();
    var image = read.images().get(0);

    assertThat(read.lost()).isEmpty();
    assertThat(read.images()).hasSize(1);
    assertThat(image.id()).isEqualTo("x-train-a");
    assertThat(image.caption()).contains("Two dogs.");
    assertThat(List.of(image.width(), image.height())).containsExactly(0, 0);
    assertThat(image.boxes())
        .containsExactly(new SourceBox("1", "a brown dog", "dog", 0.25, 0.5, 0.5, 0.5, false));
    assertThat(image.findings())
        .containsExactly(
            Finding.adjusted(
                "region without a box, left out", "x.tar: ./train/a: region 2 (a lost dog)"),
            Finding.dropped("box is not four numbers", "x.tar: ./train/a: region 3 (a dog)"),
            Finding.dropped("region without a phrase", "x.tar: ./train/a: region 4"),
            Finding.dropped("region without a phrase", "x.tar: ./train/a: region 5"));
  }

  @Test
  void whatIsDamagedInASampleIsNamed() throws IOException {
    var tar = new Tar();
    tar.add("a.json", "{\"status\": \"failed_to_download\", \"error_message\": \"404\"}");
    tar.add("b.txt", "No image.");
    tar.add("c.jpg", "picture");
    tar.add("c.png", "another");
    tar.add("c.json", "{\"caption\": ");
    tar.add("d.jpg", "picture");
    tar.add("d.txt", "caf\u00E9".getBytes(ISO_8859_1));
    tar.add("d.json", "{\"caption\": \"A caf\u00E9.\", \"width\": \"x\", \"regions\": {}}");
    tar.add("e.seg.png", "a mask is no image");
    tar.add("c.txt", "Of the first c.");
    tar.write("00001.tar");

    var read = read();

    assertThat(read.images()).extracting(SourceImage::id).containsExactly("00001-c", "00001-d");
    assertThat(read.lost())
        .containsExactly(
            Finding.dropped(
                "not downloaded (img2dataset)", "00001.tar: a (failed_to_download 404)"),
            Finding.dropped("sample without an image", "00001.tar: b"),
            Finding.dropped("sample without an image", "00001.tar: e"),
            Finding.dropped(
                "sample whose key is another's, or whose files are not together", "00001.tar: c"));
    var first = read.images().get(0);
    assertThat(first.content()).contains("picture".getBytes(UTF_8));
    assertThat(first.caption()).isEmpty();
    assertThat(first.findings())
        .extracting(Finding::reason)
        .containsExactly(
            "several images in one sample, the first was taken", "json that does not parse");
    var second = read.images().get(1);
    assertThat(second.caption()).contains("A caf\u00E9.");
    assertThat(second.width()).isEqualTo(SourceImage.NO_SIZE);
    assertThat(second.findings())
        .containsExactly(
            Finding.dropped("regions are no list", "00001.tar: d"),
            Finding.dropped("caption that is not UTF-8", "00001.tar: d"));
  }

  @Test
  void linksAreNotFollowedAndKeysWithFoldersDoNotMeet() throws IOException {
    var tar = new Tar();
    tar.add(new TarArchiveEntry("a.jpg", TarArchiveEntry.LF_SYMLINK), "/etc/passwd");
    tar.add(new TarArchiveEntry("b.jpg", TarArchiveEntry.LF_LINK), "a.jpg");
    tar.add(new TarArchiveEntry("folder/"), "");
    tar.add(new TarArchiveEntry("pipe.jpg", TarArchiveEntry.LF_FIFO), "");
    tar.add("x-y.jpg", "1");
    tar.add("x/y.jpg", "2");
    tar.add("../../z.jpg", "3");
    tar.write("0.tar");

    var read = read();

    assertThat(read.images()).extracting(SourceImage::id).containsExactly("0-x-y", "0-..-..-z");
    assertThat(read.lost())
        .containsExactly(
            Finding.dropped("link in a tar file", "0.tar: a.jpg"),
            Finding.dropped("link in a tar file", "0.tar: b.jpg"),
            Finding.dropped("sparse or special file in a tar file", "0.tar: pipe.jpg"),
            Finding.dropped(
                "sample whose key is another's, or whose files are not together", "0.tar: x/y"));
  }

  @Test
  void whatIsBeforeACutArrives() throws IOException {
    var tar = new Tar();
    tar.add("a.jpg", "x".repeat(600));
    tar.add("a.txt", "First.");
    tar.add("b.jpg", "y".repeat(600));
    tar.add("b.txt", "Second.");
    var bytes = tar.bytes();
    for (int length : new int[] {3072, 3073, 3600, 4095, 4096, 4600, 4608, 4610}) {
      Files.write(temp.resolve("0.tar"), Arrays.copyOf(bytes, length));

      var read = read();

      assertThat(read.images()).as("%d", length).extracting(SourceImage::id).containsExactly("0-a");
      assertThat(read.lost()).as("%d", length).extracting(Finding::reason).startsWith(ENDS_EARLY);
    }
    Files.write(temp.resolve("0.tar"), Arrays.copyOf(bytes, 3600));
    assertThat(read().lost())
        .containsExactly(
            Finding.dropped(ENDS_EARLY, "0.tar: at or behind b.jpg"),
            Finding.dropped(CUT_OFF, "0.tar: b"));
    Files.write(temp.resolve("0.tar"), Arrays.copyOf(bytes, 2560)); // between two entries
    assertThat(read().lost())
        .extracting(Finding::what)
        .containsExactly("0.tar: at or behind a.txt", "0.tar: a");
    Files.write(temp.resolve("0.tar"), new byte[0]);
    assertThat(read().lost()).containsExactly(Finding.dropped(ENDS_EARLY, "0.tar"));
    Files.write(temp.resolve("0.tar"), bytes);
    assertThat(read().images()).hasSize(2);
    assertThat(read().lost()).isEmpty();
  }

  @Test
  void whatFollowsADamagedHeaderIsLostAndSaidToBe() throws IOException {
    var tar = new Tar();
    tar.add("a.jpg", "1");
    tar.add("b.jpg", "2");
    tar.add("c.jpg", "3");
    var bytes = tar.bytes();
    bytes[1024] = 'x'; // the name of b.jpg
    Files.write(temp.resolve("name.tar"), bytes);
    bytes[1024] = 'b';
    bytes[1024 + 124] = 'z'; // its size
    Files.write(temp.resolve("size.tar"), bytes);
    Files.writeString(temp.resolve("text.tar"), "<html>".repeat(1000));

    var read = read();

    assertThat(read.images()).isEmpty();
    assertThat(read.lost())
        .containsExactly(
            Finding.dropped(DAMAGED, "name.tar: at or behind a.jpg"),
            Finding.dropped(CUT_OFF, "name.tar: a"),
            Finding.dropped(DAMAGED, "size.tar: at or behind a.jpg"),
            Finding.dropped(CUT_OFF, "size.tar: a"),
            Finding.dropped(DAMAGED, "text.tar"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.tar.gz", "0.tgz", "0.tar"})
  void packedFilesAreReadWhateverTheirName(String name) throws IOException {
    var tar = new Tar();
    tar.add("a.jpg", "1");
    tar.add("b.jpg", "2");
    var packed = gzip(tar.bytes());
    Files.write(temp.resolve(name), packed);
    assertThat(read().images()).extracting(SourceImage::id).containsExactly("0-a", "0-b");
    assertThat(read().lost()).isEmpty();

    Files.write(temp.resolve(name), Arrays.copyOf(packed, packed.length - 20));
    assertThat(read().lost()).extracting(Finding::reason).contains(ENDS_EARLY);

    Files.write(temp.resolve(name), new byte[] {0x1F, (byte) 0x8B, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
    assertThat(read().lost()).containsExactly(Finding.dropped("damaged gzip file", name));
  }

  /** What is said to be long, and a few kilobytes that become a name of a hundred megabytes. */
  @Test
  void nothingGrowsByWhatAFileClaims() throws IOException {
    var claim = new Tar();
    claim.add("a.jpg", "1");
    var bytes = claim.bytes();
    System.arraycopy("77777777777\0".getBytes(UTF_8), 0, bytes, 124, 12);
    Files.write(temp.resolve("claim.tar"), withChecksum(bytes, 0));
    var name = new Tar();
    var entry = new TarArchiveEntry("././@LongLink", TarArchiveEntry.LF_GNUTYPE_LONGNAME);
    name.add(entry, new byte[100 << 20]);
    Files.write(temp.resolve("name.tgz"), gzip(name.bytes()));
    var large = new Tar();
    large.add("a.jpg", new byte[(64 << 20) + 1]);
    large.add("a.txt", new byte[(4 << 20) + 1]);
    large.add("b.jpg", "1");
    Files.write(temp.resolve("x.tgz"), gzip(large.bytes()));

    var read = read();

    assertThat(read.images()).extracting(SourceImage::id).containsExactly("x-b");
    assertThat(read.lost())
        .containsExactly(
            Finding.dropped("file of more than 67,108,864 bytes in a tar file", "claim.tar: a.jpg"),
            Finding.dropped(ENDS_EARLY, "claim.tar: at or behind a.jpg"),
            Finding.dropped(CUT_OFF, "claim.tar: a"),
            Finding.dropped(DAMAGED, "name.tgz"),
            Finding.dropped("file of more than 67,108,864 bytes in a tar file", "x.tgz: a.jpg"),
            Finding.dropped("file of more than 4,194,304 bytes in a tar file", "x.tgz: a.txt"),
            Finding.dropped("sample without an image", "x.tgz: a"));
  }

  @Test
  void namesAreReadInWhateverWayTheyAreWritten() throws IOException {
    var tar = new Tar();
    var longName = "n".repeat(300);
    tar.add("caf\u00E9.jpg", "UTF-8 in the header");
    tar.add("x\u00FF.jpg", "Latin-1 in the header, see below");
    tar.add(longName + ".jpg", "GNU's long name");
    var bytes = tar.bytes();
    System.arraycopy(new byte[] {'x', (byte) 0xE9, '.', 'j', 'p', 'g', 0}, 0, bytes, 1024, 7);
    Files.write(temp.resolve("0.tar"), withChecksum(bytes, 1024));
    var posix = new Tar();
    posix.out.setAddPaxHeadersForNonAsciiNames(true);
    posix.add("caf\u00E9.jpg", "1");
    posix.add("\u732B.jpg", "2");
    posix.write("1.tar");

    var read = read();

    assertThat(read.images())
        .extracting(SourceImage::id)
        .containsExactly("0-caf\u00E9", "0-x\u00E9", "0-" + longName, "1-caf\u00E9", "1-\u732B");
    assertThat(read.lost())
        .containsExactly(
            Finding.adjusted(
                "name in a tar file that is not UTF-8, read as ISO 8859-1", "0.tar: x\u00E9.jpg"));
  }

  @Test
  void whatIsBehindTheEndOrNoTarAtAllIsNamed() throws IOException {
    var tar = new Tar();
    tar.add("a.jpg", "1");
    var joined = new ByteArrayOutputStream();
    joined.write(tar.bytes());
    joined.write(tar.bytes());
    Files.write(temp.resolve("joined.tar"), joined.toByteArray());
    Files.writeString(
        temp.resolve("lfs.tar"), "version https://git-lfs.github.com/spec/v1\noid sha256:1\n");

    var read = read();

    assertThat(read.images()).extracting(SourceImage::id).containsExactly("joined-a");
    assertThat(read.lost())
        .containsExactly(
            Finding.dropped(
                "bytes behind the end of a tar file: do not join them, unpack it", "joined.tar"),
            Finding.dropped("a Git LFS pointer: run git lfs pull", "lfs.tar"));
  }

  @Test
  void whatIsPassedOverInTheFolderIsListed() throws IOException {
    new Tar().write("0.tar");
    new Tar().write("0.tgz");
    new Tar().write("1.tar.bz2");
    new Tar().write(".2.tar");
    Files.createDirectory(temp.resolve("more"));
    new Tar().write("more/3.tar");
    Files.writeString(temp.resolve("00000.parquet"), "");

    assertThat(read().lost())
        .containsExactly(
            Finding.dropped("tar file of the same name as another", "0.tgz beside 0.tar"),
            Finding.dropped("tar file that is not packed with gzip: unpack it", "1.tar.bz2"),
            Finding.dropped("folder of tar files in that of annotations", "more"));
  }

  @Test
  void idsOfTwoTarsDoNotMeet() throws IOException {
    var tar = new Tar();
    tar.add("b-c.jpg", "1");
    tar.write("a.tar");
    tar = new Tar();
    tar.add("c.jpg", "2");
    tar.write("a-b.tar");
    assertThat(read().images()).extracting(SourceImage::id).containsExactly("a/b-c", "a-b-c");
  }

  @Test
  void countsImagesWhereEveryTarHasItsCount() throws IOException {
    new Tar().write("00000.tar");
    new Tar().write("00001.tar");
    Files.writeString(temp.resolve("00000_stats.json"), "{\"count\": 9, \"successes\": 7}");
    assertThat(WebDatasetAnnotations.in(Location.of(temp)).numImages()).isEmpty();
    Files.writeString(temp.resolve("00001_stats.json"), "{\"successes\": \"x\"}");
    assertThat(WebDatasetAnnotations.in(Location.of(temp)).numImages()).isEmpty();
    Files.writeString(temp.resolve("00001_stats.json"), "{\"successes\": 5}");
    var annotations = WebDatasetAnnotations.in(Location.of(temp));
    assertThat(annotations.numImages()).hasValue(12);
    assertThat(annotations.summary()).isEqualTo("2 tar files");
    assertThat(annotations.pieces()).hasSize(2);
    assertThat(WebDatasetAnnotations.in(Location.of(temp.resolve("00000.tar"))).numImages())
        .hasValue(7);
  }

  @Test
  void aFolderWithoutTarsIsRefused() throws IOException {
    assertThatThrownBy(() -> WebDatasetAnnotations.in(Location.of(temp)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(temp + ": no .tar, .tar.gz or .tgz file; give the folder");
    var text = Files.writeString(temp.resolve("x.txt"), "");
    assertThatThrownBy(() -> WebDatasetAnnotations.in(Location.of(text)))
        .hasMessageContaining("x.txt: no .tar");
    assertThatThrownBy(() -> WebDatasetAnnotations.in(Location.of(temp.resolve("none"))))
        .hasMessageContaining("check annotations");
  }

  private ReadAnnotations read() throws IOException {
    return ReadAnnotations.of(WebDatasetAnnotations.in(Location.of(temp)));
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    var packed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }

  /** With the sum of a header, in which its own place counts as blanks. */
  private static byte[] withChecksum(byte[] bytes, int header) {
    Arrays.fill(bytes, header + 148, header + 156, (byte) ' ');
    int sum = 0;
    for (int i = header; i < header + 512; i++) {
      sum += bytes[i] & 0xFF;
    }
    var text = "%06o\0 ".formatted(sum).getBytes(UTF_8);
    System.arraycopy(text, 0, bytes, header + 148, text.length);
    return bytes;
  }

  /** A tar that is written. */
  private final class Tar {
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();
    private final TarArchiveOutputStream out = new TarArchiveOutputStream(content, "UTF-8");

    Tar() {
      out.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
    }

    void add(String name, String text) throws IOException {
      add(name, text.getBytes(UTF_8));
    }

    void add(String name, byte[] bytes) throws IOException {
      add(new TarArchiveEntry(name, true), bytes);
    }

    void add(TarArchiveEntry entry, String text) throws IOException {
      if (entry.isLink() || entry.isSymbolicLink()) {
        entry.setLinkName(text);
        add(entry, new byte[0]);
      } else {
        add(entry, text.getBytes(UTF_8));
      }
    }

    void add(TarArchiveEntry entry, byte[] bytes) throws IOException {
      entry.setSize(bytes.length);
      out.putArchiveEntry(entry);
      out.write(bytes);
      out.closeArchiveEntry();
    }

    byte[] bytes() throws IOException {
      out.close();
      return content.toByteArray();
    }

    void write(String name) throws IOException {
      Files.write(temp.resolve(name), bytes());
    }
  }
}
