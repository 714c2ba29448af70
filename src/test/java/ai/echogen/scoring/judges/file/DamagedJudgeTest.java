package ai.echogen.scoring.judges.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with a judge's files is one error that names the file and what it should be. */
class DamagedJudgeTest {
  private static final String YOLO =
      "{\"decoding\": \"yolo-v8\", \"tensor\": \"output0\", \"labels\": \"best\"}";

  @TempDir Path directory;
  private JudgeFolder folder;

  @BeforeEach
  void setUp() {
    folder = new JudgeFolder(directory);
    folder.describedBy(JudgeFolder.detector(JudgeFolder.squash(32, 32), YOLO)).with(good());
  }

  private static OnnxModel good() {
    return image().answers("output0", new float[12], 1, 6, 2);
  }

  private static OnnxModel image() {
    return new OnnxModel().input("images", OnnxModel.FLOAT, 1, 3, 32, 32);
  }

  @Test
  void aWholeOneIsNoError() throws IOException {
    try (var lease = JudgePool.leaseDetector(folder.read())) {
      assertThat(lease.value().detect(DetectorFromFileTest.picture(3, 5))).isEmpty();
    }
  }

  @Test
  void aFileThatIsNoOnnx() {
    folder.with("tiny.onnx", "<html>not found</html>");
    refuses("tiny.onnx: is no ONNX model: no field begins at byte 0");
  }

  @Test
  void anEmptyFile() {
    folder.with("tiny.onnx", "");
    refuses("tiny.onnx: is no ONNX model: it has no graph");
  }

  @Test
  void aPointerInPlaceOfTheFile() {
    folder.with("tiny.onnx", "version https://git-lfs.github.com/spec/v1\noid sha256:0\n");
    refuses("tiny.onnx: is a Git LFS pointer: run git lfs pull");
  }

  @Test
  void everyFileThatIsCutShort() throws IOException {
    var whole = good().toBytes();
    for (int length = whole.length - 1; length > 0; length -= 23) {
      folder.with("tiny.onnx", Arrays.copyOf(whole, length));
      refuses("tiny.onnx: is ");
    }
  }

  @Test
  void anUnknownOpset() {
    folder.with(good().opset(999));
    refuses("tiny.onnx: ONNX Runtime 1.23.2 does not open it: ", "opset");
  }

  @Test
  void anOperatorThatTheRuntimeDoesNotKnow() {
    folder.with(image().node("Conjure", List.of("images"), "output0").output("output0", 1, 1, 6));
    refuses("tiny.onnx: ONNX Runtime 1.23.2 does not open it: ", "Conjure");
  }

  @Test
  void weightsInAFileThatIsNotListed() {
    folder.with(good().external("w", "/etc/passwd", 4, 1));
    refuses("keeps weights in \"/etc/passwd\"; only files of its folder that judge.json lists");
    folder.with(good().external("w", "../weights.bin", 4, 1));
    refuses("keeps weights in \"../weights.bin\"");
  }

  @Test
  void weightsInAFileThatIsListedAreRead() throws IOException {
    var zeros = new byte[4 * 12];
    folder
        .with("weights.bin", zeros)
        .describedBy(
            JudgeFolder.detector(JudgeFolder.squash(32, 32), YOLO)
                .replace("\"input\":", "\"data\": [\"weights.bin\"], \"input\":"))
        .with(
            image()
                .external("w", "weights.bin", zeros.length, 1, 6, 2)
                .node("Identity", List.of("w"), "output0")
                .output("output0", OnnxModel.FLOAT, 1, 6, 2));

    var file = folder.read();
    JudgePool.leaseDetector(file).close();

    assertThat(file.settings()).containsKey("sha256.weights.bin");
  }

  @Test
  void anOutputOfAnotherShape() {
    folder.with(image().answers("output0", new float[85 * 2], 1, 85, 2));
    refuses(
        "tiny.onnx: its output output0 is 1 × 85 × 2; yolo-v8 with 2 classes needs 1 × 6 × boxes");
  }

  @Test
  void anOutputOfAnotherName() {
    folder.with(image().answers("out", new float[12], 1, 6, 2));
    refuses("tiny.onnx: has no output output0; it has [out is 1 × 6 × 2 of FLOAT]");
  }

  @Test
  void anOutputOfAnotherType() {
    folder.with(
        image()
            .floats("value", new float[12], 1, 6, 2)
            .node("Cast", List.of("value"), "output0", castTo(OnnxModel.STRING))
            .output("output0", OnnxModel.STRING, 1, 6, 2));
    refuses("tiny.onnx: its output output0 is of STRING, must be of float, double, int32 or int64");
  }

  private static OnnxModel.Message castTo(int type) {
    return new OnnxModel.Message().text(1, "to").number(3, type).number(20, 2);
  }

  @Test
  void anInputOfAnotherShapeTypeOrName() {
    folder.with(
        new OnnxModel()
            .input("images", OnnxModel.FLOAT, 1, 3, 640, -1)
            .answers("output0", new float[12], 1, 6, 2));
    refuses(
        "tiny.onnx: its input images is 1 × 3 × 640 × ? of FLOAT; judge.json gives it 1 × 3 × 32 ×"
            + " 32 of float32");
    folder.with(
        new OnnxModel()
            .input("images", OnnxModel.UINT8, 1, 3, 32, 32)
            .answers("output0", new float[12], 1, 6, 2));
    refuses("tiny.onnx: its input images is 1 × 3 × 32 × 32 of UINT8; judge.json gives it");
    folder.with(
        new OnnxModel()
            .input("pixel_values", OnnxModel.FLOAT, 1, 3, 32, 32)
            .answers("output0", new float[12], 1, 6, 2));
    refuses(
        "tiny.onnx: has no input \"images\"; it has [pixel_values is 1 × 3 × 32 × 32 of FLOAT]");
  }

  @Test
  void anInputThatNobodyGives() {
    folder.with(good().input("sizes", OnnxModel.INT64, 1, 2));
    refuses("tiny.onnx: also wants the input sizes is 1 × 2 of INT64, which judge.json does not");
  }

  @Test
  void scoresThatAreNoNumbersOrNoScores() {
    var values = new float[12];
    values[9] = Float.NaN;
    folder.with(image().answers("output0", values, 1, 6, 2));
    refuses("tiny.onnx: its output output0 has NaN at 9");
    values[9] = 7.25f;
    folder.with(image().answers("output0", values, 1, 6, 2));
    refuses("has the score 7.25, which must be 0 to 1: yolo-v8 takes scores after the sigmoid");
  }

  @Test
  void logitsThatAreNoNumbers() {
    folder
        .describedBy(
            JudgeFolder.detector(
                JudgeFolder.squash(32, 32),
                "{\"decoding\": \"detr\", \"logits\": 0, \"boxes\": 1}"))
        .with(
            image()
                .answers("logits", new float[] {0, Float.NaN, 0}, 1, 1, 3)
                .answers("boxes", new float[4], 1, 1, 4));
    refuses("tiny.onnx: its output logits gives query 0 the score NaN");
  }

  @ParameterizedTest
  @CsvSource({"2, 2.0", "-1, -1.0", "0.5, 0.5", "NaN, NaN"})
  void aClassWithoutAName(float number, String shown) {
    folder
        .describedBy(
            JudgeFolder.detector(
                JudgeFolder.squash(32, 32), DetectorFromFileTest.separate("xyxy", "relative", 0)))
        .with(
            image()
                .answers("boxes", new float[] {0, 0, 1, 1}, 1, 1, 4)
                .answers("scores", new float[] {0.5f}, 1, 1)
                .answers("classes", new float[] {number}, 1, 1));
    refuses(
        "tiny.onnx: its output classes has the class "
            + shown
            + "; with 2 names and first_class 0 it must be a whole number, 0 to 1");
  }

  @Test
  void aFileThatIsMissing() throws IOException {
    Files.delete(directory.resolve("tiny.onnx"));
    refuses("tiny.onnx: no such file, which judge.json names");
  }

  @Test
  void aFolderWithoutADescription() throws IOException {
    Files.delete(directory.resolve("judge.json"));
    refuses(directory + ": has no judge.json; give the path of one as judge");
  }

  @Test
  void aDescriptionNamesEverythingThatIsWrong() {
    folder.describedBy(
        """
        {"kind": "detector", "name": "tiny", "model": "../tiny.onnx", "input": {"width": 0,
         "height": 32, "resize": "letterbox", "interpolation": "nearest", "channels": "rgb",
         "type": "float32", "divisor": 255, "mean": [0, 0], "std": [1, 1, 0], "layout": "nchw"},
         "output": {"decoding": "yolo-v8", "tensor": -1, "labels": "best"},
         "classes": ["cat", "cat"], "threshold": 1.5, "nms": 0.5, "most": 1, "colour": 1}\
        """);
    refuses(
        "judge.json: ",
        "model must name a file of the same folder, got \"../tiny.onnx\"",
        "input.width must be a whole number, 1 to 4096, got 0",
        "input.interpolation must be one of [bilinear, bilinear-antialiased,"
            + " bicubic-antialiased, area], got \"nearest\"",
        "missing input.pad",
        "input.mean must be a list of three numbers, got [0,0]",
        "input.std must be > 0",
        "output.tensor must be the name of an output, or its place from 0, got -1",
        "classes must not name cat twice, as number 1 does",
        "threshold must be 0.0 to 1.0, got 1.5",
        "colour is not known",
        "docs/judges.md has an example of each");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[]|judge.json: must be a JSON object, got []",
        "{|judge.json: 1: is not valid JSON",
        "{\"kind\": \"oracle\"}|kind must be one of [detector, features, text-image], got"
            + " \"oracle\"",
        "{\"kind\": 3}|kind must be a text, got 3",
      })
  void aDescriptionThatIsNone(String json, String message) {
    folder.describedBy(json);
    refuses(message);
  }

  @Test
  void classesThatAreNoText() {
    folder
        .with("classes.txt", new byte[] {(byte) 0xFF, (byte) 0xFE})
        .describedBy(
            JudgeFolder.detector(JudgeFolder.squash(32, 32), YOLO)
                .replace("[\"cat\", \"dog\"]", "\"classes.txt\""));
    refuses("classes.txt: must be a text in UTF-8, a class a line");
    folder.with("classes.txt", "cat\n\ndog\n".getBytes(StandardCharsets.UTF_8));
    refuses("classes.txt: its lines must be names of 1 to 200 letters, number 1 is not");
  }

  @Test
  void aJudgeOfAnotherKind() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JudgePool.leaseFeatures(folder.read()))
        .withMessageEndingWith(
            "judge.json: is of the kind detector; a judge of the kind features is wanted");
  }

  @Test
  void filesThatAreNotThoseThatTheDriverRead() throws IOException {
    var file = folder.read();
    folder.with(image().answers("output0", new float[18], 1, 6, 3));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> JudgePool.leaseDetector(file))
        .withMessageContaining("tiny.onnx: is not the file that the driver read");
  }

  private void refuses(String... parts) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JudgePool.leaseDetector(folder.read()).close())
        .satisfies(
            e -> {
              assertThat(e.getMessage()).contains(parts).contains(directory.toString());
              assertThat(e.getMessage().lines()).hasSize(1);
            });
  }
}
