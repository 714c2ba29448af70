package ai.echogen.scoring.judges.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.layout.Box;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TorchJudgeTest {
  @TempDir Path directory;
  private JudgeFolder folder;

  @BeforeEach
  void setUp() {
    folder = new JudgeFolder(directory);
  }

  /** 15 is bfloat16, of whose type DJL must not be asked; 7 is float64, 4 int64. */
  @ParameterizedTest
  @CsvSource({
    "Tensor, 'return torch.flatten(x, 1)', 0",
    "Tensor, 'return torch.flatten(x, 1).to(15)', 0",
    "Tensor, 'return torch.flatten(x, 1).to(7)', 0",
    "Tensor, 'return torch.flatten(x, 1).to(4)', 0",
    "Tensor, 'return torch.transpose(torch.transpose(torch.flatten(x, 1), 0, 1), 0, 1)', 0",
    "'Tuple[Tensor, Tensor]', 'return (x, torch.flatten(x, 1))', 1",
    "'List[Tensor]', 'return [x, torch.flatten(x, 1)]', 1",
    "'Dict[str, Tensor]', 'return {\"rest\": x, \"features\": torch.flatten(x, 1)}',"
        + " '\"features\"'",
  })
  void outputsAreTakenByPlaceOrNameWhateverTheirType(String type, String body, String output)
      throws IOException {
    folder.with("tiny.pt", TorchModule.of(type, body)).describedBy(features(output, 6));
    var image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_RGB);
    image.setRGB(1, 0, 0x0400FF);

    try (var lease = JudgePool.leaseFeatures(folder.read())) {
      assertThat(lease.value().features(List.of(image))[0]).containsExactly(0, 4, 0, 0, 0, 255);
      assertThat(lease.value().describe().get("runtime"))
          .matches("libtorch \\S+ on the processor, 1 thread");
    }
  }

  @Test
  void aDetectorMayBeTorchScript() throws IOException {
    var body =
        "return (torch.tensor([[0., 0., 1., 2.]]), torch.tensor([1], dtype=4),"
            + " torch.tensor([0.75]))"; // torchvision's order
    folder
        .with("tiny.pt", TorchModule.of("Tuple[Tensor, Tensor, Tensor]", body))
        .describedBy(
            JudgeFolder.detector(
                    JudgeFolder.squash(2, 2),
                    """
                    {"decoding": "boxes-scores-classes", "boxes": 0, "scores": 2, "classes": 1,
                     "order": "xyxy", "coordinates": "pixels", "first_class": 0}\
                    """)
                .replace("tiny.onnx", "tiny.pt"));

    try (var lease = JudgePool.leaseDetector(folder.read())) {
      var found = lease.value().detect(new BufferedImage(7, 7, BufferedImage.TYPE_INT_RGB));
      assertThat(found).hasSize(1);
      assertThat(found.get(0).category()).isEqualTo("dog");
      assertThat(found.get(0).score()).isEqualTo(0.75, within(1e-9));
      assertThat(found.get(0).box()).isEqualTo(new Box(0, 0, 0.5f, 1));
    }
  }

  @Test
  void whatAModuleDoesWrongIsOneError() throws IOException {
    folder.describedBy(features("0", 6));
    folder.with("tiny.pt", TorchModule.of("Tensor", "return torch.matmul(x, torch.zeros([5, 5]))"));
    refuses("tiny.pt: libtorch ", " cannot run it: ", "shapes cannot be multiplied");
    folder.with("tiny.pt", TorchModule.of("Tensor", "return torch.flatten(x, 1)[:, 0:5]"));
    refuses("tiny.pt: its output number 0 is 1 × 5; the judge's dimension is 6");
    folder.with("tiny.pt", TorchModule.of("int", "return 3"));
    refuses("tiny.pt: libtorch ", " cannot run it: ");
    folder.with(
        "tiny.pt",
        TorchModule.of("Tensor", "return torch.log(torch.sub(torch.flatten(x, 1), 128.))"));
    refuses("tiny.pt: its output number 0 has -Infinity at 0");
    folder.describedBy(features("3", 6));
    folder.with("tiny.pt", TorchModule.of("Tensor", "return torch.flatten(x, 1)"));
    refuses("tiny.pt: has no output number 3; it has [number 0 is 1 × 6]");
  }

  @Test
  void aFileThatIsNoTorchScript() throws IOException {
    folder.describedBy(features("0", 6));
    folder.with("tiny.pt", "hello");
    refuses("tiny.pt: is no TorchScript file, or is cut short");
    var whole = TorchModule.of("Tensor", "return x");
    folder.with("tiny.pt", Arrays.copyOf(whole, whole.length / 2));
    refuses("tiny.pt: is no TorchScript file, or is cut short");
    whole[whole.length - 1] = 4; // a comment that is not there
    folder.with("tiny.pt", whole);
    refuses("tiny.pt: is no TorchScript file, or is cut short (it ends early)");
    folder.with("tiny.pt", weights());
    refuses("tiny.pt: holds weights without code, as torch.save writes them; export TorchScript");
    folder.with("tiny.pt", TorchModule.of("Tensor", "return torch.conjure(x)"));
    refuses("tiny.pt: libtorch ", " does not open it: ");
  }

  /** libtorch reads on where a bit of the code, or of a number, is another. */
  @Test
  void aBitThatFellOverIsNoticed() throws IOException {
    folder.describedBy(features("0", 6));
    var whole = TorchModule.of("Tensor", "return torch.add(torch.flatten(x, 1), 1.5)");
    int at = new String(whole, StandardCharsets.ISO_8859_1).indexOf("1.5");
    whole[at] = '3';
    folder.with("tiny.pt", whole);
    refuses("tiny.pt: is damaged: its part judge/code/__torch__.py is not as it was written");
  }

  private static byte[] weights() throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("archive/data.pkl"));
      zip.write(new byte[] {(byte) 0x80, 2, '}', '.'});
      zip.closeEntry();
    }
    return bytes.toByteArray();
  }

  /** Levels as they are, of two pixels in a row. */
  private static String features(String output, int dimension) {
    return String.format(
        Locale.ROOT,
        """
        {"kind": "features", "name": "tiny", "model": "tiny.pt",
         "input": {"width": 2, "height": 1, "resize": "squash", "interpolation": "bilinear",
          "channels": "rgb", "type": "float32", "divisor": 1, "mean": [0, 0, 0], "std": [1, 1, 1],
          "layout": "nchw"},
         "output": {"tensor": %s, "dimension": %d}}\
        """,
        output,
        dimension);
  }

  private void refuses(String... parts) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JudgePool.leaseFeatures(folder.read()).close())
        .satisfies(
            e -> {
              assertThat(e.getMessage()).contains(parts);
              assertThat(e.getMessage().lines()).hasSize(1);
            });
  }
}
