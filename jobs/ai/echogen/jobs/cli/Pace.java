package ai.echogen.jobs.cli;

import ai.echogen.train.TrainerSettings;

/**
 * How many steps are made between looks at what else is asked of a run: about a third of the time
 * that it has for a checkpoint when it must stop.
 */
final class Pace {
  private static final long FIRST = 8; // steps, when nothing is known yet

  private final double seconds;
  private final long unit;
  private long steps = FIRST;

  Pace(TrainerSettings settings) {
    seconds = settings.stop().grace() / 3.0;
    unit = settings.exchange().inRounds() ? settings.exchange().innerSteps() : 1;
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
