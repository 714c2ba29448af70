package ai.echogen.model.convert;

import ai.echogen.json.JsonRecord;
import ai.echogen.json.JsonText;
import ai.echogen.model.directory.JanusConfig;
import ai.echogen.model.directory.JanusDirectory;
import ai.echogen.storage.LocalFiles;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/** Hugging Face's {@code config.json} for a model that comes from the original layout. */
final class OriginalPort {
  private static final String PLACEHOLDER = "<image_placeholder>";
  private static final int LARGEST_ID = 10_000_000; // far beyond any vocabulary
  private static final List<String> COPIED =
      List.of("bos_token_id", "eos_token_id", "pad_token_id");

  private OriginalPort() {}

  /** The sizes, the ids of special tokens that are known, and nothing tied. */
  static ObjectNode config(JanusConfig sizes, JsonNode original, Path directory)
      throws IOException {
    var config = sizes.toJson();
    var text = config.withObject("/text_config");
    for (var field : COPIED) {
      var id = original.path("language_config").get(field);
      if (id != null) {
        text.set(field, id);
      }
    }
    var placeholder = imagePlaceholder(directory.resolve(JanusDirectory.TOKENIZER));
    if (placeholder.isPresent()) {
      config.put("image_token_id", placeholder.getAsInt());
    }
    return config;
  }

  /**
   * The id that stands for an image in a text: it is not the same in all published models.
   *
   * @throws IllegalArgumentException naming the file if it is no JSON or its id no token's
   */
  static OptionalInt imagePlaceholder(Path tokenizer) throws IOException {
    if (!Files.exists(tokenizer)) {
      return OptionalInt.empty();
    }
    var place = tokenizer.toString();
    var root = JsonRecord.of(JsonText.parse(LocalFiles.readSmall(tokenizer), place), place);
    var found = OptionalInt.empty();
    for (var token : root.list("added_tokens", true)) {
      if (found.isEmpty() && token.textIfAny("content").orElse("").equals(PLACEHOLDER)) {
        found = OptionalInt.of((int) token.whole("id", 0, LARGEST_ID));
      }
    }
    root.orThrow("");
    return found;
  }
}
