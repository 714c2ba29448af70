package ai.echogen.inference;

import ai.echogen.model.JanusModel;
import ai.echogen.model.decoder.AttentionForm;
import ai.echogen.model.directory.JanusConfig;
import ai.echogen.model.vq.VqModel;
import ai.echogen.storage.Location;
import ai.echogen.torch.Tensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Loaded models, one of each an executor: its tasks share the weights.
 *
 * <p>A model is known by its directory, the form it runs in, and the length and time of its files,
 * so a directory that was written anew is loaded anew. Models stay loaded as long as the JVM lives.
 */
public final class ModelPool {
  private record Key(Location directory, String kind, long version) {}

  private static final Map<Key, Object> MODELS = new LinkedHashMap<>();

  private ModelPool() {}

  /** The model of a directory on any Hadoop file system, in the form it was finished in. */
  public static JanusModel model(Location directory) throws IOException {
    return model(directory, null);
  }

  /** The same, run in another attention form. */
  public static JanusModel model(Location directory, @Nullable AttentionForm form)
      throws IOException {
    return cached(
        directory,
        JanusModel.class,
        form == null ? "model" : form.key(),
        place -> JanusModel.load(place, form == null ? JanusConfig.read(place).form() : form));
  }

  /** The VQ tokenizer of a directory on any Hadoop file system. */
  public static VqModel tokenizer(Location directory) throws IOException {
    return cached(directory, VqModel.class, "tokenizer", VqModel::load);
  }

  private interface Loader<T> {
    T load(Path directory) throws IOException;
  }

  private static synchronized <T> T cached(
      Location directory, Class<T> type, String kind, Loader<T> loader) throws IOException {
    Tensors.setThreadsPerTask(1);
    long version =
        directory.list().stream()
            .mapToLong(part -> part.getLen() * 31 + part.getModificationTime())
            .reduce(7, (a, b) -> a * 1_000_003 + b);
    var key = new Key(directory, kind, version);
    var model = MODELS.get(key);
    if (model != null) {
      return type.cast(model);
    }
    var loaded = directory.onDisk(loader::load);
    MODELS.put(key, loaded);
    return loaded;
  }

  /**
   * The configuration of a model that {@link #model} can load; its weights are not looked at.
   *
   * @throws IllegalArgumentException if the directory holds no such model
   */
  public static JanusConfig config(Location directory) throws IOException {
    return directory.onDisk(List.of(JanusConfig.FILE), JanusModel::readConfig);
  }
}
