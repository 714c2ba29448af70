package ai.echogen.data.synth;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.Mutants;
import ai.echogen.image.Picture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Damaged cut-outs, backgrounds and descriptions are read, or are of no use for a reason. */
class SpriteMutantsTest {
  private static final int MUTANTS =
      "full".equals(System.getProperty("echogen.fuzz")) ? 4_500 : 150; // of a file
  private static final int SIZE = 64;

  @TempDir private Path temp;

  private interface Reader {
    int read(PictureFiles files, String path) throws PictureFiles.Unusable;
  }

  @Test
  @Timeout(120)
  void everyMutantIsReadOrOfNoUseForAReason() throws Exception {
    var sprites = temp.resolve("sprites");
    var backgrounds = temp.resolve("backgrounds");
    SpriteFiles.write(sprites, backgrounds);
    each("cut-out", sprites.resolve("round/disc.png"), (files, path) -> side(files.sprite(path)));
    each(
        "background",
        backgrounds.resolve("nature/view3.png"),
        (files, path) -> Math.min(SIZE, side(files.background(path))));
    each(
        "description",
        sprites.resolve("round/disc.txt"),
        (files, path) -> Math.min(SIZE, Description.phrase(files.text(path)).length()));
  }

  private void each(String name, Path whole, Reader reader)
      throws IOException, PictureFiles.Unusable {
    assertThat(reader.read(new PictureFiles(SIZE), whole.toString())).isBetween(1, SIZE);
    var bytes = Files.readAllBytes(whole);
    int read = 0;
    int useless = 0;
    for (int i = 0; i < MUTANTS; i++) {
      var file = temp.resolve(name + "-" + i); // what was read is kept by its name
      Files.write(file, Mutants.of(bytes, false, 1, i));
      try {
        assertThat(reader.read(new PictureFiles(SIZE), file.toString())).isBetween(0, SIZE);
        read++;
      } catch (PictureFiles.Unusable e) {
        assertThat(e.reason()).isNotBlank();
        useless++;
      }
      Files.delete(file);
    }
    System.out.printf("fuzz %-22s {of no use=%d, read=%d}%n", name, useless, read);
  }

  private static int side(Picture picture) {
    return Math.max(picture.width(), picture.height());
  }
}
