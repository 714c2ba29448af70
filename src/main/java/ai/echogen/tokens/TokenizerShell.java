package ai.echogen.tokens;

import ai.echogen.json.JsonText;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What a {@code tokenizer.json} must be before the native library sees it: a panic there ends the
 * process, and a pattern that backtracks without end never comes back.
 */
final class TokenizerShell {
  private static final int LARGEST_ID = 10_000_000;
  private static final int MOST_NAMED = 10;
  private static final Set<String> MODELS = Set.of("BPE", "WordLevel", "WordPiece", "Unigram");

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
    if (shell.problems.isEmpty()) {
      shell.clashes(json);
      shell.merges(json.path("model"));
      shell.unknown(json.path("model"));
    }
    TokenizerParts.check(json, shell.problems);
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
    var dropout = model.path("dropout");
    if (!dropout.isMissingNode()
        && !dropout.isNull()
        && !(dropout.isNumber() && dropout.asDouble() == 0)) {
      problems.add(
          "model.dropout must be null or 0, got %s: a text would have other ids each time"
              .formatted(JsonText.shown(dropout)));
    }
    var vocab = model.path("vocab");
    if (vocab.isArray()) {
      for (int i = 0; i < vocab.size(); i++) {
        var entry = vocab.get(i);
        if (!entry.isArray()
            || entry.size() != 2
            || !entry.get(0).isTextual()
            || !entry.get(1).isNumber()) {
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

  /** The library goes by the vocabulary where added_tokens says otherwise. */
  private void clashes(JsonNode json) {
    var vocab = json.path("model").path("vocab");
    Map<String, Integer> words = TextTokenizer.words(vocab);
    Map<Integer, String> owners = new HashMap<>();
    if (vocab.isObject()) {
      words.forEach((word, id) -> own(owners, id, word));
    } else {
      words.forEach((word, id) -> owners.put(id, word));
    }
    Set<String> seen = new HashSet<>();
    for (var token : json.path("added_tokens")) {
      var content = token.path("content").textValue();
      int id = token.path("id").intValue();
      var known = words.get(content);
      if (!seen.add(content)) {
        problems.add("added_tokens holds %s twice".formatted(content));
      } else if (known != null && known != id) {
        problems.add(
            String.format(
                Locale.ROOT,
                "added_tokens gives %s the id %d, but model.vocab gives it %d",
                content,
                id,
                known));
      } else if (known == null) {
        own(owners, id, content);
      }
    }
  }

  private void own(Map<Integer, String> owners, int id, String word) {
    var other = owners.putIfAbsent(id, word);
    if (other != null) {
      problems.add(String.format(Locale.ROOT, "%s and %s both have the id %d", other, word, id));
    }
  }

  /** Of a right half without the prefix the library cuts off letters that are not there. */
  private void merges(JsonNode model) {
    var prefix = model.path("continuing_subword_prefix").asText("");
    var vocab = model.path("vocab");
    var merges = model.path("merges");
    for (int i = 0; merges.isArray() && i < merges.size(); i++) {
      var merge = merges.get(i);
      if (merge.isTextual() && merge.textValue().startsWith("#version")) {
        continue;
      }
      var halves = halves(merge);
      if (halves.size() != 2
          || !halves.get(1).startsWith(prefix)
          || !vocab.has(halves.get(0))
          || !vocab.has(halves.get(1))
          || !vocab.has(halves.get(0) + halves.get(1).substring(prefix.length()))) {
        problems.add(
            String.format(
                Locale.ROOT,
                "model.merges[%d] must be two words of model.vocab that are a word of it together,"
                    + " got %s",
                i,
                JsonText.shown(merge)));
      }
    }
  }

  private static List<String> halves(JsonNode merge) {
    if (merge.isTextual()) {
      return List.of(merge.textValue().split(" ", -1));
    }
    List<String> halves = new ArrayList<>();
    merge.forEach(half -> halves.add(half.asText()));
    return halves;
  }

  /** Without it the first word that is not in the vocabulary would be an error. */
  private void unknown(JsonNode model) {
    var type = model.path("type").asText();
    var unknown = model.path("unk_token");
    if ((type.equals("WordLevel") || type.equals("WordPiece"))
        && unknown.isTextual()
        && !model.path("vocab").has(unknown.textValue())) {
      problems.add("model.unk_token %s is not in model.vocab".formatted(JsonText.shown(unknown)));
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

  private static String name(String at) {
    return at.startsWith(".") ? at.substring(1) : at;
  }
}
