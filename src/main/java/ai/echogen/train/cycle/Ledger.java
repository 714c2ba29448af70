package ai.echogen.train.cycle;

import ai.echogen.data.shards.ShardStore;
import ai.echogen.layout.Box;
import ai.echogen.objectives.rewards.RewardSettings.Weighted;
import ai.echogen.storage.Location;
import ai.echogen.train.cycle.GradedBatch.Graded;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Every rollout of a run in Parquet, a row a drawing, in directories of some steps each.
 *
 * <p>A directory never spans a checkpoint, and is written before that checkpoint is: so a run that
 * is resumed removes the directories behind its step and makes them again with the same rows.
 */
public final class Ledger {
  private static final StructType BOX =
      new StructType()
          .add("x0", DataTypes.FloatType, false)
          .add("y0", DataTypes.FloatType, false)
          .add("x1", DataTypes.FloatType, false)
          .add("y1", DataTypes.FloatType, false);

  /** The columns of a rollout. */
  public static final StructType SCHEMA =
      new StructType()
          .add("step", DataTypes.LongType, false)
          .add("place", DataTypes.IntegerType, false)
          .add("drawing", DataTypes.IntegerType, false)
          .add("kept", DataTypes.BooleanType, false)
          .add("prompt", DataTypes.StringType, false)
          .add("caption", DataTypes.StringType, false)
          .add("phrases", DataTypes.createArrayType(DataTypes.StringType, false), false)
          .add("boxes", DataTypes.createArrayType(BOX, false), false)
          .add("read_boxes", DataTypes.createArrayType(BOX, true), false)
          .add("text", DataTypes.createArrayType(DataTypes.IntegerType, false), false)
          .add("question", DataTypes.createArrayType(DataTypes.IntegerType, false), false)
          .add("question_targets", DataTypes.createArrayType(DataTypes.IntegerType, false), false)
          .add("codes", DataTypes.createArrayType(DataTypes.IntegerType, false), false)
          .add("reward", DataTypes.DoubleType, false)
          .add(
              "rewards",
              DataTypes.createMapType(DataTypes.StringType, DataTypes.DoubleType, false),
              false)
          .add("region_rewards", DataTypes.createArrayType(DataTypes.DoubleType, false), false)
          .add("advantage", DataTypes.DoubleType, false)
          .add("region_advantages", DataTypes.createArrayType(DataTypes.DoubleType, false), false)
          .add("log_probabilities", DataTypes.createArrayType(DataTypes.FloatType, false), false)
          .add(
              "reference_log_probabilities",
              DataTypes.createArrayType(DataTypes.FloatType, false),
              false)
          .add(
              "box_log_probabilities",
              DataTypes.createArrayType(DataTypes.FloatType, false),
              false);

  /** Numbers with more digits are no steps. */
  private static final Pattern PART = Pattern.compile("steps-(\\d{1,18})-(\\d{1,18})");

  private static final int MOST_ROWS = 512; // in one task of about a MB

  private final SparkSession spark;
  private final Location directory;
  private final List<Weighted> rewards;
  private final LongPredicate isBoundary;
  private final List<Row> pending = new ArrayList<>();
  private long firstPending;
  private long lastPending;

  /**
   * @param rewards as they are in the groups
   * @param isBoundary whether a checkpoint may be written at that step
   */
  public Ledger(
      SparkSession spark, Location directory, List<Weighted> rewards, LongPredicate isBoundary) {
    this.spark = spark;
    this.directory = directory;
    this.rewards = rewards;
    this.isBoundary = isBoundary;
  }

  /** Forgets what was made from a step on: it will be made again. */
  public void resume(long step) throws IOException {
    pending.clear();
    for (var part : parts()) {
      var name = matched(part);
      if (Long.parseLong(name.group(2)) >= step) {
        part.delete();
      }
    }
  }

  /**
   * Keeps a step's rollouts.
   *
   * @param kept groups that are learnt from
   * @param left groups that are not
   * @param end the step after the updates on them
   */
  void add(long step, List<Graded> kept, List<Graded> left, long end) {
    pending.removeIf(row -> row.getLong(0) >= step); // the weights went back
    if (pending.isEmpty()) {
      firstPending = step;
    }
    int place = 0;
    for (var graded : kept) {
      add(step, place++, true, graded);
    }
    for (var graded : left) {
      add(step, place++, false, graded);
    }
    lastPending = step;
    if (isBoundary.test(end) || pending.size() >= MOST_ROWS) {
      flush();
    }
  }

  /** Writes what is only in memory. */
  void flush() {
    if (pending.isEmpty()) {
      return;
    }
    var name = String.format(Locale.ROOT, "steps-%08d-%08d", firstPending, lastPending);
    spark
        .createDataFrame(List.copyOf(pending), SCHEMA)
        .coalesce(1)
        .write()
        .mode(SaveMode.Overwrite)
        .parquet(directory.child(name).uri());
    pending.clear();
  }

  private void add(long step, int place, boolean isKept, Graded graded) {
    var group = graded.group();
    var regions = group.prompt().layout().regions();
    for (int i = 0; i < group.size(); i++) {
      var byName = new TreeMap<String, Double>();
      for (int r = 0; r < rewards.size(); r++) {
        byName.put(rewards.get(r).reward().key(), GradedBatch.means(group.rewards().get(r))[i]);
      }
      pending.add(
          RowFactory.create(
              step,
              place,
              i,
              isKept,
              group.prompt().id(),
              group.prompt().layout().caption(),
              regions.stream().map(region -> region.phrase()).toList(),
              regions.stream().map(region -> row(region.box())).toList(),
              rows(group.boxes().get(i)),
              ints(group.text()),
              group.questions().isEmpty() ? List.of() : ints(group.questions().get(i).ids()),
              group.questions().isEmpty() ? List.of() : ints(group.questions().get(i).targets()),
              ints(group.codes()[i]),
              graded.rewards()[i],
              byName,
              doubles(graded.regions()[i]),
              graded.ofImage()[i],
              doubles(graded.ofRegions()[i]),
              floats(group.logProbabilities(), i),
              floats(group.reference(), i),
              floats(group.boxLogProbabilities(), i)));
    }
  }

  private static List<@Nullable Row> rows(List<@Nullable Box> boxes) {
    var rows = new ArrayList<@Nullable Row>();
    boxes.forEach(box -> rows.add(box == null ? null : row(box)));
    return rows;
  }

  private static Row row(Box box) {
    return RowFactory.create(box.x0(), box.y0(), box.x1(), box.y1());
  }

  private static List<Integer> ints(int[] values) {
    return Arrays.stream(values).boxed().toList();
  }

  private static List<Double> doubles(double[] values) {
    return Arrays.stream(values).boxed().toList();
  }

  private static List<Float> floats(float[][] rows, int row) {
    var list = new ArrayList<Float>();
    if (rows.length > 0) {
      for (float value : rows[row]) {
        list.add(value);
      }
    }
    return list;
  }

  private List<Location> parts() throws IOException {
    return directory.exists()
        ? directory.list().stream()
            .map(status -> status.getPath().getName())
            .filter(name -> PART.matcher(name).matches())
            .map(directory::child)
            .toList()
        : List.of();
  }

  private static Matcher matched(Location part) {
    var matcher = PART.matcher(part.name());
    if (!matcher.matches()) {
      throw new IllegalStateException("not a part of a ledger: " + part);
    }
    return matcher;
  }

  /** Every rollout so far, in order. */
  public Dataset<Row> read() throws IOException {
    var paths = parts().stream().map(Location::uri).toArray(String[]::new);
    return spark
        .read()
        .options(ShardStore.WHOLE)
        .schema(SCHEMA)
        .parquet(paths)
        .orderBy("step", "place", "drawing");
  }

  /** SHA-256 of all rows: the same for the same rollouts, however often the run was interrupted. */
  public String sha256() throws IOException {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      for (var rows = read().toLocalIterator(); rows.hasNext(); ) {
        digest.update(rows.next().toString().getBytes(StandardCharsets.UTF_8));
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
