package ai.echogen.tokens;

import ai.echogen.json.JsonText;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * What a {@code tokenizer.json} must be before the native library sees it: a panic there ends the
 * process, and a pattern that backtracks without end never comes back.
 */
final class TokenizerShell {
  private static final int LARGEST_ID = 10_000_000;
  private static final int LONGEST_PATTERN = 1000;
  private static final int MOST_NAMED = 10;
  private static final Set<String> MODELS = Set.of("BPE", "WordLevel", "WordPiece", "Unigram");

  /** A group with a quantifier in it and one behind it: its time doubles with each letter. */
  private static final Pattern NESTED_QUANTIFIERS = Pattern.compile("\\([^()]*[+*}][^()]*\\)[+*{]");

  private final List<String> problems = new ArrayList<>();

  private TokenizerShell() {}

  /**
   * Fails unless the native library can take it.
   *
   * @param origin the file's name for error messages
   * @throws IllegalArgumentException with everything that it cannot
   */
  static void require(JsonNode json, String origin) {
    var shell = new TokenizerShell();
    shell.model(json.path("model"));
    shell.ids(json.path("added_tokens"));
    shell.walk("", json);
    if (!shell.problems.isEmpty()) {
      var named = shell.problems.stream().limit(MOST_NAMED).toList();
      int more = shell.problems.size() - named.size();
      throw new IllegalArgumentException(
          "%s: %s%s"
              .formatted(
                  origin,
                  String.join("; ", named),
                  more > 0 ? String.format(Locale.ROOT, "; and %d more", more) : ""));
    }
  }

  private void model(JsonNode model) {
    var type = model.path("type");
    if (!type.isMissingNode() && !MODELS.contains(type.asText())) {
      problems.add("model.type must be one of %s, got %s".formatted(MODELS, JsonText.shown(type)));
    }
    var vocab = model.path("vocab");
    if (vocab.isArray()) {
      for (int i = 0; i < vocab.size(); i++) {
        var entry = vocab.get(i);
        if (!entry.isArray() || entry.size() != 2 || !entry.get(0).isTextual()) {
          problems.add(
              String.format(
                  Locale.ROOT,
                  "model.vocab[%d] must be a token and its score, got %s",
                  i,
                  JsonText.shown(entry)));
        }
      }
      return;
    }
    if (!vocab.isObject()) {
      problems.add("model.vocab must be an object or a list");
    }
    for (Map.Entry<String, JsonNode> entry : vocab.properties()) {
      id("model.vocab." + entry.getKey(), entry.getValue());
    }
  }

  private void ids(JsonNode added) {
    if (!added.isMissingNode() && !added.isNull() && !added.isArray()) {
      problems.add("added_tokens must be a list, got " + added.getNodeType());
    }
    for (int i = 0; i < added.size(); i++) {
      var entry = added.path(i);
      var at = "added_tokens[" + i + "]";
      if (!entry.path("content").isTextual() || entry.path("content").asText().isEmpty()) {
        problems.add(at + ".content must be a text, got " + JsonText.shown(entry.path("content")));
      }
      id(at + ".id", entry.path("id"));
    }
  }

  private void id(String at, JsonNode id) {
    if (!id.isInt() || id.intValue() < 0 || id.intValue() > LARGEST_ID) {
      problems.add(
          String.format(
              Locale.ROOT,
              "%s must be a whole number, 0 to %d, got %s",
              at,
              LARGEST_ID,
              JsonText.shown(id)));
    }
  }

  /** Names are made where there is something to say of them: vocabularies are long. */
  private void walk(String at, JsonNode node) {
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      if (isBroken(entry.getKey())) {
        broken(at + "." + entry.getKey());
      }
      child(entry.getValue(), () -> at + "." + entry.getKey());
    }
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      int place = i;
      child(node.get(i), () -> at + "[" + place + "]");
    }
    if (node.path("type").asText().equals("Precompiled")) {
      problems.add(name(at) + " is Precompiled: such tables are not read here");
    }
    if (node.path("Regex").isTextual()) {
      regex(at + ".Regex", node.path("Regex").textValue());
    }
  }

  private void child(JsonNode node, Supplier<String> at) {
    if (node.isContainerNode()) {
      walk(at.get(), node);
    } else if (node.isTextual() && isBroken(node.textValue())) {
      broken(at.get());
    }
  }

  private void broken(String at) {
    problems.add(name(at) + " holds half of a pair of surrogates, which is no letter");
  }

  private static boolean isBroken(String text) {
    return text.codePoints().anyMatch(letter -> letter >= 0xD800 && letter <= 0xDFFF);
  }

  private void regex(String at, String regex) {
    if (regex.length() > LONGEST_PATTERN || NESTED_QUANTIFIERS.matcher(regex).find()) {
      problems.add(
          name(at) + " is a pattern that may take for ever, or longer than " + LONGEST_PATTERN);
    }
  }

  private static String name(String at) {
    return at.startsWith(".") ? at.substring(1) : at;
  }
}
