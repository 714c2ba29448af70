package ai.echogen.data.ingest.formats.xml;

import ai.echogen.data.ingest.SourceImage;
import ai.echogen.data.ingest.formats.common.Decimal;
import ai.echogen.data.shards.Finding;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import javax.xml.stream.XMLStreamException;

/**
 * The boxes of an image's entities: an XML file of Flickr30k Entities, Pascal VOC's but for its
 * names, which are ids. An object may be of several entities, and an entity have several objects.
 * Objects without a box are scenes, or not to be seen.
 */
final class FlickrBoxes implements XmlElements.Handler {
  /** Two corners, in pixels. */
  record Corners(double x0, double y0, double x1, double y1) {}

  private static final int MOST_BYTES = 1_000_000;
  private static final String ROOT = "/annotation";
  private static final String OBJECT = ROOT + "/object";
  private static final String BOX = OBJECT + "/bndbox";

  private final String file;
  private final Map<String, List<Corners>> boxes = new HashMap<>(); // by entity, also without any
  private final List<Finding> findings = new ArrayList<>();
  private final Set<String> entities = new LinkedHashSet<>(); // of the object that is read
  private final Map<String, Double> sides = new HashMap<>(); // of its box
  private boolean hasBox;
  private int numObjects;
  private int width;
  private int height;

  private FlickrBoxes(String file) {
    this.file = file;
  }

  /**
   * Reads a file.
   *
   * @param file its name, for findings
   * @throws XMLStreamException if it is no such XML, with the line
   * @throws IOException if storage fails
   */
  static FlickrBoxes read(String file, InputStream in) throws IOException, XMLStreamException {
    var boxes = new FlickrBoxes(file);
    XmlElements.read(in, "annotation", MOST_BYTES, boxes);
    return boxes;
  }

  @Override
  public void begin(String path) {
    hasBox |= path.equals(BOX);
  }

  @Override
  public void end(String path, String text) {
    var value = text.strip();
    switch (path) {
      case ROOT + "/size/width" -> width = pixels(value);
      case ROOT + "/size/height" -> height = pixels(value);
      case OBJECT + "/name" -> {
        if (!value.isEmpty()) {
          entities.add(value);
        }
      }
      case OBJECT -> endObject();
      case BOX + "/xmin", BOX + "/ymin", BOX + "/xmax", BOX + "/ymax" ->
          sides.putIfAbsent(path.substring(path.lastIndexOf('/') + 1), Decimal.of(value));
      default -> {}
    }
  }

  private void endObject() {
    numObjects++;
    var where = String.format(Locale.ROOT, "object %d of %s", numObjects, file);
    var box = new Corners(side("xmin"), side("ymin"), side("xmax"), side("ymax"));
    boolean isWhole = !Double.isNaN(box.x0() + box.y0() + box.x1() + box.y1());
    if (entities.isEmpty()) {
      findings.add(Finding.dropped("object without a name", where));
    } else if (hasBox && !isWhole) {
      findings.add(Finding.dropped("bndbox is not four numbers", where));
    }
    for (var entity : entities) {
      var all = boxes.computeIfAbsent(entity, e -> new ArrayList<>());
      if (hasBox && isWhole) {
        all.add(box);
      }
    }
    entities.clear();
    sides.clear();
    hasBox = false;
  }

  private double side(String name) {
    return sides.getOrDefault(name, Double.NaN);
  }

  /** A number of pixels; 0 where there is none. */
  private static int pixels(String text) {
    return text.isEmpty() ? 0 : SourceImage.pixels(text);
  }

  /** Width of the picture in pixels; 0 if the file has none. */
  int width() {
    return width;
  }

  /** Height of the picture in pixels; 0 if the file has none. */
  int height() {
    return height;
  }

  /** Whether there is an object of an entity, with or without a box. */
  boolean has(String entity) {
    return boxes.containsKey(entity);
  }

  /** An entity's boxes, in the order of the file. */
  List<Corners> of(String entity) {
    return boxes.getOrDefault(entity, List.of());
  }

  List<Finding> findings() {
    return findings;
  }
}
