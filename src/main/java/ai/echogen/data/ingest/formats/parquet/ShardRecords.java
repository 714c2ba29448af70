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
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Rows of shards as {@link ai.echogen.data.shards.ShardStore} writes them, without its manifest:
 * regions are structs of phrase, category and two corners in shares of the picture.
 *
 * @param columns that are there
 */
record ShardRecords(List<String> columns) implements RecordFormat {
  private static final long serialVersionUID = 1;
  private static final Pattern SPLIT = Pattern.compile("\\w{1,100}"); // as shards want it
  private static final List<String> CORNERS = List.of("x0", "y0", "x1", "y1");

  static RecordFormat of(ParquetFooter footer) {
    var form = HuggingFaceRecords.FORM;
    footer.require(form, "regions", LIST);
    CORNERS.forEach(field -> footer.requireField(form, "regions", field));
    footer.requireField(form, "regions", "phrase");
    footer.require(form, "id", TEXT);
    var optional =
        Stream.concat(
            Stream.of("caption", "split").filter(column -> footer.has(column, TEXT)),
            Stream.of("width", "height").filter(column -> footer.has(column, NUMBER)));
    return new ShardRecords(
        Stream.concat(Stream.of(HubImage.COLUMN, "id", "regions"), optional).toList());
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
    var content = HubImage.content(row);
    var path = HubImage.path(row);
    if (id.isEmpty() || (content.isEmpty() && path.isEmpty())) {
      lost.add(
          Finding.dropped(
              id.isEmpty() ? "row without an id" : "row without an image", place.toString()));
      return Optional.empty();
    }
    var image =
        new SourceImage(
            id,
            path,
            RowFields.pixels(row.path("width")),
            RowFields.pixels(row.path("height")),
            SourceImage.Unit.SHARES);
    content.ifPresent(image::setContent);
    var caption = RowFields.text(row.path("caption"));
    if (!caption.isEmpty()) {
      image.setCaption(caption);
    }
    split(image, RowFields.text(row.path("split")), place);
    int number = 0;
    for (var region : row.path("regions")) {
      add(image, region, ++number, place);
    }
    return Optional.of(image);
  }

  private static void split(SourceImage image, String split, RecordPlace place) {
    if (SPLIT.matcher(split).matches()) {
      image.setSplit(split);
    } else if (!split.isEmpty()) {
      image.add(
          Finding.adjusted(
              "split of other signs than letters, digits and _, it was not taken",
              place.toString()));
    }
  }

  private static void add(SourceImage image, JsonNode region, int number, RecordPlace place) {
    var where = String.format(Locale.ROOT, "%s: region %d", place, number);
    var phrase = RowFields.text(region.path("phrase"));
    var category = RowFields.text(region.path("category"));
    if (phrase.isEmpty()) {
      image.add(Finding.dropped("region without a phrase", where));
    } else if (!CORNERS.stream().allMatch(corner -> region.path(corner).isNumber())) {
      image.add(Finding.dropped("region without four numbers", where));
    } else {
      double x0 = region.path("x0").doubleValue();
      double y0 = region.path("y0").doubleValue();
      image.add(
          new SourceBox(
              Integer.toString(number),
              phrase,
              category.isEmpty() ? phrase : category,
              x0,
              y0,
              region.path("x1").doubleValue() - x0,
              region.path("y1").doubleValue() - y0,
              false));
    }
  }
}
