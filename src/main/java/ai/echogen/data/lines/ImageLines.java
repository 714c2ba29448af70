package ai.echogen.data.lines;

import ai.echogen.layout.Layout;
import ai.echogen.storage.AllowedPlaces;
import ai.echogen.storage.Location;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Images and what to look for in them as JSON lines, one object a line:
 *
 * <pre>{@code
 * {"id": "a1", "image": "photos/1.jpg", "phrases": ["a dog", "a red ball"]}
 * }</pre>
 *
 * <p>An image's path is relative to the folder of the file that names it, and leads nowhere else
 * unless that is allowed ({@link AllowedPlaces}). A line may have a {@code caption}; without it,
 * that is the phrases.
 */
public final class ImageLines {
  private static final List<String> KEYS = List.of("id", "image", "phrases", "caption");

  private final JsonLines lines;
  private final Location file;
  private final AllowedPlaces allowed;
  private final List<ImageQuery> queries = new ArrayList<>();

  private ImageLines(Location file, AllowedPlaces allowed) {
    lines = new JsonLines(file);
    this.file = file;
    this.allowed = allowed;
  }

  /**
   * Reads a whole file and keeps none of it; whether the images exist is not looked at.
   *
   * @throws IllegalArgumentException listing everything that is wrong with it, one problem a line
   */
  public static LineIndex index(Location file, AllowedPlaces allowed) {
    var reader = new ImageLines(file, allowed);
    return reader.lines.index(
        (id, object) -> {
          reader.add(id, object);
          reader.queries.clear();
        });
  }

  /** Reads a part of a file, in its order. */
  public static List<ImageQuery> read(LineSlice slice, AllowedPlaces allowed) {
    var reader = new ImageLines(slice.file(), allowed);
    reader.lines.read(slice, reader::add);
    return reader.queries;
  }

  private void add(String id, JsonNode object) {
    lines.onlyKeys(object, "", KEYS);
    var path = path(lines.text(object, "image", ""));
    var phrases = new ArrayList<String>();
    for (var node : lines.list(object, "phrases", 1, Layout.MAX_REGIONS)) {
      if (node.isTextual() && !node.textValue().isBlank()) {
        phrases.add(node.textValue());
      } else {
        lines.problem("phrases must be texts that are not blank, got " + JsonLines.shown(node));
      }
    }
    var caption = lines.text(object, "caption", "", String.join(", ", phrases));
    queries.add(new ImageQuery(id, path, caption, phrases));
  }

  /** Of a URI only the form is looked at: the place may be out of reach. */
  private String path(String image) {
    if (image.isEmpty()) {
      return image; // a problem already
    }
    try {
      var place = allowed.resolve(file, image);
      if (place.isEmpty()) {
        lines.problem(
            "image must lie below the folder of this file, got %s; allow=[…] names other places"
                .formatted(image));
      }
      return place.orElse(image);
    } catch (IllegalArgumentException e) {
      lines.problem("image must be a path, got %s (%s)".formatted(image, e.getMessage()));
      return image;
    }
  }
}
