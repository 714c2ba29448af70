package ai.echogen.data.ingest.formats.parquet;

import static ai.echogen.data.ingest.formats.parquet.ParquetFooter.Kind.LIST;
import static ai.echogen.data.ingest.formats.parquet.ParquetFooter.Kind.NUMBER;
import static ai.echogen.data.ingest.formats.parquet.ParquetFooter.Kind.TEXT;

import ai.echogen.data.ingest.SourceImage;
import ai.echogen.data.ingest.formats.common.GritBoxes;
import ai.echogen.data.ingest.formats.common.RowFields;
import ai.echogen.data.shards.Finding;
import ai.echogen.storage.Location;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Rows of GRIT (Kosmos-2): captions whose phrases have boxes, in shares of the picture. The
 * pictures are those that img2dataset wrote with {@code output_format=files}: {@code KEY.jpg} in a
 * folder that is called as the key's first five digits, or all in one.
 *
 * @param images the folder above them
 */
public record GritRecords(List<String> columns, Location images) implements RecordFormat {
  private static final long serialVersionUID = 1;
  private static final String FORM = "grit";
  private static final int FOLDER = 5; // digits
  private static final String ENDING = ".jpg";
  private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_-]{1,100}");

  /** Checks a file's columns. */
  public static RecordFormat.Maker in(Location images) {
    return footer -> {
      footer.require(FORM, footer.has("id") && !footer.has("key") ? "id" : "key", TEXT, NUMBER);
      footer.require(FORM, "caption", TEXT);
      for (var lists : List.of("noun_chunks", "ref_exps")) {
        footer.require(FORM, lists, LIST);
      }
      var optional =
          Stream.of("key", "id", "width", "height", "original_width", "original_height")
              .filter(column -> footer.has(column, TEXT, NUMBER));
      return new GritRecords(
          Stream.concat(optional, Stream.of("caption", "noun_chunks", "ref_exps")).toList(),
          images);
    };
  }

  @Override
  public List<String> idColumns() {
    return columns.stream().filter(List.of("key", "id")::contains).toList();
  }

  @Override
  public String id(JsonNode row) {
    var key = RowFields.id(row.path("key"));
    return key.isEmpty() ? RowFields.id(row.path("id")) : key;
  }

  @Override
  public Optional<SourceImage> image(JsonNode row, RecordPlace place, List<Finding> lost) {
    var key = id(row);
    if (!KEY.matcher(key).matches()) {
      lost.add(
          Finding.dropped(
              key.isEmpty() ? "row without a key" : "key that can be no file's name",
              "%s %s".formatted(place, key).strip()));
      return Optional.empty();
    }
    boolean isResized = row.path("original_width").asLong() > 0;
    var image =
        new SourceImage(
            key,
            fileName(key),
            RowFields.pixels(row.path(isResized ? "original_width" : "width")),
            RowFields.pixels(row.path(isResized ? "original_height" : "height")),
            SourceImage.Unit.SHARES);
    var caption = row.path("caption").asText();
    var tidy = RowFields.tidy(caption);
    if (tidy.isEmpty()) {
      image.add(Finding.dropped("blank caption", place.toString()));
    } else {
      image.setCaption(tidy);
    }
    GritBoxes.add(image, caption, row.path("noun_chunks"), row.path("ref_exps"), place.toString());
    return Optional.of(image);
  }

  /** Where the picture lies; the usual place if there is none. */
  private String fileName(String key) {
    var flat = key + ENDING;
    var name = key.length() > FOLDER ? key.substring(0, FOLDER) + "/" + flat : flat;
    try {
      return !images.child(name).exists() && images.child(flat).exists() ? flat : name;
    } catch (IOException e) {
      throw new UncheckedIOException(images + "/" + name + ": " + e.getMessage(), e);
    }
  }
}
