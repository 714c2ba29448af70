package ai.echogen.engine;

import ai.echogen.model.AttentionForm;
import ai.echogen.model.JanusConfig;
import ai.echogen.model.JanusModel;
import ai.echogen.torch.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;

/**
 * Loaded models, one of each an executor: its tasks share the weights.
 *
 * <p>A model is known by its directory, the form it runs in, and the length and time of its files,
 * so a directory that was written anew is loaded anew. Models stay loaded as long as the JVM lives.
 */
public final class ModelCache {
  private record Key(String directory, AttentionForm form, long version) {}

  private static final Map<Key, JanusModel> MODELS = new LinkedHashMap<>();

  private ModelCache() {}

  /** The model of a directory on any Hadoop file system, in the form it was finished in. */
  public static JanusModel model(String directory) throws IOException {
    return model(directory, null);
  }

  /** The same, run in another attention form. */
  public static synchronized JanusModel model(
      String directory, @org.jspecify.annotations.Nullable AttentionForm form) throws IOException {
    Tensors.setThreadsPerTask(1);
    var path = new org.apache.hadoop.fs.Path(directory);
    var files = path.getFileSystem(new Configuration());
    var parts = files.listStatus(path);
    long version =
        Arrays.stream(parts)
            .sorted(Comparator.comparing(FileStatus::getPath))
            .mapToLong(part -> part.getLen() * 31 + part.getModificationTime())
            .reduce(7, (a, b) -> a * 1_000_003 + b);
    boolean local = files.getUri().getScheme().equals("file");
    var place = local ? Path.of(files.makeQualified(path).toUri()) : download(directory);
    try {
      var key = new Key(directory, form == null ? JanusConfig.read(place).form() : form, version);
      var model = MODELS.get(key);
      if (model == null) {
        model = JanusModel.load(place, key.form());
        MODELS.put(key, model);
      }
      return model;
    } finally {
      if (!local) {
        delete(place);
      }
    }
  }

  /**
   * The configuration of a model that {@link #model} can load; its weights are not looked at.
   *
   * @throws IllegalArgumentException if the directory holds no such model
   */
  public static JanusConfig config(String directory) throws IOException {
    var path = new org.apache.hadoop.fs.Path(directory);
    var files = path.getFileSystem(new Configuration());
    if (files.getUri().getScheme().equals("file")) {
      return JanusModel.readConfig(Path.of(files.makeQualified(path).toUri()));
    }
    var file = new org.apache.hadoop.fs.Path(path, JanusConfig.FILE);
    if (!files.exists(file)) {
      throw new IllegalArgumentException(
          directory + " is not a model directory: it has no " + JanusConfig.FILE);
    }
    var local = Files.createTempDirectory("echogen-model");
    try {
      files.copyToLocalFile(file, new org.apache.hadoop.fs.Path(local.toUri()));
      return JanusModel.readConfig(local);
    } finally {
      delete(local);
    }
  }

  private static Path download(String directory) throws IOException {
    var path = new org.apache.hadoop.fs.Path(directory);
    var files = path.getFileSystem(new Configuration());
    var local = Files.createTempDirectory("echogen-model");
    for (var part : files.listStatus(path)) {
      files.copyToLocalFile(part.getPath(), new org.apache.hadoop.fs.Path(local.toUri()));
    }
    return local;
  }

  private static void delete(Path directory) throws IOException {
    try (var paths = Files.walk(directory)) {
      for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
