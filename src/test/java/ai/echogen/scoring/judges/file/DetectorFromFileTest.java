package ai.echogen.scoring.judges.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.layout.Box;
import ai.echogen.scoring.metrics.Detection;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole detectors, whose networks answer with constants: every number is computed by hand. */
class DetectorFromFileTest {
  @TempDir Path directory;
  private JudgeFolder folder;

  @BeforeEach
  void setUp() {
    folder = new JudgeFolder(directory);
  }

  /** A 20 × 20 picture fills 32 × 32 in the middle of 64 × 32: 16 columns before it. */
  @Test
  void yoloV8IsReadByColumnsAndTakenBackOutOfTheLetterbox() throws IOException {
    float[] columns = {
      32, 33, 8, // x of the middle; the third box lies in the padding
      16, 16, 16, // y
      16, 16, 8, // width
      8, 8, 8, // height
      0.9f, 0.8f, 0.7f, // cat
      0.1f, 0.2f, 0.1f, // dog
    };
    folder
        .with(image(32, 64).answers("output0", columns, 1, 6, 3))
        .describedBy(
            JudgeFolder.detector(
                JudgeFolder.letterbox(64, 32),
                "{\"decoding\": \"yolo-v8\", \"tensor\": \"output0\", \"labels\": \"best\"}"));

    var found = detect(picture(20, 20));

    // The second overlaps the first by 15 / 17 > 0.5 and goes; the third is not in the picture.
    assertThat(found).hasSize(1);
    assertSame(found.get(0), "cat", 0.9, 0.25, 0.375, 0.75, 0.625);
  }

  @Test
  void yoloV5MultipliesByTheObjectnessAndMayGiveABoxSeveralLabels() throws IOException {
    float[] rows = {
      16, 16, 8, 8, 0.5f, 0.9f, 0.8f, // 0.45 and 0.4
      16, 16, 32, 32, 0.5f, 0.4f, 0.6f, // 0.2, below the threshold, and 0.3
    };
    folder.with(image(32, 32).answers("output0", rows, 1, 2, 7));
    var output = "{\"decoding\": \"yolo-v5\", \"tensor\": 0, \"labels\": \"%s\"}";

    folder.describedBy(JudgeFolder.detector(JudgeFolder.squash(32, 32), output.formatted("all")));
    var all = detect(picture(64, 32));
    folder.describedBy(JudgeFolder.detector(JudgeFolder.squash(32, 32), output.formatted("best")));
    var best = detect(picture(64, 32));

    assertThat(all).hasSize(3);
    assertSame(all.get(0), "cat", 0.45, 0.375, 0.375, 0.625, 0.625);
    assertSame(all.get(1), "dog", 0.4, 0.375, 0.375, 0.625, 0.625);
    assertSame(all.get(2), "dog", 0.3, 0, 0, 1, 1);
    assertThat(best).hasSize(2);
    assertSame(best.get(0), "cat", 0.45, 0.375, 0.375, 0.625, 0.625);
    assertSame(best.get(1), "dog", 0.3, 0, 0, 1, 1);
  }

  @Test
  void detrTakesTheSoftmaxOverAllClassesAndLeavesOutTheLast() throws IOException {
    float ln3 = (float) Math.log(3);
    float ln6 = (float) Math.log(6);
    float[] logits = {
      ln3, 0, 0, // 3/5 cat, 1/5 dog, 1/5 none
      0, ln3, ln6, // 1/10, 3/10, 6/10 none: a dog all the same
      0, 0, ln6, // 1/8: below the threshold
    };
    float[] boxes = {
      0.5f, 0.5f, 0.5f, 0.25f, //
      0.25f, 0.5f, 0.5f, 1, //
      0.5f, 0.5f, 1, 1,
    };
    folder
        .with(
            image(32, 32).answers("logits", logits, 1, 3, 3).answers("pred_boxes", boxes, 1, 3, 4))
        .describedBy(
            JudgeFolder.detector(
                JudgeFolder.squash(32, 32),
                "{\"decoding\": \"detr\", \"logits\": \"logits\", \"boxes\": \"pred_boxes\"}"));

    var found = detect(picture(40, 30));

    assertThat(found).hasSize(2);
    assertSame(found.get(0), "cat", 0.6, 0.25, 0.375, 0.75, 0.625);
    assertSame(found.get(1), "dog", 0.3, 0, 0, 0.5, 1);
  }

  @Test
  void detrWithASigmoidTakesEachQueryAndClassForABox() throws IOException {
    float[] logits = {(float) Math.log(3), (float) Math.log(4)}; // 3/4 cat, 4/5 dog
    folder
        .with(
            image(32, 32)
                .answers("logits", logits, 1, 1, 2)
                .answers("pred_boxes", new float[] {0.5f, 0.5f, 0.5f, 0.5f}, 1, 1, 4))
        .describedBy(
            JudgeFolder.detector(
                JudgeFolder.squash(32, 32),
                "{\"decoding\": \"detr-sigmoid\", \"logits\": \"logits\", \"boxes\":"
                    + " \"pred_boxes\"}"));

    var found = detect(picture(8, 8));

    assertThat(found).hasSize(2);
    assertSame(found.get(0), "dog", 0.8, 0.25, 0.25, 0.75, 0.75);
    assertSame(found.get(1), "cat", 0.75, 0.25, 0.25, 0.75, 0.75);
  }

  @Test
  void separateOutputsHaveTheirOrderAndTheirFirstClass() throws IOException {
    float[] boxes = {
      0.25f, 0.5f, 0.75f, 1, // top, left, bottom, right
      0, 0, 0, 0, // padded rows have the score 0
    };
    folder
        .with(
            image(32, 32)
                .answers("boxes", boxes, 1, 2, 4)
                .answers("scores", new float[] {0.75f, 0}, 1, 2)
                .longs("classes_value", new long[] {2, 0}, 1, 2)
                .node("Identity", List.of("classes_value"), "classes")
                .output("classes", OnnxModel.INT64, 1, 2))
        .describedBy(
            JudgeFolder.detector(JudgeFolder.squash(32, 32), separate("yxyx", "relative", 1)));

    var found = detect(picture(10, 10));

    assertThat(found).hasSize(1);
    assertSame(found.get(0), "dog", 0.75, 0.5, 0.25, 1, 0.75);
  }

  @Test
  void separateOutputsMayBeInPixelsWithoutABatch() throws IOException {
    folder
        .with(
            image(32, 32)
                .answers("boxes", new float[] {16, 16, 8, 16}, 1, 4)
                .answers("scores", new float[] {1}, 1)
                .answers("classes", new float[] {0}, 1))
        .describedBy(
            JudgeFolder.detector(JudgeFolder.squash(32, 32), separate("cxcywh", "pixels", 0)));

    var found = detect(picture(10, 10));

    assertThat(found).hasSize(1);
    assertSame(found.get(0), "cat", 1, 0.375, 0.25, 0.625, 0.75);
  }

  @Test
  void aNumberWithoutAClassIsNoDetectionAndNamesMayComeFromAFile() throws IOException {
    float[] boxes = {0, 0, 0.5f, 0.5f, 0.5f, 0.5f, 1, 1};
    folder
        .with("classes.txt", "N/A\nN/A\nbird\n")
        .with(
            image(32, 32)
                .answers("boxes", boxes, 1, 2, 4)
                .answers("scores", new float[] {0.9f, 0.8f}, 1, 2)
                .answers("classes", new float[] {1, 2}, 1, 2))
        .describedBy(
            JudgeFolder.detector(JudgeFolder.squash(32, 32), separate("xyxy", "relative", 0))
                .replace("[\"cat\", \"dog\"]", "\"classes.txt\""));

    assertThat(detect(picture(10, 10)))
        .singleElement()
        .satisfies(found -> assertSame(found, "bird", 0.8f, 0.5, 0.5, 1, 1));
  }

  @Test
  void saysEverythingThatItDependsOn() throws IOException {
    folder
        .with(image(32, 32).answers("output0", new float[6], 1, 6, 1))
        .describedBy(
            JudgeFolder.detector(
                JudgeFolder.letterbox(32, 32),
                "{\"decoding\": \"yolo-v8\", \"tensor\": \"output0\", \"labels\": \"best\"}"));

    var file = folder.read();
    try (var lease = JudgePool.leaseDetector(file)) {
      assertThat(lease.value().describe())
          .containsAllEntriesOf(file.settings())
          .containsEntry("candidates", "30000")
          .containsEntry("runtime", "ONNX Runtime 1.23.2 on the processor, 1 thread");
    }
    assertThat(file.settings())
        .containsEntry("kind", "detector")
        .containsEntry("name", "tiny")
        .containsEntry("input.resize", "letterbox")
        .containsEntry("input.pad", "114")
        .containsEntry("input.mean", "[0,0,0]")
        .containsEntry("output.decoding", "yolo-v8")
        .containsEntry("classes", "[\"cat\",\"dog\"]")
        .containsEntry("threshold", "0.25")
        .containsEntry("nms", "0.5")
        .containsKey("sha256.judge.json");
    assertThat(file.settings().get("sha256.tiny.onnx")).matches("[0-9a-f]{64}");
    assertThat(file.bytes()).isEqualTo(Files.size(directory.resolve("tiny.onnx")));
  }

  private static OnnxModel image(long height, long width) {
    return new OnnxModel().input("images", OnnxModel.FLOAT, 1, 3, height, width);
  }

  static String separate(String order, String coordinates, int first) {
    return String.format(
        Locale.ROOT,
        """
        {"decoding": "boxes-scores-classes", "boxes": "boxes", "scores": "scores",
         "classes": "classes", "order": "%s", "coordinates": "%s", "first_class": %d}\
        """,
        order,
        coordinates,
        first);
  }

  private List<Detection> detect(BufferedImage image) throws IOException {
    try (var lease = JudgePool.leaseDetector(folder.read())) {
      return lease.value().detect(image);
    }
  }

  static BufferedImage picture(int width, int height) {
    return new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
  }

  private static void assertSame(
      Detection found, String category, double score, double x0, double y0, double x1, double y1) {
    assertThat(found.category()).isEqualTo(category);
    assertThat(found.score()).isEqualTo(score, within(1e-6));
    assertThat(found.box().l1(new Box((float) x0, (float) y0, (float) x1, (float) y1)))
        .isLessThan(1e-6);
  }
}
