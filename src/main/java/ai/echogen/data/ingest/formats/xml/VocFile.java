package ai.echogen.data.ingest.formats.xml;

import ai.echogen.data.ingest.SourceBox;
import ai.echogen.data.ingest.SourceImage;
import ai.echogen.data.ingest.formats.common.RowFields;
import ai.echogen.data.shards.Finding;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.stream.XMLStreamException;
import org.jspecify.annotations.Nullable;

/**
 * One XML file of Pascal VOC.
 *
 * <p>Pixels are counted from 1 there and a box's last ones belong to it (VOC2012's development kit,
 * section 3.3): ours goes from {@code xmin - 1} to {@code xmax}. Files that count from 0 lose
 * nothing by that but a pixel's width of accuracy. Parts of objects (heads, hands) are passed over;
 * {@code difficult} objects are objects.
 */
final class VocFile implements XmlElements.Handler {
  private static final int MOST_BYTES = 10_000_000;
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
    XmlElements.read(in, "annotation", MOST_BYTES, file);
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

  @Override
  public void end(String path, String text) {
    if (path.equals(OBJECT)) {
      endObject();
    } else if (IN_OBJECT.contains(path)) {
      values.putIfAbsent(path.substring(OBJECT.length() + 1), text);
    } else if (IN_HEAD.contains(path)) {
      head.putIfAbsent(path, text);
    }
  }

  private void endObject() {
    numObjects++;
    var name = RowFields.tidy(values.getOrDefault("name", ""));
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
