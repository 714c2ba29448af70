package ai.echogen.data.ingest.formats.coco;

import ai.echogen.data.shards.Finding;
import ai.echogen.storage.Location;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What refs need of {@code instances.json}: some boxes and images, and all categories. */
final class RefCocoInstances {
  private final Set<String> annotationIds = new HashSet<>();
  private final Set<String> imageIds = new HashSet<>();
  private final Map<String, CocoBox> boxes = new HashMap<>();
  private final Map<String, CocoImage> images = new HashMap<>();
  private final CocoCategories categories = new CocoCategories();
  private final Set<String> doubles = new LinkedHashSet<>();

  private RefCocoInstances(List<RefCocoRefs.Ref> refs) {
    for (var ref : refs) {
      annotationIds.add(ref.annotationId());
      imageIds.add(ref.imageId());
    }
  }

  /**
   * Reads a file.
   *
   * @throws IllegalArgumentException if it is missing, does not parse, is of another kind or has
   *     none of the boxes
   */
  static RefCocoInstances read(Location path, List<RefCocoRefs.Ref> refs) {
    var file = new JsonFile(path);
    var instances = new RefCocoInstances(refs);
    var seen =
        file.read(
            Map.of(
                "images", instances::readImage,
                "annotations", instances::readAnnotation,
                "categories", instances::readCategory));
    for (var list : List.of("images", "annotations")) {
      if (!seen.contains(list)) {
        throw file.problem(
            "no list " + list + "; give the instances.json that lies beside the refs");
      }
    }
    if (instances.boxes.isEmpty()) {
      throw file.problem(
          "has no annotation with an ann_id of the refs; give the instances.json beside them");
    }
    return instances;
  }

  /** By id; those that refs name. */
  Map<String, CocoBox> boxes() {
    return boxes;
  }

  /** By id; those that refs name. */
  Map<String, CocoImage> images() {
    return images;
  }

  /** Names by id. */
  Map<String, String> categories() {
    return categories.names();
  }

  /** Those of which there are more than the one that was taken, the first. */
  List<Finding> lost() {
    return doubles.stream()
        .map(what -> Finding.dropped("duplicate id in instances, the first was taken", what))
        .toList();
  }

  private void readImage(JsonParser parser) throws IOException {
    var image = CocoImage.of(parser);
    if (imageIds.contains(image.id())) {
      var other = images.putIfAbsent(image.id(), image);
      if (other != null && !other.equals(image)) {
        doubles.add("image " + image.id());
      }
    }
  }

  private void readAnnotation(JsonParser parser) throws IOException {
    var box = CocoBox.of(parser);
    if (annotationIds.contains(box.id()) && boxes.putIfAbsent(box.id(), box) != null) {
      doubles.add("annotation " + box.id());
    }
  }

  private void readCategory(JsonParser parser) throws IOException {
    var unused = categories.read(parser); // whose boxes are of the phrase instead
  }
}
