package ai.echogen.jobs;

import ai.echogen.torch.safetensors.SafetensorsFile;
import ai.echogen.torch.safetensors.SafetensorsModel;
import ai.echogen.torch.safetensors.SafetensorsType;
import ai.echogen.torch.safetensors.SafetensorsWriter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A small checkpoint in memory, to be read, changed, written and compared. */
final class TinyCheckpoint {
  /** A tensor; its bytes compare from the first to the last. */
  record Tensor(SafetensorsType type, List<Long> shape, ByteBuffer bytes) {
    static Tensor of(SafetensorsType type, byte[] bytes, Long... shape) {
      return new Tensor(type, Arrays.asList(shape), ByteBuffer.wrap(bytes));
    }

    static Tensor zeros(SafetensorsType type, Long... shape) {
      long size = Arrays.stream(shape).reduce(type.numBytes() * 1L, Math::multiplyExact);
      return of(type, new byte[(int) size], shape);
    }
  }

  final ObjectNode config;
  final Map<String, Tensor> tensors = new TreeMap<>();

  private TinyCheckpoint(ObjectNode config) {
    this.config = config;
  }

  static TinyCheckpoint read(Path directory) throws IOException {
    var config =
        (ObjectNode) new ObjectMapper().readTree(directory.resolve("config.json").toFile());
    var checkpoint = new TinyCheckpoint(config);
    try (var model = SafetensorsModel.open(directory)) {
      for (var name : model.names()) {
        checkpoint.tensors.put(name, tensor(model.file(name), name));
      }
    }
    return checkpoint;
  }

  static Map<String, Tensor> tensors(Path file) throws IOException {
    var tensors = new TreeMap<String, Tensor>();
    try (var open = SafetensorsFile.open(file)) {
      for (var place : open.tensors()) {
        tensors.put(place.name(), tensor(open, place.name()));
      }
    }
    return tensors;
  }

  /** Writes everything, in as many files as it takes, and gives the directory back. */
  Path write(Path directory, long maxShardBytes) throws IOException {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("config.json"), config.toPrettyString());
    var writer = new SafetensorsWriter();
    tensors.forEach(
        (name, tensor) ->
            writer.add(name, tensor.type(), tensor.shape(), () -> tensor.bytes().duplicate()));
    writer.writeModel(directory, maxShardBytes);
    return directory;
  }

  private static Tensor tensor(SafetensorsFile file, String name) throws IOException {
    var place = file.tensor(name);
    return new Tensor(place.type(), place.shape(), file.read(name));
  }
}
