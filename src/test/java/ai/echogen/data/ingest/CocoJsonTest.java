package ai.echogen.data.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.data.ingest.formats.coco.CocoAnnotations;
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

class CocoJsonTest {
  @TempDir private Path temp;

  @Test
  void whatIsWrittenIsReadWithItsPhrases() throws IOException {
    var layout =
        new Layout(
            "A striped red circle \"left\" of a cat.",
            List.of(
                new Region("striped red circle", "circle", new Box(0.1f, 0.2f, 0.3f, 0.4f)),
                new Region("größte 😀 cat", "cat", new Box(0.5f, 0, 1, 1))));
    var entries = List.of(new CocoWriter.Entry(1, "shapes-1", "000000000001.png", 64, 48, layout));
    var instances = Location.of(temp.resolve("instances.json"));
    var captions = Location.of(temp.resolve("captions.json"));
    try (var json = new CocoJson(instances.create())) {
      json.images(entries);
      json.categories(List.of("cat", "circle"));
      json.boxes(entries, List.of("cat", "circle"));
    }
    try (var json = new CocoJson(captions.create())) {
      json.images(entries);
      json.captions(entries);
    }

    var buckets = Location.of(Files.createDirectory(temp.resolve("buckets")));
    var pieces = CocoAnnotations.cut(instances, Optional.of(captions), buckets).pieces();
    assertThat(pieces).hasSize(1);
    try (var reading = pieces.get(0).read()) {
      var image = reading.next();
      assertThat(image.fileName()).isEqualTo("000000000001.png");
      assertThat(image.caption()).contains(layout.caption());
      assertThat(image.boxes())
          .extracting(SourceBox::phrase)
          .containsExactly("striped red circle", "größte 😀 cat");
      assertThat(image.boxes()).extracting(SourceBox::category).containsExactly("circle", "cat");
      assertThat(image.boxes().get(1).x()).isCloseTo(32, within(1e-6));
      assertThat(image.findings()).isEmpty();
      assertThat(reading.next()).isNull();
      assertThat(reading.lost()).isEmpty();
    }
  }
}
