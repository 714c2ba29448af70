package ai.echogen.tokens;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Special tokens for a {@code tokenizer.json} that somebody else published.
 *
 * <p>An embedding often has more rows than its tokenizer has tokens (Janus-Pro-1B: 102,400), so
 * that tokens can be added without a change to the weights.
 */
public final class AddedTokens {
  private static final String ADDED_TOKENS = "added_tokens";

  private AddedTokens() {}

  /**
   * Adds those of the tokens that are missing at the next free ids, in their order; every other
   * byte stays, so a second time changes nothing.
   *
   * @param origin the file's name for error messages
   * @param rows of the embedding: every id must be below
   * @throws IllegalArgumentException if an id does not fit, or a token is there but not special
   */
  public static byte[] add(byte[] tokenizerJson, String origin, List<String> tokens, int rows) {
    var json = TextTokenizer.parse(tokenizerJson, origin);
    var ids = TextTokenizer.vocabulary(json);
    int next = ids.values().stream().mapToInt(id -> id + 1).max().orElse(0);
    var entries = new ObjectMapper().createArrayNode();
    for (var token : List.copyOf(tokens).stream().distinct().toList()) {
      int id = ids.containsKey(token) ? ids.get(token) : next++;
      if (id >= rows) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%s: %s would be token %d, but the embedding has only the rows 0 to %d: give it more rows or leave tokens out",
                origin,
                token,
                id,
                rows - 1));
      }
      var special = isSpecial(json.path(ADDED_TOKENS), token);
      if (special.isEmpty()) {
        WordVocabulary.describe(entries.addObject(), id, token);
      } else if (!special.get()) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%s: %s is token %d already, but not a special one: set special to true in added_tokens",
                origin,
                token,
                id));
      }
    }
    return entries.isEmpty() ? tokenizerJson.clone() : insert(tokenizerJson, origin, entries);
  }

  /** Whether added_tokens says that this token is special; empty if it does not list it. */
  private static Optional<Boolean> isSpecial(JsonNode addedTokens, String token) {
    for (var entry : addedTokens) {
      if (entry.path("content").asText().equals(token)) {
        return Optional.of(entry.path("special").asBoolean());
      }
    }
    return Optional.empty();
  }

  private static byte[] insert(byte[] json, String origin, ArrayNode entries) {
    try {
      var list = new ObjectMapper().writeValueAsString(entries);
      var text = list.substring(1, list.length() - 1);
      var place = place(json, origin);
      var out = new ByteArrayOutputStream();
      out.write(json, 0, place.at());
      out.writeBytes((place.first() ? text : "," + text).getBytes(StandardCharsets.UTF_8));
      out.write(json, place.at(), json.length - place.at());
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(origin + ": cannot be read", e);
    }
  }

  /** Where a list can be continued: the index of the byte, and whether the list is empty. */
  private record Place(int at, boolean first) {}

  private static Place place(byte[] json, String origin) throws IOException {
    try (var parser = new JsonFactory().createParser(json)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean found = parser.currentName().equals(ADDED_TOKENS);
        if (parser.nextToken() == JsonToken.START_ARRAY && found) {
          var place = new Place(end(parser), true);
          while (parser.nextToken() == JsonToken.START_OBJECT) {
            parser.skipChildren();
            place = new Place(end(parser), false);
          }
          return place;
        }
        parser.skipChildren();
      }
    }
    throw new IllegalArgumentException(origin + ": has no list " + ADDED_TOKENS);
  }

  /** The index behind the token that the parser has just read. */
  private static int end(JsonParser parser) {
    return Math.toIntExact(parser.currentLocation().getByteOffset());
  }
}
