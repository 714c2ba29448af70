package ai.echogen.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MetricsTest {
  private final List<String> calls = new ArrayList<>();

  @Test
  void everySinkHearsEverything() {
    var metrics = new Metrics(new Recorder("a"), new Recorder("b"));
    metrics.log(1, Map.of("loss", 2.0));
    metrics.image(2, "grid", new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB));
    metrics.close();
    assertThat(calls)
        .containsExactly(
            "a 1 {loss=2.0}", "b 1 {loss=2.0}", "a 2 grid", "b 2 grid", "a closed", "b closed");
  }

  @Test
  void aSinkThatFailsToCloseDoesNotKeepTheOthersOpen() {
    var metrics = new Metrics(new Failing("first"), new Recorder("b"), new Failing("second"));
    assertThatThrownBy(metrics::close)
        .hasMessage("first")
        .satisfies(e -> assertThat(e.getSuppressed()[0]).hasMessage("second"));
    assertThat(calls).containsExactly("b closed");
  }

  private final class Recorder implements MetricSink {
    private final String name;

    Recorder(String name) {
      this.name = name;
    }

    @Override
    public void log(long step, Map<String, Double> values) {
      calls.add(name + " " + step + " " + values);
    }

    @Override
    public void image(long step, String tag, BufferedImage image) {
      calls.add(name + " " + step + " " + tag);
    }

    @Override
    public void close() {
      calls.add(name + " closed");
    }
  }

  private record Failing(String message) implements MetricSink {
    @Override
    public void log(long step, Map<String, Double> values) {}

    @Override
    public void close() {
      throw new IllegalStateException(message);
    }
  }
}
