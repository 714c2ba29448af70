package ai.echogen.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.echogen.storage.CopyingFileSystem.Killed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Directories that come to their place on a store that copies them. */
class PublicationTest {
  private static final long NOBODY = 999_999_999L;

  /** The files of a directory, and what is in them. */
  private static final Map<String, String> FILES = new TreeMap<>();

  static {
    for (var name :
        List.of("data/.unfinished", "data/a", "data/deep/c", "README.md", "manifest.json")) {
      FILES.put(name, "of " + name);
    }
  }

  @TempDir private Path temp;

  @BeforeEach
  void register() {
    SparkSession.getDefaultSession().foreach(PublicationTest::stop);
    CopyingFileSystem.register(temp);
  }

  @AfterEach
  void forget() {
    CopyingFileSystem.forget();
  }

  @Test
  void whatDescribesTheOthersComesLast() throws IOException {
    try (var staged = new StagedDirectory(out())) {
      fill(staged.place());
      CopyingFileSystem.live();
      staged.publish();
    }
    assertThat(CopyingFileSystem.changes().stream().filter(change -> !change.startsWith("delete")))
        .containsExactly(
            "put .unfinished",
            "copy .unfinished",
            "copy a",
            "copy c",
            "copy README.md",
            "copy manifest.json");
    assertThat(files("out")).isEqualTo(FILES);
    assertThat(temp.toFile().list()).containsExactly("out");
    StagedDirectory.requireFinished(out());
  }

  /** At every single change: then it is refused, and made again of what was there. */
  @Test
  void aProcessThatDiesAnywhereLeavesNothingThatIsTakenForWhole() throws IOException {
    int deaths = 0;
    for (int after = 0; publishKilled(after); after++, deaths++) {
      var left = files("out");
      if (left.containsKey("manifest.json") && !left.containsKey(".unfinished")) {
        assertThat(left).as("killed after %d changes", after).isEqualTo(FILES);
        assertThat(files("")).as("killed after %d changes", after).hasSize(FILES.size() + 1);
        Location.of("copies://bucket/out").delete();
      } else {
        requireRefused(left.isEmpty());
      }
      remake(after);
    }
    assertThat(deaths).isGreaterThan(2 * FILES.size());
  }

  /** Returns whether it came to be killed. */
  private boolean publishKilled(int after) throws IOException {
    var staged = StagedDirectory.resumable(out(), "made of these");
    fill(staged.place());
    CopyingFileSystem.killAfter(after);
    try {
      staged.publish();
      CopyingFileSystem.live();
      staged.close();
      return false;
    } catch (Killed e) {
      assertThatThrownBy(staged::close).isInstanceOf(Killed.class); // but renews its lease no more
      CopyingFileSystem.live();
      bury(temp.resolve("." + staged.place().name() + ".lease"));
      return true;
    }
  }

  private void requireRefused(boolean isEmpty) {
    if (!isEmpty) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> out().requireDirectory("data"))
          .withMessage(
              "copies://bucket/out: is not whole: the job that made it was stopped at its end; run"
                  + " that again");
      assertThatThrownBy(() -> LocalCopy.of(out())).hasMessageContaining("is not whole");
      assertThatThrownBy(() -> LocalCopy.of(out(), List.of("manifest.json")))
          .hasMessageContaining("is not whole");
    }
    StagedDirectory.requireFree(out());
  }

  /** One of the same goes on with every file; one of something else leaves none. */
  private void remake(int after) throws IOException {
    if (after % 2 == 0) {
      try (var again = StagedDirectory.resumable(out(), "made of these")) {
        if (again.isResumed()) {
          assertThat(files(again.place().name()))
              .as("killed after %d changes", after)
              .isEqualTo(FILES);
          assertThat(files("out")).isEmpty();
        }
        again.discard();
      }
    } else {
      new StagedDirectory(out()).close();
    }
    assertThat(files("")).as("killed after %d changes", after).isEmpty();
  }

  @Test
  void whatCouldNotBeMovedIsRemovedAndSaid() throws IOException {
    Files.createDirectories(temp.resolve("out"));
    try (var staged = new StagedDirectory(out())) {
      fill(staged.place());
      CopyingFileSystem.killAfter(3);
      assertThatThrownBy(staged::publish).isInstanceOf(Killed.class);
      CopyingFileSystem.live();
    }
    assertThat(files("")).isEmpty();
  }

  @Test
  void whoeverIsJustMovingItIsNamedAndNotDisturbed() throws IOException {
    var staged = new StagedDirectory(out());
    fill(staged.place());
    CopyingFileSystem.killAfter(4);
    assertThatThrownBy(staged::publish).isInstanceOf(Killed.class);
    CopyingFileSystem.live();
    var before = files("out");
    assertThat(before).isNotEmpty();
    for (var refused :
        List.<Runnable>of(
            () -> StagedDirectory.requireFree(out()), () -> out().requireDirectory("data"))) {
      assertThatIllegalArgumentException()
          .isThrownBy(refused::run)
          .withMessageMatching(
              "copies://bucket/out: is being moved to its place by a job that makes .*, process "
                  + ProcessHandle.current().pid()
                  + ", since .*; wait for it");
    }
    assertThat(files("out")).isEqualTo(before);
    staged.close();
    assertThat(files("")).isEmpty();
  }

  /** Nobody's files are removed because one of them has the name of the mark. */
  @Test
  void aFileThatOnlyHasTheNameOfTheMarkMakesADirectoryNeitherUnfinishedNorFree()
      throws IOException {
    Files.createDirectories(temp.resolve("out"));
    Files.writeString(temp.resolve("out/photo"), "");
    var names =
        List.of("", "..", "a\nb", "x".repeat(5000), "../out.partial-0123abcd", "out.partial-");
    for (var name : names) {
      Files.writeString(temp.resolve("out/.unfinished"), name);
      out().requireDirectory("data");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new StagedDirectory(out()))
          .withMessageContaining("already holds .unfinished and 1 more");
    }
    Files.writeString(temp.resolve("file"), "");
    StagedDirectory.requireFinished(Location.of("s3a://bucket/file"));
    StagedDirectory.requireFinished(Location.of("copies://bucket/nothing"));
  }

  @Test
  void aCopyOfAnUnfinishedDirectoryIsRefusedAndNotRemoved() throws IOException {
    Files.createDirectories(temp.resolve("out"));
    Files.writeString(temp.resolve("out/.unfinished"), "another.partial-0123abcd");
    assertThatThrownBy(() -> out().requireDirectory("data")).hasMessageContaining("run that again");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new StagedDirectory(out()))
        .withMessageContaining("already holds .unfinished");
    Files.writeString(temp.resolve("out/.unfinished"), "out.partial-0123abcd");
    StagedDirectory.requireFree(out());
  }

  /** Two that create it at once are told apart by whose is there in the end. */
  @Test
  void theLastWhoCreatesALeaseOnAnObjectStoreHasIt() throws Exception {
    var place = Location.of("s3a://bucket/run");
    var first = CompletableFuture.supplyAsync(() -> take(place));
    var file = temp.resolve("run/.lease");
    while (!Files.exists(file)) {
      Thread.sleep(1);
    }
    var own = ProcessHandle.current().pid();
    var other = Files.readString(file).replaceFirst("\"id\":\"[^\"]*\"", "\"id\":\"another\"");
    Files.writeString(file, other);
    assertThat(first.get()).contains("is being written by pretrain of ", "process " + own);
    assertThat(Files.readString(file)).isEqualTo(other);
    Files.delete(file);
    assertThat(take(place)).isEmpty();
  }

  /** Returns what is said of another. */
  private static String take(Location place) {
    try {
      DirectoryLease.take(place, "pretrain").close();
      return "";
    } catch (IllegalArgumentException e) {
      return e.getMessage();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aFileIsReplacedInOneWrite() throws IOException {
    var file = Location.of("s3a://bucket/file");
    file.replace(new byte[] {1});
    file.replace(new byte[] {2, 3});
    assertThat(CopyingFileSystem.changes()).containsExactly("put file", "put file");
    assertThat(temp.resolve("file")).hasBinaryContent(new byte[] {2, 3});
  }

  @Test
  void whatWasNotWrittenWholeIsNotThere() throws IOException {
    var file = Location.of("s3a://bucket/file");
    file.write(new byte[] {1});
    CopyingFileSystem.fillDisk(2);
    assertThatThrownBy(() -> file.replace(new byte[] {2, 3, 4})).hasMessage("no space left");
    assertThatThrownBy(() -> Location.of("s3a://bucket/new").createNew(new byte[3]))
        .hasMessage("no space left");
    assertThat(temp.toFile().list()).containsExactly("file");
    assertThat(temp.resolve("file")).hasBinaryContent(new byte[] {1});
  }

  @Test
  void aDirectoryOfThisMachineIsPutInTheSameOrder() throws IOException {
    var source = Files.createDirectory(temp.resolve("source"));
    for (var name : List.of("config.json", "model.safetensors", "README.md")) {
      Files.writeString(source.resolve(name), name);
    }
    Files.writeString(Files.createDirectory(source.resolve("zoo")).resolve("z"), "z");
    out().put(source);
    assertThat(temp.resolve("out").toFile().list())
        .containsExactlyInAnyOrder("config.json", "model.safetensors", "README.md", "zoo");
    assertThat(CopyingFileSystem.changes())
        .containsExactly("put z", "put README.md", "put model.safetensors", "put config.json");
  }

  private Location out() {
    return Location.of("copies://bucket/out");
  }

  private static void fill(Location place) throws IOException {
    for (var file : FILES.entrySet()) {
      place.child(file.getKey()).write(file.getValue().getBytes(UTF_8));
    }
  }

  /** All files below, by path, but for leases. */
  private Map<String, String> files(String below) throws IOException {
    var found = new TreeMap<String, String>();
    var root = temp.resolve(below);
    if (Files.exists(root)) {
      try (var all = Files.walk(root)) {
        for (var file : all.filter(Files::isRegularFile).toList()) {
          found.put(root.relativize(file).toString(), Files.readString(file));
        }
      }
    }
    return found;
  }

  /** The owner of a lease is dead. */
  private static void bury(Path lease) throws IOException {
    var own = "\"process\":" + ProcessHandle.current().pid();
    assertThat(lease).content().contains(own);
    Files.writeString(lease, Files.readString(lease).replace(own, "\"process\":" + NOBODY));
  }

  private static Object stop(SparkSession session) {
    session.stop();
    return session;
  }
}
