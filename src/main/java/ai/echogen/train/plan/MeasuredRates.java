package ai.echogen.train.plan;

import ai.echogen.model.decoder.AttentionForm;
import ai.echogen.model.decoder.DecoderConfig;
import ai.echogen.model.decoder.ImageCodes;
import ai.echogen.objectives.PmtpMemory.Lengths;
import ai.echogen.train.ExchangeSettings.Wire;
import ai.echogen.train.plan.Card.Arithmetic;
import java.util.List;
import java.util.Optional;

/**
 * What was measured of this product, from docs/performance.md, as rates: tokens a second times the
 * FLOPs that a token has by {@link StepWork}. Between two sizes a rate is interpolated on the
 * logarithms of both; beyond them it is the nearest one's.
 */
final class MeasuredRates {
  /**
   * A step of which tokens a second were measured.
   *
   * @param arithmetic of an H200; of one core of a processor, {@code FP32}
   * @param tokensPerSecond each token counted once, though {@code separate} runs an image twice
   */
  private record Step(
      boolean onGpu,
      Arithmetic arithmetic,
      AttentionForm form,
      PlannedModel model,
      double tokensPerSecond) {
    /** FLOPs a second. */
    double rate() {
      int tokens = SCENES.text() + model.codes().perImage() + 1 + SCENES.question();
      double work = new StepWork(model, false).pmtp(form, SCENES).total();
      return tokensPerSecond / tokens * work;
    }
  }

  /**
   * A drawing on a processor.
   *
   * @param tokensPerSecond of all rows
   * @param cores that drew them
   */
  private record Drawing(PlannedModel model, double tokensPerSecond, int cores) {
    double rate() {
      var work = new StepWork(model, false);
      double context = SCENES.text() + model.codes().perImage() / 2.0;
      double token = work.tokenForward(1, context) + work.imageHeadForward(1);
      return tokensPerSecond * token / cores;
    }
  }

  /** The mean of the benchmarks' scenes: tokens of texts, of questions, and of these asked. */
  static final Lengths SCENES = new Lengths(31, 14, 10);

  private static final ImageCodes DEMO = new ImageCodes(1024, 8, 64);
  private static final PlannedModel TINY = model(128, 352, 4, 32, DEMO, 512);
  private static final PlannedModel TEN = model(384, 1024, 5, 32, DEMO, 512);
  private static final PlannedModel FIFTY = model(768, 2048, 7, 32, DEMO, 512);
  private static final PlannedModel MIDDLE =
      model(1024, 2816, 20, 64, new ImageCodes(16384, 8, 256), 16384);
  private static final PlannedModel JANUS =
      model(2048, 5632, 24, 128, new ImageCodes(16384, 8, 576), 102400);

  /** Docs: the first table (layered), then one executor of "What distribution costs"; H200. */
  private static final List<Step> STEPS =
      List.of(
          new Step(false, Arithmetic.FP32, AttentionForm.LAYERED, TINY, 9708),
          new Step(false, Arithmetic.FP32, AttentionForm.LAYERED, TEN, 2562 / 1.78),
          new Step(false, Arithmetic.FP32, AttentionForm.LAYERED, FIFTY, 560.7 / 1.9),
          new Step(true, Arithmetic.FP32, AttentionForm.SEPARATE, TINY, 29_049),
          new Step(true, Arithmetic.FP32, AttentionForm.SEPARATE, MIDDLE, 10_354),
          new Step(true, Arithmetic.TF32, AttentionForm.SEPARATE, MIDDLE, 18_925),
          new Step(true, Arithmetic.BF16, AttentionForm.SEPARATE, MIDDLE, 21_299),
          new Step(true, Arithmetic.BF16, AttentionForm.SEPARATE, JANUS, 17_103));

  private static final List<Drawing> DRAWINGS =
      List.of(new Drawing(TINY, 16_002, 2), new Drawing(MIDDLE, 103.2, 2));

  /** On an H200, batch of 16: 4 layers at 3,272 tokens a second, 20 layers at 1,283. */
  private static final double LAUNCHES_A_LAYER = (16 / 1283.0 - 16 / 3272.0) / 16;

  private static final double LAUNCHES = 16 / 3272.0 - 4 * LAUNCHES_A_LAYER;

  private MeasuredRates() {}

  /** FLOPs a second of a step on one core of a processor, in float32. */
  static double core(long layerMatrices) {
    return interpolated(steps(false, Arithmetic.FP32), layerMatrices);
  }

  /** Share of a GPU's peak that a step has. */
  static double share(Arithmetic arithmetic, long layerMatrices) {
    return interpolated(steps(true, arithmetic), layerMatrices) / Card.H200.peak(arithmetic);
  }

  /** FLOPs a second of drawing on one core. */
  static double drawingCore(long layerMatrices) {
    return interpolated(
        DRAWINGS.stream()
            .map(drawing -> new double[] {drawing.model().layerMatrices(), drawing.rate()})
            .toList(),
        layerMatrices);
  }

  /** Seconds that a GPU is given work in, for one token of any number of rows. */
  static double launchSeconds(int layers) {
    return LAUNCHES + layers * LAUNCHES_A_LAYER;
  }

  /**
   * Bytes a second that a replica takes through an exchange where the network is no limit: 50 M
   * weights, two executors of one thread on two cores, which pack, send, receive and add.
   */
  static double exchangeRate(Wire wire) {
    return wire == Wire.FLOAT32 ? 207.5e6 / 0.2742 : 103.8e6 / 0.1809;
  }

  /**
   * Bytes a second that a core reads of memory: Janus-Pro-1B's weights once a token, two threads.
   */
  static double coreBandwidth() {
    return 4.1 * Float.BYTES * JANUS.layerMatrices() / 2;
  }

  private static List<double[]> steps(boolean onGpu, Arithmetic arithmetic) {
    return STEPS.stream()
        .filter(step -> step.onGpu() == onGpu && step.arithmetic() == arithmetic)
        .map(step -> new double[] {step.model().layerMatrices(), step.rate()})
        .toList();
  }

  /**
   * @param points sizes and rates, by size
   */
  private static double interpolated(List<double[]> points, long size) {
    var below = points.get(0);
    for (var point : points) {
      if (point[0] >= size) {
        double share =
            point[0] == below[0]
                ? 0
                : Math.log(Math.max((double) size, below[0]) / below[0])
                    / Math.log(point[0] / below[0]);
        return below[1] * Math.pow(point[1] / below[1], share);
      }
      below = point;
    }
    return below[1];
  }

  private static PlannedModel model(
      int hidden, int intermediate, int layers, int headWidth, ImageCodes codes, int vocabulary) {
    int heads = hidden / headWidth;
    var sizes =
        new DecoderConfig(
            hidden,
            intermediate,
            layers,
            heads,
            heads,
            headWidth,
            1e-6,
            10_000,
            16_384,
            2,
            false,
            false);
    return new PlannedModel(sizes, codes, vocabulary, 64, Optional.empty());
  }
}
