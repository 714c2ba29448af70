package ai.echogen.model.convert;

import ai.echogen.model.JanusConfig;
import ai.echogen.model.JanusDirectory;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
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

  /** The id that stands for an image in a text: it is not the same in all published models. */
  static OptionalInt imagePlaceholder(Path tokenizer) throws IOException {
    if (!Files.exists(tokenizer)) {
      return OptionalInt.empty();
    }
    try (var parser = new JsonFactory().createParser(tokenizer.toFile())) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return OptionalInt.empty();
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean added = parser.currentName().equals("added_tokens");
        if (parser.nextToken() == JsonToken.START_ARRAY && added) {
          return placeholder(parser);
        }
        parser.skipChildren();
      }
      return OptionalInt.empty();
    }
  }

  private static OptionalInt placeholder(JsonParser parser) throws IOException {
    while (parser.nextToken() == JsonToken.START_OBJECT) {
      int id = -1;
      var content = "";
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        var field = parser.currentName();
        parser.nextToken();
        if (field.equals("id")) {
          id = parser.getValueAsInt(-1);
        } else if (field.equals("content")) {
          content = String.valueOf(parser.getValueAsString());
        }
        parser.skipChildren();
      }
      if (content.equals(PLACEHOLDER) && id >= 0) {
        return OptionalInt.of(id);
      }
    }
    return OptionalInt.empty();
  }
}
