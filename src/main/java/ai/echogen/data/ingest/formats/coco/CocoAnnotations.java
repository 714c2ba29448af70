package ai.echogen.data.ingest.formats.coco;

import ai.echogen.data.IdSet;
import ai.echogen.data.ingest.Annotations;
import ai.echogen.data.ingest.SourceBox;
import ai.echogen.data.ingest.formats.common.CocoValues;
import ai.echogen.data.ingest.formats.common.RowFields;
import ai.echogen.data.shards.Finding;
import ai.echogen.storage.Location;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The annotation files of a COCO data set, as they stream by: cut by image into files of a folder,
 * which tasks join. What is kept here is the categories and the ids of images and annotations
 * ({@link IdSet}; segmentations are skipped). MDETR's files are of this form too, with a caption an
 * image and the parts of it that name each box; and ours, with a phrase a box.
 */
public final class CocoAnnotations implements Annotations {
  private final CocoCategories categories = new CocoCategories();
  private final IdSet imageIds = new IdSet();
  private final IdSet annotationIds = new IdSet();
  private final CocoBuckets buckets;
  private long numImages;
  private long numAnnotations;
  private long numImageCaptions;
  private long numCaptions; // of a captions file
  private long numRelative;
  private long numBoxes;
  private boolean hasPhrases;

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
        numImageCaptions + numCaptions);
  }

  @Override
  public List<Piece> pieces() {
    return List.copyOf(buckets.pieces(categories.names()));
  }

  @Override
  public OptionalLong numImages() {
    return OptionalLong.of(numImages);
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
      boolean isNeeded = !list.equals("categories") || !hasPhrases;
      if (isNeeded && !seen.contains(list)) {
        throw file.problem("no list " + list + "; give an instances file in COCO's format");
      }
    }
    if (numBoxes > 0 && numRelative == numBoxes) {
      throw file.problem(
          String.format(
                  Locale.ROOT,
                  "all %,d boxes lie from 0 to 1, where COCO has pixels; multiply x and width of"
                      + " each bbox",
                  numBoxes)
              + " by its image's width, y and height by its height");
    }
  }

  private void readImage(JsonFile file, JsonParser parser) throws IOException {
    var image = CocoImage.of(parser);
    if (image.id().isBlank() || image.fileName().isBlank()) {
      lost(
          "image entry without id or file_name",
          "image %s %s".formatted(image.id(), image.fileName()).strip());
    } else if (!StandardCharsets.UTF_8.newEncoder().canEncode(image.fileName())) {
      lost("file_name with a byte that is not UTF-8: rename the file", "image " + image.id());
    } else {
      numImages += imageIds.add(image.id()) ? 1 : 0;
      numImageCaptions += image.caption().isBlank() ? 0 : 1;
      hasPhrases |= image.captionIsPhrase();
      file.path().requireNameable(image.fileName()); // images lie where their annotations do
      buckets.image(image);
    }
  }

  private void readCategory(JsonParser parser) throws IOException {
    var problem = categories.read(parser);
    if (problem.isPresent()) {
      buckets.lost(problem.get());
    }
  }

  private void readAnnotation(JsonParser parser) throws IOException {
    numAnnotations++;
    var annotation = CocoBox.of(parser);
    var box = annotation.box();
    if (box.length == 4 && box[2] > 0 && box[3] > 0) {
      numBoxes++;
      numRelative += SourceBox.isOfShares(box) ? 1 : 0;
    }
    hasPhrases |= annotation.hasPhrase();
    var id = annotation.id();
    if (!id.isEmpty() && !annotationIds.add(id)) {
      lost(
          "duplicate annotation id",
          "annotation %s of image %s".formatted(id, annotation.imageId()));
    } else {
      buckets.annotation(annotation);
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
    var caption = "";
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      var name = parser.currentName();
      parser.nextToken();
      switch (name) {
        case "id" -> id = CocoValues.id(parser);
        case "image_id" -> imageId = CocoValues.id(parser);
        case "caption" -> caption = RowFields.tidy(CocoValues.text(parser));
        default -> parser.skipChildren();
      }
    }
    if (caption.isEmpty()) {
      lost("blank caption", "caption %s of image %s".formatted(id, imageId));
    } else {
      numCaptions++;
      buckets.caption(imageId, id, caption);
    }
  }

  private void lost(String reason, String what) throws IOException {
    buckets.lost(Finding.dropped(reason, what));
  }
}
