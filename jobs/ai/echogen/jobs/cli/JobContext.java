package ai.echogen.jobs.cli;

import ai.echogen.inference.Devices;
import ai.echogen.train.cluster.TrainPlugin;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.serializer.JavaSerializer;
import org.apache.spark.serializer.Serializer;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/** What a running job has at hand: Spark, the console, and its settings as JSON for manifests. */
public final class JobContext implements AutoCloseable {
  /**
   * DJL fetches nothing at run time, and an operator uses one thread: tasks are the parallelism. A
   * server that says nothing is given up, after so many milliseconds.
   */
  private static final Map<String, String> PROPERTIES =
      Map.of(
          "ai.djl.offline", "true",
          "ai.djl.pytorch.num_threads", "1",
          "sun.net.client.defaultConnectTimeout", "10000",
          "sun.net.client.defaultReadTimeout", "60000");

  /**
   * The same, and glibc keeps a step's memory for the next, in one heap for all threads. Files are
   * named in UTF-8, and libtorch says nothing of what a processor lacks.
   */
  private static final Map<String, String> EXECUTOR_ENVIRONMENT =
      Map.of(
          "LC_ALL", "C.UTF-8",
          "TORCH_CPP_LOG_LEVEL", "ERROR",
          "OMP_NUM_THREADS", "1",
          "MKL_NUM_THREADS", "1",
          "MALLOC_ARENA_MAX", "1",
          "MALLOC_TRIM_THRESHOLD_", "4294967296",
          "MALLOC_MMAP_THRESHOLD_", "10485760");

  /**
   * What a cluster's settings may not change. Tasks and the driver send each other records and
   * immutable lists, which Kryo cannot make; readers of shards know the usual form of a list.
   */
  private static final Map<String, String> ALWAYS =
      Map.of(
          "spark.serializer",
          JavaSerializer.class.getName(),
          "spark.sql.parquet.writeLegacyFormat",
          "false");

  /** Our queries move rows as they are: to compile them takes longer than they do. */
  private static final Map<String, String> NO_COMPILING =
      Map.of(
          "spark.sql.codegen.wholeStage", "false", "spark.sql.codegen.factoryMode", "NO_CODEGEN");

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TASK_CPUS = "spark.task.cpus";
  private static final String OURS = "spark.echogen.";
  private static final String OUR_CLASSES = "ai.echogen.";

  private final String jobName;
  private final List<String> arguments;
  private final String settingsJson;
  private final PrintStream console;
  private @Nullable SparkSession spark;

  /**
   * @param arguments of the command line, after the job's name
   */
  JobContext(String jobName, List<String> arguments, String settingsJson, PrintStream console) {
    this.jobName = jobName;
    this.arguments = List.copyOf(arguments);
    this.settingsJson = settingsJson;
    this.console = console;
    quietLogs();
    PROPERTIES.forEach((key, value) -> System.setProperty(key, System.getProperty(key, value)));
  }

  /** The session, started by the first call; the job must not stop it. */
  public synchronized SparkSession spark() {
    if (spark == null) {
      ignored(new SparkConf()).forEach(console::println);
      var conf = sparkConf(jobName);
      wastedCores(conf).ifPresent(console::println);
      looseBits(conf).ifPresent(console::println);
      spark = SparkSession.builder().config(conf).getOrCreate();
      requireJavaSerializer(SparkEnv.get().serializer());
      spark.sparkContext().setJobDescription("echogen " + jobName);
    }
    return spark;
  }

  /** The context of a job that this one runs as a part of itself: the same session and console. */
  JobContext within(String job, List<String> args, String settings) {
    var inner = new JobContext(job, args, settings, console);
    inner.spark = spark();
    return inner;
  }

  /**
   * What made a result: {@code job}, {@code command}, {@code version}, {@code settings}, and in
   * {@code spark} our properties of the session, if there are any.
   */
  public ObjectNode provenance() {
    var about = JSON.createObjectNode().put("job", jobName);
    about.put("command", ("./echogen " + jobName + " " + String.join(" ", arguments)).strip());
    about.put("version", Build.version());
    try {
      about.set("settings", JSON.readTree(settingsJson));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a job's settings are not JSON: " + settingsJson, e);
    }
    var ours = new SparkConf().getAllWithPrefix(OURS);
    if (ours.length > 0) { // where and how it computed, if it was told
      var told = about.putObject("spark");
      for (var property : ours) {
        told.put(OURS + property._1(), property._2());
      }
    }
    return about;
  }

  /** The resolved settings, in one line. */
  public String settingsJson() {
    return settingsJson;
  }

  /** Where the job tells its progress and its result. */
  public PrintStream console() {
    return console;
  }

  @Override
  public synchronized void close() {
    if (spark != null) {
      spark.stop();
    }
  }

  /** What a session of a job is configured with. */
  public static SparkConf sparkConf(String jobName) {
    var conf = new SparkConf();
    ALWAYS.forEach(conf::set);
    if (conf.get("spark.app.name", OUR_CLASSES)
        .startsWith(OUR_CLASSES)) { // by default that of the main class
      conf.set("spark.app.name", "echogen " + jobName);
    }
    conf.setIfMissing("spark.master", "local[*]");
    conf.setIfMissing("spark.ui.showConsoleProgress", "false");
    NO_COMPILING.forEach(conf::setIfMissing);
    EXECUTOR_ENVIRONMENT.forEach(
        (name, value) -> conf.setIfMissing("spark.executorEnv." + name, value));
    addPlugin(conf, TrainPlugin.class.getName());
    PROPERTIES.forEach((key, value) -> addExecutorProperty(conf, key, value));
    if (conf.get("spark.master").startsWith("local")) {
      if (!conf.contains("spark.ui.port")) {
        conf.setIfMissing("spark.ui.enabled", "false");
      }
      conf.setIfMissing("spark.driver.host", "localhost"); // needs no network
    }
    return conf;
  }

  /** What to say of settings that have no effect on a job. */
  static List<String> ignored(SparkConf given) {
    return ALWAYS.entrySet().stream()
        .filter(always -> !given.get(always.getKey(), always.getValue()).equals(always.getValue()))
        .map(
            always ->
                "%s=%s: not used, jobs need %s"
                    .formatted(always.getKey(), given.get(always.getKey()), always.getValue()))
        .sorted()
        .toList();
  }

  /** A session that was there before the job has a serializer that can no longer be changed. */
  static void requireJavaSerializer(Serializer serializer) {
    if (!(serializer instanceof JavaSerializer)) {
      throw new IllegalArgumentException(
          "spark.serializer=%s: jobs need %s; start them in a session with it"
              .formatted(serializer.getClass().getName(), JavaSerializer.class.getName()));
    }
  }

  /** What to say of several cores a task: no task but one that trains has a use for them. */
  static Optional<String> wastedCores(SparkConf conf) {
    int cores = conf.getInt(TASK_CPUS, 1);
    return cores < 2 || conf.get("spark.master").startsWith("local")
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                ("%s=%d: a task that does not train computes with one of its %d cores; training takes all"
                    + " cores of its executors without it, so leave it out unless memory is short"),
                TASK_CPUS,
                cores,
                cores));
  }

  /** What to say where runs on a GPU are not to be equal to the bit. */
  static Optional<String> looseBits(SparkConf conf) {
    return conf.getBoolean(Devices.DETERMINISTIC, true)
        ? Optional.empty()
        : Optional.of(
            Devices.DETERMINISTIC
                + "=false: on a GPU two runs differ in their last bits, and so do their weights");
  }

  /** The executors' line to the driver, beside plugins of the user's. */
  private static void addPlugin(SparkConf conf, String name) {
    var plugins = conf.get("spark.plugins", "");
    if (!List.of(plugins.split(",")).contains(name)) {
      conf.set("spark.plugins", plugins.isEmpty() ? name : plugins + "," + name);
    }
  }

  private static void addExecutorProperty(SparkConf conf, String key, String value) {
    var options = conf.get("spark.executor.extraJavaOptions", "");
    if (!options.contains("-D" + key + "=")) {
      conf.set("spark.executor.extraJavaOptions", (options + " -D" + key + "=" + value).strip());
    }
  }

  /** Puts our log levels in the place of Spark's defaults, but never of a file of the user's. */
  private static void quietLogs() {
    if (LogManager.getContext(false) instanceof LoggerContext context) {
      var source = context.getConfiguration().getConfigurationSource().getLocation();
      var ours = JobContext.class.getResource("/log4j2.properties");
      if (ours != null && (source == null || source.contains("log4j2-defaults"))) {
        try {
          context.setConfigLocation(ours.toURI());
        } catch (URISyntaxException e) {
          throw new IllegalStateException(e);
        }
      }
    }
  }
}
