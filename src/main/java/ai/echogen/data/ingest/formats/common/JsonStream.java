package ai.echogen.data.ingest.formats.common;

import ai.echogen.storage.Location;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;

/**
 * JSON that is read as a stream: files of many hundred megabytes on one line are usual. Python
 * writes NaN and Infinity, so they are read.
 */
public final class JsonStream {
  /** Reads a file; the parser stands before its first token. */
  public interface Content<T> {
    T read(JsonParser parser) throws IOException;
  }

  private static final JsonFactory FACTORY =
      JsonFactory.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  private JsonStream() {}

  public static JsonParser parser(InputStream in) throws IOException {
    return FACTORY.createParser(in);
  }

  /**
   * Reads a file.
   *
   * @throws IllegalArgumentException with the file, and line, column and byte where they are known,
   *     if it is missing or not such a file
   */
  public static <T> T read(Location file, Content<T> content) {
    try (var in = TextFile.open(file);
        var parser = parser(in)) {
      return content.read(parser);
    } catch (JsonProcessingException e) {
      throw unreadable(file, e);
    } catch (FileNotFoundException e) {
      throw new IllegalArgumentException(file + ": no such file", e);
    } catch (EOFException e) {
      throw new IllegalArgumentException(file + ": ends too early; copy it again", e);
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": " + e.getMessage(), e);
    }
  }

  /** Fails at the parser's place unless something holds. */
  public static void require(JsonParser parser, boolean holds, String what)
      throws JsonParseException {
    if (!holds) {
      throw new JsonParseException(parser, what, parser.currentLocation());
    }
  }

  private static IllegalArgumentException unreadable(Location file, JsonProcessingException e) {
    var what = e.getOriginalMessage().lines().findFirst().orElse("");
    var at = e.getLocation();
    if (at == null) { // Jackson's own limits come without a place
      return new IllegalArgumentException("%s: cannot be read: %s".formatted(file, what), e);
    }
    return new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "%s: line %d, column %d (byte %d): %s; copy or export the file again",
            file,
            at.getLineNr(),
            at.getColumnNr(),
            at.getByteOffset(),
            what),
        e);
  }
}
