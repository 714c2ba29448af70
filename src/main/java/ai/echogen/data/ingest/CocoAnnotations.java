package ai.echogen.data.ingest;

import ai.echogen.data.IdTable;
import ai.echogen.storage.Location;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The annotation files of a COCO data set, as they stream by: cut by image into files of a folder,
 * which tasks join. What is kept here is the categories and 36 to 72 bytes for the id of each image
 * and annotation (segmentations are skipped).
 */
public final class CocoAnnotations implements Annotations {
  private static final int MAX_NUMBER = 30; // digits of an id that is a number

  private final Map<String, String> categories = new HashMap<>();
  private final Set<String> ambiguous = new HashSet<>(); // ids of categories
  private final IdTable imageIds = new IdTable();
  private final IdTable annotationIds = new IdTable();
  private final CocoBuckets buckets;
  private long numImages;
  private long numAnnotations;
  private long numCaptions;
  private long numRelative;
  private long numBoxes;

  private CocoAnnotations(CocoBuckets buckets) {
    this.buckets = buckets;
  }

  /**
   * Reads the files to count and to check them.
   *
   * @throws IllegalArgumentException if a file is missing, does not parse or is of another kind
   */
  public static CocoAnnotations read(Location instances, Optional<Location> captions) {
    var annotations = new CocoAnnotations(CocoBuckets.none());
    annotations.readFiles(instances, captions);
    return annotations;
  }

  /**
   * Reads the files and cuts them into files of {@code folder}.
   *
   * @throws IllegalArgumentException if a file is missing, does not parse or is of another kind
   */
  public static CocoAnnotations cut(
      Location instances, Optional<Location> captions, Location folder) throws IOException {
    long bytes = instances.exists() ? instances.status().getLen() : 0;
    try (var buckets = CocoBuckets.in(folder, bytes)) {
      var annotations = new CocoAnnotations(buckets);
      annotations.readFiles(instances, captions);
      return annotations;
    }
  }

  @Override
  public String summary() {
    return String.format(
        Locale.ROOT,
        "%d images, %d annotations, %d categories, %d captions",
        numImages,
        numAnnotations,
        categories.size(),
        numCaptions);
  }

  @Override
  public List<Piece> pieces() {
    var names = new HashMap<>(categories);
    names.keySet().removeAll(ambiguous);
    return buckets.files().stream()
        .<Piece>map(file -> new CocoBucket(file, Map.copyOf(names)))
        .toList();
  }

  @Override
  public long numImages() {
    return numImages;
  }

  private void readFiles(Location instances, Optional<Location> captions) {
    readInstances(new JsonFile(instances));
    captions.ifPresent(path -> readCaptions(new JsonFile(path)));
  }

  private void readInstances(JsonFile file) {
    var lists =
        Map.<String, JsonFile.Element>of(
            "images", parser -> readImage(file, parser),
            "categories", this::readCategory,
            "annotations", this::readAnnotation);
    var seen = file.read(lists);
    for (var list : List.of("images", "annotations", "categories")) {
      if (!seen.contains(list)) {
        throw file.problem("no list " + list + "; give an instances file in COCO's format");
      }
    }
    if (numBoxes > 0 && numRelative == numBoxes) {
      throw file.problem(
          String.format(
                  Locale.ROOT,
                  "all %,d boxes lie from 0 to 1, where COCO has pixels; multiply x and width of each bbox",
                  numBoxes)
              + " by its image's width, y and height by its height");
    }
  }

  private void readImage(JsonFile file, JsonParser parser) throws IOException {
    var id = "";
    var fileName = "";
    var width = 0;
    var height = 0;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      var name = parser.currentName();
      parser.nextToken();
      switch (name) {
        case "id" -> id = id(parser);
        case "file_name" -> fileName = text(parser);
        case "width" -> width = pixels(parser);
        case "height" -> height = pixels(parser);
        default -> parser.skipChildren();
      }
    }
    if (id.isBlank() || fileName.isBlank()) {
      buckets.lost(
          "image entry without id or file_name", "image %s %s".formatted(id, fileName).strip());
    } else if (!StandardCharsets.UTF_8.newEncoder().canEncode(fileName)) {
      buckets.lost(
          "file_name with a byte that is not UTF-8: rename the file", "image %s".formatted(id));
    } else {
      numImages += imageIds.putIfAbsent(id, 1) == 0 ? 1 : 0;
      file.path().requireNameable(fileName); // images lie where their annotations do
      buckets.image(id, fileName, width, height);
    }
  }

  private void readCategory(JsonParser parser) throws IOException {
    var id = "";
    var label = "";
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      var name = parser.currentName();
      parser.nextToken();
      switch (name) {
        case "id" -> id = id(parser);
        case "name" -> label = text(parser).strip();
        default -> parser.skipChildren();
      }
    }
    if (id.isBlank() || label.isBlank()) {
      buckets.lost("category without id or name", "category %s %s".formatted(id, label).strip());
    } else {
      var other = categories.putIfAbsent(id, label);
      if (other != null && !other.equals(label)) {
        ambiguous.add(id); // which of them an annotation means, nobody can tell
        buckets.lost("duplicate category id", "category %s (%s, %s)".formatted(id, other, label));
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
        case "id" -> id = id(parser);
        case "image_id" -> imageId = id(parser);
        case "category_id" -> categoryId = id(parser);
        case "bbox" -> box = numbers(parser);
        case "iscrowd" -> crowd = parser.getValueAsInt(0) == 1 || parser.getValueAsBoolean(false);
        default -> parser.skipChildren();
      }
    }
    if (box.length == 4 && box[2] > 0 && box[3] > 0) {
      numBoxes++;
      numRelative += SourceBox.isRelative(box) ? 1 : 0;
    }
    if (!id.isEmpty() && annotationIds.putIfAbsent(id, 1) != 0) {
      buckets.lost("duplicate annotation id", "annotation %s of image %s".formatted(id, imageId));
    } else {
      buckets.annotation(imageId, id, categoryId, box, crowd);
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

  private void readCaption(JsonParser parser) throws IOException {
    var id = "";
    var imageId = "";
    @Nullable String caption = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      var name = parser.currentName();
      parser.nextToken();
      switch (name) {
        case "id" -> id = id(parser);
        case "image_id" -> imageId = id(parser);
        case "caption" -> caption = text(parser).strip().replaceAll("\\s+", " ");
        default -> parser.skipChildren();
      }
    }
    var where = "caption %s of image %s".formatted(id, imageId);
    if (caption == null || caption.isEmpty()) {
      buckets.lost("blank caption", where);
    } else {
      numCaptions++;
      buckets.caption(imageId, id, caption);
    }
  }

  /** A scalar as text; nothing if it is null, a list or an object. */
  private static String text(JsonParser parser) throws IOException {
    if (parser.currentToken().isScalarValue() && parser.currentToken() != JsonToken.VALUE_NULL) {
      return parser.getText();
    }
    parser.skipChildren();
    return "";
  }

  /**
   * An id as text: a number's is the same however it is written, as 1 or as 1.0, and software that
   * makes texts of numbers makes {@code "1.0"} of them.
   */
  private static String id(JsonParser parser) throws IOException {
    var text = text(parser);
    if (parser.currentToken() == JsonToken.VALUE_NUMBER_FLOAT
        && text.length() <= MAX_NUMBER
        && !parser.isNaN()) {
      var number = new BigDecimal(text);
      if (number.scale() > -MAX_NUMBER && number.stripTrailingZeros().scale() <= 0) {
        return number.toBigInteger().toString();
      }
    }
    return text.matches("-?(0|[1-9]\\d*)\\.0") ? text.substring(0, text.length() - 2) : text;
  }

  /** A number of pixels, also as a text; 0 if there is none, and what cannot be one as -1. */
  private static int pixels(JsonParser parser) throws IOException {
    var text = text(parser).strip();
    if (parser.currentToken() == JsonToken.VALUE_NULL || text.isEmpty()) {
      return 0;
    }
    return SourceImage.pixels(text);
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
