package ai.echogen.data.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.echogen.storage.Location;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileTreeTest {
  private static final FileTime THEN = FileTime.fromMillis(1_600_000_000_000L);

  @TempDir private Path temp;

  @BeforeEach
  void writeFiles() throws IOException {
    for (var name : new String[] {"b.txt", "a/c.txt", "a/b/d.txt", "e/a.txt"}) {
      var file = temp.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, name);
      Files.setLastModifiedTime(file, THEN);
    }
  }

  @Test
  void everyFileIsThereOnceWhateverLinksLeadToIt() throws IOException {
    Files.createSymbolicLink(temp.resolve("a/up"), temp);
    Files.createSymbolicLink(temp.resolve("a/again"), temp.resolve("e"));

    assertThat(tree().names()).containsExactly("a/b/d.txt", "a/c.txt", "b.txt", "e/a.txt");
  }

  @Test
  void theFingerprintDiffersAfterEachChange() throws IOException {
    var before = tree().fingerprint();
    assertThat(tree().fingerprint()).isEqualTo(before);

    var file = temp.resolve("a/b/d.txt");
    Files.setLastModifiedTime(file, FileTime.fromMillis(THEN.toMillis() + 1000));
    assertThat(tree().fingerprint()).isNotEqualTo(before);

    Files.writeString(file, "a/b/d.tx");
    Files.setLastModifiedTime(file, THEN);
    assertThat(tree().fingerprint()).isNotEqualTo(before);

    Files.writeString(file, "a/b/d.txt");
    Files.setLastModifiedTime(file, THEN);
    assertThat(tree().fingerprint()).isEqualTo(before);

    Files.move(file, temp.resolve("a/b/e.txt"));
    assertThat(tree().fingerprint()).isNotEqualTo(before);
  }

  @Test
  void aFolderThatIsMissingOrTooDeepIsRefused() throws IOException {
    assertThatThrownBy(() -> FileTree.of(Location.of(temp.resolve("none"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("none: no such folder");
    Files.createDirectories(temp.resolve("1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17"));
    assertThatThrownBy(this::tree)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("16/17: more than 16 folders deep");
  }

  private FileTree tree() {
    return FileTree.of(Location.of(temp));
  }
}
