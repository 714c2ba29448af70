package ai.echogen.train.checkpoint;

import ai.echogen.torch.weights.ParameterLayout;
import ai.echogen.train.OptimizerSettings;
import ai.echogen.train.TrainerSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;

/**
 * How the state of a run is divided into stateShards, who keeps which, and in which files they lie.
 */
public final class StateShards {
  /** Key of the stateShard with the weights, which every replica has. */
  public static final String MODEL = "model";

  private static final String WORKER = "worker-";
  private static final List<String> MOMENTS = List.of("first_moments", "second_moments");

  private final boolean inRounds;
  private final int workers;
  private final boolean hasMoments;

  public StateShards(TrainerSettings settings) {
    inRounds = settings.exchange().inRounds();
    workers = settings.exchange().workers();
    hasMoments = settings.optim().method() != OptimizerSettings.Method.SGD;
  }

  /** Keys of all stateShards, that of the model first. */
  public List<String> keys() {
    var keys = new ArrayList<>(List.of(MODEL));
    if (inRounds) {
      for (int id = 0; id < workers; id++) {
        keys.add(worker(id));
      }
    }
    return keys;
  }

  public static String worker(int id) {
    return WORKER + id;
  }

  public static int workerOf(String key) {
    return Integer.parseInt(key.substring(WORKER.length()));
  }

  /** Names of a stateShard's tensors, some of which may be empty. */
  public List<String> tensors(String key) {
    var names = new ArrayList<String>();
    if (key.equals(MODEL)) {
      names.add(CheckpointFile.WEIGHTS);
      names.addAll(inRounds ? List.of("outer_momentum") : MOMENTS);
    } else {
      names.addAll(MOMENTS);
    }
    return names;
  }

  /** First logical worker of a rank; its last is the one before the next rank's first. */
  public int firstWorker(int rank, int size) {
    return (int) ((long) rank * workers / size);
  }

  /** Whether a rank keeps a stateShard: a worker's, if it is its own or that of the rank before. */
  public boolean keeps(int rank, int size, String key) {
    return key.equals(MODEL) || owns(rank, size, key) || owns((rank + size - 1) % size, size, key);
  }

  /**
   * Whether a rank works with a stateShard; of those that are everywhere, whether it is the first.
   */
  private boolean owns(int rank, int size, String key) {
    int id = workerOf(key);
    return firstWorker(rank, size) <= id && id < firstWorker(rank + 1, size);
  }

  /**
   * The rank that writes a file.
   *
   * @param index of the file among all
   */
  public int writer(CheckpointFile file, int index, int size) {
    if (file.key().equals(MODEL)) {
      return index % size;
    }
    int rank = 0;
    while (!owns(rank, size, file.key())) {
      rank++;
    }
    return rank;
  }

  /**
   * The files of a checkpoint's state.
   *
   * @param partBytes most bytes a file, unless one tensor is larger
   * @param modelNames names of the files of the weights, given how many there are
   */
  List<CheckpointFile> files(
      ParameterLayout layout, long partBytes, IntFunction<List<String>> modelNames) {
    var files = new ArrayList<CheckpointFile>();
    var weights = List.of(CheckpointFile.WEIGHTS);
    var parts = CheckpointFile.runs(layout, 1, partBytes);
    var names = modelNames.apply(parts.size());
    if (names.size() == 1) {
      parts = List.of(new int[] {0, layout.parameters().size()});
    }
    for (int i = 0; i < parts.size(); i++) {
      files.add(new CheckpointFile(names.get(i), MODEL, weights, parts.get(i)[0], parts.get(i)[1]));
    }
    for (var key : keys()) {
      var tensors = new ArrayList<>(tensors(key));
      tensors.remove(CheckpointFile.WEIGHTS);
      if (!hasMoments) {
        tensors.removeAll(MOMENTS);
      }
      if (!tensors.isEmpty()) {
        var runs = CheckpointFile.runs(layout, tensors.size(), partBytes);
        for (int i = 0; i < runs.size(); i++) {
          var name =
              String.format(
                  Locale.ROOT,
                  "%s-%05d-of-%05d.safetensors",
                  key.equals(MODEL) ? "optimizer" : key,
                  i + 1,
                  runs.size());
          files.add(new CheckpointFile(name, key, tensors, runs.get(i)[0], runs.get(i)[1]));
        }
      }
    }
    return files;
  }
}
