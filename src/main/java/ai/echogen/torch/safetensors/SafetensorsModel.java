package ai.echogen.torch.safetensors;

import ai.echogen.config.Listed;
import ai.echogen.json.JsonRecord;
import ai.echogen.json.JsonText;
import ai.echogen.storage.LocalFiles;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The weights of a Hugging Face model directory: {@code model.safetensors}, or the shards that
 * {@code model.safetensors.index.json} names.
 */
public final class SafetensorsModel implements AutoCloseable {
  static final String SINGLE = "model.safetensors";
  static final String INDEX = "model.safetensors.index.json";

  private static final Pattern FILE_NAME = Pattern.compile("\\w[\\w.-]*");
  private static final Pattern WEIGHTS =
      Pattern.compile("model(-\\d{5}-of-\\d{5})?\\.safetensors(\\.index\\.json)?");

  private final Path directory;
  private final List<SafetensorsFile> files;
  private final Map<String, SafetensorsFile> byTensor;

  private SafetensorsModel(
      Path directory, List<SafetensorsFile> files, Map<String, SafetensorsFile> byTensor) {
    this.directory = directory;
    this.files = files;
    this.byTensor = byTensor;
  }

  /**
   * Opens every file of the weights and checks them against the index.
   *
   * @throws IllegalArgumentException listing what is wrong or missing
   */
  public static SafetensorsModel open(Path directory) throws IOException {
    List<SafetensorsFile> files = new ArrayList<>();
    try {
      return open(directory, files);
    } catch (IOException | RuntimeException e) {
      for (var file : files) {
        file.close();
      }
      throw e;
    }
  }

  /** A lone file under any name, such as an adapter's. */
  public static SafetensorsModel ofFile(Path path) throws IOException {
    var file = SafetensorsFile.open(path);
    Map<String, SafetensorsFile> byTensor = new TreeMap<>();
    file.tensors().forEach(tensor -> byTensor.put(tensor.name(), file));
    return new SafetensorsModel(path, List.of(file), byTensor);
  }

  /** Names of all tensors, sorted. */
  public List<String> names() {
    return List.copyOf(byTensor.keySet());
  }

  public boolean has(String name) {
    return byTensor.containsKey(name);
  }

  /**
   * The open file that holds a tensor; it is closed with this model.
   *
   * @throws IllegalArgumentException if no file does
   */
  public SafetensorsFile file(String name) {
    var file = byTensor.get(name);
    if (file == null) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "%s: has no tensor %s among its %d", directory, name, byTensor.size()));
    }
    return file;
  }

  @Override
  public void close() throws IOException {
    for (var file : files) {
      file.close();
    }
  }

  /**
   * Writes the index of weights that lie in several files.
   *
   * @param fileOfTensor where each tensor lies
   * @param numBytes data bytes of all tensors
   */
  public static void writeIndex(Path directory, Map<String, String> fileOfTensor, long numBytes)
      throws IOException {
    Files.writeString(directory.resolve(INDEX), index(fileOfTensor, numBytes));
  }

  static String index(Map<String, String> fileOfTensor, long numBytes) throws IOException {
    var mapper = new ObjectMapper();
    var root = mapper.createObjectNode();
    root.putObject("metadata").put("total_size", numBytes);
    var weightMap = root.putObject("weight_map");
    new TreeMap<>(fileOfTensor).forEach(weightMap::put);
    return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
  }

  /** Names of the weight files of a model of so many shards, without the index. */
  public static List<String> fileNames(int numShards) {
    return numShards == 1
        ? List.of(SINGLE)
        : IntStream.rangeClosed(1, numShards)
            .mapToObj(
                i -> String.format(Locale.ROOT, "model-%05d-of-%05d.safetensors", i, numShards))
            .toList();
  }

  /** A reader would take the old weights for the new ones. */
  static void checkHoldsNoOther(Path directory, List<String> names) throws IOException {
    try (var present = Files.list(directory)) {
      var others =
          present
              .map(file -> file.getFileName().toString())
              .filter(name -> WEIGHTS.matcher(name).matches())
              .filter(name -> !names.contains(name) && !(names.size() > 1 && name.equals(INDEX)))
              .sorted()
              .toList();
      if (!others.isEmpty()) {
        throw new IllegalArgumentException(
            "%s: holds weights in other files already: %s; write to an empty directory"
                .formatted(directory, String.join(", ", others)));
      }
    }
  }

  private static SafetensorsModel open(Path directory, List<SafetensorsFile> files)
      throws IOException {
    Map<String, SafetensorsFile> byTensor = new TreeMap<>();
    var index = directory.resolve(INDEX);
    if (Files.exists(directory.resolve(SINGLE)) || !Files.exists(index)) {
      var file = SafetensorsFile.open(directory.resolve(SINGLE));
      files.add(file);
      file.tensors().forEach(tensor -> byTensor.put(tensor.name(), file));
      return new SafetensorsModel(directory, files, byTensor);
    }
    var weightMap = weightMap(index);
    List<String> problems = new ArrayList<>();
    Map<String, SafetensorsFile> byName = new HashMap<>();
    for (var name : new TreeSet<>(weightMap.values())) {
      if (!Files.exists(directory.resolve(name))) {
        problems.add(name + ": no such file");
        continue;
      }
      var file = SafetensorsFile.open(directory.resolve(name));
      files.add(file);
      byName.put(name, file);
      file.tensors().stream()
          .filter(tensor -> !name.equals(weightMap.get(tensor.name())))
          .forEach(
              tensor -> problems.add(name + ": has " + tensor.name() + " unknown to the index"));
    }
    weightMap.forEach(
        (tensor, name) -> {
          var file = byName.get(name);
          if (file != null && !file.has(tensor)) {
            problems.add(name + ": lacks " + tensor);
          } else if (file != null) {
            byTensor.put(tensor, file);
          }
        });
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "%s: does not fit its files:\n  %s"
              .formatted(index, Listed.lines(problems, SafetensorsFile.MOST_LISTED)));
    }
    return new SafetensorsModel(directory, files, byTensor);
  }

  private static Map<String, String> weightMap(Path index) throws IOException {
    var fields =
        JsonRecord.of(
            JsonText.parse(LocalFiles.readSmall(index), index.toString()), index.toString());
    var given = fields.object("weight_map");
    Map<String, String> weightMap = new LinkedHashMap<>();
    for (var tensor : given.names()) {
      var file = given.text(tensor);
      weightMap.put(tensor, file);
      if (!file.isEmpty() && !FILE_NAME.matcher(file).matches()) {
        given.problem(tensor, "must name a file of the index's own directory, got " + file);
      }
    }
    if (weightMap.isEmpty() && fields.problems().isEmpty()) {
      fields.problem("weight_map", "must say which tensor lies in which file, got {}");
    }
    fields.orThrow("");
    return weightMap;
  }
}
