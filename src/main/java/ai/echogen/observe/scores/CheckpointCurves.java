package ai.echogen.observe.scores;

import ai.echogen.observe.LineChart;
import ai.echogen.observe.ScoreSummary.Range;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** The numbers of a model's checkpoints, one chart a number. */
final class CheckpointCurves {
  private static final int MOST = 24; // charts; the table has all numbers

  private final List<ScoredRun> runs;

  private CheckpointCurves(List<ScoredRun> runs) {
    this.runs = runs;
  }

  /** The charts of runs in their order. */
  static List<LineChart> of(List<ScoredRun> runs) {
    return new CheckpointCurves(runs).charts();
  }

  /** One for each number that has an interval; for any number if none has one. */
  private List<LineChart> charts() {
    var intervals = last().summary().intervals();
    var names =
        ScoreTables.names(runs).stream()
            .filter(name -> intervals.isEmpty() || intervals.containsKey(name))
            .limit(MOST)
            .toList();
    var steps = steps();
    return names.stream().map(name -> curve(name, steps)).toList();
  }

  private LineChart curve(String name, double[] steps) {
    var chart = new LineChart(name, "checkpoint", name);
    chart.series(
        "value",
        steps,
        values(
            run -> runs.get(run).summary().numbers().getOrDefault(name, Double.NaN).doubleValue()));
    if (last().summary().intervals().containsKey(name)) {
      chart.series("95 % from", steps, values(run -> end(run, name, Range::low)));
      chart.series("to", steps, values(run -> end(run, name, Range::high)));
    }
    return chart;
  }

  private double end(int run, String name, ToDoubleFunction<Range> end) {
    var range = runs.get(run).summary().intervals().get(name);
    return range == null ? Double.NaN : end.applyAsDouble(range);
  }

  private double[] values(IntToDoubleFunction value) {
    var values = new double[runs.size()];
    for (int run = 0; run < values.length; run++) {
      values[run] = value.applyAsDouble(run);
    }
    return values;
  }

  /** The last whole number of each run's name, where they rise; else 1, 2, 3, … */
  private double[] steps() {
    var steps = values(run -> number(runs.get(run).name()));
    for (int run = 1; run < steps.length; run++) {
      if (!(steps[run - 1] < steps[run] && Double.isFinite(steps[run]))) {
        return values(place -> place + 1);
      }
    }
    return steps;
  }

  private static double number(String name) {
    return Stream.of(name.split("[^0-9]+"))
        .filter(digits -> !digits.isEmpty())
        .reduce((before, after) -> after)
        .map(Double::parseDouble)
        .orElse(Double.NaN);
  }

  private ScoredRun last() {
    return runs.get(runs.size() - 1);
  }
}
