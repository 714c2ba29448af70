package ai.echogen.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.config.Reference;
import ai.echogen.data.LocalSpark;
import ai.echogen.data.Sample;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.image.ImageFile;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.layout.Box;
import ai.echogen.storage.Location;
import java.awt.Color;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Data sets as users of other software met them; each picture has a red box at the same place.
 * Others of the same form lie below the system property {@code echogen.fieldCases}.
 */
class FieldCasesTest {
  private static final Path CASES =
      Path.of(
          System.getProperty(
              "echogen.fieldCases", "src/test/resources/ai/echogen/jobs/field-cases"));
  private static final Box RED = new Box(5 / 60f, 0.1f, 25 / 60f, 0.4f);

  private final ByteArrayOutputStream console = new ByteArrayOutputStream();
  @TempDir private Path temp;

  @ParameterizedTest
  @CsvSource({"backslash-names, 2", "exif-orientation, 3", "halved-images, 2"})
  void theBoxIsWhereThePictureIsRed(String name, int rows) throws IOException {
    var samples = ingest(name, "size=32");

    assertThat(samples).hasSize(rows);
    for (var sample : samples) {
      assertThatRedIsInTheBox(sample);
    }
    assertThat(text()).contains("left out: nothing");
  }

  @Test
  void aFileThatIsKeptHasTheSizeThatIsShown() throws IOException {
    var samples = ingest("exif-orientation");

    assertThat(samples).hasSize(3);
    for (var sample : samples) {
      assertThat(sample.width()).isEqualTo(60);
      assertThat(sample.height()).isEqualTo(100);
      assertThatRedIsInTheBox(sample);
    }
  }

  @Test
  void greyIsTheSameWithAlphaAndWithout() throws IOException {
    var samples = ingest("gray-alpha-png", "size=32");

    assertThat(samples).hasSize(2);
    for (var sample : samples) {
      var image = ImageFile.decode(sample.image());
      assertThat(image.getRGB(0, 0, 32, 32, null, 0, 32)).containsOnly(0xFF404040);
    }
  }

  private static void assertThatRedIsInTheBox(Sample sample) throws IOException {
    var box = sample.layout().regions().get(0).box();
    assertThat(box.l1(RED)).as("%s: %s", sample.path(), box).isLessThan(1e-5);
    var image = ImageFile.decode(sample.image());
    int x = (int) ((box.x0() + box.x1()) / 2 * image.getWidth());
    int y = (int) ((box.y0() + box.y1()) / 2 * image.getHeight());
    var color = new Color(image.getRGB(x, y));
    assertThat(color.getRed()).isCloseTo(220, within(25));
    assertThat(color.getGreen()).isCloseTo(20, within(25));
    assertThat(color.getBlue()).isCloseTo(20, within(25));
  }

  private List<Sample> ingest(String name, String... more) {
    var folder = CASES.resolve(name);
    var out = temp.resolve("out");
    var args = new ArrayList<>(List.of("split=train", "out=" + out));
    args.add("instances=" + folder.resolve("instances.json"));
    args.add("images=" + folder.resolve("images"));
    args.addAll(List.of(more));
    LocalSpark.session(); // the job joins this session and, when it ends, stops it
    var print = new PrintStream(console, true, StandardCharsets.UTF_8);
    assertThat(new JobRunner(Reference.builtIn(), print, print).run(new IngestJob(), args))
        .as(this::text)
        .isZero();
    return ShardStore.read(LocalSpark.session(), Location.of(out)).collectAsList().stream()
        .map(Sample::of)
        .toList();
  }

  private String text() {
    return console.toString(StandardCharsets.UTF_8);
  }
}
