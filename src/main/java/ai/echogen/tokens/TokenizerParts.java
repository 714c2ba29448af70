package ai.echogen.tokens;

import ai.echogen.json.JsonText;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * The parts of a {@code tokenizer.json} around its model, each a known one with values that the
 * native library takes without a panic.
 */
final class TokenizerParts {
  private static final int MOST_PARTS = 20;
  private static final int LONGEST_TEXT = 8;
  private static final int MOST_GROWTH = 64;

  /** The field of the file, the field in which its Sequence keeps the parts, and their types. */
  private record Kind(String field, String list, Set<String> types) {}

  private static final List<Kind> KINDS =
      List.of(
          new Kind(
              "normalizer",
              "normalizers",
              Set.of(
                  "BertNormalizer",
                  "ByteLevel",
                  "Lowercase",
                  "NFC",
                  "NFD",
                  "NFKC",
                  "NFKD",
                  "Nmt",
                  "Prepend",
                  "Replace",
                  "Sequence",
                  "Strip",
                  "StripAccents")),
          new Kind(
              "pre_tokenizer",
              "pretokenizers",
              Set.of(
                  "BertPreTokenizer",
                  "ByteLevel",
                  "CharDelimiterSplit",
                  "Digits",
                  "FixedLength",
                  "Metaspace",
                  "Punctuation",
                  "Sequence",
                  "Split",
                  "UnicodeScripts",
                  "Whitespace",
                  "WhitespaceSplit")),
          new Kind(
              "post_processor",
              "processors",
              Set.of(
                  "BertProcessing",
                  "ByteLevel",
                  "RobertaProcessing",
                  "Sequence",
                  "TemplateProcessing")),
          new Kind(
              "decoder",
              "decoders",
              Set.of(
                  "BPEDecoder",
                  "ByteFallback",
                  "ByteLevel",
                  "Fuse",
                  "Metaspace",
                  "Replace",
                  "Sequence",
                  "Strip",
                  "WordPiece")));

  private final Kind kind;
  private final List<String> problems;
  private int parts;
  private int growth = 1;

  private TokenizerParts(Kind kind, List<String> problems) {
    this.kind = kind;
    this.problems = problems;
  }

  /** Adds what the native library cannot take to the problems. */
  static void check(JsonNode json, List<String> problems) {
    for (var kind : KINDS) {
      var top = json.path(kind.field());
      if (!top.isMissingNode() && !top.isNull()) {
        new TokenizerParts(kind, problems).whole(top);
      }
    }
  }

  private void whole(JsonNode top) {
    part(kind.field(), top);
    if (parts > MOST_PARTS) {
      problems.add(
          String.format(
              Locale.ROOT, "%s has %d parts, more than %d", kind.field(), parts, MOST_PARTS));
    }
    if (growth > MOST_GROWTH) {
      problems.add(
          String.format(
              Locale.ROOT,
              "%s makes a text grow without bound: more than %d times",
              kind.field(),
              MOST_GROWTH));
    }
  }

  private void part(String at, JsonNode node) {
    parts++;
    var type = node.path("type");
    if (type.asText().equals("Precompiled")) {
      problems.add(at + " is Precompiled: such tables are not read here");
      return;
    }
    if (!type.isTextual() || !kind.types().contains(type.textValue())) {
      problems.add(
          "%s.type must be one of %s, got %s"
              .formatted(at, new TreeSet<>(kind.types()), JsonText.shown(type)));
      return;
    }
    switch (type.textValue()) {
      case "Sequence" -> sequence(at + "." + kind.list(), node.path(kind.list()));
      case "Replace" -> replace(at, node);
      case "Split" -> pattern(at + ".pattern", node.path("pattern"));
      case "Prepend" -> shortText(at + ".prepend", node.path("prepend"));
      case "FixedLength" -> number(at + ".length", node.path("length"), 1, 1000);
      case "TemplateProcessing" -> template(at, node);
      case "Strip" -> strip(at, node);
      // These write more letters than they read: bytes as letters, spaces around letters.
      case "ByteLevel", "Metaspace", "BertNormalizer" -> grow(2);
      default -> {}
    }
  }

  private void sequence(String at, JsonNode list) {
    if (!list.isArray()) {
      problems.add(at + " must be a list, got " + JsonText.shown(list));
    }
    for (int i = 0; i < list.size(); i++) {
      if (list.isArray()) {
        part(at + "[" + i + "]", list.get(i));
      }
    }
  }

  private void replace(String at, JsonNode node) {
    pattern(at + ".pattern", node.path("pattern"));
    if (shortText(at + ".content", node.path("content"))) {
      int length = letters(node.path("content"));
      int replaced = letters(node.path("pattern").path("String"));
      // A pattern may match between any two letters, and so may an empty text.
      grow(replaced == 0 ? length + 1 : Math.max(1, (length + replaced - 1) / replaced));
    }
  }

  private void grow(int times) {
    growth = Math.min(MOST_GROWTH + 1, growth * times);
  }

  private void pattern(String at, JsonNode node) {
    var regex = node.path("Regex");
    if (!node.isObject()
        || node.size() != 1
        || !(regex.isTextual() || node.path("String").isTextual())) {
      problems.add(at + " must be a Regex or a String, got " + JsonText.shown(node));
    } else if (regex.isTextual() && !SplitPattern.isSafe(regex.textValue())) {
      problems.add(at + ".Regex is a pattern that may take for ever, got " + JsonText.shown(regex));
    }
  }

  private boolean shortText(String at, JsonNode text) {
    if (text.isTextual() && letters(text) <= LONGEST_TEXT) {
      return true;
    }
    problems.add(
        String.format(
            Locale.ROOT,
            "%s must be a text of at most %d letters, got %s",
            at,
            LONGEST_TEXT,
            JsonText.shown(text)));
    return false;
  }

  private static int letters(JsonNode text) {
    return text.asText().codePointCount(0, text.asText().length());
  }

  /** As a decoder: a token that is shorter than the stop ends the process, and one may be empty. */
  private void strip(String at, JsonNode node) {
    if (kind.field().equals("decoder")) {
      number(at + ".start", node.path("start"), 0, 1);
      number(at + ".stop", node.path("stop"), 0, 0);
    }
  }

  private void number(String at, JsonNode number, int least, int most) {
    if (!number.isInt() || number.intValue() < least || number.intValue() > most) {
      problems.add(
          String.format(
              Locale.ROOT,
              "%s must be a whole number, %d to %d, got %s",
              at,
              least,
              most,
              JsonText.shown(number)));
    }
  }

  private void template(String at, JsonNode node) {
    pieces(at + ".single", node.path("single"), List.of("A"));
    pieces(at + ".pair", node.path("pair"), List.of("A", "B"));
  }

  private void pieces(String at, JsonNode pieces, List<String> texts) {
    var found =
        pieces.findValues("Sequence").stream().map(piece -> piece.path("id").asText()).sorted();
    if (!pieces.isArray() || !found.toList().equals(texts)) {
      problems.add(
          "%s must hold the Sequence %s once, and no other, got %s"
              .formatted(at, String.join(" and ", texts), JsonText.shown(pieces)));
    }
  }
}
