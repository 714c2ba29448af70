package ai.echogen.model.convert;

import ai.echogen.config.Listed;
import ai.echogen.json.JsonText;
import ai.echogen.model.directory.JanusConfig;
import ai.echogen.model.directory.JanusParameters;
import ai.echogen.model.directory.TextFields;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An opened Janus checkpoint in either published layout, seen as Hugging Face's. Every tensor is
 * checked against what {@code config.json} describes; none is read.
 */
public final class Checkpoint implements AutoCloseable {
  private static final int MOST_NAMED = 20;
  private static final String HEAD = "lm_head.weight";
  private static final String EMBEDDING = "model.language_model.embed_tokens.weight";

  private final Path directory;
  private final SourceLayout layout;
  private final CheckpointFiles files;
  private final ObjectNode config;
  private final Map<String, NamedTensor> tensors;
  private final List<NamedTensor> originals;
  private final List<String> notes;
  private final WeightType declaredType;

  private Checkpoint(
      Path directory,
      SourceLayout layout,
      CheckpointFiles files,
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
    var config = JanusConfig.readJson(directory);
    var files = CheckpointFiles.open(directory);
    try {
      var names = files.tensors().keySet();
      var layout =
          SourceLayout.of(names)
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "%s: is no Janus checkpoint: its tensors have names such as %s"
                              .formatted(directory, names.stream().limit(3).toList())));
      var declared = WeightType.declared(config).orElse(WeightType.FLOAT32);
      var contents =
          layout == SourceLayout.ORIGINAL
              ? original(directory, config, files.tensors())
              : huggingFace(directory, config, files.tensors(), files.originals());
      return new Checkpoint(directory, layout, files, contents, declared);
    } catch (IOException | RuntimeException e) {
      files.close();
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
    return JanusConfig.parse(config, CheckpointFiles.configFile(directory));
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
    files.close();
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
        described(
            JanusParameters.shapes(
                JanusConfig.parse(config, CheckpointFiles.configFile(directory))));
    var notes = unread(config.path("text_config"), "text_config.");
    var unused = addTiedHead(ties, expected, found, notes);
    var problems = TensorCheck.problems(expected, found, Set.of());
    originals.stream()
        .map(NamedTensor::name)
        .filter(name -> !OriginalNames.EXTRAS.contains(name))
        .forEach(name -> problems.add("unknown in " + CheckpointFiles.ORIGINALS + ": " + name));
    orThrow(directory, SourceLayout.HUGGING_FACE, problems);
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
    var language = original.path("language_config");
    var notes = unread(language, "language_config.");
    var shapes = described(JanusParameters.shapes(derived));
    if (addTiedHead(language.path("tie_word_embeddings").asBoolean(), shapes, mapped, notes)) {
      shapes.remove(HEAD);
    }
    var problems = sizes.contradictions(derived);
    problems.addAll(TextFields.unsupported(language, "language_config."));
    for (var field : NOT_READ) {
      requireAbsent(original, field, problems);
    }
    int layer = original.at("/vision_config/params/select_layer").asInt(-1);
    if (layer != -1) {
      problems.add("vision_config.params.select_layer must be -1, got " + layer);
    }
    var feature = original.at("/vision_config/params/select_feature").asText("same");
    if (!feature.equals("same")) {
      problems.add("vision_config.params.select_feature must be same, got " + feature);
    }
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

  /** What would change a model and is not looked at. */
  private static final List<String> NOT_READ =
      List.of(
          "/quantization_config",
          "/vision_config/params/pixel_mean",
          "/vision_config/params/pixel_std");

  private static void requireAbsent(JsonNode config, String field, List<String> problems) {
    var value = config.at(field);
    if (!value.isMissingNode() && !value.isNull()) {
      problems.add(
          "%s must not be there, got %s"
              .formatted(field.substring(1).replace('/', '.'), JsonText.shown(value)));
    }
  }

  /** Notes what the configuration says of the decoder and nothing here understands. */
  private static List<String> unread(JsonNode text, String prefix) {
    var fields = TextFields.unread(text, prefix);
    var notes = new ArrayList<String>();
    if (!fields.isEmpty()) {
      notes.add(
          "%s: not read, and without meaning for a Llama: %s%s"
              .formatted(
                  JanusConfig.FILE,
                  String.join(", ", fields.subList(0, Math.min(MOST_NAMED, fields.size()))),
                  fields.size() > MOST_NAMED
                      ? String.format(Locale.ROOT, ", … (%d)", fields.size())
                      : ""));
    }
    return notes;
  }

  /** A text head that shares the token embedding becomes a copy of it; whether it did. */
  private static boolean addTiedHead(
      boolean ties,
      Map<String, NamedTensor> expected,
      Map<String, NamedTensor> found,
      List<String> notes) {
    var embedding = found.get(EMBEDDING);
    if (ties && embedding != null && expected.containsKey(HEAD) && !found.containsKey(HEAD)) {
      found.put(HEAD, embedding.as(HEAD, embedding.shape()));
      notes.add(HEAD + " is tied to the token embedding in the source: written as a copy of it");
      return true;
    }
    return false;
  }

  private static Map<String, NamedTensor> described(Map<String, List<Long>> shapes) {
    var tensors = new LinkedHashMap<String, NamedTensor>();
    shapes.forEach((name, shape) -> tensors.put(name, NamedTensor.described(name, shape)));
    return tensors;
  }

  private static void orThrow(Path directory, SourceLayout layout, List<String> problems) {
    if (!problems.isEmpty()) {
      throw problem(directory, layout, problems, null);
    }
  }

  private static IllegalArgumentException problem(
      Path directory, SourceLayout layout, List<String> problems, @Nullable Throwable cause) {
    return new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "%s: does not hold, in %s, what its %s describes (%d problems):\n  %s",
            directory,
            layout.title(),
            JanusConfig.FILE,
            problems.size(),
            Listed.lines(problems)),
        cause);
  }
}
