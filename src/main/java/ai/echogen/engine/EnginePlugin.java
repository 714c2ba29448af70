package ai.echogen.engine;

import ai.echogen.engine.Roll.Message;
import com.codahale.metrics.Gauge;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.jspecify.annotations.Nullable;

/**
 * The engine's line from the executors to the driver, and its gauges for {@code spark.metrics}; to
 * be named in {@code spark.plugins}.
 *
 * <p>Gauges of the driver, below {@code plugin.ai.echogen.engine.EnginePlugin}: {@code
 * tokens_per_second}, {@code exchange_ms} (of a step), {@code loss}, {@code step}.
 */
public final class EnginePlugin implements SparkPlugin {
  private static final String[] GAUGES = {"tokens_per_second", "exchange_ms", "loss", "step"};
  private static final Map<String, Double> LATEST = new ConcurrentHashMap<>();
  private static volatile @Nullable PluginContext line;

  @Override
  public DriverPlugin driverPlugin() {
    return new OnDriver();
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new OnExecutor();
  }

  /** What a gauge shows from now on. */
  static void show(String gauge, double value) {
    LATEST.put(gauge, value);
  }

  /** Asks the driver's roster, which may be in this JVM. */
  static @Nullable Object ask(Message message) {
    var here = Roster.of(message.run());
    if (here.isPresent()) {
      return here.get().receive(message);
    }
    try {
      return Roll.decoded((byte[]) line().ask(Roll.encoded(message)));
    } catch (Exception e) {
      throw new IllegalStateException("the driver does not answer: " + e.getMessage(), e);
    }
  }

  /** Tells the driver's roster and does not wait. */
  static void tell(Message message) {
    var here = Roster.of(message.run());
    if (here.isPresent()) {
      var unused = here.get().receive(message);
      return;
    }
    try {
      line().send(Roll.encoded(message));
    } catch (IOException e) {
      throw new IllegalStateException("the driver cannot be told: " + e.getMessage(), e);
    }
  }

  private static PluginContext line() {
    var found = line;
    if (found == null) {
      throw new IllegalStateException(
          "spark.plugins must name " + EnginePlugin.class.getName() + " to train on a cluster");
    }
    return found;
  }

  private static final class OnDriver implements DriverPlugin {
    @Override
    public void registerMetrics(String app, PluginContext plugin) {
      LATEST.clear();
      for (var name : GAUGES) {
        Gauge<Double> gauge = () -> LATEST.getOrDefault(name, 0.0);
        plugin.metricRegistry().register(name, gauge);
      }
    }

    @Override
    public Object receive(Object message) {
      var decoded = (Message) Roll.decoded((byte[]) message);
      var roster = Roster.of(decoded.run());
      if (roster.isEmpty()) { // a task that comes after the end
        return Roll.encoded(decoded instanceof Roll.Join ? new Roll.Over() : null);
      }
      return Roll.encoded((java.io.Serializable) roster.get().receive(decoded));
    }
  }

  private static final class OnExecutor implements ExecutorPlugin {
    @Override
    public void init(PluginContext context, Map<String, String> configuration) {
      line = context;
    }
  }
}
