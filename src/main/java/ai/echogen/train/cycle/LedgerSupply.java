package ai.echogen.train.cycle;

import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import ai.echogen.objectives.policy.Credit;
import ai.echogen.objectives.policy.Readings;
import ai.echogen.objectives.policy.RolloutGroup;
import ai.echogen.observe.MetricSink;
import ai.echogen.tokens.Question;
import ai.echogen.train.cluster.Supply;
import ai.echogen.train.cluster.Training;
import ai.echogen.train.rollout.RolloutFeed;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/** The rollouts of a run that is made again, from its ledger: nothing is drawn. */
public final class LedgerSupply implements Supply<RolloutGroup> {
  private final Ledger ledger;
  private final CycleSettings settings;
  private final CycleSupply.Anchors anchors;

  /** As for {@link CycleSupply}. */
  public LedgerSupply(Ledger ledger, CycleSettings settings, CycleSupply.Anchors anchors) {
    this.ledger = ledger;
    this.settings = settings;
    this.anchors = anchors;
  }

  @Override
  public Optional<Portion<RolloutGroup>> next(Training<RolloutGroup> training, MetricSink metrics)
      throws IOException {
    long step = training.step() - training.step() % settings.innerEpochs();
    return Optional.of(
        new Portion<>(
            new RolloutFeed<>(step, groups(step), 1), step + settings.innerEpochs(), true));
  }

  /** The groups that were learnt from at a step, as they were. */
  private List<RolloutGroup> groups(long step) throws IOException {
    var byPlace = new TreeMap<Integer, List<Row>>();
    var rows = ledger.read().where(functions.col("step").equalTo(step).and(functions.col("kept")));
    for (var row : rows.collectAsList()) {
      byPlace
          .computeIfAbsent(row.getInt(row.fieldIndex("place")), place -> new ArrayList<>())
          .add(row);
    }
    if (byPlace.isEmpty()) {
      throw new IllegalArgumentException("the ledger has no rollouts of step " + step);
    }
    var real = anchors.at(step);
    var groups = new ArrayList<RolloutGroup>();
    for (var ofPlace : byPlace.values()) {
      var own = CycleSupply.share(real, groups.size(), byPlace.size());
      groups.add(
          new RolloutGroup(
              step,
              ints(ofPlace.get(0), "text"),
              ofPlace.stream().map(row -> ints(row, "codes")).toArray(int[][]::new),
              floats(ofPlace, "log_probabilities"),
              floats(ofPlace, "reference_log_probabilities"),
              ofPlace.stream()
                  .map(row -> advantages(settings.credit(), row))
                  .toArray(float[][]::new),
              readings(settings.credit(), ofPlace),
              counted(ofPlace),
              own));
    }
    return groups;
  }

  private static float[] advantages(Credit credit, Row row) {
    var regions = new ArrayList<Region>();
    var phrases = row.<String>getList(row.fieldIndex("phrases"));
    var boxes = row.<Row>getList(row.fieldIndex("boxes"));
    for (int k = 0; k < phrases.size(); k++) {
      var box = boxes.get(k);
      regions.add(
          new Region(
              phrases.get(k),
              phrases.get(k),
              new Box(box.getFloat(0), box.getFloat(1), box.getFloat(2), box.getFloat(3))));
    }
    return credit.of(
        new Layout("", regions), ints(row, "codes").length, ofImage(row), ofRegions(row));
  }

  private static Readings readings(Credit credit, List<Row> rows) {
    var old = floats(rows, "box_log_probabilities");
    if (old.length == 0) {
      return Readings.NONE;
    }
    var questions =
        rows.stream()
            .map(row -> new Question(ints(row, "question"), ints(row, "question_targets")))
            .toList();
    var advantages = new float[old.length][];
    for (int i = 0; i < advantages.length; i++) {
      var row = rows.get(i);
      advantages[i] = credit.ofBoxes(old[i].length, ofImage(row), ofRegions(row));
    }
    return new Readings(questions, old, advantages);
  }

  private static double ofImage(Row row) {
    return row.getDouble(row.fieldIndex("advantage"));
  }

  private static double[] ofRegions(Row row) {
    return row.<Double>getList(row.fieldIndex("region_advantages")).stream()
        .mapToDouble(Double::doubleValue)
        .toArray();
  }

  private static boolean[] counted(List<Row> rows) {
    var counted = new boolean[rows.size()];
    for (int i = 0; i < counted.length; i++) {
      var row = rows.get(i);
      counted[i] = !Double.isNaN(row.getDouble(row.fieldIndex("reward")));
    }
    return counted;
  }

  private static int[] ints(Row row, String column) {
    return row.<Integer>getList(row.fieldIndex(column)).stream()
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** (G, N), or empty where the ledger has none. */
  private static float[][] floats(List<Row> rows, String column) {
    var table = new float[rows.size()][];
    for (int i = 0; i < table.length; i++) {
      var list = rows.get(i).<Float>getList(rows.get(i).fieldIndex(column));
      table[i] = new float[list.size()];
      for (int j = 0; j < table[i].length; j++) {
        table[i][j] = list.get(j);
      }
    }
    return table[0].length == 0 ? new float[0][] : table;
  }
}
