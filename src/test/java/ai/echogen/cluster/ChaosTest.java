package ai.echogen.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.data.LocalSpark;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The weights after 40 steps have the same bits whatever trains them and whatever dies meanwhile:
 * one line a scenario.
 *
 * <p>{@code ./mvnw test -Dtest=ChaosTest -Dechogen.chaos=full} runs all scenarios; without that
 * property, the few that stand for the rest.
 */
class ChaosTest {
  private static final boolean FULL = "full".equals(System.getProperty("echogen.chaos"));
  private static final int PATIENCE = 240; // seconds
  private static final List<String> TRAINING =
      List.of(
          "model.hidden=64",
          "model.intermediate=176",
          "model.headWidth=16",
          "train.steps=40",
          "train.microShards=4",
          "train.checkpoints.every=10",
          "train.checkpoints.partBytes=400000",
          "train.logEvery=5");
  private static final List<String> BANDIT = List.of("bandit");
  private static final List<String> BANDIT_ROUNDS = List.of("bandit", "rounds");
  private static final List<String> ROUNDS =
      List.of(
          "train.exchange.mode=rounds", "train.exchange.innerSteps=5", "train.exchange.workers=2");

  /** What is done to a training. */
  private record Scenario(
      String name, int workers, boolean isShort, List<String> keys, Map<String, String> spark) {
    boolean kills() {
      return spark.containsKey("spark.fault.after") || spark.containsKey("spark.fault.throw");
    }
  }

  @TempDir private static Path temp;
  private static final Map<String, String> HASHES = new TreeMap<>();
  private static final Map<String, Double> SECONDS = new HashMap<>();
  private static final List<String> LINES = new ArrayList<>();

  @BeforeAll
  static void makeTokens() throws IOException, InterruptedException {
    var local = Map.of("spark.master", "local[2]");
    succeed(local, "synthesize", "out=" + temp.resolve("scenes"), "count=80", "testCount=4");
    succeed(
        local,
        "train-tokenizer",
        "data=" + temp.resolve("scenes"),
        "out=" + temp.resolve("vq"),
        "model.baseChannels=8",
        "train.steps=8",
        "evaluate=4",
        "train.optim.warmupSteps=2");
    succeed(local, tokenizing("tokens"));
  }

  @AfterAll
  static void say() throws IOException {
    LINES.forEach(System.out::println);
    Files.write(Path.of("target", "chaos.txt"), LINES);
  }

  @TestFactory
  Stream<DynamicTest> theSameBitsWhateverHappens() {
    return scenarios()
        .filter(scenario -> FULL || scenario.isShort())
        .map(scenario -> DynamicTest.dynamicTest(scenario.name(), () -> run(scenario)));
  }

  private static Stream<Scenario> scenarios() {
    return Stream.of(
        plain("local[1]", 0, true, Map.of("spark.master", "local[1]")),
        plain("local[2]", 0, false, Map.of("spark.master", "local[2]")),
        plain("1 worker", 1, false, Map.of()),
        plain("2 workers", 2, true, Map.of()),
        plain("3 workers", 3, false, Map.of()),
        plain("2 workers, speculation", 2, false, speculation()),
        plain("2 workers, dynamic allocation", 2, false, dynamicAllocation()),
        plain(
            "executor killed in a forward pass",
            2,
            false,
            dies("objectives.PmtpObjective.gradient", 200)),
        plain("executor killed in the exchange", 2, true, dies("train.sync.BlockPeers.take", 60)),
        plain(
            "executor killed in a checkpoint",
            2,
            false,
            dies("train.checkpoint.CheckpointFile.write", 4)),
        plain("the only executor killed", 1, false, dies("objectives.PmtpObjective.gradient", 400)),
        plain("worker killed", 2, false, workerDies()),
        plain("driver killed, then resumed", 2, true, driverDies("sync")),
        rounds("rounds, local[1]", 0, Map.of("spark.master", "local[1]")),
        rounds("rounds, 2 workers", 2, Map.of()),
        rounds(
            "rounds, executor killed in a forward pass",
            2,
            dies("objectives.PmtpObjective.gradient", 200)),
        rounds(
            "rounds, executor killed in the exchange", 2, dies("train.sync.BlockPeers.take", 10)),
        rounds("rounds, driver killed, then resumed", 2, driverDies("rounds")),
        bandit("rollouts, local[1]", 0, true, Map.of("spark.master", "local[1]")),
        bandit("rollouts, local[2]", 0, false, Map.of("spark.master", "local[2]")),
        bandit("rollouts, 2 workers", 2, false, Map.of()),
        bandit("rollouts, 3 workers", 3, false, Map.of()),
        bandit(
            "rollouts, executor killed while it draws",
            2,
            true,
            dies("cluster.Bandit$Drawing.map", 40)),
        bandit(
            "rollouts, the only executor killed",
            1,
            false,
            dies("cluster.Bandit$Drawing.map", 300)),
        bandit("rollouts, driver killed, then resumed", 2, false, driverDies("bandit")),
        bandit("rollouts, an exception after an update", 2, true, fails(13)),
        new Scenario(
            "rollouts, two trainings in one application",
            2,
            true,
            List.of("bandit", "twice"),
            Map.of()),
        new Scenario("rollouts in rounds, 2 workers", 2, false, BANDIT_ROUNDS, Map.of()),
        new Scenario(
            "rollouts in rounds, an exception after an update", 2, false, BANDIT_ROUNDS, fails(14)),
        new Scenario(
            "executor killed while tokenizing",
            2,
            false,
            List.of(),
            dies("model.vq.VqTokenizer.encode", 10)));
  }

  private static Scenario plain(
      String name, int workers, boolean isShort, Map<String, String> spark) {
    return new Scenario(name, workers, isShort, TRAINING, spark);
  }

  private static Scenario rounds(String name, int workers, Map<String, String> spark) {
    return new Scenario(
        name, workers, false, Stream.concat(TRAINING.stream(), ROUNDS.stream()).toList(), spark);
  }

  private static Map<String, String> fails(int afterSteps) {
    return Map.of("spark.fault.throw", "" + afterSteps);
  }

  private static Scenario bandit(
      String name, int workers, boolean isShort, Map<String, String> spark) {
    return new Scenario(name, workers, isShort, BANDIT, spark);
  }

  private static Map<String, String> dies(String frame, int after) {
    return Map.of("spark.fault.frame", "ai.echogen." + frame, "spark.fault.after", "" + after);
  }

  private static Map<String, String> workerDies() {
    var spark = new HashMap<>(dies("objectives.PmtpObjective.gradient", 200));
    spark.put("spark.fault.victim", "worker");
    return spark;
  }

  private static Map<String, String> driverDies(String mode) {
    var file = temp.resolve(out("driver killed, then resumed", mode)).resolve("metrics.jsonl");
    return Map.of(
        "spark.fault.driver",
        file.toString(),
        "spark.fault.after",
        mode.equals("bandit") ? "6" : "4");
  }

  private static String out(String name, String mode) {
    return "out-" + mode + "-" + name.replaceAll("[^A-Za-z0-9]+", "-");
  }

  private static Map<String, String> speculation() {
    return Map.of(
        "spark.speculation", "true",
        "spark.speculation.interval", "10ms",
        "spark.speculation.multiplier", "1",
        "spark.speculation.quantile", "0",
        "spark.speculation.minTaskRuntime", "1ms",
        "spark.speculation.task.duration.threshold", "100ms");
  }

  private static Map<String, String> dynamicAllocation() {
    return Map.of(
        "spark.dynamicAllocation.enabled", "true",
        "spark.dynamicAllocation.shuffleTracking.enabled", "true",
        "spark.dynamicAllocation.executorIdleTimeout", "2s",
        "spark.dynamicAllocation.minExecutors", "0");
  }

  private static void run(Scenario scenario) throws IOException, InterruptedException {
    if (scenario.workers() == 0) {
      check(scenario, scenario.spark());
      return;
    }
    var folder = temp.resolve("cluster-" + LINES.size());
    try (var cluster = StandaloneCluster.start(folder, scenario.workers())) {
      var spark = new HashMap<>(cluster.properties());
      spark.putAll(scenario.spark());
      if (scenario.kills()) {
        spark.put("spark.plugins", FaultPlugin.class.getName());
        spark.put("spark.fault.marker", folder.resolve("killed").toString());
      }
      check(scenario, spark);
      if (scenario.kills()) {
        assertThat(folder.resolve("killed")).exists();
      }
    }
    assertThat(ProcessHandle.allProcesses().filter(isOf(folder))).isEmpty();
  }

  private static Predicate<ProcessHandle> isOf(Path folder) {
    return process ->
        process.info().commandLine().filter(line -> line.contains(folder.toString())).isPresent();
  }

  private static void check(Scenario scenario, Map<String, String> spark)
      throws IOException, InterruptedException {
    boolean tokenizes = scenario.keys().isEmpty();
    var mode =
        tokenizes
            ? "tokenize"
            : scenario.keys().contains("bandit")
                ? scenario.keys().contains("rounds") ? "bandit in rounds" : "bandit"
                : scenario.keys().containsAll(ROUNDS) ? "rounds" : "synchronous";
    var words = tokenizes ? tokenizing("tokens-2") : training(scenario, mode);
    var result = job(spark, words);
    double seconds = result.seconds();
    boolean dies = spark.containsKey("spark.fault.driver");
    if (dies) {
      assertThat(result.code()).isEqualTo(137);
      result = job(spark, words);
      seconds += result.seconds();
      assertThat(result.output()).contains("resumed at step");
    }
    assertThat(result.code()).as(result.output()).isZero();
    if (scenario.keys().contains("twice")) {
      assertThat(result.output()).contains("the other's weights " + result.hash());
    }
    if (mode.equals("bandit")) {
      assertThat(result.output()).containsPattern("chance of the best arms 0\\.9");
    }
    var hash = tokenizes ? hashOfTokens("tokens-2") : result.hash();
    var expected = HASHES.computeIfAbsent(mode, any -> tokenizes ? hashOfTokens("tokens") : hash);
    var undisturbed = SECONDS.get(mode + scenario.workers());
    SECONDS.putIfAbsent(mode + scenario.workers(), seconds);
    var line =
        "%-45s %s  %5.1f s%s"
            .formatted(
                scenario.name(),
                hash.substring(0, 16),
                seconds,
                undisturbed == null || !scenario.kills()
                    ? ""
                    : ", %.1f s lost".formatted(seconds - undisturbed));
    LINES.add(line);
    result
        .output()
        .lines()
        .filter(notice -> notice.matches("(PMTP|bandit): \\d+ executors?, .*"))
        .forEach(notice -> LINES.add("    " + notice));
    assertThat(hash).as(result.output()).isEqualTo(expected);
  }

  private static List<String> training(Scenario scenario, String mode) {
    var name =
        scenario.name().endsWith("driver killed, then resumed")
            ? out("driver killed, then resumed", mode.equals("synchronous") ? "sync" : mode)
            : "run-" + LINES.size();
    if (mode.startsWith("bandit")) {
      return Stream.concat(
              Stream.of("bandit", "out=" + temp.resolve(name)), scenario.keys().stream().skip(1))
          .toList();
    }
    var words = new ArrayList<String>();
    words.add("pretrain");
    words.add("data=" + temp.resolve("tokens"));
    words.add("tokenizer=" + temp.resolve("vq/model"));
    words.add("out=" + temp.resolve(name));
    words.addAll(scenario.keys());
    return words;
  }

  private static List<String> tokenizing(String out) {
    return List.of(
        "tokenize",
        "data=" + temp.resolve("scenes"),
        "tokenizer=" + temp.resolve("vq/model"),
        "out=" + temp.resolve(out),
        "batch=2");
  }

  /** Of ids and codes: Parquet writes sets of its own in any order. */
  private static String hashOfTokens(String name) {
    var rows =
        ShardStore.read(LocalSpark.session(), Location.of(temp.resolve(name)), "train")
            .select("id", "codes")
            .collectAsList()
            .toString();
    try {
      var digest =
          MessageDigest.getInstance("SHA-256").digest(rows.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void succeed(Map<String, String> spark, String... words)
      throws IOException, InterruptedException {
    succeed(spark, List.of(words));
  }

  private static void succeed(Map<String, String> spark, List<String> words)
      throws IOException, InterruptedException {
    var result = job(spark, words);
    assertThat(result.code()).as(result.output()).isZero();
  }

  private static JobProcess.Result job(Map<String, String> spark, List<String> words)
      throws IOException, InterruptedException {
    var log = Files.createTempFile(temp, "job", ".log");
    return words.get(0).equals("bandit")
        ? JobProcess.run(
            Path.of(""),
            BanditMain.class.getName(),
            log,
            spark,
            words.subList(1, words.size()),
            PATIENCE)
        : JobProcess.run(log, spark, words, PATIENCE);
  }
}
