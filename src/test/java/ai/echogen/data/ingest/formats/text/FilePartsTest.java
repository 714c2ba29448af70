package ai.echogen.data.ingest.formats.text;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.storage.Location;
import org.junit.jupiter.api.Test;

class FilePartsTest {
  private final Location file = Location.of("file:/x");

  @Test
  void aPartBeginsWhereOneMayAfterSoManyElements() {
    var parts = new FileParts(file, 10);
    for (int element : new int[] {1, 4, 11, 12, 20, 30}) {
      parts.add(100 * element, element);
    }
    parts.repeat(10);
    parts.repeat(11);
    parts.repeat(34);

    var found = parts.parts(35);

    assertThat(found).extracting(FilePart::offset).containsExactly(100L, 1100L, 3000L);
    assertThat(found).extracting(FilePart::before).containsExactly(1L, 11L, 30L);
    assertThat(found).extracting(FilePart::end).containsExactly(11L, 30L, 35L);
    for (var part : found) {
      for (long element = part.before(); element < part.end(); element++) {
        assertThat(part.repeats(element))
            .isEqualTo(element == 10 || element == 11 || element == 34);
      }
    }
  }

  @Test
  void veryManyElementsAreNotMoreParts() {
    var parts = new FileParts(file, 1);
    for (int element = 0; element < 25_001; element++) {
      parts.add(element, element);
    }

    var found = parts.parts(25_001);

    assertThat(found).hasSizeLessThan(10_000);
    long end = 0;
    for (var part : found) {
      assertThat(part.before()).isEqualTo(end);
      assertThat(part.offset()).isEqualTo(end);
      end = part.end();
    }
    assertThat(end).isEqualTo(25_001);
  }

  @Test
  void nothingIsNoPart() {
    assertThat(new FileParts(file, 10).parts(0)).isEmpty();
  }
}
