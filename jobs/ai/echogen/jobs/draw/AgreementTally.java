package ai.echogen.jobs.draw;

import ai.echogen.json.JsonRecord;
import ai.echogen.json.JsonText;
import ai.echogen.observe.Table;
import ai.echogen.storage.Location;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * How many layouts had a drawing that agrees, and how well the best of each agreed, by their number
 * of regions. Whole numbers only, so that tallies of tasks can be added in any order.
 */
public final class AgreementTally {
  /** Ranges of an agreement, of the same width. */
  static final int BINS = 20;

  // What is counted of the layouts with one number of regions.
  private static final int LAYOUTS = 0;
  private static final int KEPT = 1;
  private static final int DRAWINGS = 2;
  private static final int OF_BEST = 3; // sum of the best agreements, in steps
  private static final int OF_ALL = 4; // sum over all drawings, in steps
  private static final int FIRST_BIN = 5;
  private static final int NUM_COUNTS = FIRST_BIN + BINS;

  private static final double STEPS = 1e6; // of an agreement
  private static final double ROUNDING = 1e-9; // 0.35 is meant where 0.34999999 was computed
  private static final Pattern REGIONS = Pattern.compile("\\d{1,3}");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<Integer, long[]> byRegions = new TreeMap<>();

  /**
   * Adds a layout.
   *
   * @param agreements of its drawings
   * @param best the highest of them
   */
  public void add(int regions, double[] agreements, double best, boolean isKept) {
    var counts = byRegions.computeIfAbsent(regions, number -> new long[NUM_COUNTS]);
    counts[LAYOUTS]++;
    counts[KEPT] += isKept ? 1 : 0;
    counts[DRAWINGS] += agreements.length;
    counts[OF_BEST] += Math.round(best * STEPS);
    for (double agreement : agreements) {
      counts[OF_ALL] += Math.round(agreement * STEPS);
    }
    counts[FIRST_BIN + Math.min(BINS - 1, (int) (best * BINS + ROUNDING))]++;
  }

  void add(AgreementTally other) {
    other.byRegions.forEach(
        (regions, counts) ->
            addTo(byRegions.computeIfAbsent(regions, number -> new long[NUM_COUNTS]), counts));
  }

  private static void addTo(long[] sums, long[] counts) {
    for (int i = 0; i < NUM_COUNTS; i++) {
      sums[i] += counts[i];
    }
  }

  private long[] all() {
    var all = new long[NUM_COUNTS];
    byRegions.values().forEach(counts -> addTo(all, counts));
    return all;
  }

  long numLayouts() {
    return all()[LAYOUTS];
  }

  long numKept() {
    return all()[KEPT];
  }

  /** The mean over the layouts of the best agreement of each. */
  double meanOfBest() {
    return meanOfBest(all());
  }

  private static double meanOfBest(long[] counts) {
    return ratio(counts[OF_BEST], counts[LAYOUTS]) / STEPS;
  }

  private static double meanOfAll(long[] counts) {
    return ratio(counts[OF_ALL], counts[DRAWINGS]) / STEPS;
  }

  private static double keptShare(long[] counts) {
    return ratio(counts[KEPT], counts[LAYOUTS]);
  }

  private static double ratio(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }

  /**
   * {@code layouts}, {@code kept}, {@code keptShare}, {@code meanOfBest}, {@code meanOfAll} and
   * {@code counts} of all, and the same for each number of regions in {@code byRegions}. {@code
   * counts[i]} is of layouts whose best agreement lies from {@code edges[i]} on.
   */
  public ObjectNode json() {
    var root = JSON.createObjectNode();
    put(all(), root);
    var edges = root.putArray("edges");
    for (int i = 0; i < BINS; i++) {
      edges.add((double) i / BINS);
    }
    var split = root.putObject("byRegions");
    byRegions.forEach((regions, counts) -> put(counts, split.putObject(String.valueOf(regions))));
    return root;
  }

  private static void put(long[] counts, ObjectNode to) {
    to.put("layouts", counts[LAYOUTS]).put("kept", counts[KEPT]);
    to.put("keptShare", keptShare(counts));
    to.put("meanOfBest", meanOfBest(counts)).put("meanOfAll", meanOfAll(counts));
    var bins = to.putArray("counts");
    for (int i = FIRST_BIN; i < NUM_COUNTS; i++) {
      bins.add(counts[i]);
    }
  }

  /** For the console, a row a number of regions. */
  Table table() {
    var table = new Table("regions", "layouts", "kept", "share", "mean of best", "mean of all");
    byRegions.forEach((regions, counts) -> row(table, String.valueOf(regions), counts));
    row(table, "all", all());
    return table;
  }

  private static void row(Table table, String name, long[] counts) {
    table.row(
        name,
        counts[LAYOUTS],
        counts[KEPT],
        keptShare(counts),
        meanOfBest(counts),
        meanOfAll(counts));
  }

  /** Writes it as a file of its own, in the place of one that a task wrote before. */
  public void write(Location file) throws IOException {
    var root = JSON.createObjectNode();
    byRegions.forEach(
        (regions, counts) -> {
          var list = root.putArray(String.valueOf(regions));
          for (long count : counts) {
            list.add(count);
          }
        });
    file.replace(root.toString().getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IllegalArgumentException if it is anything else
   */
  public static AgreementTally read(Location file) throws IOException {
    var tally = new AgreementTally();
    var fields = JsonRecord.of(JsonText.parse(file.read(), file.toString()), file.toString());
    for (var regions : fields.names()) {
      var counts = counts(fields.any(regions));
      if (!REGIONS.matcher(regions).matches() || !areOfSomething(counts)) {
        throw new IllegalArgumentException(
            file + ": is damaged; remove the directory that it is in, and run again");
      }
      tally.byRegions.put(Integer.valueOf(regions), counts);
    }
    return tally;
  }

  /** The numbers of a list; none if it has others. */
  private static long[] counts(JsonNode list) {
    var counts = new long[list.size()];
    for (int i = 0; i < counts.length; i++) {
      var count = list.path(i);
      if (!count.isIntegralNumber() || !count.canConvertToLong() || count.longValue() < 0) {
        return new long[0];
      }
      counts[i] = count.longValue();
    }
    return counts;
  }

  /** Each layout is in one bin, and has a drawing. */
  private static boolean areOfSomething(long[] counts) {
    return counts.length == NUM_COUNTS
        && counts[KEPT] <= counts[LAYOUTS]
        && counts[LAYOUTS] <= counts[DRAWINGS]
        && Arrays.stream(counts, FIRST_BIN, NUM_COUNTS).sum() == counts[LAYOUTS];
  }
}
