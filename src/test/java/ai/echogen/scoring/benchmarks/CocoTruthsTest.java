package ai.echogen.scoring.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.echogen.scoring.metrics.PixelBox;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CocoTruthsTest {
  @TempDir private Path temp;

  private static final String INSTANCES =
      """
      {"images": [{"id": 9, "file_name": "9.jpg", "width": 200, "height": 100},
                  {"id": 10, "file_name": "10.jpg", "width": 100, "height": 100}],
       "annotations": [
         {"id": 1, "image_id": 10, "category_id": 90, "bbox": [10.5, 20, 30, 40.25], "area": 700.5,
          "iscrowd": 0, "segmentation": []},
         {"id": 2, "image_id": 10, "category_id": 1, "bbox": [0, 0, 50, 50], "area": 9, "iscrowd": 1},
         {"id": 3, "image_id": 9, "category_id": 1, "bbox": [0, 0, 0, 50], "area": 0, "iscrowd": 0}],
       "categories": [{"id": 1, "name": "person"}, {"id": 90, "name": "toothbrush"}]}
      """;

  private CocoTruths read(String instances) throws IOException {
    var file = Files.writeString(temp.resolve("instances.json"), instances);
    return CocoTruths.read(Location.of(file), Optional.empty(), "val");
  }

  @Test
  void boxesAndAreasAreThoseOfTheFile() throws IOException {
    var captions =
        """
        {"annotations": [{"id": 5, "image_id": 10, "caption": "second"},
                         {"id": 4, "image_id": 10, "caption": " first "}]}
        """;
    Files.writeString(temp.resolve("i.json"), INSTANCES);
    Files.writeString(temp.resolve("c.json"), captions);

    var truths =
        CocoTruths.read(
            Location.of(temp.resolve("i.json")),
            Optional.of(Location.of(temp.resolve("c.json"))),
            "val");

    assertThat(truths.cases()).extracting(Case::id).containsExactly("9", "10");
    var ten = truths.cases().get(1);
    assertThat(ten.caption()).isEqualTo("first");
    assertThat(ten.split()).isEqualTo("val");
    assertThat(ten.targets().get(0).box()).isEqualTo(new PixelBox(10.5, 20, 40.5, 60.25));
    assertThat(ten.targets().get(0).area()).isEqualTo(700.5);
    assertThat(ten.targets().get(0).category()).isEqualTo("toothbrush");
    assertThat(ten.targets().get(1).kind()).isEqualTo(Target.Kind.CROWD);
    assertThat(ten.wanted().regions()).hasSize(1);
    assertThat(truths.cases().get(0).targets()).isEmpty();
    assertThat(truths.numEmpty()).isEqualTo(1);
    assertThat(truths.fileNames()).containsEntry("9", "9.jpg");
    assertThat(truths.categories()).containsEntry(90L, "toothbrush");
  }

  @Test
  void whatIsWrongIsNamed() {
    assertThatThrownBy(() -> read(INSTANCES.replace("\"category_id\": 90", "\"category_id\": 91")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("instances.json")
        .hasMessageContaining("annotations[0].category_id must be one of categories, got 91");
    assertThatThrownBy(() -> read(INSTANCES.replace("[10.5, 20, 30, 40.25]", "[1, 2, \"x\", 4]")))
        .hasMessageContaining("bbox must be [x, y, width, height]");
    assertThatThrownBy(() -> read(INSTANCES.replace("\"id\": 9,", "\"id\": 10,")))
        .hasMessageContaining("is that of another image too");
    assertThatThrownBy(() -> read(INSTANCES.replace("\"image_id\": 9", "\"image_id\": 8")))
        .hasMessageContaining("which is no image's");
    assertThatThrownBy(() -> read(INSTANCES.replace("\"area\": 700.5", "\"area\": -1")))
        .hasMessageContaining("instances.json: annotations[0].area must be >= 0, got -1.0");
    for (var name : List.of("../9.jpg", "/etc/9.jpg", "a//9.jpg", "s3a://b/9.jpg")) {
      assertThatThrownBy(() -> read(INSTANCES.replace("9.jpg", name)))
          .hasMessageContaining("file_name must be a path below the folder, got " + name);
    }
    assertThatThrownBy(() -> read("[1]")).hasMessageContaining("must be a JSON object");
  }
}
