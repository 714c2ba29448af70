package ai.echogen.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import ai.djl.Device;
import ai.echogen.cluster.StandaloneCluster;
import ai.echogen.data.LocalSpark;
import ai.echogen.torch.Cuda;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tasks on a real cluster whose worker claims two GPUs; none is computed on. */
class DevicesTest {
  private static final Path SCRIPT = Path.of("deploy/gpu-discovery.sh");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private static Path temp;
  private static StandaloneCluster cluster;

  record Run(int code, String out, String err) {}

  @BeforeAll
  static void startWorkerWithTwoGpus() throws IOException {
    var discovery =
        script(
            temp.resolve("discovery"), "echo '{\"name\": \"gpu\", \"addresses\": [\"3\", \"5\"]}'");
    var properties =
        Map.of(
            "spark.worker.resource.gpu.amount",
            "2",
            "spark.worker.resource.gpu.discoveryScript",
            discovery.toString());
    cluster =
        StandaloneCluster.start(
            temp.resolve("cluster"), List.of(new StandaloneCluster.Worker(2, properties)));
  }

  @AfterAll
  static void stopWorker() {
    cluster.close();
  }

  @ParameterizedTest
  @CsvSource({"2, 1", "1, 2"})
  void tasksOfTheSameMomentComputeOnDifferentGpus(int executors, int gpusEach) throws IOException {
    stopSession();
    try (var spark = session(gpusEach)) {
      var context = JavaSparkContext.fromSparkContext(spark.sparkContext());
      var meeting =
          Files.createDirectory(temp.resolve("meeting-of-" + executors + "-executors")).toString();
      var devices =
          context
              .parallelize(List.of(0, 1), 2)
              .map(
                  task -> {
                    meet(Path.of(meeting), task);
                    var device = Devices.chosen();
                    return named(device);
                  })
              .collect();
      assertThat(devices).containsExactlyInAnyOrder("gpu 3", "gpu 5");
      assertThat(context.sc().statusTracker().getExecutorInfos())
          .hasSize(executors + 1); // the driver's
    }
  }

  /** With a local master Spark assigns tasks nothing: they share what the driver has. */
  @ParameterizedTest
  @CsvSource({"auto, gpu 3|gpu 5, gpu 3", "gpu, gpu 3|gpu 5, gpu 3", "cpu, cpu -1, cpu -1"})
  void localTasksShareTheGpusOfTheDriver(String wanted, String ofTasks, String ofDriver)
      throws IOException {
    stopSession();
    var discovery =
        script(temp.resolve("local"), "echo '{\"name\": \"gpu\", \"addresses\": [\"3\", \"5\"]}'");
    try (var spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", false)
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.resource.gpu.amount", 2)
            .config("spark.driver.resource.gpu.discoveryScript", discovery.toString())
            .config(Devices.DEVICE, wanted)
            .getOrCreate()) {
      var context = JavaSparkContext.fromSparkContext(spark.sparkContext());
      var devices =
          context
              .parallelize(List.of(0, 1, 2, 3), 4)
              .map(task -> named(Devices.chosen()))
              .collect();
      assertThat(devices.stream().distinct()).containsExactlyInAnyOrder(ofTasks.split("\\|"));
      assertThat(named(Devices.chosen())).isEqualTo(ofDriver);
    }
  }

  @Test
  void aGpuThatIsAskedForMustBeAssigned() {
    stopSession();
    try (var spark =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", false)
            .config("spark.driver.host", "127.0.0.1")
            .config(Devices.DEVICE, "gpu")
            .getOrCreate()) {
      assertThat(spark.sparkContext().isLocal()).isTrue();
      assertThatThrownBy(Devices::ofTask)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("spark.echogen.device=gpu, but Spark has assigned none")
          .hasMessageContaining("spark.driver.resource.gpu.amount");
    }
  }

  /** libtorch for the processor: one sentence that says the way out. */
  @Test
  void aGpuThatLibtorchCannotUseIsOneSentence() {
    assumeFalse(Cuda.works());
    assertThatThrownBy(() -> Cuda.require(Device.gpu(0), new Cuda.Mode(true, false)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("GPU 0 is assigned, but libtorch ")
        .hasMessageContaining("--conf spark.echogen.device=cpu")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
  }

  private static String named(Device device) {
    return device.getDeviceType() + " " + device.getDeviceId();
  }

  @Test
  void taskWithoutGpuComputesOnTheProcessor() {
    assertThat(Devices.ofTask()).isEqualTo(Device.cpu());
    var context = JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext());
    assertThat(context.parallelize(List.of(0), 1).map(task -> Devices.ofTask().toString()).first())
        .isEqualTo("cpu()");
  }

  @Test
  void scriptTellsTheNumbersOfNvidiaSmi() throws Exception {
    script(
        temp.resolve("two/nvidia-smi"),
        "[ \"$*\" = '--query-gpu=index --format=csv,noheader' ] && echo 0 && echo 1");
    assertThat(discover(temp.resolve("two")))
        .isEqualTo(new Run(0, "{\"name\":\"gpu\",\"addresses\":[\"0\",\"1\"]}\n", ""));
  }

  @Test
  void scriptFailsWithoutNvidiaSmi() throws Exception {
    assertThat(discover(Files.createDirectory(temp.resolve("none"))))
        .isEqualTo(
            new Run(
                1,
                "",
                "gpu-discovery: no nvidia-smi on the PATH; install NVIDIA's driver, or ask Spark for"
                    + " no gpu\n"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 6})
  void scriptFailsWithoutGpu(int code) throws Exception {
    var folder = temp.resolve("code-" + code);
    script(folder.resolve("nvidia-smi"), "echo No devices were found; exit " + code);
    var run = discover(folder);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("gpu-discovery: ").endsWith(": No devices were found\n");
  }

  /** Comes back when both tasks run. */
  private static void meet(Path meeting, int task) throws IOException, InterruptedException {
    Files.createFile(meeting.resolve("" + task));
    var end = System.nanoTime() + PATIENCE.toNanos();
    while (!Files.exists(meeting.resolve("" + (1 - task)))) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("task " + (1 - task) + " did not start beside " + task);
      }
      Thread.sleep(20);
    }
  }

  private static SparkSession session(int gpusEach) {
    return SparkSession.builder()
        .master(cluster.master())
        .appName("devices")
        .config("spark.ui.enabled", false)
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.executor.memory", "600m")
        .config("spark.executor.extraClassPath", StandaloneCluster.folders())
        .config("spark.executor.cores", gpusEach)
        .config("spark.executor.resource.gpu.amount", gpusEach)
        .config("spark.task.resource.gpu.amount", 1)
        .config("spark.task.maxFailures", 1)
        .config("spark.log.level", "ERROR")
        .getOrCreate();
  }

  /** The one of other tests, which {@link #session} would join. */
  private static void stopSession() {
    var active = SparkSession.getDefaultSession();
    if (active.isDefined()) {
      active.get().stop();
    }
  }

  /** Runs the discovery script with nothing on the PATH but bash and what the folder holds. */
  private static Run discover(Path folder) throws IOException, InterruptedException {
    var bash =
        Stream.of(System.getenv("PATH").split(":"))
            .map(entry -> Path.of(entry, "bash"))
            .filter(Files::isExecutable)
            .findFirst()
            .orElseThrow();
    Files.createSymbolicLink(folder.resolve("bash"), bash);
    var out = folder.resolve("out");
    var err = folder.resolve("err");
    var builder = new ProcessBuilder(SCRIPT.toAbsolutePath().toString());
    builder.environment().put("PATH", folder.toString());
    int code = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start().waitFor();
    return new Run(
        code,
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }

  private static Path script(Path file, String body) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + body + "\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
