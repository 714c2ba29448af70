package ai.echogen.jobs.plan;

import static ai.echogen.jobs.plan.PlanTaken.origin;

import ai.echogen.model.decoder.Precision;
import ai.echogen.train.plan.Card;
import ai.echogen.train.plan.Card.Arithmetic;
import ai.echogen.train.plan.ComputeRate;
import ai.echogen.train.plan.Device;
import ai.echogen.train.plan.MemorySize;
import ai.echogen.train.plan.PlannedModel;
import ai.echogen.train.plan.PlannedRun.Link;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** The machines of a plan: what an executor computes on, and what lies between executors. */
record PlanMachines(PlanSettings settings, PlanSettings defaults, PlanTaken taken) {
  private static final Card CARD = Card.H100;

  /** What an executor computes on. */
  Device device(PlannedModel model) {
    if (settings.gpusPerExecutor() == 0) {
      return cores(model);
    }
    var given = settings.flops().map(ComputeRate::sustained).orElse(OptionalDouble.empty());
    if (given.isPresent()) {
      double sustained = given.getAsDouble();
      taken.add("GPU", flops(sustained) + " sustained", "given");
      takeMemory(settings.memory(), "not given, so nothing is compared");
      return Device.gpu(sustained, settings.memory());
    }
    var card = settings.flops().flatMap(ComputeRate::card).orElse(CARD);
    var arithmetic = arithmetic();
    double measured = Device.measuredShare(arithmetic, model.layerMatrices());
    double share = settings.efficiency().orElse(measured);
    taken.add(
        "GPU",
        String.format(
            Locale.ROOT, "%s, %s peak %s", card.title(), arithmetic, flops(card.peak(arithmetic))),
        settings.flops().isPresent() ? "given; peak as published" : "assumed; peak as published");
    taken.add(
        "share of the peak",
        String.format(Locale.ROOT, "%.3f", share),
        settings.efficiency().isPresent()
            ? "given"
            : "measured on one H200, older commits; not for other cards");
    takeMemory(settings.memory().or(() -> Optional.of(card.memory())), "the card's");
    return Device.gpu(card, arithmetic, share, settings.memory());
  }

  private Device cores(PlannedModel model) {
    int cores = settings.coresPerExecutor();
    var given = settings.flops().map(ComputeRate::sustained).orElse(OptionalDouble.empty());
    var device = Device.cores(cores, given, settings.memory(), model.layerMatrices());
    taken.add(
        "processor",
        String.format(Locale.ROOT, "%d cores, %s each", cores, flops(device.rate())),
        given.isPresent() ? "given" : "measured: float32, one core");
    takeMemory(settings.memory(), "not given, so nothing is compared");
    return device;
  }

  /** What lies between executors. */
  Link link() {
    var exchange = settings.train().exchange();
    var link =
        new Link(
            exchange.wire(),
            exchange.workers(),
            exchange.innerSteps(),
            settings.network(),
            settings.latency(),
            settings.exchangeRate(),
            settings.mostExchange());
    taken.add(
        "network",
        String.format(
            Locale.ROOT,
            "%s: %.3g GB/s of numbers, %.2g s of latency",
            settings.network(),
            settings.network().bytesPerSecond() / 1e9,
            settings.latency()),
        origin(settings.network().equals(defaults.network())));
    taken.add(
        "exchange inside an executor",
        String.format(Locale.ROOT, "%.3g GB/s", link.engineRate() / 1e9),
        settings.exchangeRate().isPresent()
            ? "given"
            : "measured: bench exchange, two cores, loopback, no GPU");
    taken.add(
        "most of the time to exchange",
        percent(settings.mostExchange()),
        origin(settings.mostExchange() == defaults.mostExchange()));
    return link;
  }

  private void takeMemory(Optional<MemorySize> there, String without) {
    taken.add(
        settings.gpusPerExecutor() > 0 ? "memory of a GPU" : "memory of an executor",
        there
            .map(size -> String.format(Locale.ROOT, "%s (%.1f GB)", size, size.bytes() / 1e9))
            .orElse("–"),
        settings.memory().isPresent() ? "given" : without);
    taken.add(
        "of it left alone",
        percent(settings.reserve()),
        origin(settings.reserve() == defaults.reserve())
            + ": what was measured was up to a tenth more");
  }

  private Arithmetic arithmetic() {
    if (settings.precision() == Precision.BF16) {
      return Arithmetic.BF16;
    }
    return settings.tf32() ? Arithmetic.TF32 : Arithmetic.FP32;
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.0f %%", 100 * share);
  }

  private static String flops(double value) {
    return value < 1e12
        ? String.format(Locale.ROOT, "%.3g GFLOP/s", value / 1e9)
        : String.format(Locale.ROOT, "%.4g TFLOP/s", value / 1e12);
  }
}
