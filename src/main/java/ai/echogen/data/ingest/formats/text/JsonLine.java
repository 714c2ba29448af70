package ai.echogen.data.ingest.formats.text;

import ai.echogen.data.ingest.SourceBox;
import ai.echogen.data.ingest.SourceImage;
import ai.echogen.data.ingest.formats.common.ImageNames;
import ai.echogen.data.ingest.formats.common.JsonRegions;
import ai.echogen.data.ingest.formats.common.PythonJson;
import ai.echogen.data.ingest.formats.common.RowFields;
import ai.echogen.data.lines.TextLines;
import ai.echogen.data.shards.Finding;
import ai.echogen.storage.FileName;
import ai.echogen.storage.Location;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One image as a line of JSON, in one of these forms:
 *
 * <pre>{@code
 * {"id": "a1", "image": "photos/1.jpg", "caption": "a dog runs", "width": 640, "height": 480,
 *  "split": "train", "regions": [{"phrase": "a dog", "box": [0.1, 0.2, 0.5, 0.9]}]}
 * {"image": "photos/1.jpg", "sent": "a dog", "bbox": [64, 96, 320, 432], "width": 640,
 *  "height": 480}
 * }</pre>
 *
 * <p>The first is EchoGen's own (see {@link JsonRegions}) with an {@code image}, the second that of
 * Qwen-VL's grounding data, with the corners of one box in pixels. Of the keys, all but {@code
 * image} or {@code id} may be missing, and others are passed over.
 */
final class JsonLine {
  private final JsonNode object;
  private final String id;
  private final String image;
  private final String place;

  private JsonLine(JsonNode object, String id, String image, String place) {
    this.object = object;
    this.id = id;
    this.image = image;
    this.place = place;
  }

  /**
   * Reads a line that is not blank.
   *
   * @param file its name, for findings
   * @param lost takes what is wrong with a line that cannot be used
   */
  static Optional<JsonLine> of(TextLines line, String file, List<Finding> lost) {
    var place = String.format(Locale.ROOT, "%s: line %d", file, line.number());
    if (line.damage().isPresent()) {
      lost.add(Finding.dropped(line.damage().get(), place));
      return Optional.empty();
    }
    try {
      var object = PythonJson.object(line.text());
      var id = RowFields.id(object.path("id"));
      var image = object.path("image").isTextual() ? object.path("image").textValue() : "";
      if ((image.isBlank() && object.hasNonNull("image"))
          || (id.isBlank() && object.hasNonNull("id"))) {
        lost.add(Finding.dropped("line whose id or image is no text", place));
        return Optional.empty();
      }
      if (id.isBlank() && image.isBlank()) {
        lost.add(Finding.dropped("line without id and image", place));
        return Optional.empty();
      }
      var numbered = String.format(Locale.ROOT, "%09d", line.number());
      return Optional.of(new JsonLine(object, id.isBlank() ? numbered : id, image, place));
    } catch (IllegalArgumentException e) {
      lost.add(
          Finding.dropped(
              "line that is no JSON object", "%s (%s)".formatted(place, e.getMessage())));
      return Optional.empty();
    }
  }

  /** That of the line, or else its number. */
  String id() {
    return id;
  }

  /** What to call it in findings. */
  String place() {
    return place;
  }

  /**
   * The image with its regions.
   *
   * @param folder of the images
   * @throws IOException if storage fails
   */
  SourceImage image(Location folder) throws IOException {
    var unit = isOfPixels() ? SourceImage.Unit.PIXELS : SourceImage.Unit.SHARES;
    var source =
        new SourceImage(
            id,
            image.isBlank() ? named(folder) : image,
            RowFields.pixels(object.path("width")),
            RowFields.pixels(object.path("height")),
            unit);
    if (isOfPixels()) {
      addSentence(source);
    } else {
      JsonRegions.add(source, object.path("regions"), place);
    }
    addCaption(source);
    addSplit(source);
    return source;
  }

  private boolean isOfPixels() {
    return object.hasNonNull("bbox") && !object.hasNonNull("regions");
  }

  /** As {@code generate} calls the drawing of a layout, among others. */
  private String named(Location folder) throws IOException {
    return ImageNames.find(folder, List.of(id, id + ".png", id + ".jpg", FileName.of(id) + ".png"));
  }

  private void addSentence(SourceImage source) {
    var sentence = RowFields.text(object.path("sent"));
    var box = RowFields.numbers(object.path("bbox"), 4).orElse(null);
    if (sentence.isEmpty()) {
      source.add(Finding.dropped("bbox without a sent", place));
    } else if (box == null) {
      source.add(Finding.dropped("box is not four numbers", place + " (" + sentence + ")"));
    } else {
      source.add(SourceBox.between("1", sentence, box[0], box[1], box[2], box[3]));
    }
  }

  private void addCaption(SourceImage source) {
    var caption = RowFields.text(object.path("caption"));
    if (!caption.isEmpty()) {
      source.setCaption(caption);
    } else if (object.hasNonNull("caption")) {
      source.add(Finding.adjusted("caption that is blank or no text, passed over", place));
    }
  }

  private void addSplit(SourceImage source) {
    var split = RowFields.text(object.path("split"));
    if (split.matches("\\w+")) {
      source.setSplit(split);
    } else if (object.hasNonNull("split")) {
      source.add(Finding.adjusted("split that is not letters, digits and _, passed over", place));
    }
  }
}
