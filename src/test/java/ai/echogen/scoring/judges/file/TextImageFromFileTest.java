package ai.echogen.scoring.judges.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.scoring.metrics.ClipScore;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pair of networks that give back what was put in. */
class TextImageFromFileTest {
  private static final String WORDS =
      """
      {"version": "1.0", "truncation": null, "padding": null, "added_tokens": [],
       "normalizer": null, "pre_tokenizer": {"type": "Whitespace"}, "post_processor": null,
       "decoder": null, "model": {"type": "WordLevel",
       "vocab": {"<unk>": 0, "a": 1, "red": 2, "cat": 3, "<start>": 4, "<end>": 5, "<pad>": 6},
       "unk_token": "<unk>"}}\
      """;

  private static final String JUDGE =
      """
      {"kind": "text-image", "name": "tiny",
       "image": {"model": "image.onnx",
        "input": {"width": 2, "height": 1, "resize": "squash", "interpolation": "bilinear",
         "channels": "rgb", "type": "float32", "divisor": 1, "mean": [0, 0, 0],
         "std": [1, 1, 1], "layout": "nchw"},
        "output": {"tensor": "embeds", "dimension": 6}},
       "text": {"model": "text.onnx",
        "input": {"tokenizer": "tokenizer.json", "ids": "input_ids", "mask": "attention_mask",
         "type": "int64", "length": 6, "start": 4, "end": 5, "pad": 6},
        "output": {"tensor": "embeds", "dimension": 6}}}\
      """;

  @TempDir Path directory;
  private JudgeFolder folder;

  @BeforeEach
  void setUp() {
    folder =
        new JudgeFolder(directory)
            .with("tokenizer.json", WORDS)
            .with(
                "image.onnx",
                new OnnxModel()
                    .input("images", OnnxModel.FLOAT, 1, 3, 1, 2)
                    .node("Flatten", List.of("images"), "embeds")
                    .output("embeds", OnnxModel.FLOAT, 1, 6)
                    .toBytes())
            .with(
                "text.onnx",
                new OnnxModel()
                    .input("input_ids", OnnxModel.INT64, 1, 6)
                    .input("attention_mask", OnnxModel.INT64, 1, 6)
                    .node("Mul", List.of("input_ids", "attention_mask"), "embeds")
                    .output("embeds", OnnxModel.INT64, 1, 6)
                    .toBytes())
            .describedBy(JUDGE);
  }

  @Test
  void textsGoInBetweenStartAndEndPaddedOrCut() throws IOException {
    try (var lease = JudgePool.leaseTextImage(folder.read())) {
      var scorer = lease.value();
      var texts = scorer.texts(List.of("a red cat", "cat", "a a red red cat"));

      assertThat(texts[0]).containsExactly(unit(4, 1, 2, 3, 5, 0), within(1e-9));
      assertThat(texts[1]).containsExactly(unit(4, 3, 5, 0, 0, 0), within(1e-9));
      assertThat(texts[2]).containsExactly(unit(4, 1, 1, 2, 2, 5), within(1e-9));
      assertThat(scorer.isCut("a a red red cat")).isTrue();
      assertThat(scorer.isCut("a a red red")).isFalse();
      assertThat(scorer.dimension()).isEqualTo(6);
      assertThat(scorer.describe())
          .containsKeys("image.runtime", "text.runtime", "sha256.tokenizer.json")
          .containsEntry("text.input.length", "6");
    }
  }

  @Test
  void vectorsHaveLengthOneAndTheirCosineIsRaw() throws IOException {
    var image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, 0x040202);
    image.setRGB(1, 0, 0x010305);
    try (var lease = JudgePool.leaseTextImage(folder.read())) {
      var picture = lease.value().images(List.of(image))[0];
      var text = lease.value().texts(List.of("a"))[0];

      assertThat(picture).containsExactly(unit(4, 1, 2, 3, 2, 5), within(1e-7));
      assertThat(ClipScore.COSINE.of(picture, text)) // with 4 1 5
          .isEqualTo((16 + 1 + 10) / Math.sqrt(59 * 42), within(1e-7));
    }
  }

  @Test
  void withoutStartAndEndTheTextFillsAll() throws IOException {
    folder
        .with(
            "text.onnx",
            new OnnxModel()
                .input("ids", OnnxModel.INT64, 1, 6)
                .node("Identity", List.of("ids"), "embeds")
                .output("embeds", OnnxModel.INT64, 1, 6)
                .toBytes())
        .describedBy(
            JUDGE
                .replace("\"ids\": \"input_ids\", \"mask\": \"attention_mask\",", "")
                .replace("\"start\": 4, \"end\": 5", "\"start\": null, \"end\": null"));
    try (var lease = JudgePool.leaseTextImage(folder.read())) {
      assertThat(lease.value().texts(List.of("a cat"))[0])
          .containsExactly(unit(1, 3, 6, 6, 6, 6), within(1e-9));
    }
  }

  @Test
  void idsThatTheTokenizerDoesNotHaveAndSpacesOfTwoSizesAreErrors() {
    folder.describedBy(JUDGE.replace("\"pad\": 6", "\"pad\": 7"));
    refuses("tokenizer.json: has no token 7, which judge.json gives as start, end or pad");
    folder.describedBy(JUDGE.replaceFirst("\"dimension\": 6", "\"dimension\": 5"));
    refuses("text.output.dimension must be that of image.output: they share a space");
    folder.describedBy(JUDGE.replace("\"length\": 6, ", ""));
    refuses("missing text.input.length");
    folder.describedBy(JUDGE.replace("\"start\": 4, ", ""));
    refuses("missing text.input.start");
    folder.describedBy(JUDGE).with("tokenizer.json", "{}");
    refuses("tokenizer.json: must be a Hugging Face tokenizer.json");
  }

  @Test
  void aVectorOfZerosHasNoDirection() throws IOException {
    var black = new BufferedImage(2, 1, BufferedImage.TYPE_INT_RGB);
    try (var lease = JudgePool.leaseTextImage(folder.read())) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> lease.value().images(List.of(black)))
          .withMessage(directory.resolve("image.onnx") + ": gives a vector of zeros");
    }
  }

  private static double[] unit(double... values) {
    double square = 0;
    for (double value : values) {
      square += value * value;
    }
    for (int i = 0; i < values.length; i++) {
      values[i] /= Math.sqrt(square);
    }
    return values;
  }

  private void refuses(String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JudgePool.leaseTextImage(folder.read()).close())
        .withMessageContaining(message);
  }
}
