package ai.echogen.scoring.benchmarks;

import ai.echogen.json.JsonRecord;
import ai.echogen.json.JsonText;
import ai.echogen.scoring.metrics.PixelBox;
import ai.echogen.storage.Location;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Cases from JSON of COCO's form, exactly as its evaluator sees them: boxes in pixels, areas of the
 * segmentations, crowds marked. The id of a case is that of its image. An annotation may have a
 * {@code phrase} beside its category, as the form that ingest writes has.
 *
 * @param cases by the number of their image
 * @param fileNames of the images, by id of their case
 * @param categories names by their numbers
 * @param numEmpty annotations without width or height, which are left out
 */
public record CocoTruths(
    List<Case> cases, Map<String, String> fileNames, Map<Long, String> categories, long numEmpty) {
  private static final long MOST_BYTES = 256 << 20; // of a file: it is held, as val2017's can be
  private static final String WAY_OUT = "give a JSON file of COCO's form";

  public CocoTruths {
    cases = List.copyOf(cases);
    fileNames = Map.copyOf(fileNames);
    categories = Map.copyOf(categories);
  }

  /**
   * Reads the files.
   *
   * @param instances with images, annotations and categories
   * @param captions with captions, of which an image's first counts; without, a caption is the
   *     categories one by one
   * @throws IllegalArgumentException naming the file and what is wrong
   */
  public static CocoTruths read(Location instances, Optional<Location> captions, String split)
      throws IOException {
    var file = JsonRecord.of(json(instances), instances.toString());
    var categories = new HashMap<Long, String>();
    for (var category : file.list("categories", false)) {
      var id = category.whole("id", 0, Long.MAX_VALUE);
      if (categories.put(id, category.text("name")) != null) {
        category.problem("id", "is that of another category too, got " + id);
      }
    }
    var targets = new HashMap<Long, List<Target>>();
    long numEmpty = 0;
    for (var annotation : file.list("annotations", false)) {
      var image = annotation.whole("image_id", 0, Long.MAX_VALUE);
      var target = target(annotation, categories);
      var ofImage = targets.computeIfAbsent(image, i -> new ArrayList<>());
      target.ifPresent(ofImage::add);
      numEmpty += target.isPresent() ? 0 : 1;
    }
    var texts = new HashMap<Long, String>();
    if (captions.isPresent()) {
      texts.putAll(captions(captions.get()));
    }
    var cases = new TreeMap<Long, Case>();
    var names = new HashMap<String, String>();
    for (var image : file.list("images", false)) {
      long number = image.whole("id", 0, Long.MAX_VALUE);
      int width = (int) image.whole("width", 1, 1 << 20);
      int height = (int) image.whole("height", 1, 1 << 20);
      var id = Long.toString(number);
      image
          .textIfAny("file_name")
          .ifPresent(
              name -> {
                if (!isBelow(name)) {
                  image.problem("file_name", "must be a path below the folder, got " + name);
                }
                names.put(id, name);
              });
      var of = targets.getOrDefault(number, List.of());
      var caption = texts.getOrDefault(number, caption(of));
      var sample = new Case(id, split, id, width, height, caption, of, null);
      if (cases.put(number, sample) != null) {
        image.problem("id", "is that of another image too, got " + number);
      }
    }
    for (long number : targets.keySet()) {
      if (!cases.containsKey(number)) {
        file.problem("annotations", "have the image_id " + number + ", which is no image's");
      }
    }
    file.orThrow(WAY_OUT);
    if (cases.isEmpty()) {
      throw new IllegalArgumentException(instances + ": holds no image; " + WAY_OUT);
    }
    return new CocoTruths(List.copyOf(cases.values()), names, categories, numEmpty);
  }

  /** Whether a path that stands in a file leads nowhere else. */
  private static boolean isBelow(String path) {
    return path.indexOf(':') < 0
        && path.indexOf('\\') < 0
        && Arrays.stream(path.split("/", -1))
            .noneMatch(name -> name.isBlank() || name.equals("..") || name.equals("."));
  }

  private static JsonNode json(Location file) throws IOException {
    try {
      long bytes = file.status().getLen();
      if (bytes > MOST_BYTES) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%s: must have at most %,d bytes, got %,d; ingest larger sets and give them as"
                    + " data=",
                file,
                MOST_BYTES,
                bytes));
      }
      return JsonText.parse(file.read(), file.toString());
    } catch (FileNotFoundException e) {
      throw new IllegalArgumentException(file + ": no such file", e);
    }
  }

  private static Optional<Target> target(JsonRecord annotation, Map<Long, String> categories) {
    var number = annotation.whole("category_id", 0, Long.MAX_VALUE);
    var category = categories.get(number);
    if (category == null) {
      annotation.problem("category_id", "must be one of categories, got " + number);
      return Optional.empty();
    }
    boolean isCrowd = annotation.whole("iscrowd", 0, 1, 0) == 1;
    var phrase = annotation.textIfAny("phrase").orElse(category);
    var box = box(annotation);
    double area = annotation.number("area", box.isPresent() ? box.get().area() : 0);
    if (area < 0) {
      annotation.problem("area", "must be >= 0, got " + area);
    }
    return box.map(
        b ->
            new Target(
                phrase, category, b, area, isCrowd ? Target.Kind.CROWD : Target.Kind.ASKED, ""));
  }

  private static Optional<PixelBox> box(JsonRecord annotation) {
    var node = annotation.any("bbox");
    boolean isBox = node.isArray() && node.size() == 4;
    for (int i = 0; i < 4 && isBox; i++) {
      isBox = node.get(i).isNumber();
    }
    try {
      if (isBox) {
        var box =
            PixelBox.ofSize(
                node.get(0).doubleValue(),
                node.get(1).doubleValue(),
                node.get(2).doubleValue(),
                node.get(3).doubleValue());
        return box.width() > 0 && box.height() > 0 ? Optional.of(box) : Optional.empty();
      }
      annotation.problem("bbox", "must be [x, y, width, height], got " + JsonText.shown(node));
    } catch (IllegalArgumentException e) {
      annotation.problem("bbox", "is no box: " + e.getMessage());
    }
    return Optional.empty();
  }

  private static Map<Long, String> captions(Location file) throws IOException {
    var record = JsonRecord.of(json(file), file.toString());
    var texts = new TreeMap<Long, TreeMap<Long, String>>();
    for (var annotation : record.list("annotations", false)) {
      texts
          .computeIfAbsent(annotation.whole("image_id", 0, Long.MAX_VALUE), i -> new TreeMap<>())
          .put(annotation.whole("id", 0, Long.MAX_VALUE), annotation.text("caption").strip());
    }
    record.orThrow(WAY_OUT);
    var first = new HashMap<Long, String>();
    texts.forEach((image, all) -> first.put(image, all.firstEntry().getValue()));
    return first;
  }

  private static String caption(List<Target> targets) {
    return targets.stream()
        .filter(Target::isAsked)
        .map(Target::phrase)
        .collect(Collectors.joining(", "));
  }
}
