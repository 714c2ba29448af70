package ai.echogen.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Locale;

/**
 * The one parser of whole JSON files: a key that is there twice, something behind the value,
 * numbers and nesting beyond any use are errors, each with its place.
 */
public final class JsonText {
  private static final int MOST_LEVELS = 200;
  private static final int MOST_DIGITS = 400; // of a number: any double, written out
  private static final int MOST_LETTERS = 100_000_000; // of a text
  private static final int MOST_SHOWN = 60; // letters of a value, in a message
  private static final int MOST_SAID = 300; // letters of Jackson's own words, which quote names

  private static final ObjectMapper MAPPER =
      new ObjectMapper(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MOST_LEVELS)
                          .maxNumberLength(MOST_DIGITS)
                          .maxStringLength(MOST_LETTERS)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private JsonText() {}

  /**
   * Parses a value.
   *
   * @param place where the text comes from, for messages
   * @throws IllegalArgumentException with place and line if it is no JSON
   */
  public static JsonNode parse(byte[] text, String place) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      var at = e.getLocation(); // Jackson's own limits may come without one
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: %sis not valid JSON: %s",
              place,
              at == null ? "" : at.getLineNr() + ": ",
              firstLine(e.getOriginalMessage())),
          e);
    } catch (IOException e) {
      throw new IllegalArgumentException(place + ": is not valid JSON: " + e.getMessage(), e);
    }
  }

  /** A value as a message shows it: a long one is cut. */
  public static String shown(JsonNode value) {
    return cut(value.toString(), MOST_SHOWN);
  }

  /** A text of at most so many letters; what is left out is told by an ellipsis. */
  static String cut(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most) + "…";
  }

  private static String firstLine(String what) {
    return cut(what.lines().findFirst().orElse(""), MOST_SAID);
  }
}
