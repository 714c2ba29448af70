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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Rows of data sets for object detection on the Hugging Face Hub: an image and {@code objects}, a
 * struct of lists or a list of structs, with boxes as COCO has them and classes as numbers or
 * texts. Shards of ours, which have {@code regions} instead, are {@link ShardRecords}.
 *
 * @param columns that are there
 * @param idColumn of texts; empty if there is none, numbers count within a split
 * @param category the field of objects that holds their classes
 * @param classes names by number; empty if the file has none
 */
public record HuggingFaceRecords(
    List<String> columns, String idColumn, String category, List<String> classes)
    implements RecordFormat {
  private static final long serialVersionUID = 1;
  static final String FORM = "hugging-face";

  /** Checks a file's columns. */
  public static RecordFormat of(ParquetFooter footer) {
    footer.require(FORM, HubImage.COLUMN, HubImage.KINDS);
    if (footer.has("regions")) {
      return ShardRecords.of(footer);
    }
    footer.require(FORM, "objects", STRUCT, LIST);
    footer.requireField(FORM, "objects", "bbox");
    var category =
        Stream.of("category", "categories", "label")
            .filter(field -> footer.hasField("objects", field))
            .findFirst()
            .orElse("category");
    footer.requireField(FORM, "objects", category);
    var idColumn =
        Stream.of("id", "image_id")
            .filter(column -> footer.has(column, TEXT))
            .findFirst()
            .orElse("");
    var optional =
        Stream.of(
            Stream.of(idColumn).filter(column -> !column.isEmpty()),
            Stream.of("width", "height").filter(column -> footer.has(column, NUMBER, TEXT)),
            Stream.of("caption", "text").filter(column -> footer.has(column, TEXT, LIST)).limit(1));
    return new HuggingFaceRecords(
        Stream.concat(Stream.of(HubImage.COLUMN, "objects"), optional.flatMap(s -> s)).toList(),
        idColumn,
        category,
        HubClasses.of(footer.properties(), "objects", category));
  }

  @Override
  public List<String> idColumns() {
    return idColumn.isEmpty() ? List.of() : List.of(idColumn);
  }

  @Override
  public String id(JsonNode row) {
    return idColumn.isEmpty() ? "" : RowFields.id(row.path(idColumn));
  }

  @Override
  public Optional<SourceImage> image(JsonNode row, RecordPlace place, List<Finding> lost) {
    var content = HubImage.content(row);
    var path = HubImage.path(row);
    if (content.isEmpty() && path.isEmpty()) {
      lost.add(Finding.dropped("row without an image", place.toString()));
      return Optional.empty();
    }
    var id = id(row);
    var image =
        new SourceImage(
            id.isEmpty() ? place.id() : id,
            path,
            RowFields.pixels(row.path("width")),
            RowFields.pixels(row.path("height")));
    content.ifPresent(image::setContent);
    caption(image, row);
    boolean isNumbered = false;
    var objects = objects(row.path("objects"), image, place);
    for (int i = 0; i < objects.size(); i++) {
      isNumbered |= add(image, objects.get(i), i + 1, place);
    }
    if (isNumbered) {
      image.add(Finding.adjusted("class without a name, its number was taken", place.toString()));
    }
    return Optional.of(image);
  }

  /** Of several captions the first is taken. */
  private static void caption(SourceImage image, JsonNode row) {
    var value = row.has("caption") ? row.path("caption") : row.path("text");
    var texts = new ArrayList<String>();
    if (value.isArray()) {
      value.forEach(text -> texts.add(RowFields.text(text)));
    } else {
      texts.add(RowFields.text(value));
    }
    texts.removeIf(String::isEmpty);
    if (!texts.isEmpty()) {
      image.setCaption(texts.get(0));
    }
    if (texts.size() > 1) {
      image.add(Finding.adjusted("more captions than one, the first was taken", ""));
    }
  }

  private record Entry(JsonNode id, JsonNode box, JsonNode category, JsonNode crowd) {}

  /** The objects in one form; none if it cannot be said which box is of which class. */
  private List<Entry> objects(JsonNode objects, SourceImage image, RecordPlace place) {
    var entries = new ArrayList<Entry>();
    if (objects.isArray()) {
      for (var object : objects) {
        entries.add(
            new Entry(
                object.path("id"),
                object.path("bbox"),
                object.path(category),
                object.path("iscrowd")));
      }
      return entries;
    }
    var boxes = objects.path("bbox");
    var categories = objects.path(category);
    if (boxes.size() != categories.size()) {
      image.add(
          Finding.dropped(
              "lists of different lengths",
              String.format(
                  Locale.ROOT,
                  "%s: %d of bbox, %d of %s",
                  place,
                  boxes.size(),
                  categories.size(),
                  category)));
      return List.of();
    }
    var ids = objects.path("id");
    var crowds = objects.path("iscrowd");
    for (int i = 0; i < boxes.size(); i++) {
      entries.add(new Entry(ids.path(i), boxes.path(i), categories.path(i), crowds.path(i)));
    }
    return entries;
  }

  /** Adds an object; true if its class has no name. */
  private boolean add(SourceImage image, Entry object, int number, RecordPlace place) {
    var where = String.format(Locale.ROOT, "%s: object %d", place, number);
    var id = RowFields.id(object.id());
    var label = RowFields.id(object.category());
    var name = RowFields.tidy(label);
    boolean isNumber = object.category().isNumber();
    if (isNumber && !classes.isEmpty()) {
      name = label.matches("\\d{1,9}") ? named(Integer.parseInt(label)) : "";
    }
    var box = RowFields.numbers(object.box(), 4);
    if (name.isEmpty()) {
      image.add(
          label.isEmpty()
              ? Finding.dropped("object without a category", where)
              : Finding.dropped("unknown category", "%s: category %s".formatted(where, label)));
    } else if (box.isEmpty()) {
      image.add(Finding.dropped("bbox is not four numbers", "%s (%s)".formatted(where, name)));
    } else {
      var b = box.get();
      boolean crowd = object.crowd().asInt() == 1; // of true, too
      image.add(
          new SourceBox(
              id.isEmpty() ? Integer.toString(number) : id, name, b[0], b[1], b[2], b[3], crowd));
    }
    return isNumber && classes.isEmpty() && !name.isEmpty();
  }

  private String named(int category) {
    return category < classes.size() ? classes.get(category) : "";
  }
}
