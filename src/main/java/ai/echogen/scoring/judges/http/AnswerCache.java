package ai.echogen.scoring.judges.http;

import ai.echogen.json.JsonText;
import ai.echogen.storage.LocalFiles;
import ai.echogen.storage.Location;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Answers that were given, a small file each, in a folder that many processes may use at once.
 *
 * <p>The file of an answer is {@code ab/abcd….json}, its name the SHA-256 of the request: {@code
 * {"request": that, "answer": the text, "sha256": that of the text}}. It appears whole or not at
 * all. One that is damaged all the same is as if it were not there, and is counted.
 */
final class AnswerCache {
  private static final int MOST_BYTES = 8 << 20;

  private final Location folder;
  private final AtomicLong numDamaged = new AtomicLong();

  AnswerCache(Location folder) {
    this.folder = folder;
  }

  /** The answer to a request, if it was given. */
  Optional<String> find(String key) throws IOException {
    byte[] bytes;
    try (var in = file(key).open()) {
      bytes = in.readNBytes(MOST_BYTES + 1);
    } catch (FileNotFoundException | NoSuchFileException e) {
      return Optional.empty();
    }
    var answer = bytes.length > MOST_BYTES ? Optional.<String>empty() : answer(bytes, key);
    if (answer.isEmpty()) {
      numDamaged.incrementAndGet();
    }
    return answer;
  }

  /** Keeps an answer. */
  void put(String key, String answer) throws IOException {
    var entry =
        JsonNodeFactory.instance
            .objectNode()
            .put("request", key)
            .put("answer", answer)
            .put("sha256", digest(answer));
    file(key).replace(entry.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** How many entries were damaged so far. */
  long numDamaged() {
    return numDamaged.get();
  }

  private Location file(String key) {
    return folder.child(key.substring(0, 2)).child(key + ".json");
  }

  private static Optional<String> answer(byte[] bytes, String key) {
    JsonNode entry;
    try {
      entry = JsonText.parse(bytes, key);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    var answer = entry.path("answer").textValue();
    boolean isWhole =
        answer != null
            && key.equals(entry.path("request").textValue())
            && digest(answer).equals(entry.path("sha256").textValue());
    return isWhole ? Optional.of(answer) : Optional.empty();
  }

  private static String digest(String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(LocalFiles.newSha256().digest(bytes));
  }

  @Override
  public String toString() {
    return folder.toString();
  }
}
