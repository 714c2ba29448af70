package ai.echogen.train.checkpoint;

import ai.echogen.json.JsonRecord;
import ai.echogen.json.JsonText;
import ai.echogen.storage.LocalFiles;
import ai.echogen.storage.Location;
import ai.echogen.torch.weights.ParameterLayout;
import ai.echogen.torch.weights.Weights;
import ai.echogen.train.TrainerSettings;
import ai.echogen.train.TrainingException;
import ai.echogen.train.checkpoint.CheckpointFile.Written;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * A run's checkpoints on any Hadoop file system: a directory {@code step-00000100} each.
 *
 * <p>A checkpoint is a model directory whose weights lie in parts, plus the optimiser's state
 * ({@link StateShards}) and {@code trainer.json} ({@link CheckpointIndex}). Batches and random
 * numbers are functions of (seed, step), so the step is the data cursor and the random state.
 * Executors write the state side by side into {@code .writing-step-00000100}; the driver adds the
 * rest and renames it. One whose files do not match {@code trainer.json} is passed over. Only this
 * run's are ever removed; others in its way are renamed {@code set-aside-step-…}.
 *
 * <p>Beside them lie {@code best.json}, the step and value of the best one, and {@code
 * rollback.json}, the step, count and factor on the learning rate of the last rollback.
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

  /** The best checkpoint so far, by a value of the caller's. */
  public record Best(StoredState state, double value) {}

  private static final String WRITING = ".writing-";
  private static final String BEST = "best.json";
  private static final String ROLLBACK = "rollback.json";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Location directory;
  private final ParameterLayout layout;
  private final ModelFiles model;
  private final JsonNode configuration;
  private final Map<String, String> fingerprints;
  private final PrintStream console;
  private final Retention retention;
  private String run = UUID.randomUUID().toString();

  /**
   * @param directory where the checkpoints lie; made when the first is written
   * @param layout the names under which weights and moments are stored
   * @param configuration the job's settings, as JSON
   * @param fingerprints of what the run is given, by its setting: data, tokenizer, init. A run goes
   *     on with the same only, wherever they lie
   */
  public Checkpoints(
      Location directory,
      ParameterLayout layout,
      ModelFiles model,
      String configuration,
      Map<String, String> fingerprints,
      PrintStream console) {
    this.directory = Location.of(directory.uri()); // executors' messages name it too
    this.layout = layout;
    this.model = model;
    this.fingerprints = Map.copyOf(fingerprints);
    this.console = console;
    this.retention = new Retention(this.directory, console);
    try {
      this.configuration = JSON.readTree(configuration);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a job's settings are not JSON: " + configuration, e);
    }
  }

  /** The files of a checkpoint's state. */
  public List<CheckpointFile> plan(TrainerSettings settings) {
    return new StateShards(settings)
        .files(layout, settings.checkpoints().partBytes(), model::names);
  }

  /** Starts a run of its own: checkpoints that are there already are set aside. */
  public void startAnew() throws IOException {
    retention.setOthersAside();
  }

  /** Makes the directory that the state of a step is to be written into. */
  public Location begin(long step) {
    var temporary = directory.child(WRITING + Retention.name(step));
    try {
      retention.setOthersAside();
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
   * Completes a checkpoint whose state is written, puts it in its place, and removes this run's
   * oldest beyond those kept.
   */
  public StoredState commit(
      long step,
      int skippedInRow,
      double lrScale,
      int rollbacks,
      List<Written> state,
      TrainerSettings settings)
      throws IOException {
    var temporary = directory.child(WRITING + Retention.name(step));
    requireThere(temporary, state);
    var index =
        new CheckpointIndex(
            run, step, lrScale, rollbacks, skippedInRow, fingerprints, configuration, state);
    var local = Files.createTempDirectory("echogen-checkpoint");
    try {
      model.complete(local, fileOfTensor(settings), layout.size() * Float.BYTES);
      index.write(local);
      temporary.put(local);
    } finally {
      LocalFiles.delete(local);
    }
    var target = directory.child(Retention.name(step));
    if (retention.has(step)) {
      target.delete();
    }
    temporary.moveTo(target);
    retention.add(step);
    retention.removeOldest(settings.checkpoints().keep());
    return index.stored(target);
  }

  /** Adds to a checkpoint's {@code trainer.json} the hash of its weights as runs print it. */
  public void noteWeights(long step, String sha256) throws IOException {
    if (retention.has(step)) {
      CheckpointIndex.noteWeights(directory.child(Retention.name(step)), sha256);
    }
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
   * The newest whole checkpoint, if there is one, whose run is gone on with; says which it passed
   * over and why, and removes what was left half-written.
   *
   * @throws IllegalArgumentException if it was written under other settings or from other data,
   *     whose steps would not continue it
   */
  public Optional<Found> newest() throws IOException {
    var newestFirst = retention.newestFirst();
    for (int i = 0; i < newestFirst.size(); i++) {
      var candidate = newestFirst.get(i);
      CheckpointIndex index;
      try {
        index = CheckpointIndex.readWhole(candidate);
      } catch (CheckpointIndex.Torn e) {
        console.println("skipping checkpoint " + candidate + ": " + e.getMessage());
        continue;
      }
      Continuation.require(candidate, index, configuration, fingerprints);
      Continuation.longer(index, configuration).ifPresent(console::println);
      removeUnfinished();
      run = index.run();
      retention.add(index.step());
      addOlder(newestFirst.subList(i + 1, newestFirst.size()));
      best().ifPresent(best -> retention.pin(best.state().step()));
      return Optional.of(found(index, candidate));
    }
    removeUnfinished();
    if (!newestFirst.isEmpty()) {
      console.println("no checkpoint is whole: training starts from the beginning");
    }
    return Optional.empty();
  }

  private void removeUnfinished() throws IOException {
    for (var left : directory.list()) {
      var name = left.getPath().getName();
      if (name.startsWith(WRITING)) {
        console.println("removing " + directory.child(name) + ", which was not finished");
        directory.child(name).delete();
      }
    }
  }

  /**
   * Fails where the newest checkpoint of a directory was written under settings that do not go on
   * with these; reads nothing but what the checkpoint says of itself.
   *
   * @param configuration the job's settings, as JSON
   * @throws IllegalArgumentException listing what differs
   */
  public static void requireContinued(Location directory, String configuration) throws IOException {
    for (var candidate : Retention.newestFirst(directory)) {
      try {
        var index = CheckpointIndex.read(candidate);
        Continuation.require(candidate, index, JSON.readTree(configuration), index.fingerprints());
        return;
      } catch (CheckpointIndex.Torn e) {
        // an older one may be whole; the run says what it passes over
      }
    }
  }

  /** Counts those of the same run whose files seem whole. */
  private void addOlder(List<Location> checkpoints) throws IOException {
    for (var checkpoint : checkpoints) {
      try {
        var index = CheckpointIndex.read(checkpoint);
        if (index.run().equals(run)) {
          retention.add(index.step());
        }
      } catch (CheckpointIndex.Torn e) {
        console.println("skipping checkpoint " + checkpoint + ": " + e.getMessage());
      }
    }
  }

  /** With the rollbacks that no checkpoint has noted yet. */
  private Found found(CheckpointIndex index, Location checkpoint) throws IOException {
    var noted =
        note(ROLLBACK, Rollback::of).filter(rollback -> rollback.count() > index.rollbacks());
    return new Found(
        index.stored(checkpoint),
        noted.map(Rollback::lrScale).orElse(index.lrScale()),
        noted.map(Rollback::count).orElse(index.rollbacks()));
  }

  /** What {@code rollback.json} says beside the run. */
  private record Rollback(double lrScale, int count) {
    private static Rollback of(JsonRecord fields) {
      var unused = fields.whole("step", 0, Long.MAX_VALUE);
      return new Rollback(
          CheckpointIndex.lrScale(fields), (int) fields.whole("rollbacks", 0, Integer.MAX_VALUE));
    }
  }

  /** What {@code best.json} says beside the run. */
  private record Pinned(long step, double value) {
    private static Pinned of(JsonRecord fields) {
      return new Pinned(fields.whole("step", 0, Long.MAX_VALUE), fields.number("value"));
    }
  }

  /**
   * Keeps the count and the learning rate of a rollback, for a driver that dies before the next
   * checkpoint.
   *
   * @param step that it goes back to
   * @param rollbacks so far, with this one
   */
  public void noteRollback(long step, double lrScale, int rollbacks) throws IOException {
    var note = JSON.createObjectNode().put("run", run).put("step", step);
    note(ROLLBACK, note.put("lr_scale", lrScale).put("rollbacks", rollbacks));
  }

  /**
   * Keeps a checkpoint beyond those that are kept, until another is better.
   *
   * @param value that it is the best by
   */
  public void pinBest(long step, double value) throws IOException {
    if (!retention.has(step)) {
      throw new IllegalStateException("no checkpoint of this run stands at step " + step);
    }
    note(BEST, JSON.createObjectNode().put("run", run).put("step", step).put("value", value));
    retention.pin(step);
  }

  /** The best checkpoint of the run that is gone on with, if one was pinned and is still there. */
  public Optional<Best> best() throws IOException {
    var noted = note(BEST, Pinned::of);
    if (noted.isEmpty()) {
      return Optional.empty();
    }
    var checkpoint = directory.child(Retention.name(noted.get().step()));
    try {
      var index = CheckpointIndex.read(checkpoint);
      return Optional.of(new Best(index.stored(checkpoint), noted.get().value()));
    } catch (CheckpointIndex.Torn e) {
      console.println("the best checkpoint " + checkpoint + " is lost: " + e.getMessage());
      return Optional.empty();
    }
  }

  private void note(String name, JsonNode note) throws IOException {
    directory.child(name).replace(JSON.writeValueAsBytes(note));
  }

  /** A note of this run; one that was not written like that is passed over. */
  private <T> Optional<T> note(String name, Function<JsonRecord, T> read) throws IOException {
    var file = directory.child(name);
    if (!file.exists()) {
      return Optional.empty();
    }
    try {
      var fields = JsonRecord.of(JsonText.parse(file.read(), file.toString()), file.toString());
      var owner = fields.text("run");
      var note = read.apply(fields);
      fields.nothingElse().orThrow("");
      return owner.equals(run) ? Optional.of(note) : Optional.empty();
    } catch (IllegalArgumentException e) {
      console.println("passing over " + e.getMessage());
      return Optional.empty();
    }
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
}
