package ai.echogen.engine;

import ai.echogen.data.Storage;
import ai.echogen.model.JanusDirectory;
import ai.echogen.torch.FlatWeights;
import ai.echogen.torch.ParameterLayout;
import ai.echogen.torch.SafetensorsFile;
import ai.echogen.torch.SafetensorsWriter;
import ai.echogen.torch.Weights;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.sql.SparkSession;

/**
 * Training checkpoints on any Hadoop file system: a directory {@code step-00000100} each.
 *
 * <p>A checkpoint is a model directory plus {@code optimizer.safetensors} (tensors {@code
 * first_moments.NAME} and {@code second_moments.NAME}) and {@code trainer.json}: version, step, the
 * trainer's settings, and bytes and SHA-256 of every other file. Batches and random numbers are
 * functions of (seed, step), so the step is the data cursor and the random state. It is written
 * under a temporary name and renamed; one whose files do not match {@code trainer.json} is passed
 * over.
 */
public final class Checkpoints {
  /** A directory's form: a whole model's, or an adapter's. */
  public interface ModelFiles {
    void write(Path directory, Weights weights) throws IOException;

    /** Reads back what {@link #write} wrote; the caller closes it. */
    default Weights read(Path directory, ParameterLayout layout) throws IOException {
      return JanusDirectory.read(directory, layout);
    }
  }

  private static final int VERSION = 1;
  private static final String INDEX = "trainer.json";
  private static final String MOMENTS = "optimizer.safetensors";
  private static final List<String> PREFIXES = List.of("first_moments.", "second_moments.");
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final org.apache.hadoop.fs.Path directory;
  private final FileSystem files;
  private final ParameterLayout layout;
  private final ModelFiles model;
  private final PrintStream console;

  /**
   * @param directory where the checkpoints lie; made when the first is written
   * @param layout the names under which weights and moments are stored
   */
  public Checkpoints(
      SparkSession spark,
      String directory,
      ParameterLayout layout,
      ModelFiles model,
      PrintStream console)
      throws IOException {
    this.directory = new org.apache.hadoop.fs.Path(directory);
    this.files = Storage.plain(this.directory, spark.sparkContext().hadoopConfiguration());
    this.layout = layout;
    this.model = model;
    this.console = console;
  }

  /** Writes a checkpoint of where the trainer is and removes the oldest beyond those kept. */
  void write(Trainer<?> trainer, TrainerSettings settings) throws IOException {
    var local = Files.createTempDirectory("echogen-checkpoint");
    try {
      model.write(local, trainer.weights());
      var moments = new SafetensorsWriter();
      for (int i = 0; i < trainer.moments().size(); i++) {
        FlatWeights.add(moments, layout, trainer.moments().get(i), PREFIXES.get(i));
      }
      moments.write(local.resolve(MOMENTS));
      writeIndex(local, trainer.step(), settings);
      var name = "step-%08d".formatted(trainer.step());
      var temporary = new org.apache.hadoop.fs.Path(directory, ".writing-" + name);
      var target = new org.apache.hadoop.fs.Path(directory, name);
      files.delete(temporary, true);
      files.mkdirs(temporary);
      try (var parts = Files.list(local)) {
        for (var part : parts.sorted().toList()) {
          files.copyFromLocalFile(
              path(part), new org.apache.hadoop.fs.Path(temporary, part.getFileName().toString()));
        }
      }
      files.delete(target, true);
      if (!files.rename(temporary, target)) {
        throw new IOException("cannot rename " + temporary + " to " + target);
      }
    } finally {
      deleteLocal(local);
    }
    var all = list();
    for (var old : all.subList(0, Math.max(0, all.size() - settings.keepCheckpoints()))) {
      files.delete(old, true);
    }
  }

  /**
   * Puts the newest whole checkpoint into a trainer.
   *
   * @return its step, or 0 if there is none
   * @throws IllegalArgumentException if it was written under other settings, whose steps would not
   *     continue it
   */
  public long resume(Trainer<?> trainer, TrainerSettings settings) throws IOException {
    var newestFirst = new ArrayList<>(list());
    java.util.Collections.reverse(newestFirst);
    for (var candidate : newestFirst) {
      var local = Files.createTempDirectory("echogen-resume");
      try {
        for (FileStatus file : files.listStatus(candidate)) {
          files.copyToLocalFile(
              false, file.getPath(), path(local.resolve(file.getPath().getName())), true);
        }
        var problem = problem(local);
        if (problem != null) {
          console.println("skipping checkpoint " + candidate + ": " + problem);
          continue;
        }
        var index = JSON.readTree(local.resolve(INDEX).toFile());
        requireSame(candidate.toString(), index.get("settings"), settings);
        restore(trainer, local);
        trainer.resumeAt(index.get("step").asLong());
        return trainer.step();
      } finally {
        deleteLocal(local);
      }
    }
    return 0;
  }

  private void restore(Trainer<?> trainer, Path local) throws IOException {
    try (var weights = model.read(local, layout);
        var moments = SafetensorsFile.open(local.resolve(MOMENTS))) {
      weights.flat().copyTo(trainer.weights().flat());
      for (int i = 0; i < trainer.moments().size(); i++) {
        for (var parameter : layout.parameters()) {
          var values = moments.floats(PREFIXES.get(i) + parameter.name());
          FlatWeights.set(trainer.moments().get(i), parameter, values);
        }
      }
    }
  }

  private void writeIndex(Path local, long step, TrainerSettings settings) throws IOException {
    var index = JSON.createObjectNode().put("version", VERSION).put("step", step);
    index.set("settings", JSON.valueToTree(settings));
    var parts = index.putObject("files");
    try (var paths = Files.list(local)) {
      for (var file : paths.sorted().toList()) {
        parts
            .putObject(file.getFileName().toString())
            .put("bytes", Files.size(file))
            .put("sha256", sha256(file));
      }
    }
    JSON.writeValue(local.resolve(INDEX).toFile(), index);
  }

  /** What is wrong with a checkpoint's files, or null if it is whole. */
  private static @org.jspecify.annotations.Nullable String problem(Path local) throws IOException {
    if (!Files.exists(local.resolve(INDEX))) {
      return INDEX + " is missing";
    }
    JsonNode index;
    try {
      index = JSON.readTree(local.resolve(INDEX).toFile());
    } catch (IOException e) {
      return INDEX + " does not parse";
    }
    if (index.path("version").asInt() != VERSION) {
      return "version " + index.path("version") + " is not " + VERSION;
    }
    var parts = index.path("files").fields();
    while (parts.hasNext()) {
      var part = parts.next();
      var file = local.resolve(part.getKey());
      if (!Files.exists(file)) {
        return part.getKey() + " is missing";
      }
      if (Files.size(file) != part.getValue().path("bytes").asLong()
          || !sha256(file).equals(part.getValue().path("sha256").asText())) {
        return part.getKey() + " is torn";
      }
    }
    return null;
  }

  /** Everything that the next steps' bits depend on must be as it was. */
  private static void requireSame(String checkpoint, JsonNode then, TrainerSettings settings) {
    JsonNode now = JSON.valueToTree(settings);
    var changed = new ArrayList<String>();
    for (var key : List.of("steps", "batch", "microShards", "seed", "optim")) {
      // Numbers are compared as text: 1 and 1.0 are the same setting.
      if (!then.path(key).toString().equals(now.path(key).toString())) {
        changed.add("%s was %s, is %s".formatted(key, then.path(key), now.path(key)));
      }
    }
    if (!changed.isEmpty()) {
      throw new IllegalArgumentException(
          "%s was written under other settings (%s): give the same, or start anew with resume=none and another out="
              .formatted(checkpoint, String.join("; ", changed)));
    }
  }

  private List<org.apache.hadoop.fs.Path> list() throws IOException {
    if (!files.exists(directory)) {
      return List.of();
    }
    return Arrays.stream(files.listStatus(directory))
        .filter(status -> status.isDirectory() && status.getPath().getName().startsWith("step-"))
        .map(FileStatus::getPath)
        .sorted()
        .toList();
  }

  private static org.apache.hadoop.fs.Path path(Path local) {
    return new org.apache.hadoop.fs.Path(local.toUri());
  }

  private static String sha256(Path file) throws IOException {
    try (var stream = Files.newInputStream(file)) {
      var digest = MessageDigest.getInstance("SHA-256");
      var buffer = new byte[1 << 16];
      for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
        digest.update(buffer, 0, n);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void deleteLocal(Path directory) throws IOException {
    try (var paths = Files.walk(directory)) {
      paths
          .sorted(Comparator.reverseOrder())
          .forEach(
              path -> {
                try {
                  Files.delete(path);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
  }
}
