package ai.echogen.train.checkpoint;

import ai.echogen.storage.Storage;
import ai.echogen.torch.weights.ParameterLayout;
import ai.echogen.torch.weights.Weights;
import ai.echogen.train.TrainerSettings;
import ai.echogen.train.TrainingException;
import ai.echogen.train.checkpoint.CheckpointFile.Written;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/**
 * Training checkpoints on any Hadoop file system: a directory {@code step-00000100} each.
 *
 * <p>A checkpoint is a model directory whose weights lie in parts, plus the optimiser's state
 * ({@link StateShards}) and {@code trainer.json}: version, step, factor on the learning rate, steps
 * in a row without a finite gradient, the job's configuration, and of every other file bytes,
 * SHA-256 and, where it holds state, the stateShard's key. Batches and random numbers are functions
 * of (seed, step), so the step is the data cursor and the random state. Executors write the state
 * side by side into {@code .writing-step-00000100}; the driver adds the rest and renames it. One
 * whose files do not match {@code trainer.json} is passed over.
 */
public final class Checkpoints {
  /** The form that the trained weights have on disk. */
  public interface ModelFiles {
    /** Names of the files of the trained weights, in {@code parts} parts or, if need be, one. */
    List<String> names(int parts);

    /**
     * Writes everything else of the directory.
     *
     * @param fileOfTensor where each trained tensor lies
     * @param numBytes data bytes of these
     */
    void complete(java.nio.file.Path directory, Map<String, String> fileOfTensor, long numBytes)
        throws IOException;
  }

  /** Where a run goes on. */
  public record Found(StoredState state, double lrScale, int rollbacks) {}

  private static final int VERSION = 2;
  private static final String INDEX = "trainer.json";
  private static final String WRITING = ".writing-";

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final Path directory;
  private final FileSystem files;
  private final ParameterLayout layout;
  private final ModelFiles model;
  private final String configuration;
  private final PrintStream console;

  /**
   * @param directory where the checkpoints lie; made when the first is written
   * @param layout the names under which weights and moments are stored
   * @param configuration the job's settings, as JSON
   */
  public Checkpoints(
      SparkSession spark,
      String directory,
      ParameterLayout layout,
      ModelFiles model,
      String configuration,
      PrintStream console)
      throws IOException {
    var path = new Path(directory);
    this.files = Storage.plain(path, spark.sparkContext().hadoopConfiguration());
    this.directory = files.makeQualified(path);
    this.layout = layout;
    this.model = model;
    this.configuration = configuration;
    this.console = console;
  }

  /** The files of a checkpoint's state. */
  public List<CheckpointFile> plan(TrainerSettings settings) {
    return new StateShards(settings)
        .files(layout, settings.checkpoints().partBytes(), model::names);
  }

  /** Makes the directory that the state of a step is to be written into. */
  public Path begin(long step) throws IOException {
    var temporary = new Path(directory, WRITING + name(step));
    try {
      files.delete(temporary, true);
      if (!files.mkdirs(temporary)) {
        throw new IOException("mkdir failed");
      }
    } catch (IOException e) {
      throw new TrainingException(
          "%s: cannot be written to (%s); give another out=".formatted(directory, e.getMessage()),
          e);
    }
    return temporary;
  }

  /**
   * Completes a checkpoint whose state is written, puts it in its place, and removes the oldest
   * beyond those kept.
   */
  public void noteRollback(long step, double lrScale, int rollbacks) throws IOException {}

  public StoredState commit(
      long step,
      int skippedInRow,
      double lrScale,
      int rollbacks,
      List<Written> state,
      TrainerSettings settings)
      throws IOException {
    var temporary = new Path(directory, WRITING + name(step));
    requireThere(temporary, state);
    var local = Files.createTempDirectory("echogen-checkpoint");
    try {
      model.complete(local, fileOfTensor(settings), layout.size() * Float.BYTES);
      writeIndex(local, step, skippedInRow, lrScale, state);
      try (var parts = Files.list(local)) {
        for (var part : parts.sorted().toList()) {
          files.copyFromLocalFile(
              new Path(part.toUri()), new Path(temporary, part.getFileName().toString()));
        }
      }
    } finally {
      Storage.delete(local);
    }
    var target = new Path(directory, name(step));
    files.delete(target, true);
    if (!files.rename(temporary, target)) {
      throw new IOException("cannot rename " + temporary + " to " + target);
    }
    var all = list();
    for (var old : all.subList(0, Math.max(0, all.size() - settings.checkpoints().keep()))) {
      files.delete(old, true);
    }
    return new StoredState(target.toString(), step, skippedInRow, state);
  }

  /** The beginning as a checkpoint, for executors to read: weights, all else being zero. */
  public StoredState writeBeginning(Weights weights, TrainerSettings settings) throws IOException {
    var temporary = begin(0);
    var stateShard =
        new StateShard(
            StateShards.MODEL, 0, List.of(CheckpointFile.WEIGHTS), List.of(weights.flat()));
    var written = new ArrayList<Written>();
    for (var file : plan(settings)) {
      if (file.tensors().equals(stateShard.names())) {
        written.add(file.write(files, temporary, layout, stateShard));
      }
    }
    return commit(0, 0, 1, 0, written, settings);
  }

  /**
   * The newest whole checkpoint, if there is one; says which it passed over and why, and removes
   * what was left half-written.
   *
   * @throws IllegalArgumentException if it was written under other settings, whose steps would not
   *     continue it
   */
  public Optional<Found> newest() throws IOException {
    for (var left : statuses(WRITING)) {
      console.println("removing " + left + ", which was not finished");
      files.delete(left, true);
    }
    var newestFirst = new ArrayList<>(list());
    Collections.reverse(newestFirst);
    for (var candidate : newestFirst) {
      var problem = problem(candidate);
      if (problem != null) {
        console.println("skipping checkpoint " + candidate + ": " + problem);
        continue;
      }
      var index = index(candidate);
      Continuation.require(candidate, index.get("configuration"), JSON.readTree(configuration));
      var state = new ArrayList<Written>();
      index
          .path("files")
          .fields()
          .forEachRemaining(
              file -> {
                if (file.getValue().has("key")) {
                  state.add(written(file.getKey(), file.getValue()));
                }
              });
      return Optional.of(
          new Found(
              new StoredState(
                  candidate.toString(),
                  index.path("step").asLong(),
                  index.path("skipped_in_row").asInt(),
                  state),
              index.path("lr_scale").asDouble(),
              0));
    }
    if (!newestFirst.isEmpty()) {
      console.println("no checkpoint is whole: training starts from the beginning");
    }
    return Optional.empty();
  }

  /** The weights of a checkpoint; the caller closes them. */
  public Weights read(StoredState state) throws IOException {
    var weights = Weights.zeros(layout);
    var names =
        state.files().stream()
            .filter(file -> file.key().equals(StateShards.MODEL))
            .map(Written::name)
            .toList();
    var stateShard =
        new StateShard(
            StateShards.MODEL, -1, List.of(CheckpointFile.WEIGHTS), List.of(weights.flat()));
    CheckpointFile.read(
        files, new Path(state.directory()), names, layout, stateShard, state.step());
    return weights;
  }

  /** Files that an executor wrote elsewhere are not here. */
  private void requireThere(Path temporary, List<Written> state) throws IOException {
    for (var file : state) {
      var path = new Path(temporary, file.name());
      if (!files.exists(path) || files.getFileStatus(path).getLen() != file.bytes()) {
        throw new TrainingException(
            "%s: was written by an executor, but the driver does not see it: out= must be on a file system that all machines share"
                .formatted(path));
      }
    }
  }

  /** Where each parameter's weights lie. */
  private Map<String, String> fileOfTensor(TrainerSettings settings) {
    var files = new LinkedHashMap<String, String>();
    for (var file : plan(settings)) {
      if (file.tensors().contains(CheckpointFile.WEIGHTS)) {
        layout
            .parameters()
            .subList(file.from(), file.to())
            .forEach(parameter -> files.put(parameter.name(), file.name()));
      }
    }
    return files;
  }

  private void writeIndex(
      java.nio.file.Path local, long step, int skippedInRow, double lrScale, List<Written> state)
      throws IOException {
    var index = JSON.createObjectNode().put("version", VERSION).put("step", step);
    index.put("lr_scale", lrScale).put("skipped_in_row", skippedInRow);
    index.set("configuration", JSON.readTree(configuration));
    var parts = index.putObject("files");
    for (var file : state) {
      parts
          .putObject(file.name())
          .put("key", file.key())
          .put("bytes", file.bytes())
          .put("sha256", file.sha256());
    }
    try (var paths = Files.list(local)) {
      for (var file : paths.sorted().toList()) {
        parts
            .putObject(file.getFileName().toString())
            .put("bytes", Files.size(file))
            .put("sha256", Storage.sha256(file));
      }
    }
    JSON.writeValue(local.resolve(INDEX).toFile(), index);
  }

  private JsonNode index(Path checkpoint) throws IOException {
    try (var in = files.open(new Path(checkpoint, INDEX))) {
      return JSON.readTree(in.readAllBytes());
    }
  }

  /** What is wrong with a checkpoint's files, or null if it is whole. */
  private @Nullable String problem(Path checkpoint) throws IOException {
    JsonNode index;
    try {
      index = index(checkpoint);
    } catch (FileNotFoundException e) {
      return INDEX + " is missing";
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      return INDEX + " does not parse";
    }
    if (index.path("version").asInt() != VERSION) {
      return "version " + index.path("version") + " is not " + VERSION;
    }
    var parts = index.path("files").fields();
    while (parts.hasNext()) {
      var part = parts.next();
      var expected = written(part.getKey(), part.getValue());
      var path = new Path(checkpoint, part.getKey());
      if (!files.exists(path)) {
        return part.getKey() + " is missing";
      }
      long bytes = files.getFileStatus(path).getLen();
      if (bytes != expected.bytes()) {
        return "%s has %,d bytes, not %,d".formatted(part.getKey(), bytes, expected.bytes());
      }
      try (var here = Storage.here(files, path)) {
        if (!Storage.sha256(here.path()).equals(expected.sha256())) {
          return part.getKey() + " has another SHA-256 than it was written with";
        }
      }
    }
    return null;
  }

  private static Written written(String name, JsonNode entry) {
    return new Written(
        name,
        entry.path("key").asText(),
        entry.path("bytes").asLong(),
        entry.path("sha256").asText());
  }

  private List<Path> list() throws IOException {
    return statuses("step-");
  }

  private List<Path> statuses(String prefix) throws IOException {
    if (!files.exists(directory)) {
      return List.of();
    }
    return Arrays.stream(files.listStatus(directory))
        .filter(status -> status.isDirectory() && status.getPath().getName().startsWith(prefix))
        .map(FileStatus::getPath)
        .sorted()
        .toList();
  }

  private static String name(long step) {
    return "step-%08d".formatted(step);
  }
}
