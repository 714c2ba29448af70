package ai.echogen.train.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.model.decoder.AttentionForm;
import ai.echogen.model.decoder.LoraConfig;
import ai.echogen.model.decoder.Precision;
import ai.echogen.objectives.PmtpMemory.Attention;
import ai.echogen.train.ExchangeSettings.Mode;
import ai.echogen.train.ExchangeSettings.Wire;
import ai.echogen.train.OptimizerSettings.Method;
import ai.echogen.train.plan.Card.Arithmetic;
import ai.echogen.train.plan.PlannedRun.Stage;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Times, bytes and memory by executors. */
class ForecastTest {
  private static final long P = 1_694_769_152L;

  @Test
  void theBusiestExecutorSetsTheTime() {
    var runs = new PlannedRuns();
    runs.batch = 10;
    double sample = new StepWork(runs.model, false).pmtp(runs.form, runs.usual).total();
    double each = sample / (0.5 * 67e12);
    assertThat(new Forecast(runs.run(), 1).gradientSeconds()).isCloseTo(10 * each, within(1e-9));
    assertThat(new Forecast(runs.run(), 4).gradientSeconds()).isCloseTo(3 * each, within(1e-9));
    runs.microShards = Optional.of(2);
    var idle = new Forecast(runs.run(), 4);
    assertThat(idle.working()).isEqualTo(2);
    assertThat(idle.gradientSeconds()).isCloseTo(5 * each, within(1e-9));
  }

  @Test
  void coresShareAnExecutorsMicroShards() {
    var runs = PlannedRuns.onCores(4);
    runs.microShards = Optional.of(8);
    double sample = new StepWork(runs.model, false).pmtp(runs.form, runs.usual).total() / 1e11;
    assertThat(new Forecast(runs.run(), 1).gradientSeconds()).isCloseTo(2 * sample, within(1e-6));
    assertThat(new Forecast(runs.run(), 2).gradientSeconds()).isCloseTo(sample, within(1e-6));
  }

  @Test
  void theLastStepsAreCausal() {
    var runs = new PlannedRuns();
    runs.form = AttentionForm.LAYERED;
    runs.causalShare = 0.25;
    var work = new StepWork(runs.model, false);
    double layered = work.pmtp(AttentionForm.LAYERED, runs.usual).total();
    double separate = work.pmtp(AttentionForm.SEPARATE, runs.usual).total();
    assertThat(
            new Forecast(runs.run(), 1).sampleWork().total() / (0.75 * layered + 0.25 * separate))
        .isCloseTo(1, within(1e-12));
  }

  @Test
  void theExchangeTakesItsBytesOverTheSlowestOfNetworkAndExecutor() {
    var runs = new PlannedRuns();
    runs.link = PlannedRuns.link("1GB/s");
    var forecast = new Forecast(runs.run(), 2);
    assertThat(forecast.stepExchangeSeconds(Wire.FLOAT32)).isCloseTo(4e-9 * P, within(1e-6));
    assertThat(forecast.stepExchangeSeconds(Wire.BFLOAT16)).isCloseTo(2e-9 * P, within(1e-6));
    double step = forecast.computeSeconds();
    assertThat(forecast.stepShare(Wire.FLOAT32))
        .isCloseTo(4e-9 * P / (step + 4e-9 * P), within(1e-9));
    assertThat(forecast.hours(Wire.FLOAT32))
        .isCloseTo(125_000 * (step + 4e-9 * P) / 3600, within(1e-3));
    long most = forecast.batchFor(Wire.FLOAT32, 0.5);
    runs.batch = (int) most;
    assertThat(new Forecast(runs.run(), 2).stepShare(Wire.FLOAT32)).isBetween(0.48, 0.5);
  }

  @Test
  void aRoundSendsWhatWorkersMovedAndTheirMoments() {
    var runs = new PlannedRuns();
    runs.link = PlannedRuns.link("1GB/s");
    var forecast = new Forecast(runs.run(), 4);
    assertThat(forecast.workers()).isEqualTo(4);
    assertThat(forecast.roundBytes(Wire.FLOAT32).sum()).isEqualTo(2 * 3 * 4 * P);
    assertThat(forecast.momentBytes()).isEqualTo(8 * P);
    assertThat(forecast.roundShare(Wire.FLOAT32, 100))
        .isLessThan(forecast.roundShare(Wire.FLOAT32, 10));
    runs.method = Method.SGD;
    assertThat(new Forecast(runs.run(), 4).momentBytes()).isZero();
    assertThat(new Forecast(runs.run(), 1).roundExchangeSeconds(Wire.FLOAT32)).isZero();
  }

  @Test
  void workersDivideTheMicroShards() {
    var runs = new PlannedRuns();
    runs.batch = 32;
    runs.microShards = Optional.of(9);
    assertThat(new Forecast(runs.run(), 8).workers()).isEqualTo(3);
    assertThat(new Forecast(runs.run(), 3).workers()).isEqualTo(3);
  }

  @Test
  void memoryIsTheTrainings() {
    var runs = new PlannedRuns();
    var memory = new Forecast(runs.run(), 8).memory(Mode.SYNCHRONOUS);
    assertThat(memory.base()).isEqualTo(Device.CONTEXT);
    assertThat(memory.weights()).isEqualTo(4 * P);
    assertThat(memory.optimizer()).isEqualTo(8 * P);
    assertThat(memory.gradients()).isEqualTo(4 * P);
    assertThat(memory.passes()).isGreaterThan(4 * P);
    // Two workers' moments, before and after; what one moved; the outer momentum, and the weights.
    assertThat(new Forecast(runs.run(), 8).memory(Mode.ROUNDS).optimizer())
        .isEqualTo(4 * P * (2 + 1 + 2 * 4));
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void oneSampleMoreThanTheMostDoesNotFit(Precision precision) {
    var runs = new PlannedRuns();
    runs.precision = precision;
    runs.batch = 1000;
    int most = new Forecast(runs.run(), 1).mostSamples(Mode.SYNCHRONOUS, 0.1).orElseThrow();
    assertThat(most).isBetween(1, 100);
    for (int samples : new int[] {most, most + 1}) {
      runs.batch = samples;
      var forecast = new Forecast(runs.run(), 1);
      assertThat(forecast.fits(forecast.memory(Mode.SYNCHRONOUS), 0.1)).isEqualTo(samples == most);
    }
  }

  @Test
  void whereNothingFitsThatIsZero() {
    var runs = new PlannedRuns();
    runs.device = Device.gpu(Card.L4, Arithmetic.FP32, 0.5, Optional.empty());
    assertThat(new Forecast(runs.run(), 1).mostSamples(Mode.SYNCHRONOUS, 0.1)).hasValue(0);
    runs.device = Device.gpu(1e13, Optional.empty());
    assertThat(new Forecast(runs.run(), 1).mostSamples(Mode.SYNCHRONOUS, 0.1)).isEmpty();
  }

  @Test
  void attentionThatIsWrittenOutKeepsMore() {
    var runs = new PlannedRuns();
    long fused = new Forecast(runs.run(), 1).memory(Mode.SYNCHRONOUS).passes();
    runs.attention = Attention.WRITTEN_OUT;
    assertThat(new Forecast(runs.run(), 1).memory(Mode.SYNCHRONOUS).passes()).isGreaterThan(fused);
  }

  @Test
  void checkpointsHoldWeightsAndMoments() {
    var runs = new PlannedRuns();
    assertThat(new Forecast(runs.run(), 4).checkpointBytes(Mode.SYNCHRONOUS)).isEqualTo(12 * P);
    assertThat(new Forecast(runs.run(), 4).checkpointBytes(Mode.ROUNDS))
        .isEqualTo(4 * P * (2 + 4 * 2));
    runs.method = Method.SGD;
    assertThat(new Forecast(runs.run(), 4).checkpointBytes(Mode.SYNCHRONOUS)).isEqualTo(4 * P);
  }

  @Test
  void cycleRlDrawsBeforeItLearns() {
    var runs = new PlannedRuns();
    runs.stage = Stage.CYCLE_RL;
    var forecast = new Forecast(runs.run(), 1);
    assertThat(forecast.drawings()).isEqualTo(8 * 16);
    assertThat(forecast.drawnTokens()).isEqualTo(8 * 16 * 576);
    // Two turns of 4 prompts; a token of 64 rows takes as long as 24 layers are launched, at least.
    double launches = MeasuredRates.launchSeconds(24);
    assertThat(forecast.rolloutSeconds()).isGreaterThan(2 * 576 * launches);
    assertThat(new Forecast(runs.run(), 2).rolloutSeconds())
        .isCloseTo(forecast.rolloutSeconds() / 2, within(1e-9));
    assertThat(new Forecast(runs.run(), 16).rolloutSeconds())
        .isCloseTo(forecast.rolloutSeconds() / 2, within(1e-9)); // there are two portions only
    assertThat(forecast.memory(Mode.SYNCHRONOUS).sum()).isPositive();
  }

  @Test
  void anAdaptersExchangeAndMomentsAreSmall() {
    var runs = new PlannedRuns();
    runs.model = runs.model.with(Optional.of(new LoraConfig(16, 16, LoraConfig.MODULES)));
    var forecast = new Forecast(runs.run(), 2);
    long trained = runs.model.trained();
    assertThat(forecast.stepBytes(Wire.FLOAT32).most()).isEqualTo(4 * trained);
    assertThat(forecast.memory(Mode.SYNCHRONOUS).weights()).isEqualTo(4 * (P + trained));
    assertThat(forecast.memory(Mode.SYNCHRONOUS).optimizer()).isEqualTo(8 * trained);
  }
}
