package ai.echogen.data.ingest.formats.text;

import ai.echogen.data.ingest.formats.common.JsonStream;
import ai.echogen.data.ingest.formats.common.TextFile;
import ai.echogen.storage.Location;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.SequenceInputStream;

/** A JSON file that is one long list. The driver passes over all of it, tasks read parts. */
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

  private JsonArrayFile() {}

  /**
   * Calls the reader for each element.
   *
   * @return how many there are
   * @throws IllegalArgumentException with file, line, column and byte if it is no such file
   */
  static long read(Location file, Element element) {
    TextFile.require(file);
    return JsonStream.read(file, parser -> read(parser, element));
  }

  private static long read(JsonParser parser, Element element) throws IOException {
    JsonStream.require(
        parser, parser.nextToken() == JsonToken.START_ARRAY, "a JSON list must begin here");
    long number = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      element.read(parser, number, parser.currentTokenLocation().getByteOffset());
      number++;
    }
    JsonStream.require(parser, parser.nextToken() == null, "nothing may follow the list");
    return number;
  }

  /** A parser whose next token is the first of a part, whose elements are a list's. */
  static JsonParser open(FilePart part) throws IOException {
    var bracket = new ByteArrayInputStream(new byte[] {'['});
    var parser =
        JsonStream.parser(new SequenceInputStream(bracket, new BufferedInputStream(part.open())));
    parser.nextToken();
    return parser;
  }
}
