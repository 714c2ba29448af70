package ai.echogen.train.checkpoint;

import ai.echogen.storage.LocalFiles;
import ai.echogen.storage.Location;
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
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  private final Location directory;
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
      Location directory,
      ParameterLayout layout,
      ModelFiles model,
      String configuration,
      PrintStream console) {
    this.directory = Location.of(directory.uri()); // executors' messages name it too
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
  public Location begin(long step) {
    var temporary = directory.child(WRITING + name(step));
    try {
      temporary.delete();
      temporary.makeDirectories();
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
    var temporary = directory.child(WRITING + name(step));
    requireThere(temporary, state);
    var local = Files.createTempDirectory("echogen-checkpoint");
    try {
      model.complete(local, fileOfTensor(settings), layout.size() * Float.BYTES);
      writeIndex(local, step, skippedInRow, lrScale, state);
      temporary.put(local);
    } finally {
      LocalFiles.delete(local);
    }
    var target = directory.child(name(step));
    target.delete();
    temporary.moveTo(target);
    var all = list();
    for (var old : all.subList(0, Math.max(0, all.size() - settings.checkpoints().keep()))) {
      old.delete();
    }
    return new StoredState(target, step, skippedInRow, state);
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
        written.add(file.write(temporary, layout, stateShard));
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
      left.delete();
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
                  candidate,
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
    CheckpointFile.read(state.directory(), names, layout, stateShard, state.step());
    return weights;
  }

  /** Files that an executor wrote elsewhere are not here. */
  private void requireThere(Location temporary, List<Written> state) throws IOException {
    for (var file : state) {
      var path = temporary.child(file.name());
      if (!path.exists() || path.status().getLen() != file.bytes()) {
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
            .put("sha256", LocalFiles.sha256(file));
      }
    }
    JSON.writeValue(local.resolve(INDEX).toFile(), index);
  }

  private static JsonNode index(Location checkpoint) throws IOException {
    return JSON.readTree(checkpoint.child(INDEX).read());
  }

  /** What is wrong with a checkpoint's files, or null if it is whole. */
  private static @Nullable String problem(Location checkpoint) throws IOException {
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
      var path = checkpoint.child(part.getKey());
      if (!path.exists()) {
        return part.getKey() + " is missing";
      }
      long bytes = path.status().getLen();
      if (bytes != expected.bytes()) {
        return "%s has %,d bytes, not %,d".formatted(part.getKey(), bytes, expected.bytes());
      }
      if (!path.sha256().equals(expected.sha256())) {
        return part.getKey() + " has another SHA-256 than it was written with";
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

  private List<Location> list() throws IOException {
    return statuses("step-");
  }

  private List<Location> statuses(String prefix) throws IOException {
    return directory.list().stream()
        .filter(status -> status.isDirectory() && status.getPath().getName().startsWith(prefix))
        .map(status -> directory.child(status.getPath().getName()))
        .toList();
  }

  private static String name(long step) {
    return "step-%08d".formatted(step);
  }
}
