package ai.echogen.tokens;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import ai.echogen.json.JsonText;
import ai.echogen.storage.LocalFiles;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Text to ids and back, by any Hugging Face {@code tokenizer.json}.
 *
 * <p>Adds no special tokens, never truncates or pads, needs no network. Safe for use by many
 * threads until it is closed.
 */
public final class TextTokenizer implements AutoCloseable {
  /** What stands for a word outside the vocabulary, where the tokenizer has one. */
  public static final String UNKNOWN = "<unk>";

  private static final Map<String, String> AS_IS =
      Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");

  static {
    // Text is tokenized on the CPU: DJL must not look for a GPU build of the library on the
    // network.
    if (System.getenv("RUST_FLAVOR") == null && System.getProperty("RUST_FLAVOR") == null) {
      System.setProperty("RUST_FLAVOR", "cpu");
    }
  }

  private final HuggingFaceTokenizer tokenizer;
  private final String origin;
  private final Map<String, Integer> ids;
  private final BitSet known = new BitSet();
  private final BitSet special;
  private final int size;
  private final @Nullable Integer unknown;

  private TextTokenizer(HuggingFaceTokenizer tokenizer, String origin, JsonNode json) {
    this.tokenizer = tokenizer;
    this.origin = origin;
    this.ids = vocabulary(json);
    ids.values().forEach(known::set);
    this.special = specialIds(json);
    this.size = known.length();
    this.unknown = ids.get(UNKNOWN);
  }

  /** Reads a local {@code tokenizer.json}. */
  public static TextTokenizer load(Path tokenizerJson) {
    try {
      return of(LocalFiles.readSmall(tokenizerJson), tokenizerJson.toString());
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException(tokenizerJson + ": no such file", e);
    } catch (IOException e) {
      throw new UncheckedIOException(tokenizerJson + ": cannot be read", e);
    }
  }

  /**
   * Reads the content of a {@code tokenizer.json}, for files that are not local.
   *
   * @param origin the file's name for error messages
   * @throws IllegalArgumentException if the library cannot read it, or would read other ids
   */
  public static TextTokenizer of(byte[] tokenizerJson, String origin) {
    var json = parse(tokenizerJson, origin);
    var tokenizer = new TextTokenizer(open(tokenizerJson, origin), origin, json);
    try {
      json.path("added_tokens").forEach(tokenizer::requireNumbered);
      return tokenizer;
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  /** The library numbers added tokens itself, one after the other, whatever the file says. */
  private void requireNumbered(JsonNode added) {
    var content = added.path("content").textValue();
    int id = added.path("id").intValue();
    int[] read = encode(content);
    boolean isRenumbered = read.length == 1 && read[0] != id;
    // One that is normalized may become another one, which is then what texts have.
    if (isRenumbered && !(added.path("normalized").asBoolean() && has(read[0]))) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: %s is %d in the file but is read as %d: list it in added_tokens at the next free"
                  + " id",
              origin,
              content,
              id,
              read[0]));
    }
  }

  /** Ids of the text alone, nothing before or after it. */
  public int[] encode(String text) {
    // A lone surrogate has no UTF-8 form and would reach the native library as broken text.
    var wellFormed = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    // Ids alone: HuggingFaceTokenizer.encode also fetches tokens, spans and masks, twice the time.
    long encoding = encoding(tokenizer.getHandle(), wellFormed);
    try {
      long[] ids = TokenizersLibrary.LIB.getTokenIds(encoding);
      int[] read = new int[ids.length];
      for (int i = 0; i < ids.length; i++) {
        read[i] = Math.toIntExact(ids[i]);
      }
      return read;
    } finally {
      TokenizersLibrary.LIB.deleteEncoding(encoding);
    }
  }

  private long encoding(long handle, String text) {
    try {
      return TokenizersLibrary.LIB.encode(handle, text, false);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "%s: has no tokens for a text: %s; give model an unknown token"
              .formatted(origin, e.getMessage()),
          e);
    }
  }

  /** The text of these ids, special tokens included. */
  public String decode(int... ids) {
    return tokenizer.decode(IntStream.of(ids).asLongStream().toArray(), false);
  }

  /** How many tokens of the text are {@value #UNKNOWN}. */
  public int numUnknown(String text) {
    int count = 0;
    for (int id : encode(text)) {
      count += isUnknown(id) ? 1 : 0;
    }
    return count;
  }

  /**
   * The id of a whole token, such as {@code <bos>}.
   *
   * @throws IllegalArgumentException if the vocabulary lacks it
   */
  public int id(String token) {
    var id = ids.get(token);
    if (id == null) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: has no token %s among its %d; add it to added_tokens or choose another"
                  + " tokenizer",
              origin,
              token,
              ids.size()));
    }
    return id;
  }

  /** The same, empty if the vocabulary lacks it. */
  public OptionalInt find(String token) {
    var id = ids.get(token);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /** Whether the vocabulary has this id: ids below {@link #size} may be unused. */
  public boolean has(int id) {
    return id >= 0 && known.get(id);
  }

  /** Whether this id is a special token: one that no text stands for. */
  public boolean isSpecial(int id) {
    return special.get(id);
  }

  /** Whether this id is {@value #UNKNOWN}. */
  public boolean isUnknown(int id) {
    return unknown != null && id == unknown;
  }

  /** Largest id plus one: the rows that an embedding needs. */
  public int size() {
    return size;
  }

  /** The file's name, for error messages. */
  public String origin() {
    return origin;
  }

  @Override
  public void close() {
    tokenizer.close();
  }

  static JsonNode parse(byte[] tokenizerJson, String origin) {
    var json = JsonText.parse(tokenizerJson, origin);
    if (!json.path("model").has("vocab")) {
      throw new IllegalArgumentException(
          origin + ": must be a Hugging Face tokenizer.json with model.vocab");
    }
    TokenizerShell.require(json, origin);
    return json;
  }

  private static HuggingFaceTokenizer open(byte[] tokenizerJson, String origin) {
    try {
      return HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(tokenizerJson), AS_IS);
    } catch (IOException e) {
      throw new UncheckedIOException(origin + ": cannot be read", e);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          origin + ": is refused by the tokenizers library: " + e.getMessage(), e);
    }
  }

  /** Whole tokens by name: WordLevel, BPE and WordPiece store {token: id}, Unigram a list. */
  static Map<String, Integer> vocabulary(JsonNode json) {
    var ids = words(json.path("model").path("vocab"));
    for (var token : json.path("added_tokens")) {
      ids.put(token.path("content").asText(), token.path("id").asInt());
    }
    return Map.copyOf(ids);
  }

  /** The tokens of the model alone, by name. */
  static Map<String, Integer> words(JsonNode vocab) {
    Map<String, Integer> ids = new HashMap<>();
    if (vocab.isArray()) {
      for (int id = 0; id < vocab.size(); id++) {
        ids.put(vocab.get(id).path(0).asText(), id);
      }
    } else {
      vocab.fields().forEachRemaining(entry -> ids.put(entry.getKey(), entry.getValue().asInt()));
    }
    return ids;
  }

  static BitSet specialIds(JsonNode json) {
    var special = new BitSet();
    for (var token : json.path("added_tokens")) {
      if (token.path("special").asBoolean()) {
        special.set(token.path("id").asInt());
      }
    }
    return special;
  }
}
