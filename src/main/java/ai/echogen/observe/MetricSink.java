package ai.echogen.observe;

import java.awt.image.BufferedImage;
import java.util.Map;

/** Takes the numbers of a run, step by step, and keeps or shows them. */
public interface MetricSink extends AutoCloseable {
  /**
   * Takes the values of one step; steps never go back. The map's order is the order of display.
   *
   * @throws java.io.UncheckedIOException if the values cannot be written; the message names the
   *     file
   */
  void log(long step, Map<String, Double> values);

  /** Takes a picture; a sink for numbers only passes over it. */
  default void image(long step, String tag, BufferedImage image) {}

  @Override
  void close();
}
