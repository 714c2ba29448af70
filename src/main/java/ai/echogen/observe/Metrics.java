package ai.echogen.observe;

import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Several sinks as one. */
public final class Metrics implements MetricSink {
  private final List<MetricSink> sinks;

  public Metrics(MetricSink... sinks) {
    this.sinks = List.of(sinks);
  }

  @Override
  public void log(long step, Map<String, Double> values) {
    for (var sink : sinks) {
      sink.log(step, values);
    }
  }

  @Override
  public void image(long step, String tag, BufferedImage image) {
    for (var sink : sinks) {
      sink.image(step, tag, image);
    }
  }

  /** Closes every sink, then throws the first failure with the others attached. */
  @Override
  public void close() {
    @Nullable RuntimeException failure = null;
    for (var sink : sinks) {
      try {
        sink.close();
      } catch (RuntimeException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
