package ai.echogen.data.ingest.formats.text;

import ai.echogen.data.ingest.formats.common.TextFile;
import ai.echogen.storage.Location;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A JSON file that is one long list, read as a stream: files of many hundred megabytes on one line
 * are usual. The driver passes over all of it, tasks read parts. Python writes NaN and Infinity, so
 * they are read.
 */
final class JsonArrayFile {
  /** Looks at one element. */
  interface Element {
    /**
     * Reads it.
     *
     * @param parser stands on the first token of the element and is left on its last
     * @param number of the element, from 0
     * @param offset bytes of the file before it
     */
    void read(JsonParser parser, long number, long offset) throws IOException;
  }

  private static final JsonFactory FACTORY =
      JsonFactory.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  private JsonArrayFile() {}

  /**
   * Calls the reader for each element.
   *
   * @return how many there are
   * @throws IllegalArgumentException with file, line, column and byte if it is no such file
   */
  static long read(Location file, Element element) {
    TextFile.require(file);
    long number = 0;
    try (var in = new BufferedInputStream(file.open());
        var parser = FACTORY.createParser(in)) {
      if (parser.nextToken() != JsonToken.START_ARRAY) {
        throw unreadable(file, parser.currentLocation(), "a JSON list must begin here", null);
      }
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        element.read(parser, number, parser.currentTokenLocation().getByteOffset());
        number++;
      }
      if (parser.nextToken() != null) {
        throw unreadable(file, parser.currentLocation(), "nothing may follow the list", null);
      }
    } catch (JsonProcessingException e) {
      throw unreadable(file, e.getLocation(), e.getOriginalMessage(), e);
    } catch (EOFException e) {
      throw new IllegalArgumentException(file + ": ends too early; copy it again", e);
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": " + e.getMessage(), e);
    }
    return number;
  }

  /** A parser whose next token is the first of a part, whose elements are a list's. */
  static JsonParser open(FilePart part) throws IOException {
    var bracket = new ByteArrayInputStream(new byte[] {'['});
    var parser =
        FACTORY.createParser(
            new SequenceInputStream(bracket, new BufferedInputStream(part.open())));
    parser.nextToken();
    return parser;
  }

  private static IllegalArgumentException unreadable(
      Location file, @Nullable JsonLocation at, String problem, @Nullable Exception cause) {
    var what = problem.lines().findFirst().orElse("");
    if (at == null) { // Jackson's own limits come without a place
      return new IllegalArgumentException("%s: cannot be read: %s".formatted(file, what), cause);
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
        cause);
  }
}
