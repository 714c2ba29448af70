package ai.echogen.jobs.draw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgreementTest {
  @TempDir private Path temp;

  /** IoU 1, 0.5 and none. */
  @Test
  void aMissingBoxHasNoIou() {
    var box = new Box(0, 0, 0.5f, 0.5f);
    var region = new Region("a", "a", box);
    var layout = new Layout("", List.of(region, region, region));
    var read =
        List.of(Optional.of(box), Optional.of(new Box(0, 0, 0.5f, 0.25f)), Optional.<Box>empty());
    assertThat(Agreement.MEAN_IOU.of(layout, read)).isCloseTo(0.5, within(1e-12));
    assertThat(Agreement.FOUND.of(layout, read)).isCloseTo(2 / 3.0, within(1e-12));
  }

  @Test
  void talliesAddUpByNumberOfRegions() throws IOException {
    var one = new AgreementTally();
    one.add(2, new double[] {0.1, 0.35}, 0.35, false);
    one.add(2, new double[] {1, 0.5}, 1, true);
    var other = new AgreementTally();
    other.add(3, new double[] {0.25}, 0.25, true);
    var file = Location.of(temp.resolve("part-000001.json"));
    other.write(file);
    one.add(AgreementTally.read(file));

    assertThat(one.numLayouts()).isEqualTo(3);
    assertThat(one.numKept()).isEqualTo(2);
    assertThat(one.meanOfBest()).isCloseTo(1.6 / 3, within(1e-6));
    var json = one.json();
    assertThat(json.at("/keptShare").asDouble()).isCloseTo(2 / 3.0, within(1e-12));
    assertThat(json.at("/meanOfAll").asDouble()).isCloseTo(2.2 / 5, within(1e-6));
    assertThat(json.at("/byRegions/2/kept").asLong()).isEqualTo(1);
    assertThat(json.at("/byRegions/2/meanOfBest").asDouble()).isCloseTo(0.675, within(1e-6));
    assertThat(json.at("/byRegions/2/counts/7").asLong()).isEqualTo(1); // 0.35 up to 0.4
    assertThat(json.at("/byRegions/2/counts/19").asLong()).isEqualTo(1);
    assertThat(json.at("/counts/5").asLong()).isEqualTo(1);
    assertThat(json.at("/edges/7").asDouble()).isEqualTo(0.35);
    assertThat(one.table().console())
        .containsPattern("2 +2 +1 +0\\.500 +0\\.675")
        .containsPattern("all +3 +2");
  }

  @Test
  void aDamagedTallyIsRefused() throws IOException {
    var file = temp.resolve("part-000001.json");
    var text = "{\"2\": [\"a\"" + ", 0".repeat(24) + "]}";
    for (var damaged : List.of("{\"2\": [1, 2]}", "{\"x2\": []}", text)) {
      Files.writeString(file, damaged);
      assertThatThrownBy(() -> AgreementTally.read(Location.of(file)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("is damaged");
    }
  }
}
