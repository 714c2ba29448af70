package ai.echogen.jobs.plan;

import static ai.echogen.jobs.plan.PlanTaken.number;
import static ai.echogen.jobs.plan.PlanTaken.origin;

import ai.echogen.objectives.PmtpMemory.Attention;
import ai.echogen.train.plan.Forecast;
import ai.echogen.train.plan.PlannedRun;
import ai.echogen.train.plan.PlannedRun.Stage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The settings of a plan as what is to be computed, and where each value comes from.
 *
 * @param taken what was taken for granted
 * @param parts number of parameters by part, those that are not trained included
 */
public record PlanInput(
    PlanSettings settings, PlannedRun run, List<PlanTaken.Value> taken, Map<String, Long> parts) {
  private static final int PAPER_BATCH = 32;
  private static final int CYCLE_BATCH = 16;

  /**
   * Reads the {@code config.json} that the settings name, and nothing else.
   *
   * @throws IllegalArgumentException listing everything that is impossible together
   */
  public static PlanInput of(PlanSettings settings) throws IOException {
    var defaults =
        ai.echogen.config.Settings.load("plan", List.of(), List.of()).bind(PlanSettings.class);
    var taken = new PlanTaken();
    var source = new PlanModel(settings, defaults, PlanModel.read(settings), taken);
    var machines = new PlanMachines(settings, defaults, taken);
    var model = source.model();
    boolean isWritten = settings.gpusPerExecutor() > 0 && settings.deterministic();
    var train = settings.train();
    var run =
        new PlannedRun(
            settings.stage(),
            model,
            settings.form(),
            settings.causalShare(),
            settings.precision(),
            isWritten ? Attention.WRITTEN_OUT : Attention.FUSED,
            settings.pmtp(),
            settings.djo(),
            settings.cycle(),
            settings.policy(),
            source.usual(model),
            source.longest(model),
            batch(settings, defaults, taken),
            train.microShards(),
            train.optim(),
            train.checkpoints(),
            settings.samples(),
            machines.device(model),
            machines.link());
    var input = new PlanInput(settings, run, taken.values(), source.parts(model));
    input.requirePossible(source);
    return input;
  }

  /** A forecast for each number of executors. */
  List<Forecast> forecasts() {
    return settings.executors().values().stream().map(count -> new Forecast(run, count)).toList();
  }

  private static int batch(PlanSettings settings, PlanSettings defaults, PlanTaken taken) {
    var train = settings.train();
    boolean isCycle = settings.stage() == Stage.CYCLE_RL;
    int threads = settings.gpusPerExecutor() > 0 ? 1 : settings.coresPerExecutor();
    long most = (long) Collections.max(settings.executors().values()) * threads;
    int least = (int) Math.min(Integer.MAX_VALUE, Math.max(most, train.microShards().orElse(1)));
    int usual = isCycle ? CYCLE_BATCH : PAPER_BATCH;
    int batch = train.batch().orElse(Math.max(usual, least));
    var assumed = isCycle ? "assumed: that of cycle-rl" : "assumed: the paper's";
    taken.add(
        "batch",
        number(batch) + (isCycle ? " prompts" : " samples"),
        train.batch().isPresent()
            ? "given"
            : batch == usual ? assumed : "assumed: one for each that trains");
    taken.add(
        "micro-shards",
        train.microShards().map(PlanTaken::number).orElse("one for each that trains"),
        train.microShards().isPresent() ? "given" : "assumed");
    var optim = train.optim();
    taken.add(
        "optimiser",
        optim.method().name().toLowerCase(Locale.ROOT),
        origin(optim.equals(defaults.train().optim())));
    return batch;
  }

  /** Says everything at once that no cluster can do. */
  private void requirePossible(PlanModel source) {
    var problems = new ArrayList<String>();
    int codes = run.model().codes().perImage();
    int positions = run.model().decoder().maxPositions();
    int needed = codes + 1 + Math.max(run.longest().text(), run.longest().question());
    if (needed > positions) {
      problems.add(
          String.format(
              Locale.ROOT,
              "model.maxPositions = %,d: a picture of %,d codes and the text of ten regions are"
                  + " %,d tokens",
              positions,
              codes,
              needed));
    }
    int microShards = settings.train().microShards().orElse(1);
    if (microShards > run.batch()) {
      problems.add(
          String.format(
              Locale.ROOT,
              "train.microShards = %,d: more than the batch of %,d",
              microShards,
              run.batch()));
    }
    for (var forecast : forecasts()) {
      if (forecast.microShards() % forecast.workers() != 0) {
        problems.add(
            String.format(
                Locale.ROOT,
                "train.exchange.workers = %,d: does not divide the %,d micro-shards that %,d"
                    + " executors have; give train.microShards, a multiple of it",
                forecast.workers(),
                forecast.microShards(),
                forecast.executors()));
      }
    }
    if (run.stage() == Stage.CYCLE_RL && source.groundsByVision()) {
      problems.add(
          settings.init().orElseThrow()
              + ": grounds through its vision encoder; Cycle RL reads drawings by their codes");
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("\n", problems));
    }
  }
}
