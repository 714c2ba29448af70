package ai.echogen.train.plan;

import ai.echogen.train.OptimizerSettings.Method;

/** What the optimiser's step takes, which every replica makes of all weights that are trained. */
final class UpdateWork {
  private static final int ADAMW = 28; // bytes a weight: four numbers are read, three are written
  private static final int SGD = 12; // two, one
  private static final int MUON = 20; // three, two

  private UpdateWork() {}

  /** Bytes of memory that are read and written. */
  static double bytes(PlannedModel model, Method method) {
    double trained = model.trained();
    double matrices = hasMuon(model, method) ? model.layerMatrices() : 0;
    int others = method == Method.SGD ? SGD : ADAMW;
    return others * (trained - matrices) + MUON * matrices;
  }

  /**
   * FLOPs of the Newton-Schulz iterations of Muon. Of a matrix of m rows and n ≥ m columns: five
   * times 4 m² n + 2 m³, or, where 2 n > 3 m, 4 m² n + 34 m³ on x x' alone.
   */
  static double flops(PlannedModel model, Method method) {
    if (!hasMuon(model, method)) {
      return 0;
    }
    double sum = 0;
    for (var matrix : model.parameters().layerMatrices()) {
      double m = Math.min(matrix.rows(), matrix.columns());
      double n = Math.max(matrix.rows(), matrix.columns());
      sum += 2 * n > 3 * m ? 4 * m * m * n + 34 * m * m * m : 5 * (4 * m * m * n + 2 * m * m * m);
    }
    return sum;
  }

  /** An adapter is AdamW's in any case. */
  private static boolean hasMuon(PlannedModel model, Method method) {
    return method == Method.MUON && model.lora().isEmpty();
  }
}
