package ai.echogen.jobs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.echogen.cluster.BusyProxy;
import ai.echogen.cluster.FaultPlugin;
import ai.echogen.cluster.JobProcess;
import ai.echogen.cluster.MiniHdfs;
import ai.echogen.cluster.S3Server;
import ai.echogen.cluster.StandaloneCluster;
import ai.echogen.data.shards.ShardFile;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.observe.ScoresFile;
import ai.echogen.storage.Location;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * From nothing to scores with every place on a store that all machines share: two workers, a driver
 * that is killed in the middle of training and started again, and the same bits as here.
 */
class RemoteStoresTest {
  private static final int PATIENCE = 300; // seconds
  private static final int REFUSED_OF = 20; // requests
  private static final Pattern HASH = Pattern.compile("weights sha256 (\\p{XDigit}{64})");
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private static Path temp;
  private static StandaloneCluster cluster;
  private static Made here;

  /** What must be the same. */
  private record Made(
      List<ShardFile> scenes,
      List<ShardFile> tokens,
      List<String> hashes,
      Map<String, Double> scores) {
    static Made of(String at, String hash) throws IOException {
      var about = JSON.readTree(Location.of(at + "run/run.json").read());
      assertThat(about.path("finished").asBoolean()).isTrue();
      return new Made(
          ShardStore.manifest(Location.of(at + "scenes")).files(),
          ShardStore.manifest(Location.of(at + "tokens")).files(),
          List.of(hash, about.path("weights_sha256").asText()),
          Location.of(at + "scores/scores.json").onDisk(ScoresFile::read));
    }
  }

  @BeforeAll
  static void makeItHere() throws IOException {
    SparkSession.getDefaultSession().foreach(RemoteStoresTest::stop);
    var at = temp.resolve("local") + "/";
    var jobs = List.of(synthesize(at), trainTokenizer(at), tokenize(at), pretrain(at), score(at));
    var out = new ByteArrayOutputStream();
    System.setProperty("spark.master", "local[1]");
    try {
      var code = SeveralJobs.run(jobs, new PrintStream(out, true, UTF_8));
      assertThat(code).as(() -> out.toString(UTF_8)).isZero();
    } finally {
      System.clearProperty("spark.master");
    }
    here = Made.of(at, hash(out.toString(UTF_8)));
    assertThat(here.hashes()).doesNotContain("").allMatch(here.hashes().get(0)::equals);
    assertThat(here.tokens()).extracting(ShardFile::split).contains("train", "test");
    assertThat(here.scores()).isNotEmpty();
    cluster = StandaloneCluster.start(temp.resolve("cluster"), 2);
  }

  @AfterAll
  static void end() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void theSameBitsOnHdfs() throws Exception {
    try (var hdfs = MiniHdfs.start(temp.resolve("hdfs"))) {
      var said = roundTrip("hdfs", hdfs.root() + "a b/", cluster.properties());
      assertThat(Made.of(hdfs.root() + "a b/", hash(said))).isEqualTo(here);
    }
  }

  /** One that is busy now and then; its credentials stand nowhere. */
  @Test
  void theSameBitsOnS3() throws Exception {
    var missing = S3Server.missing();
    assumeTrue(
        missing.isEmpty(),
        () -> "no " + missing.orElseThrow() + ": ./mvnw -Ps3 test -Dtest=RemoteStoresTest has it");
    var at = "s3a://" + S3Server.BUCKET + "/a b/";
    try (var server = S3Server.start(temp.resolve("s3"));
        var proxy = BusyProxy.start(server.port(), REFUSED_OF)) {
      var store = with(S3Server.properties(proxy.port()), S3Server.credentials());
      store.forEach(System::setProperty);
      try {
        var said = roundTrip("s3", at, with(cluster.properties(), store));
        assertThat(Made.of(at, hash(said))).isEqualTo(here);
        assertThat(proxy.numRefused()).isGreaterThan(20);
        said += dryRun(at, store) + wrongPassword(at, proxy) + fromTheEnvironment(at, proxy);
        requireNoCredentials(said.getBytes(UTF_8), "what jobs say");
        assertThat(requireNoCredentials(Location.of(at))).isGreaterThan(40);
        requireNoCredentials(temp.resolve("cluster"));
      } finally {
        Location.of(at).files().close(); // Hadoop keeps it, and the next server has another port
        store.keySet().forEach(System::clearProperty);
      }
      System.out.printf(
          Locale.ROOT,
          "S3: %d requests, %d of them told to slow down%n",
          proxy.numRequests(),
          proxy.numRefused());
    }
  }

  /** Returns what the jobs said. */
  private static String roundTrip(String name, String at, Map<String, String> spark)
      throws IOException, InterruptedException {
    Location.of(at + "vq/model").put(temp.resolve("local/vq/model"));
    var first = run(name, dying(name, spark), List.of(synthesize(at), tokenize(at), pretrain(at)));
    assertThat(first.code()).as(first.output()).isEqualTo(137);
    assertThat(first.output()).doesNotContain("weights sha256");
    var again = run(name + "-again", spark, List.of(pretrain(at), score(at)));
    assertThat(again.code()).as(again.output()).isZero();
    assertThat(again.output()).containsPattern("resumed at step (4|8|12|16)\n");
    return first.output() + again.output();
  }

  /** The driver is killed in the steps after the first checkpoint. */
  private static Map<String, String> dying(String name, Map<String, String> spark) {
    var word = temp.resolve(name + "-die");
    var log = temp.resolve(name + ".log");
    var unused = CompletableFuture.runAsync(() -> sendOnceItSays("step  5/20", log, word));
    return with(
        spark,
        Map.of(
            "spark.plugins",
            FaultPlugin.class.getName(),
            "spark.fault.driver",
            word.toString(),
            "spark.fault.marker",
            temp.resolve(name + "-killed").toString()));
  }

  private static void sendOnceItSays(String said, Path log, Path word) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE);
    try {
      while (!Files.exists(log) || !Files.readString(log).contains(said)) {
        if (System.nanoTime() > end) {
          return;
        }
        Thread.sleep(5);
      }
      Files.writeString(word, "now\n");
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JobProcess.Result run(
      String name, Map<String, String> spark, List<List<String>> jobs)
      throws IOException, InterruptedException {
    var main = SeveralJobs.class.getName();
    var log = temp.resolve(name + ".log");
    return JobProcess.run(Path.of(""), main, log, spark, SeveralJobs.words(jobs), PATIENCE);
  }

  private static String dryRun(String at, Map<String, String> store)
      throws IOException, InterruptedException {
    var words = new ArrayList<>(pretrain(at));
    words.add("out=" + at + "another");
    words.add("--dry-run");
    var result = JobProcess.run(temp.resolve("dry-run.log"), local(store), words, PATIENCE);
    assertThat(result.code()).as(result.output()).isZero();
    assertThat(result.output()).contains("another");
    return result.output();
  }

  /** Returns what is said of it, in a few lines. */
  private static String wrongPassword(String at, BusyProxy proxy)
      throws IOException, InterruptedException {
    var wrong = new HashMap<>(local(S3Server.properties(proxy.port())));
    wrong.put("spark.hadoop.fs.s3a.access.key", S3Server.KEY);
    wrong.put("spark.hadoop.fs.s3a.secret.key", S3Server.SECRET + "!");
    var words = List.of("verify", "data=" + at + "scenes");
    var result = JobProcess.run(temp.resolve("wrong.log"), wrong, words, PATIENCE);
    assertThat(result.code()).as(result.output()).isNotZero();
    assertThat(result.output()).contains("403");
    return result.output();
  }

  /** The way that most clusters have. */
  private static String fromTheEnvironment(String at, BusyProxy proxy)
      throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    local(S3Server.properties(proxy.port()))
        .forEach((key, value) -> command.add("-D" + key + "=" + value));
    for (var open : List.of("java.nio", "java.lang", "java.util", "sun.nio.ch")) {
      command.add("--add-opens=java.base/" + open + "=ALL-UNNAMED");
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Main.class.getName(), "verify", "data=" + at + "scenes"));
    var log = temp.resolve("environment.log");
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("AWS_ACCESS_KEY_ID", S3Server.KEY);
    builder.environment().put("AWS_SECRET_ACCESS_KEY", S3Server.SECRET);
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    var process = builder.redirectOutput(log.toFile()).start();
    boolean isOver = process.waitFor(PATIENCE, TimeUnit.SECONDS);
    process.destroyForcibly();
    var output = Files.readString(log);
    assertThat(isOver && process.exitValue() == 0).as(output).isTrue();
    return output;
  }

  private static Map<String, String> local(Map<String, String> store) {
    return with(Map.of("spark.master", "local[1]"), store);
  }

  /** Returns how many files lie there. */
  private static int requireNoCredentials(Location directory) throws IOException {
    int files = 0;
    for (var entry : directory.list()) {
      var place = directory.child(entry.getPath().getName());
      if (entry.isDirectory()) {
        files += requireNoCredentials(place);
      } else {
        requireNoCredentials(place.read(), place.toString());
        files++;
      }
    }
    return files;
  }

  private static void requireNoCredentials(Path folder) throws IOException {
    try (var all = Files.walk(folder)) {
      for (var file : all.filter(path -> !path.toString().endsWith(".jar")).toList()) {
        if (Files.isRegularFile(file)) {
          requireNoCredentials(Files.readAllBytes(file), file.toString());
        }
      }
    }
  }

  private static void requireNoCredentials(byte[] bytes, String where) {
    var text = new String(bytes, ISO_8859_1);
    for (var word : List.of(S3Server.KEY, S3Server.SECRET)) {
      assertThat(text.contains(word)).as("%s says %s", where, word).isFalse();
    }
  }

  private static List<String> synthesize(String at) {
    return List.of("synthesize", "out=" + at + "scenes", "count=24", "testCount=4");
  }

  private static List<String> trainTokenizer(String at) {
    return concat(
        List.of("train-tokenizer", "data=" + at + "scenes", "out=" + at + "vq"),
        PlacesTest.TOKENIZER);
  }

  private static List<String> tokenize(String at) {
    return List.of(
        "tokenize",
        "data=" + at + "scenes",
        "tokenizer=" + at + "vq/model",
        "out=" + at + "tokens");
  }

  private static List<String> pretrain(String at) {
    return concat(
        List.of(
            "pretrain",
            "data=" + at + "tokens",
            "tokenizer=" + at + "vq/model",
            "out=" + at + "run"),
        concat(PlacesTest.MODEL, PlacesTest.TRAINING),
        List.of(
            "train.steps=20",
            "train.checkpoints.every=4",
            "train.checkpoints.keep=2",
            "train.logEvery=1",
            "train.microShards=2"));
  }

  private static List<String> score(String at) {
    return List.of(
        "score",
        "model=" + at + "run/model",
        "data=" + at + "tokens",
        "out=" + at + "scores",
        "count=2");
  }

  private static String hash(String said) {
    var found = HASH.matcher(said).results().toList();
    return found.isEmpty() ? "" : found.get(found.size() - 1).group(1);
  }

  private static Map<String, String> with(Map<String, String> one, Map<String, String> more) {
    var all = new HashMap<>(one);
    all.putAll(more);
    return all;
  }

  @SafeVarargs
  private static List<String> concat(List<String>... parts) {
    return Stream.of(parts).flatMap(List::stream).toList();
  }

  private static Object stop(SparkSession session) {
    session.stop();
    return session;
  }
}
