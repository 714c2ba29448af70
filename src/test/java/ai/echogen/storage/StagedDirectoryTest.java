package ai.echogen.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StagedDirectoryTest {
  @TempDir private Path temp;

  @Test
  void appearsWholeOrNotAtAll() throws IOException {
    try (var staged = new StagedDirectory(out())) {
      staged.place().child("a").write(new byte[] {1});
      assertThat(temp.resolve("out")).doesNotExist();
      staged.publish();
    }
    assertThat(temp.toFile().list()).containsExactly("out");
    assertThat(temp.resolve("out").toFile().list()).containsExactly("a");

    Files.delete(temp.resolve("out/a"));
    try (var staged = new StagedDirectory(out())) {
      staged.place().child("a").write(new byte[] {1});
    }
    assertThat(temp.toFile().list()).containsExactly("out");
    assertThat(temp.resolve("out")).isEmptyDirectory();
  }

  @Test
  void foldersAboveAreMade() throws IOException {
    try (var staged = new StagedDirectory(Location.of(temp.resolve("a/b/out")))) {
      staged.publish();
    }
    assertThat(temp.resolve("a/b").toFile().list()).containsExactly("out");
  }

  /** Nobody else may ever look at the gigabytes that a killed process left. */
  @Test
  void whatAKilledProcessLeftIsRemovedByTheNext() throws IOException {
    var abandoned = leave("out.partial-11111111", 999_999_999L);
    var nested = leave("out.partial-11111111.partial-33333333", 999_999_999L);
    var anothers = leave("other.partial-11111111", 999_999_999L);
    var living = leave("out.partial-22222222", ProcessHandle.current().pid());
    var foreign = Files.createDirectory(temp.resolve("out.partial-mine"));

    new StagedDirectory(out()).close();

    assertThat(abandoned).doesNotExist();
    assertThat(temp.resolve(".out.partial-11111111.lease")).doesNotExist();
    assertThat(nested).doesNotExist();
    assertThat(anothers).isDirectory();
    assertThat(living).isDirectory();
    assertThat(foreign).isDirectory();
  }

  @Test
  void whatAFailedRunKeptIsGoneOnWithOrRemovedByTheNextThatMakesSomethingElse() throws IOException {
    try (var failed = StagedDirectory.resumable(out(), "one")) {
      failed.place().child("piece").write(new byte[] {1});
    }
    try (var again = StagedDirectory.resumable(out(), "one")) {
      assertThat(again.isResumed()).isTrue();
      assertThat(again.place().child("piece").exists()).isTrue();
    }
    assertThat(temp).isDirectoryContaining(path -> path.toString().contains("out.partial-"));

    try (var other = StagedDirectory.resumable(out(), "another")) {
      assertThat(other.isResumed()).isFalse();
      other.publish();
    }
    assertThat(temp.toFile().list()).containsExactly("out");
  }

  private Location out() {
    return Location.of(temp.resolve("out"));
  }

  /** A directory that is being made by a process. */
  private Path leave(String name, long process) throws IOException {
    var left = Files.createDirectory(temp.resolve(name));
    var lease = temp.resolve("." + name + ".lease");
    DirectoryLease.takeFile(Location.of(lease), out(), "a job");
    var own = "\"process\":" + ProcessHandle.current().pid();
    assertThat(lease).content().contains(own);
    Files.writeString(lease, Files.readString(lease).replace(own, "\"process\":" + process));
    return left;
  }
}
