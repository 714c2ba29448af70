package ai.echogen.data.ingest.formats.xml;

import ai.echogen.data.ingest.SourceBox;
import ai.echogen.data.ingest.SourceImage;
import ai.echogen.data.shards.Finding;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * One XML file of Pascal VOC.
 *
 * <p>Pixels are counted from 1 there and a box's last ones belong to it (VOC2012's development kit,
 * section 3.3): ours goes from {@code xmin - 1} to {@code xmax}. Files that count from 0 lose
 * nothing by that but a pixel's width of accuracy. Parts of objects (heads, hands) are passed over;
 * {@code difficult} objects are objects.
 */
final class VocFile {
  private static final int MAX_DEPTH = 32;
  private static final int MOST_BYTES = 10_000_000;
  private static final int DECLARATION = 100; // bytes, at least, of an XML declaration
  private static final Pattern UTF_8 = Pattern.compile("encoding=[\"'](?i:utf-?8)[\"']");
  private static final String BYTE_ORDER_MARK = "\u00EF\u00BB\u00BF"; // of UTF-8
  private static final int MAX_TEXT = 10_000; // characters of a name or number
  private static final String ROOT = "/annotation";
  private static final String OBJECT = ROOT + "/object";
  private static final String[] SIDES = {"xmin", "ymin", "xmax", "ymax"};

  /** What is read; whatever else there is takes no memory. */
  private static final Set<String> IN_HEAD =
      Set.of(ROOT + "/filename", ROOT + "/size/width", ROOT + "/size/height");

  private static final Set<String> IN_OBJECT =
      Stream.concat(
              Stream.of(OBJECT + "/name"), Stream.of(SIDES).map(side -> OBJECT + "/bndbox/" + side))
          .collect(Collectors.toUnmodifiableSet());

  private static final XMLInputFactory XML = factory();

  private final String id;
  private final Map<String, String> head = new HashMap<>(); // texts outside objects, by path
  private final Map<String, String> values = new HashMap<>(); // of the object that is read
  private final List<SourceBox> boxes = new ArrayList<>();
  private final List<Finding> findings = new ArrayList<>();
  private int numObjects;

  private VocFile(String id) {
    this.id = id;
  }

  /**
   * Reads a file.
   *
   * @param id of the image
   * @return its name may be blank
   * @throws XMLStreamException if it is no such XML, with the line
   * @throws IOException if storage fails
   */
  static SourceImage read(String id, InputStream in) throws IOException, XMLStreamException {
    var file = new VocFile(id);
    file.read(reader(in));
    var image =
        new SourceImage(
            id,
            file.head.getOrDefault(ROOT + "/filename", "").strip(),
            pixels(file.head.get(ROOT + "/size/width")),
            pixels(file.head.get(ROOT + "/size/height")));
    file.boxes.forEach(image::add);
    file.findings.forEach(image::add);
    return image;
  }

  /** Nothing outside the file is read for it, and nothing in it is repeated. */
  private static XMLInputFactory factory() {
    var factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    return factory;
  }

  /**
   * Files that name no encoding are UTF-8, which is decoded here: the parser prints what is not.
   */
  private static XMLStreamReader reader(InputStream in) throws IOException, XMLStreamException {
    var bytes = in.readNBytes(MOST_BYTES + 1);
    if (bytes.length > MOST_BYTES) {
      throw new XMLStreamException("more than " + MOST_BYTES + " bytes");
    }
    var start =
        new String(bytes, 0, Math.min(DECLARATION, bytes.length), StandardCharsets.ISO_8859_1);
    synchronized (XML) { // not said to be safe for several threads
      boolean isMarked = start.startsWith(BYTE_ORDER_MARK); // which says more than a declaration
      if (!isMarked && start.contains("encoding=") && !UTF_8.matcher(start).find()) {
        return XML.createXMLStreamReader(new ByteArrayInputStream(bytes));
      }
      try {
        var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        return XML.createXMLStreamReader(
            new StringReader(text.startsWith("\uFEFF") ? text.substring(1) : text));
      } catch (CharacterCodingException e) {
        throw new XMLStreamException("is no UTF-8", e);
      }
    }
  }

  private void read(XMLStreamReader xml) throws XMLStreamException {
    var path = new StringBuilder();
    var text = new StringBuilder();
    int depth = 0;
    while (xml.hasNext()) {
      switch (xml.next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          path.append('/').append(xml.getLocalName());
          text.setLength(0);
          if (path.length() > MAX_TEXT) {
            throw new XMLStreamException("very long names", xml.getLocation());
          }
          if (++depth > MAX_DEPTH) {
            throw new XMLStreamException("more than " + MAX_DEPTH + " levels", xml.getLocation());
          }
          if (depth == 1 && !path.toString().equals(ROOT)) {
            throw new XMLStreamException(
                "begins with <%s>, not <annotation>".formatted(xml.getLocalName()),
                xml.getLocation());
          }
        }
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
          if (text.length() < MAX_TEXT) {
            text.append(xml.getText());
          }
        }
        case XMLStreamConstants.END_ELEMENT -> {
          var at = path.toString();
          if (at.equals(OBJECT)) {
            endObject();
          } else if (IN_OBJECT.contains(at)) {
            values.putIfAbsent(at.substring(OBJECT.length() + 1), text.toString());
          } else if (IN_HEAD.contains(at)) {
            head.putIfAbsent(at, text.toString());
          }
          text.setLength(0);
          path.setLength(path.lastIndexOf("/"));
          depth--;
        }
        default -> {}
      }
    }
  }

  private void endObject() {
    numObjects++;
    var name = values.getOrDefault("name", "").strip().replaceAll("\\s+", " ");
    var box = new double[SIDES.length];
    boolean isWhole = true;
    for (int i = 0; i < SIDES.length; i++) {
      box[i] = number(values.get("bndbox/" + SIDES[i]));
      isWhole &= Double.isFinite(box[i]);
    }
    var where = String.format(Locale.ROOT, "object %d of %s.xml", numObjects, id);
    if (name.isEmpty()) {
      findings.add(Finding.dropped("object without a name", where));
    } else if (!isWhole) {
      findings.add(Finding.dropped("bndbox is not four numbers", where + " (" + name + ")"));
    } else {
      double x = Math.max(0, box[0] - 1);
      double y = Math.max(0, box[1] - 1);
      boxes.add(
          new SourceBox(Integer.toString(numObjects), name, x, y, box[2] - x, box[3] - y, false));
    }
    values.clear();
  }

  private static double number(@Nullable String text) {
    try {
      return text == null ? Double.NaN : Double.parseDouble(text.strip());
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  /** A number of pixels; 0 where there is none. */
  private static int pixels(@Nullable String text) {
    return text == null || text.isBlank() ? 0 : SourceImage.pixels(text);
  }
}
