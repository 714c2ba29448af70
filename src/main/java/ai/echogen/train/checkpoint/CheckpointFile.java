package ai.echogen.train.checkpoint;

import ai.echogen.storage.LocalCopy;
import ai.echogen.storage.LocalFiles;
import ai.echogen.storage.Location;
import ai.echogen.torch.safetensors.SafetensorsFile;
import ai.echogen.torch.safetensors.SafetensorsWriter;
import ai.echogen.torch.weights.FlatWeights;
import ai.echogen.torch.weights.ParameterLayout;
import ai.echogen.torch.weights.ParameterLayout.Parameter;
import ai.echogen.train.optim.Spans;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;

/**
 * One file of a checkpoint's state, as safetensors: some parameters of some tensors of a
 * stateShard.
 *
 * <p>Weights lie under the parameters' own names, anything else under {@code TENSOR.PARAMETER},
 * such as {@code first_moments.model.norm.weight}.
 *
 * @param tensors names of the stateShard's tensors
 * @param from first parameter of the layout
 * @param to last parameter, exclusive
 */
public record CheckpointFile(String name, String key, List<String> tensors, int from, int to)
    implements Serializable {
  /** The name of the stateShard's tensor that holds the weights. */
  static final String WEIGHTS = "weights";

  /** A file that lies in the checkpoint. */
  public record Written(String name, String key, long bytes, String sha256)
      implements Serializable {}

  /** The layout's parameters in runs of at most {@code bytes}, unless one is larger. */
  static List<int[]> runs(ParameterLayout layout, int numTensors, long bytes) {
    var runs = new ArrayList<int[]>();
    var parameters = layout.parameters();
    int from = 0;
    long filled = 0;
    for (int i = 0; i < parameters.size(); i++) {
      long size = parameters.get(i).size() * Float.BYTES * numTensors;
      if (i > from && filled + size > bytes) {
        runs.add(new int[] {from, i});
        from = i;
        filled = 0;
      }
      filled += size;
    }
    runs.add(new int[] {from, parameters.size()});
    return runs;
  }

  /** Writes the file into a directory, by way of the local disk where that is elsewhere. */
  public Written write(Location directory, ParameterLayout layout, StateShard stateShard)
      throws IOException {
    var writer = new SafetensorsWriter();
    for (var parameter : layout.parameters().subList(from, to)) {
      for (var tensor : tensors) {
        var values = stateShard.tensors().get(stateShard.names().indexOf(tensor));
        if (values.size() > 0) {
          writer.add(
              stored(tensor, parameter),
              parameter.shape(),
              () -> FlatWeights.values(values, parameter));
        }
      }
    }
    var target = directory.child(name);
    if (target.isLocal()) {
      var local = target.local();
      writer.write(local);
      return new Written(name, key, Files.size(local), LocalFiles.sha256(local));
    }
    var local = Files.createTempFile("echogen-checkpoint", ".safetensors");
    try {
      writer.write(local);
      target.put(local);
      return new Written(name, key, Files.size(local), LocalFiles.sha256(local));
    } finally {
      Files.deleteIfExists(local);
    }
  }

  /**
   * Fills a stateShard from its files. At step 0 what is in none of them is zero.
   *
   * @throws IllegalArgumentException if a parameter is in none of them
   */
  public static void read(
      Location directory,
      List<String> names,
      ParameterLayout layout,
      StateShard stateShard,
      long step)
      throws IOException {
    var wanted = new HashMap<String, Place>();
    for (int i = 0; i < stateShard.names().size(); i++) {
      if (stateShard.tensors().get(i).size() > 0) {
        for (var parameter : layout.parameters()) {
          wanted.put(stored(stateShard.names().get(i), parameter), new Place(i, parameter));
        }
      }
    }
    var missing = new HashSet<>(wanted.keySet());
    for (var name : names) {
      try (var copy = LocalCopy.of(directory.child(name));
          var file = SafetensorsFile.open(copy.path())) {
        for (var tensor : file.tensors()) {
          var place = wanted.get(tensor.name());
          if (place != null) {
            var values = stateShard.tensors().get(place.tensor());
            FlatWeights.read(values, place.parameter(), file, tensor.name());
            missing.remove(tensor.name());
          }
        }
      }
    }
    if (step == 0) {
      wanted.keySet().retainAll(missing);
      wanted.values().forEach(place -> clear(stateShard, place));
    } else if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: %d tensors are in none of its files, such as %s",
              directory,
              missing.size(),
              missing.iterator().next()));
    }
  }

  private static final long CLEARED = 1 << 18; // numbers at a time

  private record Place(int tensor, Parameter parameter) {}

  private static void clear(StateShard stateShard, Place place) {
    var parameter = place.parameter();
    for (var span : Spans.of(parameter.offset(), parameter.size(), CLEARED)) {
      FlatWeights.set(
          stateShard.tensors().get(place.tensor()), span.first(), new float[(int) span.count()]);
    }
  }

  private static String stored(String tensor, Parameter parameter) {
    return tensor.equals(WEIGHTS) ? parameter.name() : tensor + "." + parameter.name();
  }
}
