package ai.echogen.data.stats;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * Statistics as JSON, with every number:
 *
 * <pre>
 * splits.NAME.rows
 *            .images    bytes, distinct, duplicates, repeated: [{rows, ids}], formats: {png: …}
 *            .sizes     width, height: {min, median, max, mean, edges, counts}; distinct, most
 *            .captions  words, letters: the same
 *            .regions   total, perImage: the same; area, width, height: {edges, counts};
 *                       centers, covered: [y][x]
 *            .phrases, .categories, .sources   total, distinct, most: [{text, count}]
 * sharedImages          images, examples: [{NAME: {rows, ids}, …}]
 * </pre>
 *
 * <p>{@code counts[i]} is of values from {@code edges[i]} on and below {@code edges[i + 1]}.
 */
public final class StatsJson {
  /** Sizes that are listed. */
  public static final int MOST_SIZES = 20;

  /** Ranges of the words of a caption. */
  public static final List<Integer> WORDS = List.of(0, 1, 5, 10, 15, 20, 30, 40, 60, 80, 120, 200);

  /** Ranges of the letters of a caption. */
  public static final List<Integer> LETTERS =
      List.of(0, 1, 25, 50, 75, 100, 150, 200, 300, 500, 1000, 2000);

  /** Ranges of the regions of an image. */
  public static final List<Integer> REGIONS = List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);

  /** Ranges of an image's width and height in pixels. */
  public static final List<Integer> PIXELS =
      List.of(0, 32, 64, 128, 256, 384, 512, 640, 768, 1024, 1536, 2048, 4096);

  private static final ObjectMapper JSON = new ObjectMapper();

  private StatsJson() {}

  /** The object above. */
  public static ObjectNode of(ShardStats stats) {
    var root = JSON.createObjectNode();
    var splits = root.putObject("splits");
    stats.splits().forEach((name, split) -> put(split, splits.putObject(name)));
    var shared = root.putObject("sharedImages");
    shared.put("images", stats.images().numShared());
    var examples = shared.putArray("examples");
    for (var image : stats.images().shared()) {
      var example = examples.addObject();
      image.splits().forEach((split, rows) -> put(rows, example.putObject(split)));
    }
    return root;
  }

  private static void put(ShardStats.Split split, ObjectNode to) {
    var rows = split.rows();
    to.put("rows", rows.rows());
    put(split.images(), to.putObject("images"));
    var sizes = to.putObject("sizes");
    put(rows.widths(), PIXELS, sizes.putObject("width"));
    put(rows.heights(), PIXELS, sizes.putObject("height"));
    put(split.texts(TextKind.SIZE), MOST_SIZES, sizes);
    var captions = to.putObject("captions");
    put(rows.captionWords(), WORDS, captions.putObject("words"));
    put(rows.captionLetters(), LETTERS, captions.putObject("letters"));
    var regions = to.putObject("regions").put("total", rows.regions().sum());
    put(rows.regions(), REGIONS, regions.putObject("perImage"));
    put(rows.boxAreas(), regions.putObject("area"));
    put(rows.boxWidths(), regions.putObject("width"));
    put(rows.boxHeights(), regions.putObject("height"));
    put(rows.centers(), regions.putArray("centers"));
    put(rows.covered(), regions.putArray("covered"));
    put(split.texts(TextKind.PHRASE), TextCounts.MOST, to.putObject("phrases"));
    put(split.texts(TextKind.CATEGORY), TextCounts.MOST, to.putObject("categories"));
    put(split.texts(TextKind.SOURCE), TextCounts.MOST, to.putObject("sources"));
  }

  private static void put(SplitImages images, ObjectNode to) {
    to.put("bytes", images.bytes());
    to.put("distinct", images.distinct());
    to.put("duplicates", images.duplicates());
    var repeated = to.putArray("repeated");
    for (var image : images.repeated()) {
      image.splits().values().forEach(rows -> put(rows, repeated.addObject()));
    }
    var formats = to.putObject("formats");
    images.formats().forEach(formats::put);
  }

  private static void put(SameImage.Rows rows, ObjectNode to) {
    to.put("rows", rows.count());
    var ids = to.putArray("ids");
    rows.ids().forEach(ids::add);
  }

  private static void put(WholeCounts counts, List<Integer> edges, ObjectNode to) {
    to.put("min", counts.min()).put("median", counts.median()).put("max", counts.max());
    to.put("mean", counts.mean());
    put(counts.histogram(edges), to);
  }

  private static void put(Histogram histogram, ObjectNode to) {
    var edges = to.putArray("edges");
    histogram.edges().forEach(edges::add);
    var counts = to.putArray("counts");
    histogram.counts().forEach(counts::add);
  }

  private static void put(long[][] cells, ArrayNode to) {
    for (var row : cells) {
      var line = to.addArray();
      for (long count : row) {
        line.add(count);
      }
    }
  }

  private static void put(TextCounts counts, int most, ObjectNode to) {
    to.put("total", counts.total()).put("distinct", counts.distinct());
    var texts = to.putArray("most");
    counts.most().stream()
        .limit(most)
        .forEach(entry -> texts.addObject().put("text", entry.text()).put("count", entry.count()));
  }
}
