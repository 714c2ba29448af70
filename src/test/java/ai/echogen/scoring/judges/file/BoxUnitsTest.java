package ai.echogen.scoring.judges.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Detectors whose boxes are measured in something else than their description says. */
class BoxUnitsTest {
  private static final float[] PIXELS = {2, 2, 20, 20};
  private static final float[] SHARES = {0.1f, 0.1f, 0.9f, 1.1f};

  @TempDir Path directory;

  @Test
  void pixelsAreNotTakenForShares() {
    separate("relative", 5, PIXELS);

    assertThatThrownBy(this::found)
        .hasMessageContaining("tiny.onnx: its output boxes")
        .hasMessageContaining("5 of 5 have numbers above 8.0")
        .hasMessageContaining("coordinates must be pixels");
  }

  @Test
  void sharesAreNotTakenForPixels() {
    separate("pixels", 5, SHARES);

    assertThatThrownBy(this::found)
        .hasMessageContaining("none of 5 has a number above 1.5")
        .hasMessageContaining("coordinates must be relative");
  }

  @Test
  void boxesInTheirUnitsFewOnesAndPaddingAreTaken() throws IOException {
    separate("pixels", 5, PIXELS);
    assertThat(found()).isEqualTo(5);
    separate("relative", 5, SHARES);
    assertThat(found()).isEqualTo(5);
    separate("pixels", 4, SHARES);
    assertThat(found()).isEqualTo(4);
    separate("pixels", 9, new float[4]);
    assertThat(found()).isZero();
  }

  @Test
  void yoloTakesPixelsAndDetrShares() {
    var columns = new float[6 * 5];
    Arrays.fill(columns, 0.5f);
    folder(
        new OnnxModel()
            .input("images", OnnxModel.FLOAT, 1, 3, 32, 32)
            .answers("output0", columns, 1, 6, 5),
        "{\"decoding\": \"yolo-v8\", \"tensor\": 0, \"labels\": \"best\"}");
    assertThatThrownBy(this::found).hasMessageContaining("yolo-v8 takes pixels alone");

    folder(
        new OnnxModel()
            .input("images", OnnxModel.FLOAT, 1, 3, 32, 32)
            .answers("logits", new float[5 * 2], 1, 5, 2)
            .answers("boxes", repeated(PIXELS, 5), 1, 5, 4),
        "{\"decoding\": \"detr-sigmoid\", \"logits\": \"logits\", \"boxes\": \"boxes\"}");
    assertThatThrownBy(this::found).hasMessageContaining("detr-sigmoid takes shares alone");
  }

  private void separate(String coordinates, int number, float[] box) {
    var scores = new float[number];
    Arrays.fill(scores, 0.5f);
    folder(
        new OnnxModel()
            .input("images", OnnxModel.FLOAT, 1, 3, 32, 32)
            .answers("boxes", repeated(box, number), 1, number, 4)
            .answers("scores", scores, 1, number)
            .answers("classes", new float[number], 1, number),
        DetectorFromFileTest.separate("xyxy", coordinates, 0));
  }

  private void folder(OnnxModel model, String output) {
    new JudgeFolder(directory)
        .with(model)
        .describedBy(
            JudgeFolder.detector(JudgeFolder.squash(32, 32), output)
                .replace("\"nms\": 0.5", "\"nms\": 1"));
  }

  private static float[] repeated(float[] box, int number) {
    var boxes = new float[4 * number];
    for (int i = 0; i < boxes.length; i++) {
      boxes[i] = box[i % 4];
    }
    return boxes;
  }

  private int found() throws IOException {
    try (var lease = JudgePool.leaseDetector(new JudgeFolder(directory).read())) {
      return lease.value().detect(DetectorFromFileTest.picture(32, 32)).size();
    }
  }
}
