package ai.echogen.cluster;

import static java.util.stream.Collectors.joining;
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
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a job makes has the same bits whatever runs it and whatever dies meanwhile: one line a
 * scenario, with the number of workers after its name.
 *
 * <p>{@code ./mvnw test -Dtest=ChaosTest -Dechogen.chaos=full} runs all scenarios, {@code
 * -Dechogen.chaos=CYCLE_RL} those of a kind, {@code -Dechogen.chaos=newcomer} those with the word
 * in their name; without that property, the few that stand for the rest.
 */
class ChaosTest {
  private static final String WANTED = System.getProperty("echogen.chaos", "");
  private static final int PATIENCE = 240; // seconds
  private static final String RESUMED = "driver killed, then resumed";
  private static final List<String> SIZES =
      List.of("model.hidden=64", "model.intermediate=176", "model.headWidth=16");
  private static final List<String> STEPS =
      List.of("train.steps=40", "train.checkpoints.every=10", "train.logEvery=5");
  private static final List<String> SPLIT =
      List.of("train.microShards=4", "train.checkpoints.partBytes=400000");
  private static final List<String> ROUNDS =
      List.of(
          "train.exchange.mode=rounds", "train.exchange.innerSteps=5", "train.exchange.workers=2");

  private static final List<String> BF16 = List.of("precision=bf16");

  /** What is run, and what of it must have the same bits. */
  private enum Kind {
    PMTP("objectives.PmtpObjective", "accumulate"),
    PMTP_ROUNDS("objectives.PmtpObjective", "accumulate"),
    PMTP_BF16("objectives.PmtpObjective", "accumulate"),
    ADAPTER("objectives.PmtpObjective", "accumulate"),
    DJO("objectives.djo.DjoObjective", "accumulate"),
    CYCLE_RL("objectives.policy.PolicyObjective", "accumulate"),
    CYCLE_RL_ADAPTER("objectives.policy.PolicyObjective", "accumulate"),
    CYCLE_RL_BF16("objectives.policy.PolicyObjective", "accumulate"),
    VQ("objectives.VqObjective", "accumulate"),
    TOYS("cluster.Bandit$Drawing", "map"),
    TOYS_ROUNDS("cluster.Bandit$Drawing", "map"),
    TOKENS("model.vq.VqTokenizer", "encode");

    /** A method in which most of the time is spent. */
    final String frame;

    Kind(String owner, String method) {
      this.frame = frame(owner, method);
    }

    boolean isCycle() {
      return this == CYCLE_RL || this == CYCLE_RL_BF16;
    }

    /** The words of the job, but for its {@code out}. */
    List<String> words() {
      return switch (this) {
        case PMTP -> concat(pretrain(), SIZES, SPLIT, STEPS);
        case PMTP_ROUNDS -> concat(pretrain(), SIZES, SPLIT, STEPS, ROUNDS);
        case PMTP_BF16 -> concat(PMTP.words(), BF16);
        case ADAPTER -> concat(pretrain(), adapter(), SPLIT, STEPS);
        case DJO ->
            concat(pretrain(), SPLIT, STEPS, List.of("stage=djo", "djo.drawings=2", base()));
        case CYCLE_RL -> concat(cycleRl(), SPLIT);
        case CYCLE_RL_ADAPTER -> concat(cycleRl(), List.of("lora.rank=4"));
        case CYCLE_RL_BF16 -> concat(CYCLE_RL.words(), BF16);
        case VQ -> concat(trainTokenizer(), STEPS, List.of("train.microShards=4"));
        case TOYS -> List.of("bandit");
        case TOYS_ROUNDS -> List.of("bandit", "rounds");
        case TOKENS -> tokenize();
      };
    }
  }

  /** The kinds that meet each disturbance. */
  private static final List<Kind> EVERYWHERE =
      List.of(
          Kind.PMTP,
          Kind.PMTP_BF16,
          Kind.ADAPTER,
          Kind.VQ,
          Kind.TOYS,
          Kind.DJO,
          Kind.CYCLE_RL,
          Kind.CYCLE_RL_BF16);

  /** What is done to a job. */
  private record Scenario(
      String name,
      Kind kind,
      int workers,
      boolean isShort,
      List<String> keys,
      Map<String, String> spark) {
    boolean kills() {
      return spark.containsKey("spark.fault.after") || spark.containsKey("spark.fault.throw");
    }

    /** Whether the cluster has other workers afterwards. */
    boolean changesCluster() {
      return spark.containsKey("spark.fault.victim") || spark.containsKey("spark.fault.pauses");
    }
  }

  @TempDir private static Path temp;
  private static final Map<Integer, Cluster> CLUSTERS = new HashMap<>(); // by number of workers
  private static final Map<Kind, String> HASHES = new EnumMap<>(Kind.class);
  private static final Map<String, Double> SECONDS = new HashMap<>();
  private static final List<String> LINES = new ArrayList<>();

  @BeforeAll
  static void makeTokens() throws IOException, InterruptedException {
    var local = Map.of("spark.master", "local[2]");
    succeed(local, "synthesize", "out=" + temp.resolve("scenes"), "count=80", "testCount=4");
    succeed(local, concat(trainTokenizer(), List.of("train.steps=8", "out=" + temp.resolve("vq"))));
    succeed(local, concat(tokenize(), List.of("out=" + temp.resolve("tokens"))));
    var model = List.of("train.steps=4", "out=" + temp.resolve("base"));
    succeed(local, concat(pretrain(), SIZES, model)); // what adapters adapt, and later stages
  }

  private static List<String> trainTokenizer() {
    return List.of(
        "train-tokenizer",
        "data=" + temp.resolve("scenes"),
        "model.baseChannels=8",
        "evaluate=4",
        "train.optim.warmupSteps=2");
  }

  private static List<String> tokenize() {
    return List.of(
        "tokenize",
        "data=" + temp.resolve("scenes"),
        "tokenizer=" + temp.resolve("vq/model"),
        "batch=2");
  }

  private static List<String> pretrain() {
    return List.of(
        "pretrain", "data=" + temp.resolve("tokens"), "tokenizer=" + temp.resolve("vq/model"));
  }

  private static List<String> adapter() {
    return List.of(base(), "lora.rank=4");
  }

  private static String base() {
    return "init=" + temp.resolve("base/model");
  }

  /**
   * 20 steps, 8 in the short form; a KL term, anchors, a guide and credit a box, so that all parts
   * are there.
   */
  private static List<String> cycleRl() {
    return List.of(
        "cycle-rl",
        base(),
        "data=" + temp.resolve("tokens"),
        "prompts=" + temp.resolve("scenes"),
        "cycle.group=4",
        "cycle.promptsAtOnce=1",
        "cycle.credit.image=0.5",
        "policy.loss.kl=0.01",
        "policy.anchor.weight=0.1",
        "policy.guide.weight=0.1",
        "policy.anchor.samples=4",
        "train.steps=" + (WANTED.isEmpty() ? 8 : 20),
        "train.batch=4",
        "train.logEvery=5",
        "train.checkpoints.every=5",
        "train.eval.every=10",
        "train.eval.samples=16");
  }

  @SafeVarargs
  private static List<String> concat(List<String>... parts) {
    return Stream.of(parts).flatMap(List::stream).toList();
  }

  @AfterAll
  static void say() throws IOException {
    CLUSTERS.values().forEach(Cluster::close);
    LINES.forEach(System.out::println);
    Files.write(Path.of("target", "chaos.txt"), LINES);
  }

  @TestFactory
  Stream<DynamicTest> theSameBitsWhateverHappens() {
    return scenarios()
        .filter(ChaosTest::isWanted)
        .map(scenario -> DynamicTest.dynamicTest(scenario.name(), () -> run(scenario)));
  }

  private static boolean isWanted(Scenario scenario) {
    return switch (WANTED) {
      case "" -> scenario.isShort();
      case "full" -> true;
      default -> scenario.kind().name().equals(WANTED) || scenario.name().contains(WANTED);
    };
  }

  private static Stream<Scenario> scenarios() {
    var scenarios = new ArrayList<Scenario>();
    var shortOnes = Set.of(Kind.PMTP, Kind.PMTP_BF16, Kind.TOYS, Kind.CYCLE_RL);
    for (var kind : EVERYWHERE) {
      boolean isShort = shortOnes.contains(kind);
      boolean isPmtp = kind == Kind.PMTP;
      scenarios.add(of("local[1]", kind, 0, isShort, Map.of("spark.master", "local[1]")));
      scenarios.add(of("local[2]", kind, 0, false, Map.of("spark.master", "local[2]")));
      scenarios.add(of("1 worker", kind, 1, false, Map.of()));
      scenarios.add(of("2 workers", kind, 2, false, Map.of()));
      scenarios.add(of("3 workers", kind, 3, false, Map.of()));
      scenarios.add(of("speculation", kind, 2, false, speculation()));
      int calls = kind == Kind.TOYS ? 40 : kind.isCycle() ? 50 : 200;
      scenarios.add(
          of(
              "an executor killed at work",
              kind,
              2,
              kind == Kind.CYCLE_RL || kind == Kind.PMTP_BF16,
              dies(kind.frame, calls)));
      scenarios.add(of(RESUMED, kind, 2, isPmtp, driverDies(kind)));
    }
    scenarios.add(of("dynamic allocation", Kind.PMTP, 2, false, dynamicAllocation()));
    scenarios.add(
        of(
            "killed in the exchange",
            Kind.PMTP,
            2,
            true,
            dies(frame("train.sync.BlockPeers", "take"), 60)));
    scenarios.add(
        of(
            "killed in a checkpoint",
            Kind.PMTP,
            2,
            false,
            dies(frame("train.checkpoint.CheckpointFile", "write"), 4)));
    scenarios.add(of("the only executor killed", Kind.PMTP, 1, false, dies(Kind.PMTP.frame, 400)));
    scenarios.add(of("a worker killed", Kind.PMTP, 2, false, workerDies()));
    scenarios.add(newcomer(Kind.PMTP));

    var rounds = Kind.PMTP_ROUNDS;
    scenarios.add(of("local[1]", rounds, 0, false, Map.of("spark.master", "local[1]")));
    scenarios.add(of("2 workers", rounds, 2, false, Map.of()));
    scenarios.add(of("an executor killed at work", rounds, 2, false, dies(rounds.frame, 200)));
    scenarios.add(
        of(
            "killed in the exchange",
            rounds,
            2,
            false,
            dies(frame("train.sync.BlockPeers", "take"), 10)));
    scenarios.add(newcomer(rounds));
    scenarios.add(of(RESUMED, rounds, 2, false, driverDies(rounds)));

    scenarios.add(of("the only executor killed", Kind.TOYS, 1, true, dies(Kind.TOYS.frame, 300)));
    scenarios.add(of("an exception after an update", Kind.TOYS, 2, true, fails(13)));
    scenarios.add(
        new Scenario(
            "two trainings in one application", Kind.TOYS, 2, true, List.of("twice"), Map.of()));
    scenarios.add(of("2 workers", Kind.TOYS_ROUNDS, 2, false, Map.of()));
    scenarios.add(of("an exception after an update", Kind.TOYS_ROUNDS, 2, false, fails(14)));
    var drawing = frame("train.rollout.CycleRollouts$Opened", "map");
    scenarios.add(
        of("an executor killed while it draws", Kind.CYCLE_RL, 2, true, dies(drawing, 100)));
    scenarios.add(
        of("the only one killed while it draws", Kind.CYCLE_RL, 1, false, dies(drawing, 100)));
    scenarios.add(
        of("the only executor killed", Kind.CYCLE_RL, 1, false, dies(Kind.CYCLE_RL.frame, 100)));
    scenarios.add(
        of("local[1]", Kind.CYCLE_RL_ADAPTER, 0, false, Map.of("spark.master", "local[1]")));
    scenarios.add(of("killed while it draws", Kind.CYCLE_RL_ADAPTER, 2, false, dies(drawing, 300)));
    scenarios.add(
        of("an executor killed at work", Kind.TOKENS, 2, false, dies(Kind.TOKENS.frame, 10)));
    return scenarios.stream();
  }

  private static Scenario of(
      String name, Kind kind, int workers, boolean isShort, Map<String, String> spark) {
    return new Scenario(name, kind, workers, isShort, List.of(), spark);
  }

  private static Map<String, String> fails(int afterSteps) {
    return Map.of("spark.fault.throw", "" + afterSteps);
  }

  private static Map<String, String> dies(String frame, int after) {
    return Map.of("spark.fault.frame", frame, "spark.fault.after", "" + after);
  }

  /** A method as stacks show it, which must be there: nobody would die in one that is not. */
  private static String frame(String owner, String method) {
    try {
      var type = Class.forName("ai.echogen." + owner);
      if (Stream.of(type.getDeclaredMethods()).noneMatch(one -> one.getName().equals(method))) {
        throw new IllegalStateException(type.getName() + " has no method " + method);
      }
      return type.getName() + "." + method;
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, String> workerDies() {
    var spark = new HashMap<>(dies(Kind.PMTP.frame, 200));
    spark.put("spark.fault.victim", "worker");
    return spark;
  }

  private static Map<String, String> driverDies(Kind kind) {
    var file = out(RESUMED, kind).resolve("metrics.jsonl");
    int lines = // that are there after the first checkpoint
        switch (kind) {
          case TOYS, TOYS_ROUNDS -> 6;
          case CYCLE_RL, CYCLE_RL_ADAPTER, CYCLE_RL_BF16 -> 16;
          default -> 4;
        };
    return Map.of("spark.fault.driver", "" + file, "spark.fault.after", "" + lines);
  }

  private static Path out(String name, Kind kind) {
    return temp.resolve("out-" + kind + "-" + name.replaceAll("[^A-Za-z0-9]+", "-"));
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

  /** An executor stands still in the middle of a step until a second one waits for its end. */
  private static Scenario newcomer(Kind kind) {
    var spark = new HashMap<>(dies(Kind.PMTP.frame, 100));
    spark.put("spark.fault.pauses", "true");
    // The newcomer may ask the one that stands for a part of its task: it is to ask the driver
    // soon.
    spark.put("spark.shuffle.io.connectionTimeout", "3s");
    spark.put("spark.shuffle.io.maxRetries", "0");
    return of("a newcomer while a step is made", kind, 1, false, spark);
  }

  private static void run(Scenario scenario) throws IOException, InterruptedException {
    if (scenario.workers() == 0) {
      check(scenario, scenario.spark());
      return;
    }
    if (!scenario.changesCluster()) {
      var shared = CLUSTERS.get(scenario.workers());
      if (shared == null) {
        shared = new Cluster(temp.resolve("cluster-of-" + scenario.workers()), scenario.workers());
        CLUSTERS.put(scenario.workers(), shared);
      }
      run(scenario, shared);
      return;
    }
    try (var own = new Cluster(temp.resolve("cluster-" + LINES.size()), scenario.workers())) {
      run(scenario, own);
    }
  }

  private static void run(Scenario scenario, Cluster cluster)
      throws IOException, InterruptedException {
    var marker = temp.resolve("killed-" + LINES.size());
    var spark = new HashMap<>(cluster.running.properties());
    spark.putAll(scenario.spark());
    if (scenario.kills()) {
      spark.put("spark.plugins", FaultPlugin.class.getName());
      spark.put("spark.fault.marker", marker.toString());
    }
    boolean grows = spark.containsKey("spark.fault.pauses");
    var growth = grows ? CompletableFuture.runAsync(() -> addWorker(cluster, marker)) : null;
    var output = check(scenario, spark);
    if (growth != null) {
      growth.join();
      assertThat(output).containsPattern("2 executors, from step [1-9]");
    }
    if (scenario.kills()) {
      assertThat(marker).exists();
    }
  }

  /** A cluster that leaves no process. */
  private static final class Cluster implements AutoCloseable {
    final Path folder;
    final StandaloneCluster running;

    Cluster(Path folder, int workers) throws IOException {
      this.folder = folder;
      this.running = StandaloneCluster.start(folder, workers);
    }

    @Override
    public void close() {
      running.close();
      assertThat(ProcessHandle.allProcesses().filter(isOf(folder))).isEmpty();
    }
  }

  private static void addWorker(Cluster cluster, Path marker) {
    try {
      await(marker, "no executor stood still");
      cluster.running.addWorker();
      await(FaultPlugin.joins(marker), "no second executor waits for a plan");
      Files.createFile(FaultPlugin.end(marker));
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void await(Path file, String otherwise) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE * 1_000_000_000L;
    while (!Files.exists(file)) {
      Thread.sleep(20);
      if (System.nanoTime() > end) {
        throw new IllegalStateException(otherwise);
      }
    }
  }

  private static Predicate<ProcessHandle> isOf(Path folder) {
    return process ->
        process.info().commandLine().filter(line -> line.contains(folder.toString())).isPresent();
  }

  private static String check(Scenario scenario, Map<String, String> spark)
      throws IOException, InterruptedException {
    var kind = scenario.kind();
    boolean resumes = scenario.name().equals(RESUMED);
    var out = resumes ? out(RESUMED, kind) : temp.resolve("run-" + LINES.size());
    var words = concat(kind.words(), List.of("out=" + out), scenario.keys());
    var result = job(spark, words);
    double seconds = result.seconds();
    if (resumes) {
      assertThat(result.code()).as(result.output()).isEqualTo(137);
      result = job(spark, words);
      seconds += result.seconds();
      assertThat(result.output()).contains("resumed at step");
    }
    assertThat(result.code()).as(result.output()).isZero();
    if (scenario.keys().contains("twice")) {
      assertThat(result.output()).contains("the other's weights " + result.hash());
    }
    if (kind == Kind.TOYS) {
      assertThat(result.output()).containsPattern("chance of the best arms 0\\.9");
    }
    var hash = kind == Kind.TOKENS ? hashOfTokens(out) : result.hashes();
    var expected =
        HASHES.computeIfAbsent(
            kind, any -> kind == Kind.TOKENS ? hashOfTokens(temp.resolve("tokens")) : hash);
    LINES.add(line(scenario, hash, seconds));
    result
        .output()
        .lines()
        .filter(notice -> notice.matches("[A-Za-z]+: \\d+ executors?, .*"))
        .forEach(notice -> LINES.add("    " + notice));
    assertThat(hash).as(result.output()).isEqualTo(expected);
    return result.output();
  }

  private static String line(Scenario scenario, String hash, double seconds) {
    var peers = scenario.kind() + " " + scenario.workers();
    var undisturbed = SECONDS.putIfAbsent(peers, seconds);
    return "%-12s %-34s %s  %5.1f s%s"
        .formatted(
            scenario.kind(),
            scenario.name() + (scenario.workers() == 0 ? "" : ", " + scenario.workers()),
            shortened(hash),
            seconds,
            undisturbed == null || !scenario.kills()
                ? ""
                : ", %.1f s lost".formatted(seconds - undisturbed));
  }

  /** The first digits of each hash: of the weights, and of the rollouts where there are some. */
  private static String shortened(String hashes) {
    return Stream.of(hashes.split(" ")).map(hash -> hash.substring(0, 16)).collect(joining(" "));
  }

  /** Of ids and codes: Parquet writes sets of its own in any order. */
  private static String hashOfTokens(Path shards) {
    var rows =
        ShardStore.read(LocalSpark.session(), Location.of(shards), "train")
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
