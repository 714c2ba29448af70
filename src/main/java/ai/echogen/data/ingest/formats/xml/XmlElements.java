package ai.echogen.data.ingest.formats.xml;

import ai.echogen.data.lines.TextLines;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * The elements of a small XML file that may come from anywhere: nothing outside it is read, nothing
 * in it is repeated, and what is of no use takes no memory.
 */
final class XmlElements {
  /** Takes the elements by path, such as {@code /annotation/object/name}. */
  interface Handler {
    default void begin(String path) {}

    /**
     * Takes an element when all within it has been.
     *
     * @param text behind the last tag within the element
     */
    void end(String path, String text);
  }

  private static final int MOST_LEVELS = 32;
  private static final int MOST_LETTERS = 10_000; // of a path, and about as many of a text
  private static final int DECLARATION = 100; // bytes, at least, of an XML declaration
  private static final Pattern UTF_8 = Pattern.compile("encoding=[\"'](?i:utf-?8)[\"']");
  private static final String BYTE_ORDER_MARK = "\u00EF\u00BB\u00BF"; // of UTF-8
  private static final XMLInputFactory XML = factory();

  private XmlElements() {}

  private static XMLInputFactory factory() {
    var factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    return factory;
  }

  /**
   * Reads a file.
   *
   * @param root name of the outermost element
   * @throws XMLStreamException if it is no such XML or has more bytes, with the line
   * @throws IOException if storage fails
   */
  static void read(InputStream in, String root, int mostBytes, Handler handler)
      throws IOException, XMLStreamException {
    var bytes = in.readNBytes(mostBytes + 1);
    if (bytes.length > mostBytes) {
      throw new XMLStreamException("more than " + mostBytes + " bytes");
    }
    read(reader(bytes), root, handler);
  }

  /**
   * Files that name no encoding are UTF-8, which is decoded here: the parser prints what is not.
   */
  private static XMLStreamReader reader(byte[] bytes) throws XMLStreamException {
    var start =
        new String(bytes, 0, Math.min(DECLARATION, bytes.length), StandardCharsets.ISO_8859_1);
    synchronized (XML) { // not said to be safe for several threads
      boolean isMarked = start.startsWith(BYTE_ORDER_MARK); // which says more than a declaration
      if (!isMarked && start.contains("encoding=") && !UTF_8.matcher(start).find()) {
        return XML.createXMLStreamReader(new ByteArrayInputStream(bytes));
      }
      try {
        return XML.createXMLStreamReader(new StringReader(TextLines.decode(bytes)));
      } catch (CharacterCodingException e) {
        throw new XMLStreamException("is no UTF-8", e);
      }
    }
  }

  private static void read(XMLStreamReader xml, String root, Handler handler)
      throws XMLStreamException {
    var path = new StringBuilder();
    var text = new StringBuilder();
    int depth = 0;
    while (xml.hasNext()) {
      switch (xml.next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          path.append('/').append(xml.getLocalName());
          text.setLength(0);
          depth++;
          require(path, depth, root, xml);
          handler.begin(path.toString());
        }
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
          if (text.length() < MOST_LETTERS) {
            text.append(xml.getText());
          }
        }
        case XMLStreamConstants.END_ELEMENT -> {
          handler.end(path.toString(), text.toString());
          text.setLength(0);
          path.setLength(path.lastIndexOf("/"));
          depth--;
        }
        default -> {}
      }
    }
  }

  private static void require(StringBuilder path, int depth, String root, XMLStreamReader xml)
      throws XMLStreamException {
    if (path.length() > MOST_LETTERS) {
      throw new XMLStreamException("very long names", xml.getLocation());
    }
    if (depth > MOST_LEVELS) {
      throw new XMLStreamException("more than " + MOST_LEVELS + " levels", xml.getLocation());
    }
    if (depth == 1 && !xml.getLocalName().equals(root)) {
      throw new XMLStreamException(
          "begins with <%s>, not <%s>".formatted(xml.getLocalName(), root), xml.getLocation());
    }
  }
}
