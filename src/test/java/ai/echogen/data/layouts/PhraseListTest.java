package ai.echogen.data.layouts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.echogen.data.CounterRandom;
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

class PhraseListTest {
  @TempDir private Path temp;

  @Test
  void aPhraseALineAndEachOnce() throws IOException {
    var list = read("\uFEFFa dog\r\n\n  red   ball\t\na dog\n狗".getBytes(StandardCharsets.UTF_8));
    assertThat(list.phrases()).containsExactly("a dog", "red ball", "狗");
    assertThat(list.numRepeated()).isEqualTo(1);
  }

  @Test
  void everythingWrongIsListedWithItsLine() throws IOException {
    var bytes =
        ("dog\n" + "x".repeat(201) + "\ncat\n\u00FF\n").getBytes(StandardCharsets.ISO_8859_1);
    var file = temp.resolve("phrases.txt");
    assertThatThrownBy(() -> read(bytes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(file + ": 2: phrase of 201 letters, at most 200 may be; got xxx")
        .hasMessageContaining(file + ": 4: line that is not UTF-8");
  }

  @Test
  void whatIsNoListIsRefused() throws IOException {
    assertThatThrownBy(() -> read(" \n\n".getBytes(StandardCharsets.UTF_8)))
        .hasMessageContaining("holds no phrase; give one a line");
    assertThatThrownBy(() -> read(new byte[] {0x1F, (byte) 0x8B, 8}))
        .hasMessageContaining("gunzip");
    assertThatThrownBy(() -> PhraseList.read(Location.of(temp)))
        .hasMessageContaining("a directory; give a file with a phrase a line");
    assertThatThrownBy(() -> PhraseList.read(Location.of(temp.resolve("none"))))
        .hasMessageContaining("no such file or directory; check phrases");
    var many =
        IntStream.rangeClosed(0, PhraseList.MOST)
            .mapToObj(i -> "p" + i)
            .collect(Collectors.joining("\n"));
    assertThatThrownBy(() -> read(many.getBytes(StandardCharsets.UTF_8)))
        .hasMessageContaining("100001: more than 100,000 phrases");
  }

  @Test
  void drawsDifferentOnes() {
    var list = new PhraseList(List.of("a", "b", "c"), 0);
    for (int i = 0; i < 50; i++) {
      assertThat(list.draw(3, CounterRandom.of(i))).containsExactlyInAnyOrder("a", "b", "c");
    }
  }

  private PhraseList read(byte[] bytes) throws IOException {
    var file = temp.resolve("phrases.txt");
    Files.write(file, bytes);
    return PhraseList.read(Location.of(file));
  }
}
