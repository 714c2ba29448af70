package ai.echogen.observe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ConsoleSinkTest {
  private static final long SECOND = 1_000_000_000L;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, UTF_8);
  private final AtomicLong nanos = new AtomicLong();

  @Test
  void writesALineAtTheFirstStepEachIntervalAndTheLastStep() {
    var sink = new ConsoleSink(out, 25, 10, nanos::get);
    for (var step = 1; step <= 25; step++) {
      sink.log(step, Map.of("loss", 1.0));
    }
    assertThat(lines())
        .extracting(line -> line.substring(0, 10))
        .containsExactly("step  1/25", "step 11/25", "step 21/25", "step 25/25");
  }

  @Test
  void columnsStandInTheSameOrderWhateverTheOrderOfTheValues() {
    var sink = new ConsoleSink(out, 10, 1, nanos::get);
    sink.log(1, values("samples/s", "lr", "grad_norm", "entropy", "loss.draw"));
    sink.log(2, values("loss.draw", "lr", "entropy", "samples/s", "grad_norm"));
    var columns =
        "loss.draw\\s.*entropy\\s.*grad_norm\\s.*lr\\s.*samples/s\\s.*elapsed\\s.*eta\\s.*";
    assertThat(lines())
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).matches("step +\\d+/10 +" + columns));
  }

  @Test
  void aValueThatIsMissingLeavesItsColumn() {
    var sink = new ConsoleSink(out, 10, 1, nanos::get);
    sink.log(1, values("loss", "lr"));
    sink.log(2, values("lr"));
    assertThat(lines().get(1)).contains("loss -").contains("lr 1.000");
  }

  @Test
  void showsMeansOfTheIntervalButTheLastLr() {
    var sink = new ConsoleSink(out, 100, 2, nanos::get);
    sink.log(1, Map.of("loss", 9.0, "lr", 9.0));
    sink.log(2, Map.of("loss", 1.0, "lr", 0.1));
    sink.log(3, Map.of("loss", 2.0, "lr", 0.2));
    assertThat(lines().get(1)).contains("loss 1.500").contains("lr 0.200");
  }

  @Test
  void aLossThatIsNotANumberIsSeen() {
    var sink = new ConsoleSink(out, 100, 2, nanos::get);
    sink.log(1, Map.of("loss", Double.NaN));
    assertThat(lines().get(0)).contains("loss NaN");
  }

  @Test
  void timeLeftFollowsTheSpeedSinceTheFirstStepAfterAResume() {
    var sink = new ConsoleSink(out, 200, 50, nanos::get);
    nanos.set(30 * SECOND);
    sink.log(100, Map.of());
    nanos.set(130 * SECOND);
    sink.log(150, Map.of());
    nanos.set(230 * SECOND);
    sink.log(200, Map.of());
    assertThat(lines())
        .extracting(line -> line.replaceAll(".*elapsed +(\\S+) +eta +", "$1 "))
        .containsExactly("30s ?", "2m10s 1m40s", "3m50s 0s");
  }

  @Test
  void refusesAnIntervalOfZero() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ConsoleSink(out, 1, 0))
        .withMessageContaining("got 0");
  }

  private List<String> lines() {
    return bytes.toString(UTF_8).lines().toList();
  }

  private static Map<String, Double> values(String... names) {
    Map<String, Double> values = new LinkedHashMap<>();
    for (var name : names) {
      values.put(name, 1.0);
    }
    return values;
  }
}
