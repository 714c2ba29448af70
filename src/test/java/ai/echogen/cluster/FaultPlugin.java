package ai.echogen.cluster;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;

/**
 * Kills a process with SIGKILL at a chosen place of its work, once.
 *
 * <p>{@code spark.fault.frame}: the method in which an executor is to die, as {@code Class.method};
 * it does when samples of its threads' stacks have shown that frame {@code spark.fault.after}
 * times. {@code spark.fault.victim}: {@code executor}, or {@code worker}, its parent. {@code
 * spark.fault.pauses}: it stands still instead, until {@link #end} is there; an executor that comes
 * meanwhile makes {@link #joins} once it waits for a plan. {@code spark.fault.driver}: a file; the
 * driver dies when it has {@code spark.fault.after} lines. {@code spark.fault.marker}: a file that
 * the one that dies makes first.
 */
public final class FaultPlugin implements SparkPlugin {
  private static final String MARKER = "spark.fault.marker";
  private static final String PAUSES = "spark.fault.pauses";
  private static final String WAITS = "ai.echogen.train.cluster.Worker.join";

  @Override
  public DriverPlugin driverPlugin() {
    return new DriverPlugin() {
      @Override
      public Map<String, String> init(SparkContext context, PluginContext plugin) {
        var file = plugin.conf().get("spark.fault.driver", "");
        if (!file.isEmpty()) {
          watch(plugin.conf(), ProcessHandle.current(), () -> lines(Path.of(file)));
        }
        return Map.of();
      }
    };
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new ExecutorPlugin() {
      @Override
      public void init(PluginContext plugin, Map<String, String> configuration) {
        var frame = plugin.conf().get("spark.fault.frame", "");
        if (!frame.isEmpty()) {
          var self = ProcessHandle.current();
          var victim =
              plugin.conf().get("spark.fault.victim", "executor").equals("worker")
                  ? self.parent().orElseThrow()
                  : self;
          var seen = new long[1];
          watch(plugin.conf(), victim, () -> seen[0] += sees(frame) ? 1 : 0);
          var marker = Path.of(plugin.conf().get(MARKER));
          if (plugin.conf().getBoolean(PAUSES, false) && Files.exists(marker)) {
            awaitPlan(marker);
          }
        }
      }
    };
  }

  /** Says that this executor, which came while another stood, waits for a plan. */
  private static void awaitPlan(Path marker) {
    var thread =
        new Thread(
            () -> {
              try {
                while (!sees(WAITS)) {
                  Thread.sleep(10);
                }
                Files.createFile(joins(marker));
              } catch (FileAlreadyExistsException e) {
                // another one waited before
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            },
            "fault-joins");
    thread.setDaemon(true);
    thread.start();
  }

  private interface Count {
    long now() throws IOException;
  }

  private static void watch(SparkConf conf, ProcessHandle victim, Count count) {
    var marker = Path.of(conf.get(MARKER));
    long after = conf.getLong("spark.fault.after", 1);
    var thread =
        new Thread(
            () -> {
              try {
                while (!Files.exists(marker)) {
                  Thread.sleep(1);
                  if (count.now() >= after) {
                    Files.createFile(marker);
                    strike(victim.pid(), conf.getBoolean(PAUSES, false), marker);
                  }
                }
              } catch (FileAlreadyExistsException e) {
                // another one dies
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            },
            "fault");
    thread.setDaemon(true);
    thread.start();
  }

  /** The file that ends a pause once it is there. */
  static Path end(Path marker) {
    return marker.resolveSibling(marker.getFileName() + "-go-on");
  }

  /** The file that says that a newcomer waits for the one that stands. */
  static Path joins(Path marker) {
    return marker.resolveSibling(marker.getFileName() + "-joins");
  }

  private static void strike(long pid, boolean pauses, Path marker)
      throws IOException, InterruptedException {
    var command =
        pauses
            ? "kill -STOP %d; for i in $(seq 400); do [ -e '%s' ] && break; sleep 0.25; done; kill -CONT %d"
                .formatted(pid, end(marker), pid)
            : "kill -9 " + pid;
    new ProcessBuilder("sh", "-c", command).start().waitFor();
  }

  private static long lines(Path file) throws IOException {
    if (!Files.exists(file)) {
      return 0;
    }
    try (var lines = Files.lines(file)) {
      return lines.count();
    }
  }

  private static boolean sees(String frame) {
    for (var stack : Thread.getAllStackTraces().values()) {
      for (var element : stack) {
        if ((element.getClassName() + "." + element.getMethodName()).equals(frame)) {
          return true;
        }
      }
    }
    return false;
  }
}
