package ai.echogen.model.convert;

import ai.echogen.config.Listed;
import ai.echogen.json.JsonText;
import ai.echogen.model.directory.LoraDirectory;
import ai.echogen.storage.LocalFiles;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What PEFT's {@code adapter_config.json} says of a plain LoRA: which modules are adapted, and with
 * which rank and factor each. A module is called by its name in the model, such as {@code
 * model.language_model.layers.0.self_attn.q_proj}.
 *
 * <p>The rules are those of PEFT 0.21 ({@code LoraConfig}, {@code get_pattern_key}, {@code
 * check_target_module_exists}): a key of {@code rank_pattern} or {@code alpha_pattern} is a regular
 * expression for the end of a name, from a dot on, and the first that matches counts; an entry of
 * {@code target_modules} or {@code exclude_modules} is the end of a name, and a single text is a
 * regular expression for the whole of it. A field that is not read here, and is no mere note, must
 * be empty.
 */
final class PeftConfig {
  /** What says nothing of the merged weights: notes, and how the adapter was trained. */
  private static final Set<String> NOTES =
      Set.of(
          "auto_mapping",
          "base_model_name_or_path",
          "corda_config", // this and the next three speak of values of init_lora_weights
          "eva_config",
          "lora_ga_config",
          "loftq_config",
          "inference_mode",
          "lora_dropout",
          "megatron_core",
          "peft_version",
          "qalora_group_size",
          "revision",
          "task_type");

  private static final Set<String> READ =
      Set.of(
          "alpha_pattern",
          "bias",
          "exclude_modules",
          "init_lora_weights",
          "layers_pattern",
          "layers_to_transform",
          "lora_alpha",
          "peft_type",
          "r",
          "rank_pattern",
          "target_modules",
          "use_rslora");

  /** Initial values that leave the model's own weights as they were. */
  private static final Set<String> INITIAL =
      Set.of("true", "false", "gaussian", "orthogonal", "eva");

  private static final int MOST_ENTRIES = 10_000; // of a list of names, or patterns of an object

  private static final String ALL_LINEAR = "all-linear";
  private static final int DEFAULT = 8; // of r and of lora_alpha
  private static final Pattern FIRST_INDEX = Pattern.compile(".*?\\.[^.]*\\.(?<idx>\\d+)\\.");

  private final Path file;
  private final JsonNode root;
  private final List<String> problems = new ArrayList<>();
  private final ModuleMatcher matcher;

  private PeftConfig(Path file, JsonNode root) {
    this.file = file;
    this.root = root;
    this.matcher = new ModuleMatcher(file);
  }

  /**
   * Reads an adapter's configuration.
   *
   * @throws IllegalArgumentException naming the file and every field whose meaning is not that of a
   *     plain LoRA
   */
  static PeftConfig read(Path directory) throws IOException {
    var file = directory.resolve(LoraDirectory.CONFIG);
    if (!Files.exists(file)) {
      throw new IllegalArgumentException(
          directory + " is not an adapter: it has no " + LoraDirectory.CONFIG);
    }
    var root = JsonText.parse(LocalFiles.readSmall(file), file.toString());
    if (!root.isObject()) {
      throw new IllegalArgumentException(file + ": must be a JSON object");
    }
    var config = new PeftConfig(file, root);
    config.check();
    if (!config.problems.isEmpty()) {
      throw new IllegalArgumentException(
          """
          %s: is not a plain LoRA, which is all that is merged here:
            %s
          merge it with peft (merge_and_unload) and convert the model that comes out\
          """
              .formatted(file, Listed.lines(config.problems.stream().map(Listed::cut).toList())));
    }
    return config;
  }

  /**
   * Rows of A and columns of B of a module.
   *
   * @throws IllegalArgumentException if its name is too long, or a pattern too costly for it
   */
  int rank(String module) {
    matcher.checkLength(module);
    return pattern("rank_pattern", module)
        .map(JsonNode::asInt)
        .orElse(root.path("r").asInt(DEFAULT));
  }

  /** What B A of a module is multiplied with. */
  double scale(String module) {
    double alpha =
        pattern("alpha_pattern", module)
            .map(JsonNode::asDouble)
            .orElse(root.path("lora_alpha").asDouble(DEFAULT));
    int rank = rank(module);
    return alpha / (root.path("use_rslora").asBoolean() ? Math.sqrt(rank) : rank);
  }

  /** The field by which PEFT would not adapt a module, if any. */
  Optional<String> excludedBy(String module) {
    var excluded = root.path("exclude_modules");
    if (!isEmpty(excluded) && isNamed("exclude_modules", module)) {
      return Optional.of("exclude_modules");
    }
    var targets = root.path("target_modules");
    if (isEmpty(targets)) {
      return Optional.empty();
    }
    if (!isNamed("target_modules", module)) {
      return Optional.of("target_modules");
    }
    var layers = root.path("layers_to_transform");
    if (isEmpty(layers)) {
      return Optional.empty();
    }
    matcher.spend("layers_to_transform", layers.size());
    var layer = layer(module);
    return layer.isPresent() && integers(layers).contains(layer.get())
        ? Optional.empty()
        : Optional.of("layers_to_transform");
  }

  /** Patterns that match none of the modules, in words. */
  List<String> unmatched(Collection<String> modules) {
    var unmatched = new ArrayList<String>();
    for (var field : List.of("rank_pattern", "alpha_pattern")) {
      root.path(field)
          .fieldNames()
          .forEachRemaining(
              key -> {
                if (modules.stream().noneMatch(module -> matches(field, key, module))) {
                  unmatched.add(
                      "%s: \"%s\" matches no matrix of the adapter".formatted(field, key));
                }
              });
    }
    return unmatched;
  }

  private void check() {
    if (!root.path("peft_type").asText().equals("LORA")) {
      problems.add("peft_type must be LORA, got " + JsonText.shown(root.path("peft_type")));
    }
    root.fields()
        .forEachRemaining(
            field -> {
              if (!NOTES.contains(field.getKey())
                  && !READ.contains(field.getKey())
                  && !isEmpty(field.getValue())) {
                problems.add(
                    "%s = %s: may change what the weights become"
                        .formatted(field.getKey(), JsonText.shown(field.getValue())));
              }
            });
    if (!root.path("bias").asText("none").equals("none")) {
      problems.add("bias must be none, got " + JsonText.shown(root.path("bias")));
    }
    var initial = root.path("init_lora_weights");
    if (!INITIAL.contains(initial.asText("true").toLowerCase(Locale.ROOT))) {
      problems.add(
          "init_lora_weights = %s: the adapter belongs to weights that this start has changed"
              .formatted(JsonText.shown(initial)));
    }
    checkRank("r", root.path("r"));
    checkAlpha("lora_alpha", root.path("lora_alpha"));
    checkFlag("use_rslora");
    checkPatterns("rank_pattern", this::checkRank);
    checkPatterns("alpha_pattern", this::checkAlpha);
    checkNames("target_modules");
    checkNames("exclude_modules");
    checkLayers();
  }

  private interface ValueCheck {
    void of(String field, JsonNode value);
  }

  private void checkPatterns(String field, ValueCheck check) {
    var patterns = root.path(field);
    if (isAbsent(patterns)) {
      return;
    }
    if (!patterns.isObject() || patterns.size() > MOST_ENTRIES) {
      problems.add(
          String.format(
              Locale.ROOT,
              "%s must be an object of at most %d patterns, got %s",
              field,
              MOST_ENTRIES,
              JsonText.shown(patterns)));
      return;
    }
    patterns
        .fields()
        .forEachRemaining(
            entry -> {
              checkExpression(field, entry.getKey());
              check.of(field + "." + entry.getKey(), entry.getValue());
            });
  }

  private void checkNames(String field) {
    var names = root.path(field);
    if (isAbsent(names)) {
      return;
    }
    if (names.isTextual() && !isAllLinear(names)) {
      checkExpression(field, names.asText());
    } else if (!names.isTextual() && !isListOf(names, JsonNode::isTextual)) {
      problems.add(
          String.format(
              Locale.ROOT,
              "%s must be a list of at most %d names or one text, got %s",
              field,
              MOST_ENTRIES,
              JsonText.shown(names)));
    }
  }

  private void checkLayers() {
    var layers = root.path("layers_to_transform");
    var patterns = root.path("layers_pattern");
    if (!isAbsent(layers) && !layers.isInt() && !isListOf(layers, JsonNode::isInt)) {
      problems.add("layers_to_transform must be numbers of layers, got " + JsonText.shown(layers));
    }
    if (isAbsent(patterns)) {
      return;
    }
    if (!patterns.isTextual() && !isListOf(patterns, JsonNode::isTextual)) {
      problems.add("layers_pattern must be texts, got " + JsonText.shown(patterns));
      return;
    }
    texts(patterns).forEach(pattern -> checkExpression("layers_pattern", pattern));
  }

  private void checkRank(String field, JsonNode value) {
    if (!value.isMissingNode() && !(value.isInt() && value.asInt() >= 1)) {
      problems.add(
          "%s must be a whole number >= 1, got %s".formatted(field, JsonText.shown(value)));
    }
  }

  private void checkAlpha(String field, JsonNode value) {
    boolean isRight = value.isNumber() && Double.isFinite(value.asDouble()) && value.asDouble() > 0;
    if (!value.isMissingNode() && !isRight) {
      problems.add("%s must be a number > 0, got %s".formatted(field, JsonText.shown(value)));
    }
  }

  private void checkFlag(String field) {
    var value = root.path(field);
    if (!isAbsent(value) && !value.isBoolean()) {
      problems.add("%s must be true or false, got %s".formatted(field, JsonText.shown(value)));
    }
  }

  private void checkExpression(String field, String expression) {
    ModuleMatcher.problem(expression).ifPresent(problem -> problems.add(field + ": " + problem));
  }

  /** The value of the first key that matches. */
  private Optional<JsonNode> pattern(String field, String module) {
    for (var patterns = root.path(field).fields(); patterns.hasNext(); ) {
      Map.Entry<String, JsonNode> entry = patterns.next();
      if (matches(field, entry.getKey(), module)) {
        return Optional.of(entry.getValue());
      }
    }
    return Optional.empty();
  }

  private boolean matches(String field, String key, String module) {
    return matcher.found(field, ModuleMatcher.ending(key), module, Matcher::lookingAt).isPresent();
  }

  private boolean isNamed(String field, String module) {
    var names = root.path(field);
    if (names.isTextual()) {
      return isAllLinear(names)
          || matcher
              .found(field, Pattern.compile(names.asText()), module, Matcher::matches)
              .isPresent();
    }
    matcher.spend(field, names.size());
    return texts(names).stream()
        .anyMatch(name -> module.equals(name) || module.endsWith("." + name));
  }

  private static boolean isAllLinear(JsonNode names) {
    return names.asText().equalsIgnoreCase(ALL_LINEAR);
  }

  private Optional<BigInteger> layer(String module) {
    var patterns = root.path("layers_pattern");
    var expressions =
        isEmpty(patterns)
            ? List.of(FIRST_INDEX)
            : texts(patterns).stream().map(ModuleMatcher::index).toList();
    for (var expression : expressions) {
      var match = matcher.found("layers_pattern", expression, module, Matcher::lookingAt);
      if (match.isPresent()) {
        var digits = match.get().group("idx");
        if (digits == null) { // an alternative of the pattern ends before the number
          throw new IllegalArgumentException(
              "%s: layers_pattern: finds no number of a layer in %s".formatted(file, module));
        }
        return Optional.of(new BigInteger(digits));
      }
    }
    return Optional.empty();
  }

  private static List<String> texts(JsonNode node) {
    var texts = new ArrayList<String>();
    if (node.isTextual()) {
      texts.add(node.asText());
    }
    node.forEach(entry -> texts.add(entry.asText()));
    return texts;
  }

  private static List<BigInteger> integers(JsonNode node) {
    var integers = new ArrayList<BigInteger>();
    if (node.isInt()) {
      integers.add(node.bigIntegerValue());
    }
    node.forEach(entry -> integers.add(entry.bigIntegerValue()));
    return integers;
  }

  private static boolean isListOf(JsonNode node, Predicate<JsonNode> holds) {
    if (!node.isArray() || node.size() > MOST_ENTRIES) {
      return false;
    }
    for (var entry : node) {
      if (!holds.test(entry)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isAbsent(JsonNode value) {
    return value.isMissingNode() || value.isNull();
  }

  /** Whether a field says nothing: it is not there, null, false, or holds nothing. */
  private static boolean isEmpty(JsonNode value) {
    return value.isMissingNode()
        || value.isNull()
        || value.isBoolean() && !value.asBoolean()
        || value.isTextual() && value.asText().isEmpty()
        || value.isContainerNode() && value.isEmpty();
  }
}
