package ai.echogen.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.cluster.JobProcess;
import ai.echogen.config.Reference;
import ai.echogen.data.LocalSpark;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.model.TinyModel;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServeJobTest {
  private static final int PATIENCE = 60; // seconds
  private static final int LOOK_MILLIS = 10;
  private static final Pattern ADDRESS = Pattern.compile("(?m)^studio  (http://\\S+)");
  private static final String REGIONS =
      """
      [{"phrase": "red dog", "box": [0.1, 0.2, 0.55, 0.9]}, \
      {"phrase": "ball", "box": [0.6, 0.5, 1, 0.9]}]\
      """;

  @TempDir private static Path shared;
  @TempDir private Path temp;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeAll
  static void writeModels() throws IOException {
    TinyModel.write(shared.resolve("one/model"), List.of("a red dog and a blue ball"));
    TinyModel.write(shared.resolve("two"), List.of("a red dog and a blue ball"));
  }

  private static String model() {
    return "model=" + shared.resolve("one/model");
  }

  @Test
  void aDryRunSaysWhatWouldBeServedAndToWhom() {
    assertThat(run(model(), "compare=" + shared.resolve("two"), "queue=3", "--dry-run")).isZero();
    assertThat(run(model(), "host=0.0.0.0", "port=0", "--dry-run")).isZero();

    assertThat(console())
        .contains("serves  " + shared.resolve("one/model") + ": pictures of 16 × 16 pixels")
        .contains("serves  " + shared.resolve("two") + ": pictures of 16 × 16 pixels")
        .contains("listens on 127.0.0.1, port 8080, for this machine alone")
        .contains("listens on 0.0.0.0, any free port, for who shows a token")
        .contains("queue   1 at once, 3 more may wait");
  }

  @Test
  void wrongSettingsSayTheWayOut() throws IOException {
    var empty = Files.createDirectory(temp.resolve("empty"));
    var token = Files.writeString(temp.resolve("token"), "short");

    assertThat(run(model(), "port=70000", "queue=-1", "workers=0")).isEqualTo(2);
    assertThat(run("model=" + empty)).isEqualTo(2);
    assertThat(run(model(), "tokenFile=" + token)).isEqualTo(2);
    assertThat(run(model(), "host=no-such-host.invalid")).isEqualTo(2);

    assertThat(console())
        .contains("port must be 0 to 65535, got 70000")
        .contains("queue must be 0 to 1000, got -1", "workers must be 1 to 256, got 0")
        .contains(empty + " is not a model directory")
        .contains("tokenFile=" + token + ": must be a file with 16 to 200 letters")
        .contains("host=no-such-host.invalid: is not known here");
  }

  @Test
  void drawsWhatGenerateDraws() throws Exception {
    var lines = temp.resolve("layouts.jsonl");
    Files.writeString(
        lines, "{\"id\": \"x\", \"caption\": \"a dog\", \"regions\": " + REGIONS + "}\n");
    LocalSpark.session();
    var drawn = temp.resolve("drawn");
    var words = List.of(model(), "layouts=" + lines, "out=" + drawn, "seed=5", "temperature=0.7");
    assertThat(runner().run(new GenerateJob(), words)).as(this::console).isZero();
    var served = startServing("port=0", "temperature=0.7");

    var answer =
        send(
            served,
            "api/draw",
            Optional.of(
                "{\"id\": \"x\", \"caption\": \"a dog\", \"seed\": 5, \"regions\": "
                    + REGIONS
                    + "}"));
    served.end();

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    var png = new ObjectMapper().readTree(answer.body()).at("/results/0/drawings/0/png");
    assertThat(png.binaryValue()).isEqualTo(Files.readAllBytes(drawn.resolve("images/x.png")));
  }

  @Test
  void elsewhereATokenIsMadeAndToldOnce() throws Exception {
    var served = startServing("port=0", "host=0.0.0.0");

    assertThat(served.query())
        .hasValueSatisfying(query -> assertThat(query).matches("token=.{32}"));
    assertThat(send(served, "api/models", Optional.empty()).statusCode()).isEqualTo(401);
    assertThat(send(served, "?" + served.query().orElseThrow(), Optional.empty()).statusCode())
        .isEqualTo(200);
    served.end();
    assertThat(console().lines().filter(line -> line.contains("token="))).hasSize(1);
  }

  @Test
  void aTokenOfTheUsersIsWantedAndNotShown() throws Exception {
    var token = Files.writeString(temp.resolve("token"), "0123456789abcdef\n");

    var served = startServing("port=0", "tokenFile=" + token);

    assertThat(send(served, "api/models", Optional.empty()).statusCode()).isEqualTo(401);
    assertThat(send(served, "?token=0123456789abcdef", Optional.empty()).statusCode())
        .isEqualTo(200);
    served.end();
    assertThat(console()).doesNotContain("0123456789abcdef");
  }

  @Test
  void aSignalEndsItWithTheCodesOfOtherJobs() throws Exception {
    var log = temp.resolve("log");
    var serving = JobProcess.start(log, Map.of(), List.of("serve", model(), "port=0"));
    long end = System.nanoTime() + PATIENCE * 1_000_000_000L;
    while (!ADDRESS.matcher(serving.output()).find()) {
      assertThat(serving.hasEnded() || System.nanoTime() > end).as(serving.output()).isFalse();
      Thread.sleep(LOOK_MILLIS);
    }

    serving.signal("TERM");
    var result = serving.await(PATIENCE);

    assertThat(result.code()).as(result.output()).isEqualTo(143);
    assertThat(result.output()).doesNotContain("\tat ", "Exception", "INFO");
  }

  @ParameterizedTest
  @CsvSource({
    "spark.echogen.device,             true",
    "spark.driver.resource.gpu.amount, true",
    "spark.executor.memory,            false",
  })
  void aSessionIsStartedOnlyWhereItTellsAModelSomething(String key, boolean needed) {
    assertThat(ServeJob.needsSession(new SparkConf(false).set(key, "1"))).isEqualTo(needed);
  }

  /** A studio that runs in a thread. */
  private record Served(Thread thread, FutureTask<Integer> code, URI uri) {
    Optional<String> query() {
      return Optional.ofNullable(uri.getQuery());
    }

    void end() throws Exception {
      thread.interrupt();
      assertThat(code.get(PATIENCE, TimeUnit.SECONDS)).isZero();
    }
  }

  private Served startServing(String... words) throws Exception {
    var all = new ArrayList<>(List.of(model()));
    all.addAll(List.of(words));
    var code = new FutureTask<>(() -> runner().run(new ServeJob(), all));
    var thread = new Thread(code, "serving");
    thread.start();
    long end = System.nanoTime() + PATIENCE * 1_000_000_000L;
    var address = ADDRESS.matcher(console());
    while (!address.find()) {
      assertThat(code.isDone() || System.nanoTime() > end).as(console()).isFalse();
      Thread.sleep(LOOK_MILLIS);
      address = ADDRESS.matcher(console());
    }
    return new Served(thread, code, URI.create(address.group(1)));
  }

  private static HttpResponse<String> send(Served served, String path, Optional<String> json)
      throws IOException, InterruptedException {
    var place = URI.create("http://127.0.0.1:" + served.uri().getPort() + "/" + path);
    var request = HttpRequest.newBuilder(place);
    json.ifPresent(
        body ->
            request.header("Content-Type", "application/json").POST(BodyPublishers.ofString(body)));
    return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
  }

  private int run(String... words) {
    return runner().run(new ServeJob(), List.of(words));
  }

  private JobRunner runner() {
    return new JobRunner(Reference.builtIn(), print(out), print(err));
  }

  private String console() {
    return out.toString(StandardCharsets.UTF_8) + err.toString(StandardCharsets.UTF_8);
  }

  private static PrintStream print(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }
}
