package ai.echogen.data.ingest.formats.parquet;

import static ai.echogen.data.ingest.formats.parquet.ParquetFooter.Kind.LIST;
import static ai.echogen.data.ingest.formats.parquet.ParquetFooter.Kind.NUMBER;
import static ai.echogen.data.ingest.formats.parquet.ParquetFooter.Kind.STRUCT;
import static ai.echogen.data.ingest.formats.parquet.ParquetFooter.Kind.TEXT;

import ai.echogen.data.ingest.SourceBox;
import ai.echogen.data.ingest.SourceImage;
import ai.echogen.data.ingest.formats.common.RowFields;
import ai.echogen.data.shards.Finding;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Rows of LayoutSAM and LayoutSAM-eval (CreatiLayout): boxes are two corners in pixels, and what is
 * in them a short description, which is both phrase and category. The long one has no place in a
 * layout. A row of the evaluation set has its image and writes lists as Python does; one of the
 * training set has structs, and names an image of SA-1B.
 *
 * @param columns that are there
 */
public record LayoutSamRecords(List<String> columns) implements RecordFormat {
  private static final long serialVersionUID = 1;
  private static final String FORM = "layoutsam";
  private static final String NO_LIST = "list that is not written as Python does";

  /** Checks a file's columns. */
  public static RecordFormat of(ParquetFooter footer) {
    if (footer.has("metadata") || footer.has("image_path")) {
      footer.require(FORM, "image_path", TEXT);
      footer.require(FORM, "metadata", STRUCT);
      footer.requireField(FORM, "metadata", "bbox_info");
      return new LayoutSamRecords(List.of("image_path", "metadata"));
    }
    footer.require(FORM, "file_name", TEXT);
    footer.require(FORM, "height", NUMBER, TEXT);
    footer.require(FORM, "width", NUMBER, TEXT);
    footer.require(FORM, "global_caption", TEXT);
    footer.require(FORM, "bbox_list", TEXT, LIST);
    footer.require(FORM, "region_captions", TEXT, LIST);
    var always =
        List.of("file_name", "height", "width", "global_caption", "bbox_list", "region_captions");
    return new LayoutSamRecords(HubImage.with(always, footer));
  }

  private boolean isForTraining() {
    return columns.contains("metadata");
  }

  @Override
  public List<String> idColumns() {
    return List.of(isForTraining() ? "image_path" : "file_name");
  }

  @Override
  public String id(JsonNode row) {
    var path = fileName(row);
    var name = path.substring(path.lastIndexOf('/') + 1);
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }

  /** Relative to the folder of images, which the training set's script lies beside. */
  private String fileName(JsonNode row) {
    var path = row.path(idColumns().get(0)).asText().strip();
    return path.replaceFirst("^(\\.\\.?/+)+", "");
  }

  @Override
  public Optional<SourceImage> image(JsonNode row, RecordPlace place, List<Finding> lost) {
    var id = id(row);
    if (id.isEmpty()) {
      lost.add(Finding.dropped("row without a file's name", place.toString()));
      return Optional.empty();
    }
    var metadata = isForTraining() ? row.path("metadata") : row;
    var size = isForTraining() ? metadata.path("image_info") : row;
    var image =
        new SourceImage(
            id,
            fileName(row),
            RowFields.pixels(size.path("width")),
            RowFields.pixels(size.path("height")));
    HubImage.content(row).ifPresent(image::setContent);
    var caption = RowFields.text(metadata.path("global_caption"));
    if (!caption.isEmpty()) {
      image.setCaption(caption);
    }
    var boxes = isForTraining() ? boxes(metadata) : boxes(row, place, lost);
    if (boxes == null) {
      return Optional.empty();
    }
    for (int i = 0; i < boxes.size(); i++) {
      add(image, boxes.get(i), i + 1, place);
    }
    return Optional.of(image);
  }

  private static ArrayNode boxes(JsonNode metadata) {
    return metadata.path("bbox_info") instanceof ArrayNode boxes
        ? boxes
        : JsonNodeFactory.instance.arrayNode();
  }

  /** The same form, made of two lists, if they have one length. */
  private static @Nullable ArrayNode boxes(JsonNode row, RecordPlace place, List<Finding> lost) {
    var boxes = list(row, "bbox_list", place, lost);
    var captions = boxes == null ? null : list(row, "region_captions", place, lost);
    if (boxes == null || captions == null) {
      return null;
    }
    if (boxes.size() != captions.size()) {
      lost.add(
          Finding.dropped(
              "lists of different lengths",
              String.format(
                  Locale.ROOT,
                  "%s: %d of bbox_list, %d of region_captions",
                  place,
                  boxes.size(),
                  captions.size())));
      return null;
    }
    var pairs = JsonNodeFactory.instance.arrayNode();
    for (int i = 0; i < boxes.size(); i++) {
      var pair = pairs.addObject();
      pair.set("bbox", boxes.get(i));
      pair.set("description", captions.get(i));
    }
    return pairs;
  }

  /** A list, or the text of one. */
  private static @Nullable JsonNode list(
      JsonNode row, String column, RecordPlace place, List<Finding> lost) {
    var value = row.path(column);
    try {
      var list = value.isTextual() ? PythonLiteral.parse(value.textValue()) : value;
      if (list.isArray()) {
        return list;
      }
      lost.add(Finding.dropped(NO_LIST, "%s: %s is no list".formatted(place, column)));
    } catch (IllegalArgumentException e) {
      lost.add(Finding.dropped(NO_LIST, "%s: %s, %s".formatted(place, column, e.getMessage())));
    }
    return null;
  }

  private static void add(SourceImage image, JsonNode found, int number, RecordPlace place) {
    var where = String.format(Locale.ROOT, "%s: box %d", place, number);
    var phrase = RowFields.text(found.path("description"));
    var box = RowFields.numbers(found.path("bbox"), 4);
    if (phrase.isEmpty()) {
      image.add(Finding.dropped("box without a description", where));
    } else if (box.isEmpty()) {
      image.add(Finding.dropped("bbox is not four numbers", where));
    } else {
      var b = box.get();
      image.add(SourceBox.between(Integer.toString(number), phrase, b[0], b[1], b[2], b[3]));
    }
  }
}
