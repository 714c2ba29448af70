package ai.echogen.train.checkpoint;

import ai.echogen.storage.LocalFiles;
import ai.echogen.storage.Location;
import ai.echogen.train.checkpoint.CheckpointFile.Written;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a checkpoint's {@code trainer.json} says: {@code version}, {@code run}, {@code step}, {@code
 * lr_scale}, {@code rollbacks}, {@code skipped_in_row}, {@code fingerprints} by name, {@code
 * configuration}, in the last one {@code weights_sha256}, and of every other file in {@code files}
 * its {@code bytes}, its {@code sha256} and, where it holds state, its {@code key}.
 *
 * @param run of all checkpoints of one training, however often it was resumed
 * @param lrScale factor on the learning rate
 * @param rollbacks after divergences, so far
 * @param skippedInRow steps without a finite gradient, up to this one
 * @param fingerprints of what the training was started with
 * @param configuration the job's settings
 * @param state the files that hold state
 */
record CheckpointIndex(
    String run,
    long step,
    double lrScale,
    int rollbacks,
    int skippedInRow,
    Map<String, String> fingerprints,
    JsonNode configuration,
    List<Written> state) {
  private static final int VERSION = 3;
  private static final String FILE = "trainer.json";

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  CheckpointIndex {
    fingerprints = Map.copyOf(fingerprints);
    state = List.copyOf(state);
  }

  /** A directory is no whole checkpoint; the message says why. */
  static final class Torn extends Exception {
    private static final long serialVersionUID = 1;

    private Torn(String why) {
      super(why);
    }
  }

  /** Reads the index of a checkpoint whose files are there in their lengths. */
  static CheckpointIndex read(Location checkpoint) throws IOException, Torn {
    var root = json(checkpoint);
    for (var file : files(root)) {
      var place = checkpoint.child(file.name());
      if (!place.exists()) {
        throw new Torn(file.name() + " is missing");
      }
      long bytes = place.status().getLen();
      if (bytes != file.bytes()) {
        throw new Torn("%s has %,d bytes, not %,d".formatted(file.name(), bytes, file.bytes()));
      }
    }
    var fingerprints = new TreeMap<String, String>();
    root.path("fingerprints")
        .fields()
        .forEachRemaining(entry -> fingerprints.put(entry.getKey(), entry.getValue().asText()));
    return new CheckpointIndex(
        root.path("run").asText(),
        root.path("step").asLong(),
        root.path("lr_scale").asDouble(),
        root.path("rollbacks").asInt(),
        root.path("skipped_in_row").asInt(),
        fingerprints,
        root.path("configuration"),
        files(root).stream().filter(file -> !file.key().isEmpty()).toList());
  }

  /** The same of a checkpoint whose every byte is as it was written; files stream by. */
  static CheckpointIndex readWhole(Location checkpoint) throws IOException, Torn {
    var index = read(checkpoint);
    for (var file : files(json(checkpoint))) {
      if (!checkpoint.child(file.name()).sha256().equals(file.sha256())) {
        throw new Torn(file.name() + " has another SHA-256 than it was written with");
      }
    }
    return index;
  }

  /** Writes the index into a folder; what lies there already is in it beside the state. */
  void write(Path folder) throws IOException {
    var root = JSON.createObjectNode().put("version", VERSION).put("run", run).put("step", step);
    root.put("lr_scale", lrScale).put("rollbacks", rollbacks).put("skipped_in_row", skippedInRow);
    root.set("fingerprints", JSON.valueToTree(new TreeMap<>(fingerprints)));
    root.set("configuration", configuration);
    var all = new LinkedHashMap<String, Written>();
    state.forEach(file -> all.put(file.name(), file));
    try (var paths = Files.list(folder)) {
      for (var path : paths.sorted().toList()) {
        var name = String.valueOf(path.getFileName());
        all.put(name, new Written(name, "", Files.size(path), LocalFiles.sha256(path)));
      }
    }
    var files = root.putObject("files");
    for (var file : all.values()) {
      var entry = files.putObject(file.name());
      if (!file.key().isEmpty()) {
        entry.put("key", file.key());
      }
      entry.put("bytes", file.bytes()).put("sha256", file.sha256());
    }
    JSON.writeValue(folder.resolve(FILE).toFile(), root);
  }

  /** Adds the hash of all weights together, in the order of their layout. */
  static void noteWeights(Location checkpoint, String sha256) throws IOException {
    try {
      if (json(checkpoint) instanceof ObjectNode root) {
        root.put("weights_sha256", sha256);
        checkpoint.child(FILE).replace(JSON.writeValueAsBytes(root));
      }
    } catch (Torn e) {
      throw new IOException(checkpoint + ": " + e.getMessage(), e);
    }
  }

  StoredState stored(Location checkpoint) {
    return new StoredState(checkpoint, step, skippedInRow, state);
  }

  private static JsonNode json(Location checkpoint) throws IOException, Torn {
    JsonNode root;
    try {
      root = JSON.readTree(checkpoint.child(FILE).read());
    } catch (FileNotFoundException e) {
      throw new Torn(FILE + " is missing");
    } catch (JsonProcessingException e) {
      throw new Torn(FILE + " does not parse");
    }
    if (root.path("version").asInt() != VERSION) {
      throw new Torn("version " + root.path("version") + " is not " + VERSION);
    }
    return root;
  }

  private static List<Written> files(JsonNode root) {
    var files = new ArrayList<Written>();
    root.path("files")
        .fields()
        .forEachRemaining(
            file ->
                files.add(
                    new Written(
                        file.getKey(),
                        file.getValue().path("key").asText(),
                        file.getValue().path("bytes").asLong(),
                        file.getValue().path("sha256").asText())));
    return files;
  }
}
