package ai.echogen.train.plan;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.train.ExchangeSettings.Mode;
import ai.echogen.train.ExchangeSettings.Wire;
import ai.echogen.train.plan.Card.Arithmetic;
import ai.echogen.train.plan.PlannedRun.Stage;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which mode, and what helps where memory is short. */
class AdviceTest {
  private static final double RESERVE = 0.1;

  @ParameterizedTest
  @CsvSource({
    "1, 1GB/s,     SYNCHRONOUS, FLOAT32",
    "8, 1000GB/s,  SYNCHRONOUS, FLOAT32",
    "8, 80GB/s,    SYNCHRONOUS, BFLOAT16",
    "8, 1GB/s,     ROUNDS,      FLOAT32"
  })
  void roundsAreForNetworksThatCannotCarryAGradient(
      int executors, String network, Mode mode, Wire wire) {
    var advice = Advice.of(forecast(executors, network, "200g"), RESERVE);
    assertThat(advice.mode()).isEqualTo(mode);
    assertThat(advice.wire()).isEqualTo(wire);
  }

  @Test
  void roundsAreAsLongAsTheExchangeNeeds() {
    var forecast = forecast(8, "1GB/s", "200g");
    var advice = Advice.of(forecast, RESERVE);
    assertThat(forecast.roundShare(Wire.FLOAT32, advice.innerSteps())).isLessThanOrEqualTo(0.2);
    assertThat(forecast.roundShare(Wire.FLOAT32, advice.innerSteps() - 10)).isGreaterThan(0.2);
    assertThat(advice.keys())
        .isEqualTo(
            "train.exchange.mode=rounds train.exchange.innerSteps=%d train.exchange.wire=float32"
                .formatted(advice.innerSteps()));
    assertThat(advice.others()).hasSize(2);
    assertThat(Advice.of(forecast(8, "10GB/s", "200g"), RESERVE).others())
        .hasSize(3)
        .last()
        .asString()
        .startsWith("lora.rank=16: ");
    assertThat(advice.hours(forecast)).isLessThan(forecast.hours(Wire.BFLOAT16));
  }

  @Test
  void roundsThatDoNotFitAreNotChosen() {
    var advice = Advice.of(forecast(8, "1GB/s", "80g"), RESERVE);
    assertThat(advice.mode()).isEqualTo(Mode.SYNCHRONOUS);
    assertThat(advice.wire()).isEqualTo(Wire.BFLOAT16);
    assertThat(advice.why()).contains("though at most 20.0 % is wanted: rounds would need 1");
  }

  @Test
  void cycleRlHasNoRounds() {
    var runs = new PlannedRuns();
    runs.stage = Stage.CYCLE_RL;
    runs.batch = 64;
    runs.link = PlannedRuns.link("0.01GB/s");
    var forecast = new Forecast(runs.run(), 8);
    assertThat(forecast.modes()).containsExactly(Mode.SYNCHRONOUS);
    assertThat(Advice.of(forecast, RESERVE).mode()).isEqualTo(Mode.SYNCHRONOUS);
    assertThat(Advice.of(forecast, RESERVE).wire()).isEqualTo(Wire.BFLOAT16);
  }

  @Test
  void whatHelpsIsSaidWithTheBytesThatItTakes() {
    var forecast = forecast(1, "1GB/s", "40g");
    assertThat(forecast.fits(forecast.memory(Mode.SYNCHRONOUS), RESERVE)).isFalse();
    var remedies = Remedy.of(forecast, Mode.SYNCHRONOUS, RESERVE);
    assertThat(remedies.stream().map(Remedy::keys))
        .contains(
            List.of("pmtp.accumulate=8"),
            List.of("pmtp.checkpointing=true"),
            List.of("precision=bf16"),
            List.of("lora.rank=16"),
            List.of("train.optim.method=sgd"));
    assertThat(remedies)
        .allMatch(remedy -> remedy.bytes() < forecast.memory(Mode.SYNCHRONOUS).sum());
    assertThat(remedies).anyMatch(Remedy::fits);
  }

  @Test
  void changesAreAddedUpUntilTheyFit() {
    var forecast = forecast(1, "1GB/s", "20g");
    var remedies = Remedy.of(forecast, Mode.SYNCHRONOUS, RESERVE);
    var together = remedies.get(remedies.size() - 1);
    assertThat(remedies.subList(0, remedies.size() - 1)).noneMatch(Remedy::fits);
    assertThat(together.keys()).hasSizeGreaterThan(1).contains("lora.rank=16");
    assertThat(together.fits()).isTrue();
    assertThat(together).asString().contains(" lora.rank=16: ").endsWith(" GB, fits");
  }

  private static Forecast forecast(int executors, String network, String memory) {
    var runs = new PlannedRuns();
    runs.device = Device.gpu(Card.H100, Arithmetic.FP32, 0.5, Optional.of(MemorySize.of(memory)));
    runs.link = PlannedRuns.link(network);
    return new Forecast(runs.run(), executors);
  }
}
