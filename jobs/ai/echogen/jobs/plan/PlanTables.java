package ai.echogen.jobs.plan;

import ai.echogen.observe.Table;
import ai.echogen.train.ExchangeSettings.Mode;
import ai.echogen.train.ExchangeSettings.Wire;
import ai.echogen.train.TrainingMemory;
import ai.echogen.train.plan.Advice;
import ai.echogen.train.plan.Forecast;
import ai.echogen.train.plan.PlannedRun.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A plan as people read it. */
public record PlanTables(PlanInput input) {
  public String text() {
    var text = new StringBuilder();
    text.append(taken()).append('\n');
    text.append(parameters()).append('\n');
    text.append(work()).append('\n');
    text.append(memory()).append('\n');
    text.append(steps()).append('\n');
    if (input.forecasts().stream().anyMatch(forecast -> forecast.modes().contains(Mode.ROUNDS))) {
      text.append(rounds()).append('\n');
    }
    text.append(choices()).append('\n');
    new PlanNotes(input).lines().forEach(line -> text.append(line).append('\n'));
    return text.toString();
  }

  private Table taken() {
    var table = new Table("taken", "value", "from");
    input.taken().forEach(value -> table.row(value.what(), value.value(), value.from()));
    return table;
  }

  private Table parameters() {
    var table = new Table("parameters", "number");
    input.parts().forEach((part, count) -> table.row(part, number(count)));
    var model = input.run().model();
    table.row("trained", number(model.trained()));
    return table;
  }

  /** What does not depend on the number of executors. */
  private Table work() {
    var forecast = input.forecasts().get(0);
    var run = input.run();
    boolean isCycle = run.stage() == Stage.CYCLE_RL;
    var each = forecast.sampleWork();
    var table = new Table("work of a step", "value");
    table.row("tokens of a step", number(forecast.tokens()));
    table.row(isCycle ? "FLOPs of a group" : "FLOPs of a sample", scientific(each.total()));
    table.row("  forward", scientific(each.forward()));
    table.row("  gradients", scientific(each.backward()));
    table.row("  forward once more", scientific(each.again()));
    table.row("  of all these an adapter's", scientific(each.adapter()));
    table.row("FLOPs of a step", scientific(forecast.stepWork().total()));
    table.row("steps for " + number(run.samples()) + unit(), number(run.steps()));
    if (isCycle) {
      table.row("drawings of a step", number(forecast.drawings()));
      table.row("image tokens drawn for a step", number(forecast.drawnTokens()));
    }
    return table;
  }

  private String unit() {
    return input.run().stage() == Stage.CYCLE_RL ? " prompts" : " samples";
  }

  /** Rows for each mode: in rounds, workers' moments are kept, too. */
  private Table memory() {
    var table =
        new Table(
            "executors",
            "memory in GB",
            input.run().device().isGpu() ? "CUDA" : "Java",
            "weights",
            "moments",
            "gradients",
            "passes",
            "sum",
            "fits",
            "samples at once",
            "most");
    for (var forecast : input.forecasts()) {
      for (var mode : forecast.modes()) {
        var memory = forecast.memory(mode);
        table.row(
            forecast.executors(),
            mode.name().toLowerCase(Locale.ROOT),
            gigabytes(memory.base()),
            gigabytes(memory.weights()),
            gigabytes(memory.optimizer()),
            gigabytes(memory.gradients()),
            gigabytes(memory.passes()),
            gigabytes(memory.sum()),
            fits(forecast, memory),
            input.run().stage() == Stage.CYCLE_RL ? "" : forecast.samplesAtOnce(),
            most(forecast, mode));
      }
    }
    return table;
  }

  private String fits(Forecast forecast, TrainingMemory memory) {
    return input.run().device().memory().isEmpty()
        ? "not known"
        : forecast.fits(memory, reserve()) ? "yes" : "no";
  }

  private Object most(Forecast forecast, Mode mode) {
    var most = forecast.mostSamples(mode, reserve());
    return most.isPresent() ? most.getAsInt() : "";
  }

  private Table steps() {
    boolean isCycle = input.run().stage() == Stage.CYCLE_RL;
    var columns =
        new ArrayList<>(List.of("executors", "at work", "micro-shards", "gradients s", "update s"));
    if (isCycle) {
      columns.add("drawings s");
    }
    columns.addAll(List.of("wire", "sent GB", "exchange s", "share %", "hours synchronous"));
    var table = new Table(columns.toArray(String[]::new));
    for (var forecast : input.forecasts()) {
      for (var wire : wires(forecast)) {
        var row =
            new ArrayList<Object>(
                List.of(
                    forecast.executors(),
                    forecast.working(),
                    forecast.microShards(),
                    forecast.gradientSeconds(),
                    forecast.updateSeconds()));
        if (isCycle) {
          row.add(forecast.rolloutSeconds());
        }
        row.addAll(
            List.of(
                wire.name().toLowerCase(Locale.ROOT),
                gigabytes(forecast.stepBytes(wire).most()),
                forecast.stepExchangeSeconds(wire),
                100 * forecast.stepShare(wire),
                forecast.hours(wire)));
        table.row(row.toArray());
      }
    }
    return table;
  }

  /** Where nothing is sent, one says it. */
  private List<Wire> wires(Forecast forecast) {
    return forecast.working() == 1 ? List.of(input.run().link().wire()) : List.of(Wire.values());
  }

  private Table rounds() {
    var link = input.run().link();
    var table =
        new Table(
            "executors",
            "workers",
            "inner steps",
            "wire",
            "sent a round GB",
            "of it moments",
            "exchange s a round",
            "share %",
            "hours in rounds");
    for (var forecast : input.forecasts()) {
      if (forecast.modes().contains(Mode.ROUNDS)) {
        long moments = forecast.momentBytes();
        table.row(
            forecast.executors(),
            forecast.workers(),
            link.innerSteps(),
            link.wire().name().toLowerCase(Locale.ROOT),
            gigabytes(forecast.roundBytes(link.wire()).most() + moments),
            gigabytes(moments),
            forecast.roundExchangeSeconds(link.wire()),
            100 * forecast.roundShare(link.wire(), link.innerSteps()),
            forecast.roundHours(link.wire(), link.innerSteps()));
      }
    }
    return table;
  }

  /** A row each. */
  private Table choices() {
    var table = new Table("executors", "choose", "hours", "memory GB", "fits", "why");
    for (var forecast : input.forecasts()) {
      var advice = Advice.of(forecast, reserve());
      var memory = forecast.memory(advice.mode());
      table.row(
          forecast.executors(),
          choice(advice),
          advice.hours(forecast),
          gigabytes(memory.sum()),
          fits(forecast, memory),
          advice.why());
    }
    return table;
  }

  static String choice(Advice advice) {
    return advice.mode() == Mode.ROUNDS
        ? String.format(Locale.ROOT, "rounds of %d", advice.innerSteps())
        : "synchronous, " + advice.wire().name().toLowerCase(Locale.ROOT);
  }

  private double reserve() {
    return input.settings().reserve();
  }

  private static double gigabytes(long bytes) {
    return bytes / 1e9;
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  private static String scientific(double value) {
    return value == 0 ? "0" : String.format(Locale.ROOT, "%.3g", value);
  }
}
