package ai.echogen.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * A real Spark cluster on loopback: a standalone master and workers, each a process of its own,
 * from the jars of the tests' class path alone.
 *
 * <p>Spark builds an executor's class path from {@code SPARK_HOME/jars}; a folder of links to those
 * jars is enough of a home. {@link #close} ends every process.
 */
public final class StandaloneCluster implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /**
   * What a worker offers: cores, a GiB for each, and what its properties add.
   *
   * @param properties {@code spark.worker.*}
   */
  public record Worker(int cores, Map<String, String> properties) {
    public Worker {
      properties = Map.copyOf(properties);
    }
  }

  private final Path home;
  private final List<Process> processes = new ArrayList<>();
  private final String master;
  private int numWorkers;

  private StandaloneCluster(Path home, String master) {
    this.home = home;
    this.master = master;
  }

  /**
   * Starts a master and workers of one core each, and waits for them.
   *
   * @param folder an empty one, for logs and links
   */
  public static StandaloneCluster start(Path folder, int workers) throws IOException {
    return start(folder, Collections.nCopies(workers, new Worker(1, Map.of())));
  }

  /**
   * Starts a master and these workers, and waits for them.
   *
   * @param folder an empty one, for logs and links
   */
  public static StandaloneCluster start(Path folder, List<Worker> workers) throws IOException {
    var home = Files.createDirectories(folder.resolve("spark"));
    var jars = Files.createDirectories(home.resolve("jars"));
    for (var entry : classPath().filter(path -> path.toString().endsWith(".jar")).toList()) {
      Files.createSymbolicLink(jars.resolve(entry.getFileName()), entry.toAbsolutePath());
    }
    Files.writeString(home.resolve("RELEASE"), "links to the jars of the tests\n");
    int port = freePort();
    var cluster = new StandaloneCluster(home, "spark://" + HOST + ":" + port);
    try {
      cluster.launch(
          "master",
          "org.apache.spark.deploy.master.Master",
          Map.of(),
          List.of("--host", HOST, "--port", "" + port, "--webui-port", "" + freePort()));
      cluster.await("master", "I have been elected leader", 1);
      for (var worker : workers) {
        cluster.launch(worker);
      }
      cluster.await("master", "Registering worker", workers.size());
      return cluster;
    } catch (IOException | RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  /** Starts one more worker of one core, and waits for it. */
  public void addWorker() throws IOException {
    launch(new Worker(1, Map.of()));
    await("master", "Registering worker", numWorkers);
  }

  /** What {@code spark.master} is set to. */
  public String master() {
    return master;
  }

  /** The home that executors are started from. */
  public Path home() {
    return home;
  }

  /** What a driver needs to run its executors on this cluster. */
  public Map<String, String> properties() {
    return Map.of(
        "spark.master",
        master,
        "spark.driver.host",
        HOST,
        "spark.driver.bindAddress",
        HOST,
        "spark.ui.enabled",
        "false",
        "spark.executor.cores",
        "1",
        "spark.executor.memory",
        "600m",
        "spark.executor.extraClassPath",
        folders(),
        "spark.executor.defaultJavaOptions",
        String.join(" ", JobProcess.SHORT_LIVED),
        "spark.scheduler.minRegisteredResourcesRatio",
        "1.0");
  }

  /** What executors need besides Spark's own jars: the folders of the tests' class path. */
  public static String folders() {
    return String.join(
        java.io.File.pathSeparator,
        classPath()
            .filter(Files::isDirectory)
            .map(path -> path.toAbsolutePath().toString())
            .toList());
  }

  @Override
  public void close() {
    var descendants = processes.stream().flatMap(Process::descendants).toList();
    processes.forEach(Process::destroy);
    descendants.forEach(ProcessHandle::destroy);
    for (var process : processes) {
      try {
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
    descendants.forEach(ProcessHandle::destroyForcibly);
    try (var links = Files.list(home.resolve("jars"))) {
      for (var link : links.toList()) {
        Files.delete(link); // JUnit warns of each
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void launch(Worker worker) throws IOException {
    int number = numWorkers++;
    launch(
        "worker-" + number,
        "org.apache.spark.deploy.worker.Worker",
        worker.properties(),
        List.of(
            "--host",
            HOST,
            "--cores",
            "" + worker.cores(),
            "--memory",
            worker.cores() + "g",
            "--webui-port",
            "" + freePort(),
            "--work-dir",
            home.resolve("work-" + number).toString(),
            master));
  }

  private void launch(String name, String main, Map<String, String> properties, List<String> args)
      throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    properties.forEach((key, value) -> command.add("-D" + key + "=" + value));
    command.addAll(JobProcess.SHORT_LIVED);
    command.addAll(List.of("-Xmx512m", "-cp", home.resolve("jars") + "/*", main));
    command.addAll(args);
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("SPARK_HOME", home.toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.12");
    builder.environment().put("SPARK_LOCAL_IP", HOST);
    builder.redirectOutput(log(name).toFile());
    processes.add(builder.start());
  }

  private void await(String name, String line, int times) throws IOException {
    var end = System.nanoTime() + PATIENCE.toNanos();
    BooleanSupplier dead = () -> processes.stream().anyMatch(process -> !process.isAlive());
    while (Files.readString(log(name), StandardCharsets.UTF_8).split(line, -1).length - 1 < times) {
      if (dead.getAsBoolean() || System.nanoTime() > end) {
        throw new IllegalStateException(
            "the cluster did not start; %s says:\n%s"
                .formatted(name, Files.readString(log(name), StandardCharsets.UTF_8)));
      }
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }

  private Path log(String name) {
    return home.resolve(name + ".log");
  }

  private static Stream<Path> classPath() {
    return Stream.of(System.getProperty("java.class.path").split(java.io.File.pathSeparator))
        .map(Path::of);
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
      return socket.getLocalPort();
    }
  }
}
