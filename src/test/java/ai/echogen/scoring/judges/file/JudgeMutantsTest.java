package ai.echogen.scoring.judges.file;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.Mutants;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged files are read, or are one error in one line; nothing else is thrown. */
class JudgeMutantsTest {
  private static final int DESCRIPTIONS = 1000;
  private static final int MODELS = 300;

  @TempDir Path directory;

  @Test
  void ofDescriptions() {
    var whole =
        JudgeFolder.detector(
                JudgeFolder.letterbox(32, 32),
                "{\"decoding\": \"yolo-v8\", \"tensor\": \"output0\", \"labels\": \"best\"}")
            .getBytes(StandardCharsets.UTF_8);
    int refused = 0;
    for (int i = 0; i < DESCRIPTIONS; i++) {
      try {
        var unused = JudgeDescription.parse(Mutants.of(whole, true, 16, i), "judge.json");
      } catch (IllegalArgumentException e) {
        refused++;
        assertThat(e.getMessage()).startsWith("judge.json: ");
        assertThat(e.getMessage().length()).isLessThan(20_000);
      }
    }
    assertThat(refused).isBetween(DESCRIPTIONS / 2, DESCRIPTIONS - 1);
  }

  @Test
  void ofModels() throws IOException {
    var whole =
        new OnnxModel()
            .input("images", OnnxModel.FLOAT, 1, 3, 1, 1)
            .floats("w", new float[6], 3, 2)
            .node("Flatten", List.of("images"), "flat")
            .node("MatMul", List.of("flat", "w"), "features")
            .output("features", OnnxModel.FLOAT, 1, 2)
            .toBytes();
    var file = directory.resolve("tiny.onnx");
    int ran = 0;
    for (int i = 0; i < MODELS; i++) {
      Files.write(file, Mutants.of(whole, false, 16, i));
      try (var network = OnnxNetwork.open(file, List.of(), file.toString())) {
        var image =
            new Input("", Input.Type.FLOAT32, FloatBuffer.allocate(3), new long[] {1, 3, 1, 1});
        assertThat(network.run(List.of(image), List.of(new OutputKey("", 0)))).hasSize(1);
        ran++;
      } catch (IllegalArgumentException e) {
        assertThat(e.getMessage()).startsWith(file + ": ");
        assertThat(e.getMessage().lines()).hasSize(1);
      }
    }
    assertThat(ran).isBetween(1, MODELS - 1);
  }
}
