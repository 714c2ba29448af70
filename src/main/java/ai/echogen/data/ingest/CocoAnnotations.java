package ai.echogen.data.ingest;

import ai.echogen.data.shards.DropTally;
import ai.echogen.data.shards.Dropped;
import ai.echogen.data.shards.Finding;
import ai.echogen.storage.Location;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The annotation files of a COCO data set, joined by image: about 200 bytes of heap an annotation
 * (segmentations are skipped as they stream by).
 */
public final class CocoAnnotations {
  /** An annotation before its image and category are known. */
  private record Pending(
      String id, String imageId, String categoryId, double[] box, boolean crowd) {}

  private final Map<String, CocoImage> images = new LinkedHashMap<>();
  private final Map<String, String> categories = new HashMap<>();
  private final Set<String> annotationIds = new HashSet<>();
  private final Map<String, String> pool = new HashMap<>(); // one String for equal ids
  private final DropTally tally = new DropTally();
  private List<Pending> pending = new ArrayList<>();
  private long numAnnotations;
  private long numCaptions;

  private CocoAnnotations() {}

  /**
   * Reads the files.
   *
   * @throws IllegalArgumentException if a file is missing, does not parse or is of another kind
   */
  public static CocoAnnotations read(Location instances, Optional<Location> captions) {
    var annotations = new CocoAnnotations();
    annotations.readInstances(new JsonFile(instances));
    captions.ifPresent(path -> annotations.readCaptions(new JsonFile(path)));
    return annotations;
  }

  /** What was read, in one line. */
  public String summary() {
    return "%d images, %d annotations, %d categories, %d captions"
        .formatted(images.size(), numAnnotations, categories.size(), numCaptions);
  }

  /** What belongs to no image, and so to no row. */
  List<Dropped> dropped() {
    return tally.dropped();
  }

  List<CocoImage> images() {
    return List.copyOf(images.values());
  }

  private void readInstances(JsonFile file) {
    var lists =
        Map.<String, JsonFile.Element>of(
            "images", this::readImage,
            "categories", this::readCategory,
            "annotations", this::readAnnotation);
    var seen = file.read(lists);
    for (var list : List.of("images", "annotations", "categories")) {
      if (!seen.contains(list)) {
        throw file.problem("no list " + list + "; give an instances file in COCO's format");
      }
    }
    for (var annotation : pending) {
      join(annotation);
    }
    pending = List.of();
    annotationIds.clear();
  }

  private void readImage(JsonParser parser) throws IOException {
    var id = "";
    var fileName = "";
    var width = 0;
    var height = 0;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      var name = parser.currentName();
      parser.nextToken();
      switch (name) {
        case "id" -> id = text(parser);
        case "file_name" -> fileName = text(parser);
        case "width" -> width = (int) number(parser);
        case "height" -> height = (int) number(parser);
        default -> parser.skipChildren();
      }
    }
    if (id.isBlank() || fileName.isBlank()) {
      tally.add(
          "image entry without id or file_name", "image %s %s".formatted(id, fileName).strip());
    } else if (images.containsKey(id)) {
      tally.add("duplicate image id", "image %s (%s)".formatted(id, fileName));
    } else {
      images.put(pooled(id), new CocoImage(pooled(id), fileName, width, height));
    }
  }

  private void readCategory(JsonParser parser) throws IOException {
    var id = "";
    var label = "";
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      var name = parser.currentName();
      parser.nextToken();
      switch (name) {
        case "id" -> id = text(parser);
        case "name" -> label = text(parser).strip();
        default -> parser.skipChildren();
      }
    }
    if (id.isBlank() || label.isBlank()) {
      tally.add("category without id or name", "category %s %s".formatted(id, label).strip());
    } else {
      var other = categories.putIfAbsent(pooled(id), label);
      if (other != null) {
        tally.add("duplicate category id", "category %s (%s)".formatted(id, label));
      }
    }
  }

  private void readAnnotation(JsonParser parser) throws IOException {
    numAnnotations++;
    var id = "";
    var imageId = "";
    var categoryId = "";
    var box = new double[0];
    var crowd = false;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      var name = parser.currentName();
      parser.nextToken();
      switch (name) {
        case "id" -> id = text(parser);
        case "image_id" -> imageId = text(parser);
        case "category_id" -> categoryId = text(parser);
        case "bbox" -> box = numbers(parser);
        case "iscrowd" -> crowd = parser.getValueAsInt(0) == 1 || parser.getValueAsBoolean(false);
        default -> parser.skipChildren();
      }
    }
    if (!id.isEmpty() && !annotationIds.add(id)) {
      tally.add("duplicate annotation id", "annotation %s of image %s".formatted(id, imageId));
    } else {
      pending.add(new Pending(id, pooled(imageId), pooled(categoryId), box, crowd));
    }
  }

  private void join(Pending annotation) {
    var image = images.get(annotation.imageId());
    if (image == null) {
      tally.add(
          "annotation of an unknown image",
          "annotation %s of image %s".formatted(annotation.id(), annotation.imageId()));
      return;
    }
    var where = "annotation %s of %s".formatted(annotation.id(), image.fileName);
    var category = categories.get(annotation.categoryId());
    if (category == null) {
      image.findings.add(
          Finding.dropped(
              "unknown category", "%s: category %s".formatted(where, annotation.categoryId())));
    } else if (annotation.box().length != 4) {
      image.findings.add(Finding.dropped("bbox is not four numbers", where));
    } else {
      var b = annotation.box();
      image.boxes.add(
          new CocoBox(annotation.id(), category, b[0], b[1], b[2], b[3], annotation.crowd()));
    }
  }

  private void readCaptions(JsonFile file) {
    var seen = file.read(Map.of("annotations", this::readCaption));
    if (!seen.contains("annotations")) {
      throw file.problem("no list annotations; give a captions file in COCO's format");
    }
    if (numCaptions == 0) {
      throw file.problem("no caption in it; give a captions file in COCO's format, or none");
    }
  }

  /** Of several captions the first in the file is taken. */
  private void readCaption(JsonParser parser) throws IOException {
    var id = "";
    var imageId = "";
    @Nullable String caption = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      var name = parser.currentName();
      parser.nextToken();
      switch (name) {
        case "id" -> id = text(parser);
        case "image_id" -> imageId = text(parser);
        case "caption" -> caption = text(parser).strip().replaceAll("\\s+", " ");
        default -> parser.skipChildren();
      }
    }
    var where = "caption %s of image %s".formatted(id, imageId);
    var image = images.get(imageId);
    if (caption == null || caption.isEmpty()) {
      tally.add("blank caption", where);
    } else if (image == null) {
      tally.add("caption of an unknown image", where);
    } else {
      numCaptions++;
      if (image.caption == null) {
        image.caption = caption;
      }
    }
  }

  private String pooled(String text) {
    return pool.computeIfAbsent(text, t -> t);
  }

  /** A scalar as text; nothing if it is null, a list or an object. */
  private static String text(JsonParser parser) throws IOException {
    if (parser.currentToken().isScalarValue() && parser.currentToken() != JsonToken.VALUE_NULL) {
      return parser.getText();
    }
    parser.skipChildren();
    return "";
  }

  private static double number(JsonParser parser) throws IOException {
    if (parser.currentToken().isNumeric()) {
      return parser.getDoubleValue();
    }
    parser.skipChildren();
    return 0;
  }

  /** Four numbers, or nothing. */
  private static double[] numbers(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      parser.skipChildren();
      return new double[0];
    }
    var numbers = new double[4];
    var count = 0;
    var usable = true;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      usable &= parser.currentToken().isNumeric();
      if (count < 4 && usable) {
        numbers[count] = parser.getDoubleValue();
      }
      parser.skipChildren();
      count++;
    }
    return usable && count == 4 ? numbers : new double[0];
  }
}
