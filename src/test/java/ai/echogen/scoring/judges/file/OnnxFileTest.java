package ai.echogen.scoring.judges.file;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.echogen.scoring.judges.file.OnnxModel.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class OnnxFileTest {
  @TempDir Path directory;

  /** Each way from the model to a tensor. */
  static Stream<Arguments> places() {
    var tensor = OnnxModel.externalTensor("w", "elsewhere", 4, 1);
    var graph = new Message().message(5, tensor);
    return Stream.of(
        Arguments.of("an attribute", attribute(5, tensor)),
        Arguments.of("a list of tensors", attribute(10, tensor)),
        Arguments.of("a branch", attribute(6, graph)),
        Arguments.of("several branches", attribute(11, graph)),
        Arguments.of(
            "a function",
            graph(2, new Message())
                .message(
                    25, message(7, message(5, new Message().text(1, "value").message(5, tensor))))),
        Arguments.of(
            "a default of a function",
            graph(2, new Message()).message(25, new Message().message(11, message(5, tensor)))),
        Arguments.of(
            "training", graph(2, new Message()).message(20, new Message().message(2, graph))));
  }

  private static Message message(int field, Message inner) {
    return new Message().message(field, inner);
  }

  private static Message graph(int field, Message inner) {
    return new Message().number(1, 8).message(7, message(field, inner));
  }

  private static Message attribute(int field, Message inner) {
    return graph(1, message(5, new Message().text(1, "value").message(field, inner)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("places")
  void filesAreFoundWhereverATensorMayLie(String name, Message model) throws IOException {
    refuses(model.toBytes(), "keeps weights in \"elsewhere\"");
    assertThatCode(() -> OnnxFile.check(write(model.toBytes()), List.of("elsewhere")))
        .doesNotThrowAnyException();
  }

  @Test
  void theOrderOfAnEntrysHalvesDoesNotHideIt() throws IOException {
    var reversed = new Message().text(2, "elsewhere").text(1, "location");
    refuses(tensor(reversed), "keeps weights in \"elsewhere\"");
    var twice = new Message().text(1, "location").text(2, "elsewhere").text(2, "here");
    refuses(tensor(twice), "keeps weights in \"elsewhere\"");
    var memory = new Message().text(1, "location").text(2, "*/_ORT_MEM_ADDR_/*");
    refuses(tensor(memory), "keeps weights in \"*/_ORT_MEM_ADDR_/*\"");
  }

  private static byte[] tensor(Message entry) {
    return graph(5, new Message().number(2, OnnxModel.FLOAT).message(13, entry)).toBytes();
  }

  /** It has any size, whatever the file's is. */
  @Test
  void sparseTensorsAreRefused() throws IOException {
    refuses(
        graph(15, new Message()).toBytes(), "it has a sparse tensor; export it with plain ones");
    refuses(attribute(22, new Message()).toBytes(), "it has a sparse tensor");
    refuses(attribute(23, new Message()).toBytes(), "it has a sparse tensor");
  }

  @Test
  void endlessNestingAndWrongLengthsAreErrors() throws IOException {
    var graph = new Message();
    for (int i = 0; i < 60; i++) {
      graph = message(1, message(5, new Message().text(1, "then").message(6, graph)));
    }
    refuses(message(7, graph).toBytes(), "is no ONNX model: it is nested too deep");
    refuses(
        new byte[] {0x3A, 0x7F, 0}, "is cut short, or is no ONNX model: 127 bytes should follow");
    refuses(new byte[] {0x3A, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1}, "is cut short");
    refuses(new byte[] {0x3B}, "no field begins at byte 0");
    refuses(new byte[] {8, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 0}, "no number ends at byte 11");
  }

  private Path write(byte[] bytes) throws IOException {
    return Files.write(directory.resolve("model.onnx"), bytes);
  }

  private void refuses(byte[] bytes, String message) throws IOException {
    var file = write(bytes);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OnnxFile.check(file, List.of("weights.bin")))
        .withMessageStartingWith(file + ": ")
        .withMessageContaining(message);
  }
}
