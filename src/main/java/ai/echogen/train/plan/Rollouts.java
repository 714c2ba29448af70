package ai.echogen.train.plan;

import ai.echogen.model.decoder.Precision;

/** What a step of Cycle RL takes before it learns: drawings, readings, log-probabilities. */
record Rollouts(PlannedRun run) {
  /** Prompts that are drawn for a step; groups that are drawn again are not counted. */
  long prompts() {
    return (long) Math.ceil(run.batch() * (1 + run.cycle().surplus()));
  }

  /** Drawings that are made for a step. */
  long drawings() {
    return prompts() * run.cycle().group();
  }

  /** Image tokens that are drawn for a step. */
  long tokens() {
    return drawings() * codes();
  }

  /**
   * Seconds of a step's drawings and readings on so many executors, which take prompts in turns.
   */
  double seconds(int executors) {
    int each = run.cycle().promptsAtOnce();
    long items = (prompts() + each - 1) / each;
    long turns = ceil(items, (long) executors * run.device().threads());
    return turns * itemSeconds(Math.min(each, (int) prompts()));
  }

  /** Seconds to draw the prompts that a thread takes at once, to read and to score them. */
  private double itemSeconds(int prompts) {
    int drawings = prompts * run.cycle().group();
    double drawing = codes() * tokenSeconds((double) run.texts() * drawings, drawContext(), true);
    double reading = run.usual().question() * tokenSeconds(drawings, readContext(), false);
    double seen = work().read(run.usual()).forward() * drawings;
    return drawing + reading + (seen + prompts * scores()) / run.device().rate();
  }

  /** FLOPs of the log-probabilities of a prompt's drawings, once more under a reference. */
  private double scores() {
    var forward = work().group(run.cycle().group(), run.texts(), run.usual(), false).forward();
    return run.policy().loss().kl() > 0 ? 2 * forward : forward;
  }

  private double tokenSeconds(double rows, double context, boolean isDrawn) {
    double flops = work().tokenForward(rows, context);
    double head = isDrawn ? work().imageHeadForward(rows) : 0;
    int bytes = run.precision() == Precision.FP32 ? Float.BYTES : Short.BYTES;
    double weights = (double) bytes * run.model().layerMatrices();
    return run.device().tokenSeconds(flops + head, weights, run.model().decoder().layers());
  }

  private double drawContext() {
    return run.usual().text() + codes() / 2.0;
  }

  private double readContext() {
    return codes() + run.usual().question() / 2.0;
  }

  /** Of the whole model, into which an adapter is merged before it draws. */
  private StepWork work() {
    return new StepWork(run.model().with(java.util.Optional.empty()), false);
  }

  private int codes() {
    return run.model().codes().perImage();
  }

  private static long ceil(long count, long by) {
    return (count + by - 1) / by;
  }
}
