package ai.echogen.model.convert;

import ai.echogen.model.JanusConfig;
import ai.echogen.model.JanusParameters;
import ai.echogen.torch.SafetensorsFile;
import ai.echogen.torch.SafetensorsModel;
import ai.echogen.torch.TensorSlice;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * An opened Janus checkpoint in either published layout, seen as Hugging Face's. Every tensor is
 * checked against what {@code config.json} describes; none is read.
 */
public final class Checkpoint implements AutoCloseable {
  /** Keeps, beside a converted model, what Hugging Face's layout has no place for. */
  static final String ORIGINALS = "original.safetensors";

  private static final String HEAD = "lm_head.weight";
  private static final String EMBEDDING = "model.language_model.embed_tokens.weight";

  private final Path directory;
  private final SourceLayout layout;
  private final List<AutoCloseable> files;
  private final ObjectNode config;
  private final Map<String, NamedTensor> tensors;
  private final List<NamedTensor> originals;
  private final List<String> notes;
  private final WeightType declaredType;

  private Checkpoint(
      Path directory,
      SourceLayout layout,
      List<AutoCloseable> files,
      Contents contents,
      WeightType declaredType) {
    this.directory = directory;
    this.layout = layout;
    this.files = files;
    this.config = contents.config();
    this.tensors = contents.tensors();
    this.originals = contents.originals();
    this.notes = contents.notes();
    this.declaredType = declaredType;
  }

  /** What a checkpoint holds, in Hugging Face's terms. */
  private record Contents(
      ObjectNode config,
      Map<String, NamedTensor> tensors,
      List<NamedTensor> originals,
      List<String> notes) {}

  /**
   * Opens a local directory.
   *
   * @throws IllegalArgumentException listing everything that is wrong with it
   */
  public static Checkpoint open(Path directory) throws IOException {
    var config = readConfig(directory);
    rejectPickle(directory);
    var files = new ArrayList<AutoCloseable>();
    try {
      var model = SafetensorsModel.open(directory);
      files.add(model);
      var layout =
          SourceLayout.of(model.names())
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "%s: is no Janus checkpoint: no tensor's name begins with model. or language_model.; the first is %s"
                              .formatted(
                                  directory, model.names().stream().findFirst().orElse("none"))));
      var declared = WeightType.declared(config).orElse(WeightType.FLOAT32);
      var all = tensors(model);
      var contents =
          layout == SourceLayout.ORIGINAL
              ? original(directory, config, all)
              : huggingFace(directory, config, all, keptOriginals(directory, files));
      return new Checkpoint(directory, layout, files, contents, declared);
    } catch (IOException | RuntimeException e) {
      close(files);
      throw e;
    }
  }

  /** The directory's own name, without where it is. */
  String name() {
    return String.valueOf(directory.toAbsolutePath().normalize().getFileName());
  }

  Path directory() {
    return directory;
  }

  SourceLayout layout() {
    return layout;
  }

  /** A copy of the configuration in Hugging Face's terms, every size explicit, nothing tied. */
  ObjectNode config() {
    return config.deepCopy();
  }

  JanusConfig sizes() {
    return JanusConfig.parse(config, configFile(directory));
  }

  /** All tensors by Hugging Face's names. */
  Map<String, NamedTensor> tensors() {
    return tensors;
  }

  /** The original layout's tensors that Hugging Face's has no place for. */
  List<NamedTensor> originals() {
    return originals;
  }

  /** What a person should know of how the checkpoint was read. */
  List<String> notes() {
    return notes;
  }

  /** The type that config.json declares; float32 if none. */
  WeightType declaredType() {
    return declaredType;
  }

  @Override
  public void close() throws IOException {
    close(files);
  }

  private static Contents huggingFace(
      Path directory,
      ObjectNode config,
      Map<String, NamedTensor> found,
      List<NamedTensor> originals) {
    boolean ties = PortConfig.tiesTextHead(config);
    PortConfig.addDefaults(config, found.keySet());
    PortConfig.untie(config);
    var expected =
        described(JanusParameters.shapes(JanusConfig.parse(config, configFile(directory))));
    var notes = new ArrayList<String>();
    addTiedHead(ties, expected, found, notes);
    orThrow(directory, SourceLayout.HUGGING_FACE, TensorCheck.problems(expected, found, Set.of()));
    return new Contents(config, found, originals, notes);
  }

  private static Contents original(
      Path directory, ObjectNode original, Map<String, NamedTensor> found) throws IOException {
    var mapped = OriginalNames.toHuggingFace(found.values());
    var sizes = new OriginalSizes(mapped, original);
    JanusConfig derived;
    try {
      derived = sizes.derive();
    } catch (IllegalArgumentException e) {
      var problems = new ArrayList<>(String.valueOf(e.getMessage()).lines().toList());
      found.keySet().stream()
          .filter(name -> !OriginalNames.isKnown(name) && !OriginalNames.EXTRAS.contains(name))
          .forEach(name -> problems.add("unknown: " + name));
      throw problem(directory, SourceLayout.ORIGINAL, problems, e);
    }
    var notes = new ArrayList<String>();
    var shapes = described(JanusParameters.shapes(derived));
    boolean ties = original.at("/language_config/tie_word_embeddings").asBoolean();
    addTiedHead(ties, shapes, mapped, notes);
    if (!notes.isEmpty()) {
      shapes.remove(HEAD);
    }
    var problems = sizes.contradictions(derived);
    problems.addAll(
        TensorCheck.problems(
            OriginalNames.toOriginal(shapes.values()), found, Set.copyOf(OriginalNames.EXTRAS)));
    orThrow(directory, SourceLayout.ORIGINAL, problems);
    var originals =
        found.values().stream()
            .filter(tensor -> OriginalNames.EXTRAS.contains(tensor.name()))
            .toList();
    return new Contents(
        OriginalPort.config(derived, original, directory), mapped, originals, notes);
  }

  /** A text head that shares the token embedding becomes a copy of it. */
  private static void addTiedHead(
      boolean ties,
      Map<String, NamedTensor> expected,
      Map<String, NamedTensor> found,
      List<String> notes) {
    var embedding = found.get(EMBEDDING);
    if (ties && embedding != null && expected.containsKey(HEAD) && !found.containsKey(HEAD)) {
      found.put(HEAD, embedding.as(HEAD, embedding.shape()));
      notes.add(HEAD + " is tied to the token embedding in the source: written as a copy of it");
    }
  }

  private static Map<String, NamedTensor> described(Map<String, List<Long>> shapes) {
    var tensors = new LinkedHashMap<String, NamedTensor>();
    shapes.forEach((name, shape) -> tensors.put(name, NamedTensor.described(name, shape)));
    return tensors;
  }

  private static Map<String, NamedTensor> tensors(SafetensorsModel model) {
    var tensors = new TreeMap<String, NamedTensor>();
    for (var name : model.names()) {
      tensors.put(name, tensor(model.file(name), name));
    }
    return tensors;
  }

  private static NamedTensor tensor(SafetensorsFile file, String name) {
    return new NamedTensor(name, file.tensor(name).shape(), List.of(TensorSlice.of(file, name)));
  }

  private static List<NamedTensor> keptOriginals(Path directory, Collection<AutoCloseable> files)
      throws IOException {
    var path = directory.resolve(ORIGINALS);
    if (!Files.exists(path)) {
      return List.of();
    }
    var file = SafetensorsFile.open(path);
    files.add(file);
    return file.tensors().stream().map(tensor -> tensor(file, tensor.name())).toList();
  }

  private static ObjectNode readConfig(Path directory) throws IOException {
    var file = configFile(directory);
    if (!Files.exists(file)) {
      throw new IllegalArgumentException(
          directory + " is not a model directory: it has no " + JanusConfig.FILE);
    }
    try {
      if (new ObjectMapper().readTree(Files.readAllBytes(file)) instanceof ObjectNode root) {
        return root;
      }
      throw new IllegalArgumentException(file + ": must be a JSON object");
    } catch (JsonProcessingException e) {
      var at = e.getLocation();
      throw new IllegalArgumentException(
          "%s: %d: is not valid JSON: %s"
              .formatted(file, at == null ? 1 : at.getLineNr(), e.getOriginalMessage()),
          e);
    }
  }

  private static Path configFile(Path directory) {
    return directory.resolve(JanusConfig.FILE);
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

  private static void orThrow(Path directory, SourceLayout layout, List<String> problems) {
    if (!problems.isEmpty()) {
      throw problem(directory, layout, problems, null);
    }
  }

  private static IllegalArgumentException problem(
      Path directory,
      SourceLayout layout,
      List<String> problems,
      @org.jspecify.annotations.Nullable Throwable cause) {
    return new IllegalArgumentException(
        "%s: does not hold, in %s, what its %s describes (%d problems):\n  %s"
            .formatted(
                directory,
                layout.title(),
                JanusConfig.FILE,
                problems.size(),
                String.join("\n  ", problems)),
        cause);
  }

  private static void close(List<AutoCloseable> files) throws IOException {
    for (var file : files) {
      try {
        file.close();
      } catch (IOException | RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IOException(e);
      }
    }
  }
}
