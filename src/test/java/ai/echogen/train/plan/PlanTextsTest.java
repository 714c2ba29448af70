package ai.echogen.train.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.train.plan.Card.Arithmetic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sizes, speeds and rates as people write them. */
class PlanTextsTest {
  @ParameterizedTest
  @CsvSource({
    "80g,    85899345920",
    "80GiB,  85899345920",
    "80GB,   80000000000",
    "1.5t,   1649267441664",
    "512m,   536870912",
    "64 kb,  64000"
  })
  void memory(String text, long bytes) {
    var size = MemorySize.of(text);
    assertThat(size.bytes()).isEqualTo(bytes);
    assertThat(size).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"80", "g", "0g", "-1g", "80gb/s", "9999999t", "1e3g", ""})
  void noMemory(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MemorySize.of(text))
        .withMessage("must be a size such as 80g or 512m, got \"" + text + "\"");
  }

  @Test
  void bitsAreTheLinesAndBytesArrive() {
    assertThat(Network.of("1.2GB/s").bytesPerSecond()).isEqualTo(1.2e9);
    assertThat(Network.of("10GbE").bytesPerSecond())
        .isEqualTo(1.25e9 * 1448 / 1538)
        .isEqualTo(Network.of("10Gb/s").bytesPerSecond())
        .isEqualTo(Network.of("10000 Mbit/s").bytesPerSecond());
  }

  @ParameterizedTest
  @ValueSource(strings = {"10G", "fast", "0GbE", "10gbe", "-1GB/s"})
  void noSpeed(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Network.of(text))
        .withMessageContaining("such as 10GbE, 25Gb/s (bits) or 1.2GB/s (bytes), got \"" + text);
  }

  @Test
  void ratesAreNumbersOrCards() {
    assertThat(ComputeRate.of("62e9").sustained()).hasValue(62e9);
    assertThat(ComputeRate.of("260T").sustained()).hasValue(260e12);
    assertThat(ComputeRate.of("1.5P").sustained()).hasValue(1.5e15);
    var card = ComputeRate.of("h100-pcie").card().orElseThrow();
    assertThat(card.peak(Arithmetic.BF16)).isEqualTo(756e12);
    assertThat(ComputeRate.of("h100-pcie").sustained()).isEmpty();
  }

  @Test
  void aCardThatIsNotKnownIsSpeltOrGivenAsANumber() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ComputeRate.of("h100pcie"))
        .withMessageContaining("got \"h100pcie\"; did you mean h100-pcie?");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ComputeRate.of("mi300x"))
        .withMessageContaining(
            "the cards are a10, a100, a100-40g, l4, l40s, h100, h100-pcie, h200");
    assertThatIllegalArgumentException().isThrownBy(() -> ComputeRate.of("0"));
  }

  @Test
  void tensorCoresAreFasterThanTheRest() {
    for (var card : Card.values()) {
      assertThat(card.peak(Arithmetic.BF16)).isGreaterThan(card.peak(Arithmetic.TF32));
      assertThat(card.peak(Arithmetic.TF32)).isGreaterThan(card.peak(Arithmetic.FP32));
      assertThat(card.memory().bytes() / 1e9).isBetween(20.0, 160.0);
      assertThat(ComputeRate.of(card.key()).card()).contains(card);
    }
    assertThat(Card.H200.bandwidth()).isCloseTo(4.8e12, within(1.0));
  }
}
