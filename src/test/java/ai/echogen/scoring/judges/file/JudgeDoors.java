package ai.echogen.scoring.judges.file;

import ai.djl.Device;
import ai.echogen.Door;
import ai.echogen.Mutants;
import ai.echogen.json.JsonText;
import ai.echogen.storage.Location;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Judges' descriptions, models and names of classes. */
public final class JudgeDoors {
  private static final int SIDE = 8; // of the pictures that the models take
  private static final String DESCRIPTION = "judge.json";

  private static final String FEATURES =
      """
      {"kind": "features", "name": "tiny", "model": "tiny.pt",
       "input": {"width": 2, "height": 1, "resize": "squash", "interpolation": "area",
        "channels": "bgr", "type": "float32", "divisor": 2, "mean": [1, 2, 3], "std": [2, 3, 4],
        "layout": "nhwc"},
       "output": {"tensor": 0, "dimension": 6}}
      """;

  private static final String PAIR =
      """
      {"kind": "text-image", "name": "tiny",
       "image": {"model": "image.onnx", "data": ["image.bin"],
        "input": {"name": "images", "width": 2, "height": 1, "resize": "squash",
         "interpolation": "bilinear", "channels": "rgb", "type": "uint8", "divisor": 1,
         "mean": [0, 0, 0], "std": [1, 1, 1], "layout": "nchw"},
        "output": {"tensor": "embeds", "dimension": 6}},
       "text": {"model": "text.onnx",
        "input": {"tokenizer": "tokenizer.json", "ids": "input_ids", "mask": "attention_mask",
         "type": "int64", "length": 6, "start": 4, "end": 5, "pad": 6},
        "output": {"tensor": "embeds", "dimension": 6}}}
      """;

  private JudgeDoors() {}

  /** Writes whole files into an empty folder. */
  public static List<Door> in(Path folder) throws IOException {
    var onnx = onnx(Files.createDirectory(folder.resolve("onnx")));
    var torch = torch(Files.createDirectory(folder.resolve("torch")));
    var pair = Files.createDirectory(folder.resolve("pair"));
    new JudgeFolder(pair).describedBy(PAIR);
    return List.of(
        Door.json(onnx, DESCRIPTION, JudgeDoors::described).named("judge.json, detector").strict(),
        Door.json(torch, DESCRIPTION, JudgeDoors::described).named("judge.json, features").strict(),
        Door.json(pair, DESCRIPTION, JudgeDoors::described).named("judge.json, texts").strict(),
        Door.json(onnx, DESCRIPTION, JudgeDoors::detections).named("judge.json, used"),
        Door.bytes(onnx, "classes.txt", JudgeDoors::detections),
        Door.bytes(onnx, "tiny.onnx", JudgeDoors::detections).of(Mutants.Form.PROTOBUF),
        Door.bytes(onnx, "weights.bin", JudgeDoors::detections),
        Door.bytes(torch, "tiny.pt", JudgeDoors::features).sealed());
  }

  /** A detector of the operators that take sizes from tensors, of which mutants are made. */
  private static Path onnx(Path folder) {
    var weights = ByteBuffer.allocate(4 * 6 * 48).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 6 * 48; i++) {
      weights.putFloat(i % 7 / 70f);
    }
    var model =
        new OnnxModel()
            .input("images", OnnxModel.FLOAT, 1, 3, SIDE, SIDE)
            .external("w", "weights.bin", weights.capacity(), 6, 3, 4, 4)
            .longs("sizes", new long[] {1, 6, 4}, 3)
            .longs("once", new long[] {1, 1, 1}, 3)
            .longs("around", new long[6], 6)
            .node(
                "Conv",
                List.of("images", "w"),
                "patches",
                OnnxStructureTest.whole("kernel_shape", 4, 4),
                OnnxStructureTest.whole("strides", 4, 4),
                OnnxStructureTest.whole("pads", 0, 0, 0, 0))
            .node("Reshape", List.of("patches", "sizes"), "flat")
            .node("ConstantOfShape", List.of("sizes"), "zeros")
            .node("Add", List.of("flat", "zeros"), "sum")
            .node("Expand", List.of("sum", "sizes"), "expanded")
            .node("Tile", List.of("expanded", "once"), "tiled")
            .node("Pad", List.of("tiled", "around"), "padded")
            .node("Sigmoid", List.of("padded"), "output0")
            .output("output0", OnnxModel.FLOAT, 1, 6, 4);
    new JudgeFolder(folder)
        .with(model)
        .with("weights.bin", weights.array())
        .with("classes.txt", "cat\ndog\n")
        .describedBy(
            JudgeFolder.detector(
                    JudgeFolder.letterbox(SIDE, SIDE),
                    "{\"decoding\": \"yolo-v8\", \"tensor\": \"output0\", \"labels\": \"best\"}")
                .replace("[\"cat\", \"dog\"]", "\"classes.txt\"")
                .replace("\"input\":", "\"data\": [\"weights.bin\"], \"input\":"));
    return folder;
  }

  private static Path torch(Path folder) throws IOException {
    new JudgeFolder(folder)
        .with(
            "tiny.pt",
            TorchModule.of(
                "Tensor", "return torch.flatten(torch.add(x, torch.ones([1, 2, 3])), 1)"))
        .describedBy(FEATURES);
    return folder;
  }

  private static Object described(Path folder) throws IOException {
    var file = folder.resolve(DESCRIPTION);
    var json = Files.readAllBytes(file);
    return List.of(
        JudgeDescription.parse(json, file.toString()),
        JsonText.parse(json, file.toString()).path("name")); // for the row of a result
  }

  private static Object detections(Path folder) throws IOException {
    var file = JudgeFile.of(Location.of(folder), "judge");
    return file.onDisk(
        (description, here) -> {
          if (!(description instanceof DetectorDescription detector)) {
            return description; // JudgePool refuses it by name
          }
          try (var judge = ModelDetector.open(detector, here, Device.cpu(), file)) {
            return judge.detect(new BufferedImage(16, 12, BufferedImage.TYPE_INT_RGB));
          }
        });
  }

  private static Object features(Path folder) throws IOException {
    var file = JudgeFile.of(Location.of(folder), "judge");
    return file.onDisk(
        (description, here) -> {
          try (var judge =
              ModelFeatures.open((FeaturesDescription) description, here, Device.cpu(), file)) {
            var picture = new BufferedImage(16, 12, BufferedImage.TYPE_INT_RGB);
            return Arrays.deepToString(judge.features(List.of(picture)));
          }
        });
  }
}
