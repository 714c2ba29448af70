package ai.echogen.data.lines;

import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.NamedLayout;
import ai.echogen.layout.Region;
import ai.echogen.storage.Location;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Layouts as JSON lines, one object a line:
 *
 * <pre>{@code
 * {"id": "a1", "caption": "a dog", "regions": [{"phrase": "a dog", "box": [0.1, 0.2, 0.5, 0.9]}]}
 * }</pre>
 *
 * <p>A box is x0, y0, x1, y1, relative to the image: from 0 to 1. A region may have a {@code
 * category}; without it, that is the phrase. Without a caption, that is the phrases.
 */
public final class LayoutLines {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> KEYS = List.of("id", "caption", "regions");
  private static final List<String> REGION_KEYS = List.of("phrase", "box", "category");

  private final JsonLines lines;
  private final List<NamedLayout> layouts = new ArrayList<>();

  private LayoutLines(Location file) {
    lines = new JsonLines(file);
  }

  /**
   * Reads a whole file and keeps none of it.
   *
   * @throws IllegalArgumentException listing everything that is wrong with it, one problem a line
   */
  public static LineIndex index(Location file) {
    var reader = new LayoutLines(file);
    return reader.lines.index(
        (id, object) -> {
          reader.add(id, object);
          reader.layouts.clear();
        });
  }

  /** Reads a part of a file, in its order. */
  public static List<NamedLayout> read(LineSlice slice) {
    var reader = new LayoutLines(slice.file());
    reader.lines.read(slice, reader::add);
    return reader.layouts;
  }

  /**
   * One line, without its end.
   *
   * @param layout its boxes are not written
   * @param boxes what is written in their place; null where there is none
   */
  public static String line(String id, Layout layout, List<Optional<Box>> boxes) {
    var object = JSON.createObjectNode().put("id", id);
    if (!layout.caption().isBlank()) {
      object.put("caption", layout.caption());
    }
    var regions = object.putArray("regions");
    for (var i = 0; i < boxes.size(); i++) {
      var region = layout.regions().get(i);
      var node = regions.addObject().put("phrase", region.phrase());
      if (!region.category().equals(region.phrase())) {
        node.put("category", region.category());
      }
      boxes
          .get(i)
          .ifPresentOrElse(
              box -> node.putArray("box").add(box.x0()).add(box.y0()).add(box.x1()).add(box.y1()),
              () -> node.putNull("box"));
    }
    return object.toString();
  }

  private void add(String id, JsonNode object) {
    lines.onlyKeys(object, "", KEYS);
    var regions = new ArrayList<Region>();
    var at = 0;
    for (var node : lines.list(object, "regions", 0, Layout.MAX_REGIONS)) {
      region(node, "regions[" + at++ + "]").ifPresent(regions::add);
    }
    var phrases = regions.stream().map(Region::phrase).collect(Collectors.joining(", "));
    var caption =
        object.path("regions").isEmpty()
            ? lines.text(object, "caption", "")
            : lines.text(object, "caption", "", phrases);
    layouts.add(new NamedLayout(id, new Layout(caption, regions)));
  }

  private Optional<Region> region(JsonNode node, String where) {
    if (!node.isObject()) {
      lines.problem(where + " must be an object, got " + JsonLines.shown(node));
      return Optional.empty();
    }
    var in = where + ".";
    lines.onlyKeys(node, in, REGION_KEYS);
    var phrase = lines.text(node, "phrase", in);
    var category = lines.text(node, "category", in, phrase);
    var box = box(node.path("box"), in + "box");
    return phrase.isBlank() ? Optional.empty() : box.map(b -> new Region(phrase, category, b));
  }

  private Optional<Box> box(JsonNode node, String where) {
    var numbers = new float[4];
    var whole = node.isArray() && node.size() == numbers.length;
    for (var i = 0; i < numbers.length && whole; i++) {
      whole = node.get(i).isNumber();
      numbers[i] = node.get(i).floatValue();
    }
    try {
      if (whole) {
        return Optional.of(new Box(numbers[0], numbers[1], numbers[2], numbers[3]));
      }
      lines.problem(where + " must be [x0, y0, x1, y1], got " + JsonLines.shown(node));
    } catch (IllegalArgumentException e) {
      var pixels = numbers[2] > 1 || numbers[3] > 1;
      var wayOut = pixels ? "; divide pixels by the image's width and height" : "";
      lines.problem(where + ": " + e.getMessage() + wayOut);
    }
    return Optional.empty();
  }
}
