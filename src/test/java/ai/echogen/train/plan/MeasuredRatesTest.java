package ai.echogen.train.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.train.ExchangeSettings.Wire;
import ai.echogen.train.OptimizerSettings.Method;
import ai.echogen.train.plan.Card.Arithmetic;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Rates that were measured once, and what they say of other sizes. */
class MeasuredRatesTest {
  private static final long TINY = 802_816;
  private static final long TEN = 8_847_360;
  private static final long FIFTY = 49_545_216;
  private static final long MIDDLE = 256_901_120;
  private static final long JANUS = 1_233_125_376;

  @Test
  void aCoreComputesTensOfGigaflops() {
    for (long size : new long[] {1, TINY, TEN, FIFTY, JANUS}) {
      assertThat(MeasuredRates.core(size) / 1e9).isBetween(40.0, 110.0);
      assertThat(MeasuredRates.drawingCore(size)).isLessThan(MeasuredRates.core(size));
    }
  }

  /** What docs/plan.md promises of a rate that was measured at a tenth of the size. */
  @Test
  void onAProcessorASizePredictsTenTimesItselfWithinAHalf() {
    assertThat(MeasuredRates.core(TEN) / MeasuredRates.core(TINY)).isBetween(1 / 1.5, 1.5);
    assertThat(MeasuredRates.core(FIFTY) / MeasuredRates.core(TEN)).isBetween(1 / 1.5, 1.5);
  }

  @Test
  void onAGpuSmallModelsReachLessOfThePeak() {
    assertThat(MeasuredRates.share(Arithmetic.FP32, TINY)).isLessThan(0.02);
    assertThat(MeasuredRates.share(Arithmetic.FP32, MIDDLE)).isBetween(0.4, 0.6);
    assertThat(MeasuredRates.share(Arithmetic.BF16, MIDDLE)).isBetween(0.05, 0.09);
    assertThat(MeasuredRates.share(Arithmetic.BF16, JANUS)).isBetween(0.2, 0.3);
    assertThat(MeasuredRates.share(Arithmetic.TF32, JANUS))
        .isEqualTo(MeasuredRates.share(Arithmetic.TF32, MIDDLE));
    double between = MeasuredRates.share(Arithmetic.BF16, (MIDDLE + JANUS) / 2);
    assertThat(between).isBetween(0.07, 0.25);
  }

  @Test
  void drawingOnAGpuWaitsForItsLaunches() {
    assertThat(16 / MeasuredRates.launchSeconds(4)).isCloseTo(3272, within(1.0));
    assertThat(16 / MeasuredRates.launchSeconds(20)).isCloseTo(1283, within(1.0));
    assertThat(MeasuredRates.exchangeRate(Wire.FLOAT32)).isBetween(0.7e9, 0.8e9);
  }

  @Test
  void theUpdateReadsAndWritesWhatItKeeps() {
    var janus = PlannedRuns.JANUS;
    assertThat(UpdateWork.bytes(janus, Method.ADAMW)).isEqualTo(28.0 * janus.size());
    assertThat(UpdateWork.bytes(janus, Method.SGD)).isEqualTo(12.0 * janus.size());
    assertThat(UpdateWork.bytes(janus, Method.MUON))
        .isEqualTo(28.0 * (janus.size() - JANUS) + 20.0 * JANUS);
    assertThat(UpdateWork.flops(janus, Method.ADAMW)).isZero();
  }

  /** Square matrices go the short way, long ones the other: counted for each of a layer's seven. */
  @Test
  void muonMultipliesMatricesOfMatrices() {
    double d = 2048;
    double f = 5632;
    double square = 5 * (4 * d * d * d + 2 * d * d * d);
    double wide = 4 * d * d * f + 34 * d * d * d;
    assertThat(UpdateWork.flops(PlannedRuns.JANUS, Method.MUON))
        .isCloseTo(24 * (4 * square + 3 * wide), within(1e6));
    var adapter =
        PlannedRuns.JANUS.with(
            Optional.of(
                new ai.echogen.model.decoder.LoraConfig(
                    4, 4, ai.echogen.model.decoder.LoraConfig.MODULES)));
    assertThat(UpdateWork.flops(adapter, Method.MUON)).isZero();
  }
}
