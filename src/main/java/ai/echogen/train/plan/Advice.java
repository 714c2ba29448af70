package ai.echogen.train.plan;

import ai.echogen.model.decoder.LoraConfig;
import ai.echogen.train.ExchangeSettings.Mode;
import ai.echogen.train.ExchangeSettings.Wire;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The mode to train in. Synchronous where the exchange keeps to its share of the time, if need be
 * in bfloat16: from equal tokens it learnt more than rounds did. Else rounds, if they fit. Else
 * synchronous in bfloat16 all the same, which then waits.
 *
 * @param innerSteps of the rounds; 1 where training is synchronous
 * @param why in a few words
 * @param others what else would bring the exchange down to its share
 */
public record Advice(Mode mode, Wire wire, int innerSteps, String why, List<String> others) {
  private static final int MOST_INNER_STEPS = 1000;
  private static final int RANK = 16;

  public Advice {
    others = List.copyOf(others);
  }

  /**
   * What suits a forecast.
   *
   * @param reserve share of the memory that is left alone
   */
  public static Advice of(Forecast forecast, double reserve) {
    var wire = forecast.run().link().wire();
    double most = forecast.run().link().mostExchange();
    if (forecast.working() == 1) {
      return synchronous(wire, "one executor has work: nothing is exchanged");
    }
    double share = forecast.stepShare(wire);
    if (share <= most) {
      return synchronous(wire, "exchange " + percent(share) + ", at most " + percent(most));
    }
    double narrow = forecast.stepShare(Wire.BFLOAT16);
    if (narrow <= most) {
      return synchronous(
          Wire.BFLOAT16,
          "exchange "
              + percent(narrow)
              + ", at most "
              + percent(most)
              + "; float32 "
              + percent(share));
    }
    var others = others(forecast, most);
    if (!forecast.modes().contains(Mode.ROUNDS)) {
      return new Advice(
          Mode.SYNCHRONOUS,
          Wire.BFLOAT16,
          1,
          "exchange " + percent(narrow) + "; Cycle RL draws with the weights of each step",
          others);
    }
    int innerSteps = innerSteps(forecast, wire, most);
    double round = forecast.roundShare(wire, innerSteps);
    var rounds = forecast.memory(Mode.ROUNDS);
    if (forecast.fits(rounds, reserve)) {
      return new Advice(
          Mode.ROUNDS,
          wire,
          innerSteps,
          "exchange "
              + percent(round)
              + " of a round; synchronous "
              + percent(narrow)
              + " in bfloat16",
          others);
    }
    return new Advice(
        Mode.SYNCHRONOUS,
        Wire.BFLOAT16,
        1,
        String.format(
            Locale.ROOT,
            "exchange %s, though at most %s is wanted: rounds would need %.1f GB",
            percent(narrow),
            percent(most),
            rounds.sum() / 1e9),
        others);
  }

  private static Advice synchronous(Wire wire, String why) {
    return new Advice(Mode.SYNCHRONOUS, wire, 1, why, List.of());
  }

  /** Those of the settings, or the fewest that are enough: a multiple of ten. */
  private static int innerSteps(Forecast forecast, Wire wire, double most) {
    int innerSteps = forecast.run().link().innerSteps();
    while (innerSteps < MOST_INNER_STEPS && forecast.roundShare(wire, innerSteps) > most) {
      innerSteps = (innerSteps / 10 + 1) * 10;
    }
    return innerSteps;
  }

  private static List<String> others(Forecast forecast, double most) {
    var others = new ArrayList<String>();
    others.add(
        String.format(
            Locale.ROOT,
            "batches of %,d and more, bfloat16",
            forecast.batchFor(Wire.BFLOAT16, most)));
    double seconds = forecast.computeSeconds() * most / (1 - most);
    others.add(
        String.format(
            Locale.ROOT,
            "%.3g GB/s of network, and of exchangeRate, bfloat16",
            forecast.stepBytes(Wire.BFLOAT16).most() / seconds / 1e9));
    if (forecast.run().model().lora().isEmpty()) {
      var adapter = new LoraConfig(RANK, RANK, LoraConfig.MODULES);
      var adapted = new Forecast(forecast.run().with(adapter), forecast.executors());
      double share = adapted.stepShare(Wire.FLOAT32);
      if (share <= most) {
        others.add(
            String.format(
                Locale.ROOT, "lora.rank=%d: %s of the time, in float32", RANK, percent(share)));
      }
    }
    return others;
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  /** Hours of the whole run in this mode. */
  public double hours(Forecast forecast) {
    return mode == Mode.ROUNDS ? forecast.roundHours(wire, innerSteps) : forecast.hours(wire);
  }

  /** As a job's settings say it. */
  public String keys() {
    var wireKey = "train.exchange.wire=" + wire.name().toLowerCase(Locale.ROOT);
    return mode == Mode.SYNCHRONOUS
        ? wireKey
        : String.format(
            Locale.ROOT,
            "train.exchange.mode=rounds train.exchange.innerSteps=%d %s",
            innerSteps,
            wireKey);
  }
}
