package ai.echogen.scoring.judges.http;

import ai.echogen.Door;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a judge's server answers, and the answers that were kept. */
public final class AnswerDoors {
  private static final String KEY = "ab".repeat(32);
  private static final String ANSWER = "answer.json";

  private AnswerDoors() {}

  /** Writes whole files into an empty folder. */
  public static List<Door> in(Path folder) throws IOException {
    new AnswerCache(Location.of(folder)).put(KEY, "Yes, a \"red\" dog – ja.");
    Files.writeString(
        folder.resolve(ANSWER),
        "{\"id\": 1, \"choices\": [{\"message\": {\"role\": \"assistant\", \"content\": \"Yes\"},"
            + " \"finish_reason\": \"stop\"}]}");
    return List.of(
        Door.json(folder, "ab/" + KEY + ".json", AnswerDoors::kept).named("kept answer").sealed(),
        Door.json(folder, ANSWER, AnswerDoors::answer).named("answer of a server"));
  }

  /** One that is damaged is counted, and asked for again. */
  private static Object kept(Path folder) throws IOException {
    var cache = new AnswerCache(Location.of(folder));
    var answer = cache.find(KEY);
    if (answer.isEmpty() && cache.numDamaged() == 1) {
      throw new IllegalArgumentException(cache + ": an answer is damaged");
    }
    return answer;
  }

  private static Object answer(Path folder) throws IOException {
    var file = folder.resolve(ANSWER);
    return ChatRequest.answer(Files.readAllBytes(file), file.toString());
  }
}
