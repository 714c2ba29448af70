package ai.echogen.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A job in a driver of its own, as spark-submit would start it. */
public final class JobProcess {
  /** Properties of a JVM whose user writes Persian: other digits, another decimal point. */
  public static final Map<String, String> PERSIAN =
      Map.of("user.language", "fa", "user.country", "IR", "user.extensions", "u-nu-arabext");

  /**
   * What starts a JVM for seconds rather than hours: it spends half the processor time. Classes are
   * those of Spark's released jars and those that the compiler has just made.
   */
  static final List<String> SHORT_LIVED =
      List.of(
          "-XX:TieredStopAtLevel=1",
          "-XX:+UseSerialGC",
          "-XX:+UnlockDiagnosticVMOptions",
          "-XX:-BytecodeVerificationRemote");

  private static final Pattern HASH = Pattern.compile("weights sha256 (\\p{XDigit}{64})");
  private static final Pattern HASHES =
      Pattern.compile("(?:weights|rollouts) sha256 (\\p{XDigit}{64})");

  /**
   * How it ended.
   *
   * @param code 137 if it was killed
   * @param output stdout and stderr
   */
  public record Result(int code, String output, double seconds) {
    /** The last hash that the job printed. */
    public String hash() {
      var found = "";
      for (var match = HASH.matcher(output); match.find(); ) {
        found = match.group(1);
      }
      return found.isEmpty() ? "no hash in:\n" + output : found;
    }

    /** All hashes that the job printed, in order: of weights, and of rollouts. */
    public String hashes() {
      var all = HASHES.matcher(output).results().map(match -> match.group(1)).toList();
      return all.isEmpty() ? "no hash in:\n" + output : String.join(" ", all);
    }
  }

  private static final int SIGINT = 2;

  private final Process process;
  private final Path log;
  private final long start = System.nanoTime();

  private JobProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** Properties as words of the command that starts a JVM. */
  public static String options(Map<String, String> properties) {
    return properties.entrySet().stream()
        .map(property -> "-D" + property.getKey() + "=" + property.getValue())
        .collect(Collectors.joining(" "));
  }

  /**
   * Runs a job to its end.
   *
   * @param spark properties
   * @param words the job and its keys
   * @throws IllegalStateException if it takes longer than {@code patience}: it hangs
   */
  public static Result run(
      Path log, Map<String, String> spark, List<String> words, int patienceSeconds)
      throws IOException, InterruptedException {
    return run(Path.of(""), "ai.echogen.jobs.Main", log, spark, words, patienceSeconds);
  }

  /**
   * The same from another folder and with another main class.
   *
   * @param folder that it is started in
   */
  public static Result run(
      Path folder,
      String main,
      Path log,
      Map<String, String> spark,
      List<String> words,
      int patienceSeconds)
      throws IOException, InterruptedException {
    return start(folder, main, log, spark, words).await(patienceSeconds);
  }

  /** Starts a job. */
  public static JobProcess start(Path log, Map<String, String> spark, List<String> words)
      throws IOException {
    return start(Path.of(""), "ai.echogen.jobs.Main", log, spark, words);
  }

  private static JobProcess start(
      Path folder, String main, Path log, Map<String, String> spark, List<String> words)
      throws IOException {
    var command = new ArrayList<String>();
    if (ignoresInterrupts()) { // as a shell's background jobs do, and what they start
      command.addAll(List.of("env", "--default-signal=INT"));
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(SHORT_LIVED);
    command.addAll(List.of("-Xmx1g", "-cp", System.getProperty("java.class.path")));
    for (var open :
        List.of(
            "java.lang",
            "java.lang.invoke",
            "java.lang.reflect",
            "java.io",
            "java.net",
            "java.nio",
            "java.util",
            "java.util.concurrent",
            "java.util.concurrent.atomic")) {
      command.add("--add-opens=java.base/" + open + "=ALL-UNNAMED");
    }
    command.add("--add-opens=java.base/sun.nio.ch=ALL-UNNAMED");
    command.add("--add-opens=java.base/sun.security.action=ALL-UNNAMED");
    spark.forEach((key, value) -> command.add("-D" + key + "=" + value));
    command.add(main);
    command.addAll(words);
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.directory(folder.toAbsolutePath().toFile());
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    builder.redirectOutput(log.toFile());
    return new JobProcess(builder.start(), log);
  }

  private static boolean ignoresInterrupts() throws IOException {
    var status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return false;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("SigIgn:"))
        .map(line -> Long.parseUnsignedLong(line.substring("SigIgn:".length()).strip(), 16))
        .anyMatch(signals -> (signals >> SIGINT - 1 & 1) == 1);
  }

  /** What it has said so far. */
  public String output() throws IOException {
    return Files.readString(log, StandardCharsets.UTF_8);
  }

  /** Whether it has ended. */
  public boolean hasEnded() {
    return !process.isAlive();
  }

  /** Sends it a signal, such as TERM. */
  public void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, "" + process.pid()).start().waitFor();
  }

  /**
   * Waits for its end.
   *
   * @throws IllegalStateException if it takes longer: it hangs
   */
  public Result await(int patienceSeconds) throws IOException, InterruptedException {
    if (!process.waitFor(patienceSeconds, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException("it hangs:\n" + output());
    }
    return new Result(process.exitValue(), output(), (System.nanoTime() - start) / 1e9);
  }
}
