package ai.echogen.data.ingest.formats.common;

import ai.echogen.data.ingest.SourceBox;
import ai.echogen.data.ingest.SourceImage;
import ai.echogen.data.shards.Finding;
import com.fasterxml.jackson.databind.JsonNode;

/**
 * Regions in the form of EchoGen's own JSON lines: {@code [{"phrase": "a dog", "box": [x0, y0, x1,
 * y1], "category": "dog"}]}, in shares of the picture. A region may lack a {@code category}, and
 * has {@code null} for the box that a model did not find.
 */
public final class JsonRegions {
  private JsonRegions() {}

  /**
   * Adds the regions, and what is wrong with them.
   *
   * @param regions none if missing or null
   * @param place of the object, for findings
   */
  public static void add(SourceImage image, JsonNode regions, String place) {
    if (regions.isMissingNode() || regions.isNull()) {
      return;
    }
    if (!regions.isArray()) {
      image.add(Finding.dropped("regions are no list", place));
      return;
    }
    for (int i = 0; i < regions.size(); i++) {
      add(image, regions.get(i), Integer.toString(i + 1), place + ": region " + (i + 1));
    }
  }

  private static void add(SourceImage image, JsonNode region, String id, String where) {
    var phrase = RowFields.text(region.path("phrase"));
    var category = RowFields.text(region.path("category"));
    var box = RowFields.numbers(region.path("box"), 4).orElse(null);
    if (phrase.isEmpty()) {
      image.add(Finding.dropped("region without a phrase", where));
    } else if (region.path("box").isNull()) {
      image.add(Finding.adjusted("region without a box, left out", where + " (" + phrase + ")"));
    } else if (box == null) {
      image.add(Finding.dropped("box is not four numbers", where + " (" + phrase + ")"));
    } else {
      image.add(
          new SourceBox(
              id,
              phrase,
              category.isEmpty() ? phrase : category,
              box[0],
              box[1],
              box[2] - box[0],
              box[3] - box[1],
              false));
    }
  }
}
