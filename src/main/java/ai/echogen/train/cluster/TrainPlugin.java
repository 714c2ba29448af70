package ai.echogen.train.cluster;

import ai.echogen.train.cluster.Protocol.Message;
import ai.echogen.train.sync.BlockPeers;
import com.codahale.metrics.Gauge;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.jspecify.annotations.Nullable;

/**
 * The engine's line from the executors to the driver, and its gauges for {@code spark.metrics}; to
 * be named in {@code spark.plugins}.
 *
 * <p>Gauges of the driver, below {@code plugin.ai.echogen.train.cluster.TrainPlugin}: {@code
 * tokens_per_second}, {@code exchange_ms} (of a step), {@code loss}, {@code step}.
 */
public final class TrainPlugin implements SparkPlugin {
  private static final String[] GAUGES = {"tokens_per_second", "exchange_ms", "loss", "step"};
  private static final long SWEEP = 5; // seconds
  private static final Map<String, Double> LATEST = new ConcurrentHashMap<>();
  private static volatile @Nullable PluginContext line;

  static {
    Locale.setDefault(Locale.ROOT); // an executor's digits and letters too are those of programs
  }

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

  /** Asks the driver's membership, which may be in this JVM. */
  static @Nullable Object ask(Message message) {
    var here = Membership.of(message.run());
    if (here.isPresent()) {
      return here.get().receive(message);
    }
    try {
      return Protocol.decoded((byte[]) line().ask(Protocol.encoded(message)));
    } catch (Exception e) {
      throw new IllegalStateException("the driver does not answer: " + e.getMessage(), e);
    }
  }

  /** Tells the driver's membership and does not wait. */
  static void tell(Message message) {
    var here = Membership.of(message.run());
    if (here.isPresent()) {
      var unused = here.get().receive(message);
      return;
    }
    try {
      line().send(Protocol.encoded(message));
    } catch (IOException e) {
      throw new IllegalStateException("the driver cannot be told: " + e.getMessage(), e);
    }
  }

  private static PluginContext line() {
    var found = line;
    if (found == null) {
      throw new IllegalStateException(
          "spark.plugins must name " + TrainPlugin.class.getName() + " to train on a cluster");
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
      var decoded = (Message) Protocol.decoded((byte[]) message);
      if (decoded instanceof Protocol.WhoLives) {
        return Protocol.encoded(new Protocol.Alive(Living.runs()));
      }
      var membership = Membership.of(decoded.run());
      if (membership.isEmpty()) { // a task that comes after the end
        return Protocol.encoded(
            decoded instanceof Protocol.Join
                ? new Protocol.Over()
                : decoded instanceof Protocol.Hello
                    ? new Protocol.Welcome(true, 0, Living.runs())
                    : null);
      }
      return Protocol.encoded((java.io.Serializable) membership.get().receive(decoded));
    }
  }

  private static final class OnExecutor implements ExecutorPlugin {
    private final ScheduledExecutorService sweeper =
        Executors.newSingleThreadScheduledExecutor(
            runnable -> {
              var thread = new Thread(runnable, "echogen-replicas");
              thread.setDaemon(true);
              return thread;
            });

    @Override
    public void init(PluginContext context, Map<String, String> configuration) {
      line = context;
      var unused = sweeper.scheduleWithFixedDelay(this::sweep, SWEEP, SWEEP, TimeUnit.SECONDS);
    }

    /** Frees what trainings that are over have left here. */
    private void sweep() {
      try {
        if (!Replicas.runs().isEmpty()
            && ask(new Protocol.WhoLives()) instanceof Protocol.Alive alive) {
          Replicas.keepOnly(alive.runs());
          BlockPeers.keepOnly(alive.runs());
        }
      } catch (RuntimeException e) {
        // the driver does not answer: this executor soon ends
      }
    }

    @Override
    public void shutdown() {
      sweeper.shutdownNow();
    }
  }
}
