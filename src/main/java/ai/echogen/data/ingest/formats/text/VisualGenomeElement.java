package ai.echogen.data.ingest.formats.text;

import ai.echogen.data.ingest.SourceBox;
import ai.echogen.data.ingest.SourceImage;
import ai.echogen.data.ingest.formats.common.CocoValues;
import ai.echogen.data.ingest.formats.common.RowFields;
import ai.echogen.data.shards.Finding;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * One element of Visual Genome's {@code region_descriptions.json} or {@code objects.json}: an image
 * with its regions, or its objects. Boxes are left, top, width and height in pixels. Of an object's
 * names the first is taken.
 */
final class VisualGenomeElement {
  private static final int MOST_BOXES = 10_000; // of an image; published ones have some hundred
  private static final Set<String> LISTS = Set.of("regions", "objects");
  private static final int ALL_SIDES = 0b1111;

  private final String place;
  private final List<SourceBox> boxes = new ArrayList<>();
  private final List<Finding> findings = new ArrayList<>();
  private String id = "";
  private boolean hasList;
  private int numBoxes;

  private VisualGenomeElement(String place) {
    this.place = place;
  }

  /**
   * Reads an element.
   *
   * @param parser on the first token of it; left on its last
   * @param file its name, for findings
   * @param number of the element, from 0
   */
  static VisualGenomeElement read(JsonParser parser, String file, long number) throws IOException {
    var element =
        new VisualGenomeElement(String.format(Locale.ROOT, "%s: element %d", file, number + 1));
    if (parser.currentToken() == JsonToken.START_OBJECT) {
      element.readFields(parser);
    } else {
      parser.skipChildren();
    }
    return element;
  }

  /** A whole number; empty if it has none. */
  String id() {
    return id;
  }

  /** Whether there are regions or objects, which may be none. */
  boolean hasList() {
    return hasList;
  }

  /** What to call it in findings. */
  String place() {
    return place;
  }

  /** The image, or none and why. */
  Optional<SourceImage> image(String fileName, List<Finding> lost) {
    if (id.isEmpty() || !hasList) {
      var what = id.isEmpty() ? "image_id that is a whole number" : "list of regions or objects";
      lost.add(Finding.dropped("element without " + what, place));
      lost.addAll(findings);
      return Optional.empty();
    }
    var image = new SourceImage(id, fileName, 0, 0);
    boxes.forEach(image::add);
    findings.forEach(image::add);
    return Optional.of(image);
  }

  private void readFields(JsonParser parser) throws IOException {
    var otherId = "";
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      var name = parser.currentName();
      var token = parser.nextToken();
      if (name.equals("image_id")) {
        id = wholeNumber(parser);
      } else if (name.equals("id")) {
        otherId = wholeNumber(parser);
      } else if (LISTS.contains(name) && token == JsonToken.START_ARRAY) {
        hasList = true;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          readBox(parser, name.substring(0, name.length() - 1));
        }
      } else {
        parser.skipChildren();
      }
    }
    id = id.isEmpty() ? otherId : id;
  }

  private static String wholeNumber(JsonParser parser) throws IOException {
    var text = CocoValues.id(parser);
    return text.matches("\\d{1,18}") ? Long.toString(Long.parseLong(text)) : "";
  }

  /**
   * @param kind region or object
   */
  private void readBox(JsonParser parser, String kind) throws IOException {
    numBoxes++;
    if (numBoxes > MOST_BOXES) {
      parser.skipChildren();
      if (numBoxes == MOST_BOXES + 1) {
        findings.add(
            Finding.dropped(
                String.format(Locale.ROOT, "regions behind the first %,d of an image", MOST_BOXES),
                place));
      }
      return;
    }
    var boxId = "";
    var phrase = "";
    var sides = new double[4];
    int found = 0; // a bit a side
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      parser.skipChildren();
    } else {
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        var name = parser.currentName();
        parser.nextToken();
        int side = side(name);
        if (side >= 0) {
          boolean isNumber = parser.currentToken().isNumeric();
          sides[side] = isNumber ? parser.getDoubleValue() : 0;
          found |= isNumber ? 1 << side : 0;
          parser.skipChildren();
        } else {
          switch (name) {
            case "region_id", "object_id", "id" -> boxId = CocoValues.id(parser);
            case "phrase" -> phrase = RowFields.tidy(CocoValues.text(parser));
            case "names" -> phrase = firstText(parser);
            default -> parser.skipChildren();
          }
        }
      }
    }
    var boxName = kind + " " + (boxId.isEmpty() ? "no. " + numBoxes : boxId);
    add(boxName, phrase, sides, found == ALL_SIDES);
  }

  private static int side(String name) {
    return switch (name) {
      case "x" -> 0;
      case "y" -> 1;
      case "width", "w" -> 2;
      case "height", "h" -> 3;
      default -> -1;
    };
  }

  /** The first element of a list that is not blank, or what is there in its place. */
  private static String firstText(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      return RowFields.tidy(CocoValues.text(parser));
    }
    var first = "";
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      var text = RowFields.tidy(CocoValues.text(parser));
      first = first.isEmpty() ? text : first;
    }
    return first;
  }

  private void add(String boxName, String phrase, double[] sides, boolean isWhole) {
    var where = place + ": " + boxName;
    if (phrase.isEmpty()) {
      findings.add(Finding.dropped("region without a phrase", where));
    } else if (!isWhole) {
      findings.add(Finding.dropped("box is not four numbers", "%s (%s)".formatted(where, phrase)));
    } else {
      boxes.add(new SourceBox(boxName, phrase, sides[0], sides[1], sides[2], sides[3], false));
    }
  }
}
