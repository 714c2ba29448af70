package ai.echogen.train.checkpoint;

import ai.echogen.json.JsonRecord;
import ai.echogen.json.JsonText;
import ai.echogen.storage.LocalFiles;
import ai.echogen.storage.Location;
import ai.echogen.train.checkpoint.CheckpointFile.Written;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What a checkpoint's {@code trainer.json} says: {@code version}, {@code run}, {@code step}, {@code
 * lr_scale}, {@code rollbacks}, {@code skipped_in_row}, {@code fingerprints} by name, {@code
 * configuration}, in the last one {@code weights_sha256}, of every other file in {@code files} its
 * {@code bytes}, its {@code sha256} and, where it holds state, its {@code key}; and {@code sha256},
 * a digest of all that.
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
  private static final int VERSION = 4;
  private static final String FILE = "trainer.json";
  private static final String DIGEST = "sha256";
  private static final Pattern PLAIN_NAME = Pattern.compile("(?!\\.{1,2}$)[^/\\\\:\\p{Cntrl}]+");

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
    var fields = fields(checkpoint);
    var files = files(fields);
    for (var file : files) {
      var place = checkpoint.child(file.name());
      if (!place.exists()) {
        throw new Torn(file.name() + " is missing");
      }
      long bytes = place.status().getLen();
      if (bytes != file.bytes()) {
        throw new Torn(
            String.format(
                Locale.ROOT, "%s has %,d bytes, not %,d", file.name(), bytes, file.bytes()));
      }
    }
    var fingerprints = new TreeMap<String, String>();
    var given = fields.object("fingerprints");
    given.names().forEach(name -> fingerprints.put(name, given.text(name)));
    var index =
        new CheckpointIndex(
            fields.text("run"),
            fields.whole("step", 0, Long.MAX_VALUE),
            lrScale(fields),
            (int) fields.whole("rollbacks", 0, Integer.MAX_VALUE),
            (int) fields.whole("skipped_in_row", 0, Integer.MAX_VALUE),
            fingerprints,
            fields.any("configuration"),
            files.stream().filter(file -> !file.key().isEmpty()).toList());
    requireRight(fields);
    if (index.state().isEmpty()) {
      throw new Torn(FILE + " names no file with state");
    }
    return index;
  }

  /** Rollbacks only ever lower the learning rate, and never to nothing. */
  static double lrScale(JsonRecord fields) {
    double scale = fields.number("lr_scale");
    if (fields.any("lr_scale").isNumber() && !(scale > 0 && scale <= 1)) {
      fields.problem("lr_scale", "must be in (0, 1], got " + scale);
    }
    return scale;
  }

  private static void requireRight(JsonRecord fields) throws Torn {
    if (!fields.problems().isEmpty()) {
      throw new Torn(FILE + ": " + String.join("; ", fields.problems()));
    }
  }

  /** The same of a checkpoint whose every byte is as it was written; files stream by. */
  static CheckpointIndex readWhole(Location checkpoint) throws IOException, Torn {
    var index = read(checkpoint);
    for (var file : files(fields(checkpoint))) {
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
    Files.write(folder.resolve(FILE), signed(root));
  }

  /** Adds the hash of all weights together, in the order of their layout. */
  static void noteWeights(Location checkpoint, String sha256) throws IOException {
    try {
      var root = json(checkpoint);
      root.put("weights_sha256", sha256);
      checkpoint.child(FILE).replace(signed(root));
    } catch (Torn e) {
      throw new IOException(checkpoint + ": " + e.getMessage(), e);
    }
  }

  StoredState stored(Location checkpoint) {
    return new StoredState(checkpoint, step, skippedInRow, state);
  }

  /** The bytes of the file, with the digest of what else is in it. */
  private static byte[] signed(ObjectNode root) throws IOException {
    root.remove(DIGEST);
    root.put(DIGEST, digest(root));
    return JSON.writeValueAsBytes(root);
  }

  private static String digest(ObjectNode root) throws IOException {
    var others = root.deepCopy();
    others.remove(DIGEST);
    return HexFormat.of().formatHex(LocalFiles.newSha256().digest(JSON.writeValueAsBytes(others)));
  }

  private static ObjectNode json(Location checkpoint) throws IOException, Torn {
    JsonNode parsed;
    try {
      parsed = JsonText.parse(checkpoint.child(FILE).read(), FILE);
    } catch (FileNotFoundException e) {
      throw new Torn(FILE + " is missing");
    } catch (IllegalArgumentException e) {
      throw new Torn(FILE + " does not parse");
    }
    if (!(parsed instanceof ObjectNode root)) {
      throw new Torn(FILE + " is no object");
    }
    if (!root.path("version").isInt() || root.path("version").intValue() != VERSION) {
      throw new Torn("version " + root.path("version") + " is not " + VERSION);
    }
    if (!root.path(DIGEST).asText().equals(digest(root))) {
      throw new Torn(FILE + " is not as it was written: its own sha256 is another");
    }
    return root;
  }

  private static JsonRecord fields(Location checkpoint) throws IOException, Torn {
    return JsonRecord.of(json(checkpoint), FILE);
  }

  private static List<Written> files(JsonRecord fields) throws Torn {
    var files = new ArrayList<Written>();
    fields
        .objects("files")
        .forEach(
            (name, file) ->
                files.add(
                    new Written(
                        name,
                        file.textIfAny("key").orElse(""),
                        file.whole("bytes", 0, Long.MAX_VALUE),
                        file.text("sha256"))));
    for (var file : files) {
      if (!PLAIN_NAME.matcher(file.name()).matches()) { // it would be read from elsewhere
        fields.problem("files", "must be names in the directory, got \"" + file.name() + "\"");
      }
    }
    requireRight(fields);
    return files;
  }
}
