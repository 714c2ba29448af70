package ai.echogen.scoring.judges.http;

import ai.echogen.json.JsonText;
import ai.echogen.storage.LocalFiles;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;

/**
 * One question about one picture as {@code POST /chat/completions} takes it, and the answer in what
 * comes back. Everything that the answer depends on is in the body, in a fixed order.
 */
final class ChatRequest {
  static final int TEMPERATURE = 0; // the likeliest answer

  private static final ObjectMapper JSON = new ObjectMapper();

  private final byte[] body;

  ChatRequest(HttpVisualQuestion.Settings settings, byte[] png, String question) {
    var root = JSON.createObjectNode().put("model", settings.model());
    var content = root.putArray("messages").addObject().put("role", "user").putArray("content");
    content
        .addObject()
        .put("type", "image_url")
        .putObject("image_url")
        .put("url", "data:image/png;base64," + Base64.getEncoder().encodeToString(png));
    content.addObject().put("type", "text").put("text", question);
    root.put("max_tokens", settings.maxTokens())
        .put("temperature", TEMPERATURE)
        .put("seed", settings.seed());
    try {
      body = JSON.writeValueAsString(root).getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of texts is always written", e);
    }
  }

  byte[] body() {
    return body;
  }

  /**
   * SHA-256 of the body, in hexadecimal: the model, the picture, the question and how it is put.
   */
  String key() {
    return HexFormat.of().formatHex(LocalFiles.newSha256().digest(body));
  }

  /**
   * The text of the answer.
   *
   * @param place where it comes from, for messages
   * @throws IllegalArgumentException if it is no such answer
   */
  static String answer(byte[] response, String place) {
    var choice = JsonText.parse(response, place).path("choices").path(0);
    var message = choice.path("message");
    if (message.path("content").isTextual()) {
      return message.path("content").textValue();
    }
    if (message.path("refusal").isTextual()) { // says neither yes nor no
      return message.path("refusal").textValue();
    }
    throw new IllegalArgumentException(
        "%s: answered without a text in choices[0].message.content, got %s%s"
            .formatted(
                place,
                JsonText.shown(choice),
                choice.path("finish_reason").asText().equals("length")
                    ? "; it was cut off: give more maxTokens"
                    : ""));
  }
}
