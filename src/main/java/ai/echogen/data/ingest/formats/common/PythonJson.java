package ai.echogen.data.ingest.formats.common;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** JSON objects of a line or a small file, as Python writes them: with NaN and Infinity. */
public final class PythonJson {
  private static final int MOST_LEVELS = 200;
  private static final int MOST_SAID = 200; // letters of Jackson's own words, which quote values

  private static final ObjectMapper MAPPER =
      new ObjectMapper(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MOST_LEVELS).build())
                  .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private PythonJson() {}

  /**
   * The object that a text is.
   *
   * @throws IllegalArgumentException if it is none, with the reason in a few words
   */
  public static JsonNode object(String text) {
    try {
      var value = MAPPER.readTree(text);
      if (!value.isObject()) {
        throw new IllegalArgumentException("is no object");
      }
      return value;
    } catch (JsonProcessingException e) {
      var what = e.getOriginalMessage().lines().findFirst().orElse("");
      var at = e.getLocation(); // Jackson's own limits come without one
      throw new IllegalArgumentException(
          (at == null ? "" : "column " + at.getColumnNr() + ": ")
              + what.substring(0, Math.min(MOST_SAID, what.length())),
          e);
    }
  }
}
