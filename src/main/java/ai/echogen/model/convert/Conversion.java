package ai.echogen.model.convert;

import ai.echogen.model.directory.JanusConfig;
import ai.echogen.model.directory.JanusDirectory;
import ai.echogen.model.directory.JanusParameters;
import ai.echogen.tokens.Grammar;
import ai.echogen.tokens.TextTokenizer;
import ai.echogen.torch.safetensors.SafetensorsWriter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;

/**
 * Writes an opened checkpoint as another kind of directory. Tensors are copied in slices of a
 * megabyte, so that a conversion needs little memory whatever the model's size; small files beside
 * the weights (tokenizer, processor, templates) are copied as they are.
 */
public final class Conversion {
  private static final Pattern SMALL_FILES =
      Pattern.compile("(?!config\\.json$).*(?<!\\.index)\\.(json|jinja|txt)|merges");

  private final Checkpoint source;
  private final Target target;
  private final WeightType type;
  private final long maxShardBytes;
  private final SafetensorsWriter weights = new SafetensorsWriter();
  private final SafetensorsWriter originals = new SafetensorsWriter();
  private final List<String> notes;
  private final Optional<String> generation; // generation_config.json of a model that brings none

  /**
   * Checks that the model can become that.
   *
   * @param maxShardBytes most bytes of tensors a file; a larger tensor gets a file of its own
   * @throws IllegalArgumentException naming everything that is in the way
   */
  public Conversion(Checkpoint source, Target target, WeightType type, long maxShardBytes)
      throws IOException {
    this(source, Optional.empty(), target, type, maxShardBytes);
  }

  /** The same with an adapter merged into the weights. */
  public Conversion(
      Checkpoint source,
      Optional<AdapterFiles> adapter,
      Target target,
      WeightType type,
      long maxShardBytes)
      throws IOException {
    this.source = source;
    this.target = target;
    this.type = type;
    this.maxShardBytes = maxShardBytes;
    this.notes = new ArrayList<>(source.notes());
    Refusals.check(source.name(), source.sizes(), target);
    var tensors =
        adapter
            .map(files -> files.mergedInto(source.tensors()))
            .orElseGet(() -> new LinkedHashMap<>(source.tensors()));
    adapter.ifPresent(files -> notes.addAll(files.notes()));
    if (target == Target.JANUS) {
      OriginalNames.toOriginal(tensors.values()).values().forEach(this::addWeights);
    } else {
      tensors.values().forEach(this::addWeights);
    }
    addOriginals();
    generation = addsGeneration() ? Optional.of(generation()) : Optional.empty();
  }

  /** The type that a conversion keeps unless told otherwise: float32 for us, else the source's. */
  public static WeightType defaultType(Checkpoint source, Target target) {
    return target == Target.ECHOGEN ? WeightType.FLOAT32 : source.declaredType();
  }

  /** Bytes of tensors that {@link #write} writes. */
  public long numBytes() {
    return weights.numBytes() + originals.numBytes();
  }

  /** What would be done, in lines for a person. */
  public List<String> plan() throws IOException {
    var lines = new ArrayList<String>();
    var shapes = shapes();
    lines.add(
        format(
            "reads %s: %s, %,d tensors, %,d parameters",
            source.name(),
            source.layout().title(),
            shapes.size(),
            shapes.values().stream().mapToLong(JanusParameters::size).sum()));
    JanusParameters.parts(shapes)
        .forEach((part, size) -> lines.add(format("  %-17s %,15d", part, size)));
    lines.add(format("writes %s in %s: %,d bytes", target.title(), type.key(), numBytes()));
    fileNames().forEach(name -> lines.add("  " + name));
    lines.addAll(notes);
    return lines;
  }

  /**
   * Writes everything.
   *
   * @param directory an empty one
   * @param written told of bytes of tensors as they are written
   */
  public void write(Path directory, LongConsumer written) throws IOException {
    var config = config(); // what it refuses it refuses before gigabytes are written
    weights.writeModel(directory, maxShardBytes, written);
    if (originals.numBytes() > 0) {
      originals.write(directory.resolve(CheckpointFiles.ORIGINALS), written);
    }
    for (var file : smallFiles()) {
      Files.copy(file, directory.resolve(String.valueOf(file.getFileName())));
    }
    if (generation.isPresent()) {
      Files.writeString(directory.resolve(JanusDirectory.GENERATION), generation.get());
    }
    Files.writeString(
        directory.resolve(JanusConfig.FILE),
        new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(config) + "\n");
    Files.writeString(
        directory.resolve(JanusDirectory.CARD),
        ConvertedCard.text(source, target, type, shapes(), weights.numBytes(), configDigest()));
  }

  /** What {@code generation_config.json} says of a model that brings none, from its tokenizer. */
  private String generation() throws IOException {
    var json = JanusDirectory.readTokenizer(source.directory(), source.sizes());
    try (var tokenizer = TextTokenizer.of(json, JanusDirectory.TOKENIZER)) {
      return JanusDirectory.generationConfig(Grammar.of(tokenizer, source.sizes().locationBins()));
    }
  }

  private void addWeights(NamedTensor tensor) {
    weights.add(tensor.name(), type.stored(), tensor.shape(), tensor.elements());
  }

  private void addOriginals() {
    if (target == Target.ECHOGEN) { // as they are, to be given back as they were
      source
          .originals()
          .forEach(
              tensor ->
                  originals.add(
                      tensor.name(),
                      tensor.elements().get(0).type(),
                      tensor.shape(),
                      tensor.elements()));
    } else if (target == Target.JANUS) {
      source.originals().forEach(this::addOriginalWeights);
      if (source.originals().isEmpty()) {
        notes.add(
            "left out, since there is no %s beside the model: %s"
                .formatted(CheckpointFiles.ORIGINALS, String.join(", ", OriginalNames.EXTRAS)));
      }
    } else if (!source.originals().isEmpty()) {
      notes.add(
          "left out, since transformers has no place for them: "
              + String.join(", ", source.originals().stream().map(NamedTensor::name).toList()));
    }
  }

  private void addOriginalWeights(NamedTensor tensor) {
    var kept = tensor.elements().get(0).type();
    weights.add(
        tensor.name(), kept.isFloat() ? type.stored() : kept, tensor.shape(), tensor.elements());
  }

  private ObjectNode config() throws IOException {
    var config = source.config();
    if (target == Target.JANUS) {
      return OriginalConfig.of(source.sizes(), config.path("text_config"), type);
    }
    PortConfig.setType(config, type);
    if (target == Target.TRANSFORMERS) {
      config.remove("echogen");
      var id = OriginalPort.imagePlaceholder(source.directory().resolve(JanusDirectory.TOKENIZER));
      if (!config.has("image_token_id") && id.isPresent()) {
        config.put("image_token_id", id.getAsInt());
      }
    }
    return config;
  }

  private Map<String, List<Long>> shapes() {
    var shapes = new LinkedHashMap<String, List<Long>>();
    source.tensors().forEach((name, tensor) -> shapes.put(name, tensor.shape()));
    return shapes;
  }

  private List<String> fileNames() throws IOException {
    var names = new ArrayList<>(weights.fileNames(maxShardBytes));
    if (originals.numBytes() > 0) {
      names.add(CheckpointFiles.ORIGINALS);
    }
    names.add(JanusConfig.FILE);
    if (generation.isPresent()) {
      names.add(JanusDirectory.GENERATION);
    }
    names.add(JanusDirectory.CARD);
    smallFiles().forEach(file -> names.add(String.valueOf(file.getFileName())));
    return names;
  }

  private boolean addsGeneration() {
    return target == Target.ECHOGEN
        && source.sizes().decoder().isPresent()
        && Files.exists(source.directory().resolve(JanusDirectory.TOKENIZER))
        && !Files.exists(source.directory().resolve(JanusDirectory.GENERATION));
  }

  private List<Path> smallFiles() throws IOException {
    try (var files = Files.list(source.directory())) {
      return files
          .filter(file -> SMALL_FILES.matcher(String.valueOf(file.getFileName())).matches())
          .filter(Files::isRegularFile)
          .sorted()
          .toList();
    }
  }

  private String configDigest() throws IOException {
    try {
      var bytes = Files.readAllBytes(source.directory().resolve(JanusConfig.FILE));
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
