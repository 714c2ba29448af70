package ai.echogen.data.layouts;

import ai.echogen.json.JsonRecord;
import ai.echogen.json.JsonText;
import ai.echogen.storage.Location;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;

/**
 * {@link CorpusStatistics} as a JSON file:
 *
 * <pre>
 * version          1
 * origin           data, split, fingerprint
 * images           rows
 * regionsPerImage  [images with 0 regions, …, with 10]
 * longTexts        regions whose category is too long to be kept
 * boxes            {count, mean: 4 numbers, covariance: 10}
 * categories       [{name, count, inCompany, phrases: [{text, count}], boxes}]
 * pairs            [{first, second: places of categories, weight, boxes: 8 and 36 numbers}]
 * </pre>
 */
public final class StatisticsJson {
  static final int VERSION = 1;

  private static final String WAY_OUT =
      "give the file as layouts source=corpus wrote it, or data= to count again";
  private static final ObjectMapper JSON = new ObjectMapper();

  private StatisticsJson() {}

  /** The file's content. */
  public static byte[] of(CorpusStatistics statistics) {
    var root = JSON.createObjectNode().put("version", VERSION);
    root.putObject("origin")
        .put("data", statistics.origin().data())
        .put("split", statistics.origin().split())
        .put("fingerprint", statistics.origin().fingerprint());
    root.put("images", statistics.images());
    var perImage = root.putArray("regionsPerImage");
    statistics.regionsPerImage().forEach(perImage::add);
    root.put("longTexts", statistics.longTexts());
    put(statistics.boxes(), root);
    var categories = root.putArray("categories");
    for (var category : statistics.categories()) {
      var object = categories.addObject().put("name", category.name());
      object.put("count", category.count()).put("inCompany", category.inCompany());
      var phrases = object.putArray("phrases");
      for (var phrase : category.phrases()) {
        phrases.addObject().put("text", phrase.text()).put("count", phrase.count());
      }
      put(category.boxes(), object);
    }
    var pairs = root.putArray("pairs");
    for (var pair : statistics.pairs()) {
      var object = pairs.addObject().put("first", pair.first()).put("second", pair.second());
      put(pair.boxes(), object.put("weight", pair.weight()));
    }
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(root);
    } catch (IOException e) {
      throw new IllegalStateException(e); // there is no file to fail
    }
  }

  private static void put(Spread spread, ObjectNode to) {
    var boxes = to.putObject("boxes").put("count", spread.count());
    var mean = boxes.putArray("mean");
    spread.mean().forEach(mean::add);
    var covariance = boxes.putArray("covariance");
    spread.covariance().forEach(covariance::add);
  }

  /**
   * Reads a file.
   *
   * @throws IllegalArgumentException naming everything that is wrong with it
   */
  public static CorpusStatistics read(Location file) {
    byte[] text;
    try {
      text = file.read();
    } catch (FileNotFoundException e) {
      throw new IllegalArgumentException(file + ": no such file; check statistics", e);
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": " + e.getMessage(), e);
    }
    var record = JsonRecord.of(JsonText.parse(text, file.toString()), file.toString());
    long version = record.whole("version", 1, Integer.MAX_VALUE);
    if (version != VERSION && record.problems().isEmpty()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: is of version %d, this program reads %d; %s",
              file,
              version,
              VERSION,
              WAY_OUT));
    }
    var statistics = StatisticsFields.of(record);
    record.nothingElse().orThrow(WAY_OUT);
    return statistics;
  }
}
