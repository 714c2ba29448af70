package ai.echogen.model.convert;

import ai.echogen.model.directory.JanusConfig;
import ai.echogen.torch.safetensors.SafetensorsFile;
import ai.echogen.torch.safetensors.SafetensorsModel;
import ai.echogen.torch.safetensors.TensorSlice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The files of a checkpoint directory that a conversion reads, open until this is closed. */
final class CheckpointFiles implements AutoCloseable {
  /** Keeps, beside a converted model, what Hugging Face's layout has no place for. */
  static final String ORIGINALS = "original.safetensors";

  private final SafetensorsModel model;
  private final Optional<SafetensorsFile> kept;

  private CheckpointFiles(SafetensorsModel model, Optional<SafetensorsFile> kept) {
    this.model = model;
    this.kept = kept;
  }

  /**
   * Opens the weights.
   *
   * @throws IllegalArgumentException if there are none that can be read
   */
  static CheckpointFiles open(Path directory) throws IOException {
    rejectPickle(directory);
    var originals = directory.resolve(ORIGINALS);
    var model = SafetensorsModel.open(directory);
    try {
      return new CheckpointFiles(
          model,
          Files.exists(originals)
              ? Optional.of(SafetensorsFile.open(originals))
              : Optional.empty());
    } catch (IOException | RuntimeException e) {
      model.close();
      throw e;
    }
  }

  static Path configFile(Path directory) {
    return directory.resolve(JanusConfig.FILE);
  }

  /** A new map of the model's tensors by the names that they have in the files. */
  Map<String, NamedTensor> tensors() {
    var tensors = new TreeMap<String, NamedTensor>();
    for (var name : model.names()) {
      tensors.put(name, tensor(model.file(name), name));
    }
    return tensors;
  }

  /** What {@link #ORIGINALS} keeps. */
  List<NamedTensor> originals() {
    return kept.stream()
        .flatMap(file -> file.tensors().stream().map(tensor -> tensor(file, tensor.name())))
        .toList();
  }

  @Override
  public void close() throws IOException {
    model.close();
    if (kept.isPresent()) {
      kept.get().close();
    }
  }

  private static NamedTensor tensor(SafetensorsFile file, String name) {
    return new NamedTensor(name, file.tensor(name).shape(), List.of(TensorSlice.of(file, name)));
  }

  private static void rejectPickle(Path directory) throws IOException {
    try (var entries = Files.list(directory)) {
      var names = entries.map(file -> String.valueOf(file.getFileName())).sorted().toList();
      var pickle = names.stream().filter(name -> name.matches("pytorch_model.*\\.bin")).findFirst();
      if (pickle.isPresent() && names.stream().noneMatch(name -> name.endsWith(".safetensors"))) {
        throw new IllegalArgumentException(
            """
            %s: has its weights in %s only, a pickle, which is not read here; save them once as \
            model.safetensors, in a Python with torch and safetensors, in that directory: \
            import glob, torch, safetensors.torch as s; \
            w = {k: v.clone().contiguous() for f in glob.glob('pytorch_model*.bin') \
            for k, v in torch.load(f, map_location='cpu', weights_only=True).items()}; \
            s.save_file(w, 'model.safetensors', metadata={'format': 'pt'})"""
                .formatted(directory, pickle.get()));
      }
    }
  }
}
