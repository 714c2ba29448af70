package ai.echogen.jobs.plan;

import ai.echogen.train.ExchangeSettings.Mode;
import ai.echogen.train.plan.Advice;
import ai.echogen.train.plan.Forecast;
import ai.echogen.train.plan.PlannedRun.Stage;
import ai.echogen.train.plan.Remedy;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a plan advises, what would change it, and what it does not know. */
record PlanNotes(PlanInput input) {
  List<String> lines() {
    var lines = new ArrayList<String>();
    input.forecasts().forEach(forecast -> addAdvice(lines, forecast));
    addDisk(lines);
    lines.addAll(unknown());
    return lines;
  }

  private void addAdvice(List<String> lines, Forecast forecast) {
    var advice = Advice.of(forecast, reserve());
    boolean isOne = forecast.executors() == 1;
    lines.add(
        isOne
            ? "1 executor: nothing is exchanged"
            : String.format(Locale.ROOT, "%,d executors: %s", forecast.executors(), advice.keys()));
    var alone = new Forecast(input.run(), 1);
    double hours = Advice.of(alone, reserve()).hours(alone);
    if (!isOne && advice.hours(forecast) > hours) {
      lines.add(
          String.format(
              Locale.ROOT,
              "  slower than one executor, which takes %.4g hours: the exchange costs more than the"
                  + " others save",
              hours));
    }
    if (!advice.others().isEmpty()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "  the exchange would have at most %.0f %% of synchronous steps with one of:",
              100 * input.run().link().mostExchange()));
      advice.others().forEach(other -> lines.add("    " + other));
    }
    if (forecast.working() < forecast.executors()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "  %,d of them have no work: give train.microShards=%d or more, and no smaller batch",
              forecast.executors() - forecast.working(),
              forecast.executors()));
    }
    var memory = forecast.memory(advice.mode());
    if (!forecast.fits(memory, reserve())) {
      lines.add(
          String.format(
              Locale.ROOT,
              "  does not fit: %.1f GB, of %.1f GB less %.0f %%; what changes it:",
              memory.sum() / 1e9,
              input.run().device().memory().orElseThrow() / 1e9,
              100 * reserve()));
      Remedy.of(forecast, advice.mode(), reserve()).forEach(remedy -> lines.add("    " + remedy));
    }
    if (!advice.others().isEmpty()
        && forecast.modes().contains(Mode.ROUNDS)
        && !forecast.fits(forecast.memory(Mode.ROUNDS), reserve())) {
      lines.add("  rounds do not fit; what changes that:");
      Remedy.of(forecast, Mode.ROUNDS, reserve()).forEach(remedy -> lines.add("    " + remedy));
    }
  }

  private void addDisk(List<String> lines) {
    var forecast = input.forecasts().get(input.forecasts().size() - 1);
    int keep = input.run().checkpoints().keep();
    long bytes = forecast.checkpointBytes(Advice.of(forecast, reserve()).mode());
    lines.add(
        String.format(
            Locale.ROOT,
            "disk: %.2f GB of state a checkpoint; with %d kept and one that is written %.2f GB,"
                + " and in each what of the model is not trained",
            bytes / 1e9,
            keep,
            (keep + 1) * bytes / 1e9));
  }

  private List<String> unknown() {
    var lines = new ArrayList<String>();
    var link = input.run().link();
    boolean isAlone = input.forecasts().stream().allMatch(forecast -> forecast.working() == 1);
    if (!isAlone && link.engineRate() < link.network().bytesPerSecond()) {
      lines.add(
          "the exchange is bound inside executors, by what two cores on loopback did, not by the"
              + " network: measure it with bench exchange, and give exchangeRate");
    }
    lines.add("computed, not measured: --dry-run=measure and bench step measure on your machines");
    if (input.run().device().isGpu()) {
      lines.add(
          "not measured on GPUs: this version's speed (the rates are one H200's, of older commits),"
              + " an exchange between GPU executors, several cards");
    }
    if (input.run().stage() == Stage.DJO) {
      lines.add("memory of DJO was compared with one step on a processor only");
    }
    if (input.run().stage() == Stage.CYCLE_RL) {
      lines.add("memory and seconds of Cycle RL were not compared with measurements");
      lines.add(
          "not counted: refilled groups, anchors, guides, rewards other than iouL1, evaluations");
    }
    return lines;
  }

  private double reserve() {
    return input.settings().reserve();
  }
}
