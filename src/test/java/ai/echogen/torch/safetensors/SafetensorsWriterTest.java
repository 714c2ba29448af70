package ai.echogen.torch.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsWriterTest {
  private static final Path JANUS = Path.of("src/test/resources/fixtures/janus-tiny");

  @TempDir Path folder;

  @Test
  void writesTheDocumentedBytes() throws IOException {
    var path = folder.resolve("model.safetensors");

    new SafetensorsWriter()
        .add("b", List.of(2L), () -> floats(1, -2))
        .add("a", List.of(), () -> floats(0.5f))
        .add("codes", SafetensorsType.I64, List.of(0L), () -> ByteBuffer.allocate(0))
        .write(path);

    var json =
        "{\"__metadata__\":{\"format\":\"pt\"},"
            + "\"codes\":{\"dtype\":\"I64\",\"shape\":[0],\"data_offsets\":[0,0]},"
            + "\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}";
    int padded = (json.length() + 7) / 8 * 8;
    var expected =
        ByteBuffer.allocate(8 + padded + 12)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(padded)
            .put((json + " ".repeat(padded - json.length())).getBytes(StandardCharsets.UTF_8))
            .putFloat(0.5f)
            .putFloat(1)
            .putFloat(-2);
    assertThat(Files.readAllBytes(path)).isEqualTo(expected.array());
  }

  @Test
  void copiesTheReferenceWritersFileByteForByte() throws IOException {
    for (var name : List.of("model.safetensors", "golden.safetensors")) {
      var copy = folder.resolve(name);
      try (var file = SafetensorsFile.open(JANUS.resolve(name))) {
        var writer = new SafetensorsWriter();
        for (var tensor : file.tensors()) {
          var bytes = file.read(tensor.name());
          writer.add(tensor.name(), tensor.type(), tensor.shape(), bytes::duplicate);
        }
        writer.write(copy);
      }
      if (name.startsWith("model")) {
        assertThat(copy).hasSameBinaryContentAs(JANUS.resolve(name));
      }
      try (var was = SafetensorsFile.open(JANUS.resolve(name));
          var is = SafetensorsFile.open(copy)) {
        for (var tensor : was.tensors()) {
          assertThat(is.tensor(tensor.name()).shape()).isEqualTo(tensor.shape());
          assertThat(is.read(tensor.name())).isEqualTo(was.read(tensor.name()));
        }
      }
    }
  }

  @Test
  void takesBuffersOfAnyOrderAndLeavesThemAsTheyWere() throws IOException {
    var path = folder.resolve("x.safetensors");
    var bigEndian = ByteBuffer.allocateDirect(16).asFloatBuffer().put(new float[] {0, 1, 2, 3});
    bigEndian.position(1).limit(3);
    var writer = new SafetensorsWriter().add("x", List.of(2L), () -> bigEndian);

    writer.write(path);
    byte[] first = Files.readAllBytes(path);
    writer.write(path);

    assertThat(Files.readAllBytes(path)).isEqualTo(first);
    try (var file = SafetensorsFile.open(path)) {
      assertThat(file.floats("x")).containsExactly(1, 2);
    }
  }

  @Test
  void shardsAModelAndReadsItBack() throws IOException {
    var writer = new SafetensorsWriter();
    for (int i = 0; i < 5; i++) {
      float value = i;
      writer.add("layer." + i, List.of(2L), () -> floats(value, -value));
    }

    var files = writer.writeModel(folder, 17);

    assertThat(files)
        .extracting(file -> file.getFileName().toString())
        .containsExactly(
            "model-00001-of-00003.safetensors",
            "model-00002-of-00003.safetensors",
            "model-00003-of-00003.safetensors",
            "model.safetensors.index.json");
    var index = new ObjectMapper().readTree(files.get(3).toFile());
    assertThat(index.at("/metadata/total_size").asLong()).isEqualTo(40);
    assertThat(index.at("/weight_map/layer.2").asText())
        .isEqualTo("model-00002-of-00003.safetensors");
    try (var model = SafetensorsModel.open(folder)) {
      assertThat(model.names())
          .containsExactly("layer.0", "layer.1", "layer.2", "layer.3", "layer.4");
      assertThat(model.file("layer.3").floats("layer.3")).containsExactly(3, -3);
      assertThat(model.has("layer.5")).isFalse();
      assertThatThrownBy(() -> model.file("layer.5"))
          .hasMessage(folder + ": has no tensor layer.5 among its 5");
    }
  }

  @Test
  void givesATensorLargerThanAShardAFileOfItsOwn() throws IOException {
    var files =
        new SafetensorsWriter()
            .add("a", List.of(1L), () -> floats(1))
            .add("b", List.of(3L), () -> floats(1, 2, 3))
            .add("c", List.of(1L), () -> floats(1))
            .writeModel(folder, 4);

    assertThat(files).hasSize(4);
  }

  @Test
  void writesASmallModelAsOneFileAndRefusesToMixForms() throws IOException {
    var writer =
        new SafetensorsWriter()
            .add("a", List.of(1L), () -> floats(1))
            .add("b", List.of(1L), () -> floats(2));

    assertThat(writer.writeModel(folder, 8)).containsExactly(folder.resolve("model.safetensors"));
    assertThat(writer.writeModel(folder, 8)).as("again").hasSize(1);
    assertThatThrownBy(() -> writer.writeModel(folder, 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            folder
                + ": holds weights in other files already: model.safetensors; write to an empty"
                + " directory");
  }

  @Test
  void namesWhatAShardedModelLacks() throws IOException {
    var writer =
        new SafetensorsWriter()
            .add("a", List.of(1L), () -> floats(1))
            .add("b", List.of(1L), () -> floats(2));
    writer.writeModel(folder, 4);
    Files.delete(folder.resolve("model-00002-of-00002.safetensors"));
    var index = folder.resolve("model.safetensors.index.json");
    Files.writeString(index, Files.readString(index).replace("\"a\"", "\"z\""));

    assertThatThrownBy(() -> SafetensorsModel.open(folder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(index + ": does not fit its files:")
        .hasMessageContaining("\n  model-00001-of-00002.safetensors: has a unknown to the index")
        .hasMessageContaining("\n  model-00001-of-00002.safetensors: lacks z")
        .hasMessageContaining("\n  model-00002-of-00002.safetensors: no such file");

    Files.writeString(index, "{\"weight_map\": {\"a\": \"../outside.safetensors\"}}");
    assertThatThrownBy(() -> SafetensorsModel.open(folder))
        .hasMessage(
            index
                + ": weight_map.a must name a file of the index's own directory, got ../outside.safetensors");
  }

  @Test
  void leavesTheOldFileWhenASourceFails() throws IOException {
    var path = folder.resolve("model.safetensors");
    new SafetensorsWriter().add("a", List.of(1L), () -> floats(1)).write(path);
    byte[] before = Files.readAllBytes(path);

    assertThatThrownBy(
            () -> new SafetensorsWriter().add("a", List.of(2L), () -> floats(1)).write(path))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(path + ": a of shape [2] needs 8 bytes, its source gave 4");

    assertThat(Files.readAllBytes(path)).isEqualTo(before);
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(path);
    }
  }

  @Test
  void refusesTheSameNameTwice() {
    var writer = new SafetensorsWriter().add("a", List.of(1L), () -> floats(1));

    assertThatThrownBy(() -> writer.add("a", List.of(1L), () -> floats(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("tensor a is added twice");
  }

  private static FloatBuffer floats(float... values) {
    return FloatBuffer.wrap(values);
  }
}
