package ai.echogen.train.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.observe.MetricSink;
import ai.echogen.train.CheckpointSettings;
import ai.echogen.train.DivergenceSettings;
import ai.echogen.train.EvalSettings;
import ai.echogen.train.ExchangeSettings;
import ai.echogen.train.ExchangeSettings.Wire;
import ai.echogen.train.OptimizerSettings;
import ai.echogen.train.OptimizerSettings.Method;
import ai.echogen.train.OptimizerSettings.Schedule;
import ai.echogen.train.StopSettings;
import ai.echogen.train.TrainerSettings;
import ai.echogen.train.step.StepRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Lines of metrics from steps that come in order, twice, or not at all. */
class MetricWindowTest {
  private final List<String> lines = new ArrayList<>();
  private final MetricWindow window = new MetricWindow(List.of("loss"), settings(), new Lines(), 0);

  @Test
  void aLineIsTheMeanOfItsSteps() {
    add(0, 1, 2, 3, 4, 5);
    assertThat(lines).containsExactly("5: 2.0");
  }

  @Test
  void stepsThatWereMadeAgainCountOnce() {
    add(0, 1, 2);
    add(1, 2, 3, 4);
    assertThat(lines).containsExactly("5: 2.0");
  }

  @Test
  void stepsThatWereNeverToldDoNotSilenceTheLog() {
    add(0, 1, 2);
    add(4, 5, 6, 7, 8, 9);
    assertThat(lines).containsExactly("5: 1.75", "10: 7.0");
  }

  @Test
  void aLineWhoseLastStepIsMissingComesWithTheNext() {
    add(0, 1);
    add(6, 7, 8, 9);
    add(21, 22, 23, 24);
    assertThat(lines).containsExactly("5: 0.5", "10: 7.5", "25: 22.5");
  }

  private void add(long... steps) {
    window.add(
        LongStream.of(steps)
            .mapToObj(
                step -> new StepRecord(step, new double[] {step}, 1, 0.1, false, 8, 100, 0, 0))
            .toList());
  }

  private final class Lines implements MetricSink {
    @Override
    public void log(long step, Map<String, Double> values) {
      lines.add(step + ": " + values.get("loss"));
    }

    @Override
    public void close() {}
  }

  private static TrainerSettings settings() {
    return new TrainerSettings(
        100,
        8,
        4,
        1,
        5,
        CheckpointSettings.AT_THE_END,
        EvalSettings.NEVER,
        ExchangeSettings.everyStep(Wire.FLOAT32),
        DivergenceSettings.STOP_AFTER_TEN,
        StopSettings.STANDARD,
        new OptimizerSettings(
            Method.ADAMW, 0.1, 0, Schedule.CONSTANT, 1, 0.9, 0.99, 1e-8, 0.95, 0, 1));
  }
}
