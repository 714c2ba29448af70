package ai.echogen.jobs.cli;

import ai.echogen.observe.MetricSink;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Puts files that grow on this machine on another file system every few seconds, whole, since
 * nothing can be appended on an object store. Comes after the sinks that write them.
 */
final class LiveFiles implements MetricSink {
  private static final long SECONDS = 3;

  private final Path local;
  private final Location target;
  private final List<String> names;
  private final PrintStream console;
  private final Map<Path, Long> sent = new HashMap<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          runnable -> {
            var thread = new Thread(runnable, "live-files");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * @param local folder that the files lie in
   * @param target folder that they are put in
   * @param names of files, or of folders of files
   */
  LiveFiles(Path local, Location target, List<String> names, PrintStream console) {
    this.local = local;
    this.target = target;
    this.names = List.copyOf(names);
    this.console = console;
    var unused = timer.scheduleWithFixedDelay(this::tryToSend, SECONDS, SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void log(long step, Map<String, Double> values) {} // the timer sees it

  private void tryToSend() {
    try {
      send();
    } catch (IOException | RuntimeException e) { // the next time may be better, or the last fails
      console.println("cannot yet put metrics into " + target + ": " + e.getMessage());
    }
  }

  private synchronized void send() throws IOException {
    for (var name : names) {
      if (Files.exists(local.resolve(name))) {
        try (var files = Files.walk(local.resolve(name))) {
          for (var file : files.filter(Files::isRegularFile).sorted().toList()) {
            send(file);
          }
        }
      }
    }
  }

  private void send(Path file) throws IOException {
    long size = Files.size(file);
    if (sent.getOrDefault(file, -1L) != size) {
      target.child(local.relativize(file).toString()).replace(file);
      sent.put(file, size);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
    try {
      send();
    } catch (IOException e) {
      throw new UncheckedIOException(target + ": " + e.getMessage(), e);
    }
  }
}
