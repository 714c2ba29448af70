package ai.echogen.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocationTest {
  @TempDir private Path temp;

  @BeforeEach
  void register() {
    RemoteFileSystem.register(temp);
  }

  @AfterEach
  void forget() {
    RemoteFileSystem.properties(temp).keySet().forEach(System::clearProperty);
  }

  @Test
  void aPathOfTheUserIsAWholeUriInEveryJvmAndSaysWhatWasGiven() throws Exception {
    var here = "file:" + Path.of("").toAbsolutePath();
    var location = copied(Location.of("out/run").child("model"));
    assertThat(location.uri()).isEqualTo(here + "/out/run/model");
    assertThat(location).hasToString("out/run/model").isEqualTo(Location.of("./out/run//model/"));
    assertThat(Location.of("file:///a/b").uri()).isEqualTo("file:/a/b");
    assertThat(Location.of("remote:///a").child("b").uri()).isEqualTo("remote:/a/b");
  }

  /** Nobody may ever write to it, and what was read of it is gone. */
  @Test
  void aPipeIsNotOpened() throws Exception {
    var pipe = temp.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    assertThatThrownBy(() -> Location.of(pipe).open())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(pipe + ": must be a regular file");
  }

  @Test
  void settingsForHadoopHoldBeforeThereIsASession() throws IOException {
    Files.writeString(temp.resolve("here"), "text");
    assertThat(Location.of("remote:///here").read()).isEqualTo("text".getBytes("UTF-8"));
    assertThat(Location.of("remote:///here").sha256())
        .isEqualTo(LocalFiles.sha256(temp.resolve("here")));
  }

  @Test
  void whatIsNoPlaceIsRefusedWithTheWayOut() {
    assertThatThrownBy(() -> Location.of("run:1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("./");
    assertThat(Location.of("./run:1").child("a:b").local().toString()).endsWith("/run:1/a:b");
    assertThatThrownBy(() -> Location.of("nowhere://a/b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nowhere");
    assertThatThrownBy(() -> Location.of("remote:///none").requireDirectory("data"))
        .hasMessage("remote:///none: no such directory; check data");
    assertThatThrownBy(() -> Location.of("remote:///none").local())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("file:///");
  }

  @Test
  void aNameInAFileIsRelativeToItsFolder() {
    var file = Location.of("remote:///a/lines.jsonl");
    assertThat(file.named("b/c.png").uri()).isEqualTo("remote:/a/b/c.png");
    assertThat(file.named("/b/c.png").uri()).isEqualTo("remote:/b/c.png");
    assertThat(file.named("file:///b/c.png").uri()).isEqualTo("file:/b/c.png");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "remote:"})
  void filesAreWrittenWholeAndLeaveNothingBeside(String scheme) throws IOException {
    var folder = Location.of(scheme.isEmpty() ? temp + "/dir [1]" : "remote:///dir [1]");
    folder.child("a").write(new byte[] {1});
    folder.child("a").replace(new byte[] {2, 3});
    Files.createDirectories(temp.resolve("source/deep"));
    Files.writeString(temp.resolve("source/deep/b"), "b");
    folder.put(temp.resolve("source"));
    folder.child("a").put(temp.resolve("source/deep/b"));
    assertThat(temp.resolve("dir [1]/a")).hasContent("b");
    assertThat(temp.resolve("dir [1]/deep/b")).hasContent("b");
    assertThat(temp.resolve("dir [1]").toFile().list()).containsExactlyInAnyOrder("a", "deep");
    assertThat(folder.list())
        .extracting(status -> status.getPath().getName())
        .containsExactly("a", "deep");
  }

  @Test
  void whatAReaderSaysOfACopyNamesThePlace() throws IOException {
    Files.createDirectories(temp.resolve("model"));
    Files.writeString(temp.resolve("model/small"), "small");
    Files.writeString(temp.resolve("model/large"), "large");
    var model = Location.of("remote:///model");
    var names =
        model.onDisk(
            List.of("small", "missing"),
            here -> {
              try (var files = Files.list(here)) {
                return files.map(file -> file.getFileName().toString()).toList();
              }
            });
    assertThat(names).containsExactly("small");
    assertThatThrownBy(
            () ->
                model.onDisk(
                    here -> {
                      throw new IllegalArgumentException(here.resolve("large") + ": is bad");
                    }))
        .hasMessage("remote:///model/large: is bad");
  }

  @Test
  void aPlaceBelowAFileOrWithoutPermissionCannotBeWrittenTo() throws IOException {
    Files.writeString(temp.resolve("file"), "");
    for (var name : List.of("file", "file/run", "remote:///file/run")) {
      var place = Location.of(name.startsWith("remote") ? name : temp.resolve(name).toString());
      assertThatThrownBy(() -> place.requireWritable("out"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith(place + ": cannot be written to (")
          .hasMessageEndingWith("file is not a directory); give another out=");
      assertThatThrownBy(() -> StagedDirectory.requireFree(place.child("deeper")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("is not a directory");
    }
    var closed = Files.createDirectory(temp.resolve("closed"));
    assertThat(closed.toFile().setWritable(false)).isTrue();
    if (!Files.isWritable(closed)) { // root may write anywhere
      assertThatThrownBy(() -> Location.of(closed + "/a/b").requireWritable("out"))
          .hasMessageContaining(closed + " is read-only for this user");
    }
    Location.of(temp + "/none/deep").requireWritable("out");
    Location.of("remote:///none/deep").requireWritable("out");
    assertThat(temp.resolve("none")).doesNotExist();
  }

  @Test
  void aStoreWhoseClassesAreMissingIsSaidInOneLineWithTheWayOut() {
    assumeTrue(
        LocationTest.class.getResource("/org/apache/hadoop/fs/s3a/S3AFileSystem.class") == null,
        "hadoop-aws is on the class path, as with ./mvnw -Ps3");
    assertThatThrownBy(() -> Location.of("s3a://bucket/x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("on the class path, got s3a://bucket/x (no Class ", "cluster.md")
        .hasMessageMatching("[^\n]*");
  }

  /** What is in a place stands in logs, manifests and errors, and so would the password. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3a://AKIAMADEUP:se/cr+et@bucket/x",
        "s3a://AKIAMADEUP:secret@bucket/x",
        "S3://AKIAMADEUP:secret",
        "s3a://AKIAMADEUP:secret@bucket/a\nb",
        "hdfs://me:secret@host:8020/x",
        "ftp://me:secret@host/x"
      })
  void aPlaceWithAPasswordIsRefusedWithoutSayingIt(String text) {
    assertThatThrownBy(() -> Location.of(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("must have no password", "spark.hadoop.fs.s3a.secret.key")
        .hasMessageNotContainingAny("secret@", "se/cr", "MADEUP", "me:");
  }

  @Test
  void aColonOrAnAtSignElsewhereIsNoPassword() {
    assertThat(Location.of("remote:///a:b@c/d").uri()).isEqualTo("remote:/a:b@c/d");
    assertThat(Location.of(temp + "/a:b@c").local()).isEqualTo(temp.resolve("a:b@c"));
    assertThat(Location.of("hdfs://127.0.0.1:8020/a@b").uri())
        .isEqualTo("hdfs://127.0.0.1:8020/a@b");
  }

  @Test
  void whatCannotBeReachedIsSaidWithTheReason() {
    assertThatThrownBy(() -> Location.of("hdfs://no-such-host.invalid:8020/x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("(unknown host no-such-host.invalid)");
  }

  @Test
  void aNameThatTheLocaleLacksIsRefusedWithTheWayOut() {
    LocalNames.require("größe 图片.jpg", StandardCharsets.UTF_8);
    LocalNames.require("plain.jpg", StandardCharsets.US_ASCII);
    for (var name : List.of("größe.jpg", "图片.jpg", "gr\ufffd\ufffd.jpg")) {
      assertThatThrownBy(() -> LocalNames.require(name, StandardCharsets.US_ASCII))
          .isInstanceOf(UnnameableException.class)
          .hasMessageStartingWith(name + ": ")
          .hasMessageContaining("set LC_ALL=C.UTF-8");
    }
  }

  private static Location copied(Location location) throws Exception {
    var bytes = new ByteArrayOutputStream();
    try (var out = new ObjectOutputStream(bytes)) {
      out.writeObject(location);
    }
    try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (Location) in.readObject();
    }
  }
}
