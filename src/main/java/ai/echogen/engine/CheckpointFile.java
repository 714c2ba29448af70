package ai.echogen.engine;

import ai.echogen.data.Storage;
import ai.echogen.engine.Exchange.Shelf;
import ai.echogen.torch.FlatWeights;
import ai.echogen.torch.ParameterLayout;
import ai.echogen.torch.ParameterLayout.Parameter;
import ai.echogen.torch.SafetensorsFile;
import ai.echogen.torch.SafetensorsWriter;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;

/**
 * One file of a checkpoint's state, as safetensors: some parameters of some tensors of a shelf.
 *
 * <p>Weights lie under the parameters' own names, anything else under {@code TENSOR.PARAMETER},
 * such as {@code first_moments.model.norm.weight}.
 *
 * @param tensors names of the shelf's tensors
 * @param from first parameter of the layout
 * @param to last parameter, exclusive
 */
record CheckpointFile(String name, String key, List<String> tensors, int from, int to)
    implements Serializable {
  /** The name of the shelf's tensor that holds the weights. */
  static final String WEIGHTS = "weights";

  /** A file that lies in the checkpoint. */
  record Written(String name, String key, long bytes, String sha256) implements Serializable {}

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
  Written write(
      FileSystem files, org.apache.hadoop.fs.Path directory, ParameterLayout layout, Shelf shelf)
      throws IOException {
    var writer = new SafetensorsWriter();
    for (var parameter : layout.parameters().subList(from, to)) {
      for (var tensor : tensors) {
        var values = shelf.tensors().get(shelf.names().indexOf(tensor));
        if (values.size() > 0) {
          writer.add(
              stored(tensor, parameter),
              parameter.shape(),
              () -> FlatWeights.values(values, parameter));
        }
      }
    }
    var target = new org.apache.hadoop.fs.Path(directory, name);
    if (Storage.isLocal(files)) {
      var local = Storage.local(files, target);
      writer.write(local);
      return new Written(name, key, Files.size(local), Storage.sha256(local));
    }
    var local = Files.createTempFile("echogen-checkpoint", ".safetensors");
    try {
      writer.write(local);
      files.copyFromLocalFile(false, true, new org.apache.hadoop.fs.Path(local.toUri()), target);
      return new Written(name, key, Files.size(local), Storage.sha256(local));
    } finally {
      Files.deleteIfExists(local);
    }
  }

  /**
   * Fills a shelf from its files. At step 0 what is in none of them is zero.
   *
   * @throws IllegalArgumentException if a parameter is in none of them
   */
  static void read(
      FileSystem files,
      org.apache.hadoop.fs.Path directory,
      List<String> names,
      ParameterLayout layout,
      Shelf shelf,
      long step)
      throws IOException {
    var wanted = new HashMap<String, Place>();
    for (int i = 0; i < shelf.names().size(); i++) {
      if (shelf.tensors().get(i).size() > 0) {
        for (var parameter : layout.parameters()) {
          wanted.put(stored(shelf.names().get(i), parameter), new Place(i, parameter));
        }
      }
    }
    var missing = new HashSet<>(wanted.keySet());
    for (var name : names) {
      try (var copy = Storage.here(files, new org.apache.hadoop.fs.Path(directory, name));
          var file = SafetensorsFile.open(copy.path())) {
        for (var tensor : file.tensors()) {
          var place = wanted.get(tensor.name());
          if (place != null) {
            var values = shelf.tensors().get(place.tensor());
            FlatWeights.read(values, place.parameter(), file, tensor.name());
            missing.remove(tensor.name());
          }
        }
      }
    }
    if (step == 0) {
      wanted.keySet().retainAll(missing);
      wanted.values().forEach(place -> clear(shelf, place));
    } else if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          "%s: %d tensors are in none of its files, such as %s"
              .formatted(directory, missing.size(), missing.iterator().next()));
    }
  }

  private record Place(int tensor, Parameter parameter) {}

  private static void clear(Shelf shelf, Place place) {
    for (var span : Spans.of(place.parameter().offset(), place.parameter().size())) {
      FlatWeights.set(
          shelf.tensors().get(place.tensor()), span.first(), new float[(int) span.count()]);
    }
  }

  private static String stored(String tensor, Parameter parameter) {
    return tensor.equals(WEIGHTS) ? parameter.name() : tensor + "." + parameter.name();
  }
}
