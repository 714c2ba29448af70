package ai.echogen.model;

import ai.echogen.Door;
import ai.echogen.model.convert.AdapterFiles;
import ai.echogen.model.convert.Checkpoint;
import ai.echogen.model.convert.Conversion;
import ai.echogen.model.convert.Target;
import ai.echogen.model.convert.WeightType;
import ai.echogen.model.directory.JanusConfig;
import ai.echogen.tokens.TextTokenizer;
import ai.echogen.torch.safetensors.SafetensorsModel;
import ai.echogen.torch.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Model directories, published checkpoints and adapters. */
public final class ModelDoors {
  private static final Path FIXTURES = Path.of("src/test/resources/fixtures");
  private static final String CONFIG = "config.json";
  private static final String WEIGHTS = "model.safetensors";

  private ModelDoors() {}

  /** Writes whole files into an empty folder. */
  public static List<Door> in(Path folder) throws IOException {
    var model = folder.resolve("model");
    TinyModel.write(model, List.of("a red dog and the blue ball"));
    var doors = new ArrayList<Door>();
    doors.add(Door.json(model, CONFIG, place -> JanusConfig.read(place)));
    doors.add(Door.json(model, "tokenizer.json", ModelDoors::tokens));
    doors.add(Door.bytes(model, WEIGHTS, ModelDoors::names));
    doors.add(parts(Files.createDirectory(folder.resolve("parts"))));
    addPublished(folder, doors);
    addAdapter(Files.createDirectory(folder.resolve("adapter")), doors);
    return doors;
  }

  private static Object tokens(Path model) {
    try (var text = TextTokenizer.load(model.resolve("tokenizer.json"))) {
      return List.of(text.size(), text.encode("a red dog").length);
    }
  }

  private static Object names(Path model) throws IOException {
    try (var weights = SafetensorsModel.open(model)) {
      return weights.names();
    }
  }

  /** Weights in several files. */
  private static Door parts(Path folder) throws IOException {
    var writer = new SafetensorsWriter();
    for (var name : List.of("a", "b", "c")) {
      writer.add(name, List.of(2L, 2L), () -> FloatBuffer.wrap(new float[] {1, 2, 3, 4}));
    }
    var unused = writer.writeModel(folder, 16);
    return Door.json(
        folder,
        "model.safetensors.index.json",
        place -> {
          var read = new ArrayList<String>();
          try (var weights = SafetensorsModel.open(place)) {
            for (var name : weights.names()) {
              read.add(name + " " + weights.file(name).floats(name)[3]);
            }
          }
          return read;
        });
  }

  /** A published checkpoint in both layouts, as `convert` opens it. */
  private static void addPublished(Path folder, List<Door> doors) throws IOException {
    var port = Files.createDirectory(folder.resolve("port"));
    for (var name : List.of(CONFIG, WEIGHTS)) {
      Files.copy(FIXTURES.resolve("janus-tiny").resolve(name), port.resolve(name));
    }
    var original = Files.createDirectory(folder.resolve("original"));
    try (var source = Checkpoint.open(port)) {
      new Conversion(source, Target.JANUS, WeightType.FLOAT32, Long.MAX_VALUE)
          .write(original, bytes -> {});
    }
    for (var published : List.of(port, original)) {
      doors.add(
          Door.json(published, CONFIG, ModelDoors::plan)
              .named(published.getFileName() + " " + CONFIG)
              .withLists());
    }
  }

  private static Object plan(Path published) throws IOException {
    try (var checkpoint = Checkpoint.open(published)) {
      return new Conversion(checkpoint, Target.TRANSFORMERS, WeightType.FLOAT32, Long.MAX_VALUE)
          .plan();
    }
  }

  private static void addAdapter(Path folder, List<Door> doors) throws IOException {
    for (var name : List.of("adapter_config.json", "adapter_model.safetensors")) {
      Files.copy(FIXTURES.resolve("lora/layers").resolve(name), folder.resolve(name));
    }
    doors.add(Door.json(folder, "adapter_config.json", place -> AdapterFiles.open(place) != null));
    doors.add(
        Door.bytes(folder, "adapter_model.safetensors", place -> AdapterFiles.open(place) != null)
            .withLists());
  }
}
