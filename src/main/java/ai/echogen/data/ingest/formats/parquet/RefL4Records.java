package ai.echogen.data.ingest.formats.parquet;

import static ai.echogen.data.ingest.formats.parquet.ParquetFooter.Kind.LIST;
import static ai.echogen.data.ingest.formats.parquet.ParquetFooter.Kind.NUMBER;
import static ai.echogen.data.ingest.formats.parquet.ParquetFooter.Kind.TEXT;

import ai.echogen.data.ingest.SourceBox;
import ai.echogen.data.ingest.SourceImage;
import ai.echogen.data.ingest.formats.common.RowFields;
import ai.echogen.data.shards.Finding;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/**
 * Rows of Ref-L4 (github.com/JierunChen/Ref-L4): an expression and the box that it means, in
 * pixels, so that a picture is there once for each of its expressions.
 */
public record RefL4Records() implements RecordFormat {
  private static final long serialVersionUID = 1;
  private static final String FORM = "ref-l4";

  /** Checks a file's columns. */
  public static RecordFormat of(ParquetFooter footer) {
    footer.require(FORM, "id", NUMBER, TEXT);
    footer.require(FORM, "caption", TEXT);
    footer.require(FORM, "bbox", LIST);
    footer.require(FORM, "ori_category_id", TEXT);
    footer.require(FORM, "file_name", TEXT);
    footer.require(FORM, "width", NUMBER);
    footer.require(FORM, "height", NUMBER);
    return new RefL4Records();
  }

  @Override
  public List<String> columns() {
    return List.of("id", "caption", "bbox", "ori_category_id", "file_name", "width", "height");
  }

  @Override
  public List<String> idColumns() {
    return List.of("id");
  }

  @Override
  public String id(JsonNode row) {
    return RowFields.id(row.path("id"));
  }

  @Override
  public Optional<SourceImage> image(JsonNode row, RecordPlace place, List<Finding> lost) {
    var id = id(row);
    var fileName = row.path("file_name").asText().strip();
    if (id.isEmpty() || fileName.isEmpty()) {
      lost.add(Finding.dropped("row without id or file_name", place.toString()));
      return Optional.empty();
    }
    var image =
        new SourceImage(
            id,
            fileName,
            RowFields.pixels(row.path("width")),
            RowFields.pixels(row.path("height")));
    var phrase = RowFields.text(row.path("caption"));
    var category = RowFields.text(row.path("ori_category_id"));
    var box = RowFields.numbers(row.path("bbox"), 4);
    if (phrase.isEmpty()) {
      image.add(Finding.dropped("blank caption", place.toString()));
    } else if (box.isEmpty()) {
      image.add(Finding.dropped("bbox is not four numbers", place.toString()));
    } else {
      var b = box.get();
      image.setCaption(phrase);
      image.add(
          new SourceBox(
              id, phrase, category.isEmpty() ? phrase : category, b[0], b[1], b[2], b[3], false));
    }
    return Optional.of(image);
  }
}
