package ai.echogen.jobs.cli;

import ai.echogen.train.ExchangeSettings;
import ai.echogen.train.StopSettings;

/** How many steps are made between looks at what else is asked of a run. */
final class Pace {
  private static final long FIRST = 8; // steps, when nothing is known yet

  private final double seconds;
  private final long unit;
  private long steps;

  /**
   * @param seconds from look to look
   * @param first steps, when nothing is known yet
   */
  Pace(double seconds, long first, ExchangeSettings exchange) {
    this.seconds = seconds;
    this.steps = first;
    this.unit = exchange.inRounds() ? exchange.innerSteps() : 1;
  }

  /** About a third of the time that a run has for a checkpoint when it must stop. */
  static Pace of(StopSettings stop, ExchangeSettings exchange) {
    return new Pace(stop.grace() / 3.0, FIRST, exchange);
  }

  /** The step to come to before the next look. */
  long end(long step, long most) {
    long wanted = Math.max(1, (steps + unit - 1) / unit) * unit;
    return most - step <= wanted ? most : step + wanted;
  }

  /** Steps have taken so many seconds; those of the first ones say too much. */
  void took(long done, double spent) {
    if (done > 0 && spent > 0) {
      long fitting = (long) (seconds * done / spent);
      steps = Math.max(1, Math.min(fitting, 2 * steps));
    }
  }
}
