package ai.echogen.scoring.judges.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.echogen.scoring.judges.file.OnnxModel.Message;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Models by which ONNX Runtime 1.23.2 ended the process, wrote beyond a tensor, or took as much
 * memory as there is.
 */
class OnnxStructureTest {
  private static final long NO_TYPE = -4563465123890056781L;

  @TempDir Path directory;

  private static OnnxModel image() {
    return new OnnxModel().input("images", OnnxModel.FLOAT, 1, 3, 8, 8);
  }

  /** An attribute of whole numbers. */
  static Message whole(String name, long... values) {
    var attribute = new Message().text(1, name);
    for (long value : values) {
      attribute.number(8, value);
    }
    return attribute.number(20, 7);
  }

  @Test
  void aTypeThatIsNone() throws IOException {
    refuses(
        image().tensor(new Message().number(1, 1).number(2, NO_TYPE).text(8, "w")),
        "the tensor \"w\" has the type -4563465123890056781, which is not known");
  }

  @Test
  void valuesThatAreNotAsManyAsTheShapeSays() throws IOException {
    refuses(
        image()
            .tensor(new Message().number(1, 1).number(2, 7).text(8, "ends").bytes(9, new byte[5])),
        "the tensor \"ends\" has 5 bytes, its shape [1] needs 8");
    refuses(
        image().tensor(new Message().number(1, 3).number(2, 1).text(8, "w").bytes(4, new byte[8])),
        "the tensor \"w\" has 2 values of its type, its shape [3] needs 3");
    refuses(
        image().tensor(new Message().number(1, 3).number(2, 7).text(8, "w").bytes(7, new byte[4])),
        "the tensor \"w\" has 4 values of its type, its shape [3] needs 3");
    refuses(
        image().tensor(new Message().number(1, 1L << 39).number(1, 4).number(2, 1).text(8, "w")),
        "the tensor \"w\" has the shape [549755813888, 4]");
    refuses(
        image().tensor(new Message().number(1, -1).number(2, 1).text(8, "w")),
        "the tensor \"w\" has the shape [-1]");
  }

  @Test
  void valuesInEveryFormAreCounted() throws IOException {
    var half = new Message().number(1, 2).number(2, 10).text(8, "half").bytes(5, new byte[2]);
    var text = new Message().number(1, 2).number(2, 8).text(8, "text").text(6, "a").text(6, "");
    var small = new Message().number(1, 3).number(2, 22).text(8, "small").bytes(9, new byte[2]);
    var none = new Message().number(1, 0).number(2, 1).text(8, "none");
    var whole = new Message().number(1, 2).number(2, 7).text(8, "whole").number(7, 1).number(7, -1);
    for (var tensor : List.of(half, text, small, none, whole)) {
      OnnxFile.check(write(image().tensor(tensor)), List.of());
    }
  }

  /** The runtime did not come to an end while it opened the model. */
  @Test
  void dimensionsThatNothingHas() throws IOException {
    refuses(
        new OnnxModel().input("images", OnnxModel.FLOAT, 1, 3, 820_105_985_189_588_685L, 8),
        "a value has a dimension of 820105985189588685");
  }

  @Test
  void stepsByWhichItDivides() throws IOException {
    refuses(
        image().node("MaxPool", List.of("images"), "out", whole("strides", 4, 0)),
        "an operation MaxPool has strides [4, 0], must be 1 to 65536");
    refuses(
        image().node("AveragePool", List.of("images"), "out", whole("kernel_shape", 1L << 40)),
        "an operation AveragePool has kernel_shape [1099511627776], must be 1 to 65536");
  }

  @Test
  void edgesBeyondTheSteps() throws IOException {
    refuses(
        image()
            .node(
                "ConvTranspose",
                List.of("images", "w"),
                "out",
                whole("strides", 2, 2),
                whole("output_padding", 0, 65_536)),
        "an operation ConvTranspose has output_padding [0, 65536], must be less than its steps");
  }

  @Test
  void anAttributeThatIsThereTwice() throws IOException {
    refuses(
        image().node("MaxPool", List.of("images"), "out", whole("strides", 1), whole("strides", 0)),
        "an operation MaxPool has the attributes [strides]; each must have a name of its own");
  }

  @Test
  void tensorsAsLargeAsAConstantSays() throws IOException {
    for (var operator : List.of("ConstantOfShape", "Expand")) {
      var inputs = operator.equals("Expand") ? List.of("images", "sizes") : List.of("sizes");
      refuses(
          image().longs("sizes", new long[] {1L << 20, 1L << 20}, 2).node(operator, inputs, "out"),
          "an operation " + operator + " makes a tensor of the sizes [1048576, 1048576]");
    }
    refuses(
        image().longs("once", new long[] {1 << 28}, 1).node("Tile", List.of("images", "once"), "x"),
        "an operation Tile makes a tensor of the sizes [268435456]");
    refuses(
        image().longs("by", new long[] {0, 1 << 20}, 2).node("Pad", List.of("images", "by"), "x"),
        "an operation Pad makes a tensor of the sizes [0, 1048576]");
    refuses(
        image()
            .floats("by", new float[] {1, 1, 1, 5000}, 4)
            .node("Resize", List.of("images", "", "by"), "x"),
        "an operation Resize makes a tensor of the sizes [1.0, 1.0, 1.0, 5000.0]");
  }

  /** By the length of an empty one, OneHot divides. */
  @Test
  void aRangeOfNothing() throws IOException {
    refuses(
        image()
            .longs("from", new long[] {1L << 61})
            .longs("to", new long[] {5})
            .longs("by", new long[] {1})
            .node("Range", List.of("from", "to", "by"), "range"),
        "an operation Range makes a tensor from, to and by [2305843009213693952, 5, 1]");
  }

  /** The body has as many inputs as the loop, and an output more than it. */
  @Test
  void aLoopWhoseBodyDoesNotFit() throws IOException {
    refuses(
        loop(1, List.of("trips", "go", "go", "images")),
        "an operation Loop has 4 inputs and 1 outputs, which its graph of 3 and 2 does not fit");
  }

  @Test
  void aLoopWithoutEndIsEnded() throws IOException {
    var file = write(loop(Long.MAX_VALUE, List.of("trips", "go", "images")));
    try (var network = OnnxNetwork.open(file, List.of(), "tiny.onnx", 1)) {
      var image =
          new Input("", Input.Type.FLOAT32, FloatBuffer.allocate(192), new long[] {1, 3, 8, 8});
      assertThatIllegalArgumentException()
          .isThrownBy(() -> network.run(List.of(image), List.of(new OutputKey("", 0))))
          .withMessage("tiny.onnx: came to no end within 1 seconds");
    }
    var once = write(loop(2, List.of("trips", "go", "images")));
    try (var network = OnnxNetwork.open(once, List.of(), "tiny.onnx", 60)) {
      var image = new float[192];
      image[0] = 1;
      var input =
          new Input("", Input.Type.FLOAT32, FloatBuffer.wrap(image), new long[] {1, 3, 8, 8});
      var out = network.run(List.of(input), List.of(new OutputKey("", 0))).get(0);
      assertThat(out.values()[0]).isEqualTo(4);
    }
  }

  /** What it is given, doubled so many times. */
  private static OnnxModel loop(long trips, List<String> inputs) {
    var body =
        new Message()
            .text(2, "body")
            .message(1, OnnxModel.nodeOf("Identity", List.of("on"), "still_on"))
            .message(1, OnnxModel.nodeOf("Add", List.of("x", "x"), "doubled"))
            .message(11, OnnxModel.value("i", OnnxModel.INT64))
            .message(11, OnnxModel.value("on", OnnxModel.BOOL))
            .message(11, OnnxModel.value("x", OnnxModel.FLOAT, 1, 3, 8, 8))
            .message(12, OnnxModel.value("still_on", OnnxModel.BOOL))
            .message(12, OnnxModel.value("doubled", OnnxModel.FLOAT, 1, 3, 8, 8));
    return image()
        .longs("trips", new long[] {trips})
        .tensor(new Message().number(2, OnnxModel.BOOL).text(8, "go").bytes(9, new byte[] {1}))
        .node("Loop", inputs, "out", new Message().text(1, "body").message(6, body).number(20, 5))
        .output("out", OnnxModel.FLOAT, 1, 3, 8, 8);
  }

  private Path write(OnnxModel model) throws IOException {
    return Files.write(directory.resolve("tiny.onnx"), model.toBytes());
  }

  private void refuses(OnnxModel model, String message) throws IOException {
    var file = write(model);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OnnxFile.check(file, List.of()))
        .withMessage(file + ": is damaged, or cannot be run: " + message);
  }
}
