package ai.echogen.scoring.judges.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import ai.echogen.image.Png;
import ai.echogen.json.JsonText;
import ai.echogen.scoring.judges.VisualQuestion.Query;
import ai.echogen.scoring.judges.http.HttpVisualQuestion.Settings;
import ai.echogen.storage.Location;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class HttpVisualQuestionTest {
  private static final String KEY = "sk-very-secret-0123456789";
  private static final String QUESTION = "Is the subject \"a cat\" present?";

  @TempDir Path directory;

  @Test
  void asksAsTheInterfaceWantsIt() {
    try (var server = ChatFake.saying("Yes.")) {
      var image = image(0xFF0000);

      assertThat(judge(server).answer(image, QUESTION)).isEqualTo("Yes.");

      var asked = server.asked().get(0);
      assertThat(asked.path()).isEqualTo("/v1/chat/completions");
      assertThat(asked.authorization()).isEqualTo("Bearer " + KEY);
      var body = JsonText.parse(asked.body().getBytes(StandardCharsets.UTF_8), "request");
      assertThat(body.path("model").textValue()).isEqualTo("minicpm");
      assertThat(body.path("temperature").intValue()).isZero();
      assertThat(body.path("seed").longValue()).isEqualTo(42);
      assertThat(body.path("max_tokens").intValue()).isEqualTo(16);
      var message = body.path("messages").path(0);
      assertThat(message.path("role").textValue()).isEqualTo("user");
      assertThat(message.path("content").path(1).path("text").textValue()).isEqualTo(QUESTION);
      var url = message.path("content").path(0).path("image_url").path("url").textValue();
      assertThat(url).startsWith("data:image/png;base64,");
      var shown = Png.decode(Base64.getDecoder().decode(url.substring(url.indexOf(',') + 1)));
      assertThat(shown.getRGB(1, 1)).isEqualTo(image.getRGB(1, 1));
    }
  }

  @Test
  void answersKeepTheOrderOfTheQueriesAndNoMoreAreAskedAtOnceThanAllowed() {
    var open = new AtomicInteger();
    var mostOpen = new AtomicInteger();
    try (var server =
        new ChatFake(
            (exchange, number) -> {
              mostOpen.accumulateAndGet(open.incrementAndGet(), Math::max);
              Thread.sleep(20 + 37 * number % 50);
              open.decrementAndGet(); // once it is answered, the next may come at any moment
              ChatFake.say(exchange, "number " + number);
            })) {
      var queries = new ArrayList<Query>();
      for (int i = 0; i < 24; i++) {
        queries.add(new Query(image(i), "question " + i));
      }

      var answers = judge(settings(server.address(), 3)).answers(queries);

      assertThat(mostOpen.get()).isEqualTo(3);
      for (int i = 0; i < answers.size(); i++) {
        int number = Integer.parseInt(answers.get(i).substring("number ".length()));
        assertThat(server.asked().get(number - 1).body()).contains("question " + i + "\"");
      }
    }
  }

  @Test
  void whatIsAskedTooOftenIsAskedAgainWhenTheServerSays() {
    try (var server =
        new ChatFake(
            (exchange, number) -> {
              if (number <= 2) {
                exchange.getResponseHeaders().add("Retry-After", number == 1 ? "1" : "soon");
                ChatFake.send(exchange, number == 1 ? 429 : 503, "{\"error\": \"slow down\"}");
              } else {
                ChatFake.say(exchange, "No");
              }
            })) {
      var judge = judge(server);

      assertThat(judge.answer(image(0), QUESTION)).isEqualTo("No");

      long waited = server.asked().get(1).nanos() - server.asked().get(0).nanos();
      assertThat(Duration.ofNanos(waited)).isGreaterThan(Duration.ofMillis(990));
      assertThat(judge.counts()).isEqualTo(new HttpVisualQuestion.Counts(1, 0, 2, 0));
      assertThat(server.asked()).hasSize(3);
    }
  }

  @Test
  void aServerThatAlwaysFailsIsOneErrorAfterItsAttempts() {
    try (var server =
        new ChatFake((exchange, number) -> ChatFake.send(exchange, 500, "out\nof memory " + KEY))) {
      refuses(
          judge(server),
          server.address() + "/chat/completions: answered 500 (out of memory …), 3 times in a row");
      assertThat(server.asked()).hasSize(3);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "401|Incorrect key: sk-very-secret-0123456789|answered 401 (Incorrect key: …); check the"
            + " key in the environment variable JUDGE_KEY",
        "404|no such model|answered 404 (no such model); check address and model",
        "302||answered 302; give the address that it leads to",
        "400|images are not supported|answered 400 (images are not supported)",
      })
  void whatWillNotBeBetterLaterIsAskedOnce(int status, @Nullable String body, String message) {
    try (var server =
        new ChatFake(
            (exchange, number) -> {
              exchange.getResponseHeaders().add("Location", "http://127.0.0.1:1/elsewhere");
              ChatFake.send(exchange, status, body == null ? "" : body);
            })) {
      refuses(judge(server), message);
      assertThat(server.asked()).hasSize(1);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"choices\": [|1: is not valid JSON: ",
        "sk-very-secret-0123456789|1: is not valid JSON: ",
        "[]|answered without a text in choices[0].message.content, got ",
        "{\"choices\": [{\"message\": {\"content\": null}, \"finish_reason\": \"length\"}]}|it was"
            + " cut off: give more maxTokens",
        "{\"choices\": [{\"message\": {\"content\": {\"sk-very-secret-0123456789\": 1}}}]}|got"
            + " {\"message\":{\"content\":{\"…\":1}}}",
      })
  void anAnswerThatIsNoneIsOneError(String body, String message) {
    try (var server = new ChatFake((exchange, number) -> ChatFake.send(exchange, 200, body))) {
      refuses(judge(server), message);
      assertThat(server.asked()).hasSize(1);
    }
  }

  /** Where it would be cut in the middle as well. */
  @Test
  void noPartOfTheKeyIsTold() {
    for (var before : new int[] {0, 40, 185, 190}) {
      for (int status : new int[] {200, 400, 500}) {
        try (var server =
            new ChatFake(
                (exchange, number) ->
                    ChatFake.send(exchange, status, "[\"" + "x".repeat(before) + KEY + "\"]"))) {
          assertThat(catchThrowable(() -> judge(server).answer(image(0), QUESTION)))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessageNotContaining(KEY.substring(0, 5));
        }
      }
    }
  }

  @Test
  void aRefusalIsAnAnswer() {
    try (var server =
        new ChatFake(
            (exchange, number) ->
                ChatFake.send(
                    exchange,
                    200,
                    "{\"choices\": [{\"message\": {\"content\": null, \"refusal\": \"I will"
                        + " not.\"}}]}"))) {
      assertThat(judge(server).answer(image(0), QUESTION)).isEqualTo("I will not.");
    }
  }

  @Test
  void aHugeAnswerIsNotRead() {
    try (var server =
        new ChatFake(
            (exchange, number) -> {
              exchange.sendResponseHeaders(200, 0); // without a length
              var part = new byte[1 << 16];
              for (int i = 0; i < 100_000; i++) {
                exchange.getResponseBody().write(part); // 6 GB, were they taken
              }
            })) {
      refuses(judge(server), "answered with more than 4,194,304 bytes");
      assertThat(server.asked()).hasSize(1);
    }
  }

  @Test
  void aSlowServerIsAnErrorAfterItsTimeEvenWhereItHasBegunToAnswer() {
    try (var server =
        new ChatFake(
            (exchange, number) -> {
              if (number == 1) {
                exchange.sendResponseHeaders(200, 100);
                exchange.getResponseBody().write('{');
                exchange.getResponseBody().flush();
              }
              Thread.sleep(30_000);
            })) {
      var quick = new Settings(server.address(), "minicpm", "", 1, 1, 2, 0.01, 16, 42);
      long start = System.nanoTime();

      refuses(judge(quick), "gave no answer within 1 seconds (timeoutSeconds), 2 times");

      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
    }
  }

  @Test
  void aConnectionThatIsDroppedIsMadeAgain() {
    try (var server =
        new ChatFake(
            (exchange, number) -> {
              if (number == 1) {
                exchange.sendResponseHeaders(200, 1000); // and then nothing: close breaks it off
                exchange.getResponseBody().write(new byte[10]);
                exchange.getResponseBody().flush();
                throw new IOException("dropped");
              }
              ChatFake.say(exchange, "yes");
            })) {
      assertThat(judge(server).answer(image(0), QUESTION)).isEqualTo("yes");
      assertThat(server.asked()).hasSize(2);
    }
  }

  @Test
  void aServerThatIsNotThereFailsFast() throws IOException {
    int free;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    var address = "http://localhost:" + free + "/v1";
    var judge = new HttpVisualQuestion(settings(address, 2), null, server(settings(address, 2)));
    long start = System.nanoTime();

    refuses(judge, address + "/chat/completions: cannot be reached (ConnectException");

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void whatWasAnsweredIsNotAskedAgainByAnotherRunEither() {
    var queries = List.of(new Query(image(1), "a?"), new Query(image(2), "a?"));
    try (var server =
        new ChatFake(
            (exchange, number) -> ChatFake.say(exchange, "answer \\\"" + number + "\\\""))) {
      var first = cached(settings(server.address(), 1)).answers(queries);
      var again = cached(settings(server.address(), 1));

      assertThat(again.answers(queries)).isEqualTo(first).doesNotHaveDuplicates();
      assertThat(again.counts()).isEqualTo(new HttpVisualQuestion.Counts(0, 2, 0, 0));
      assertThat(server.asked()).hasSize(2);

      again.answer(image(1), "b?");
      again.answer(image(3), "a?");
      var other = new Settings(server.address(), "another", "", 1, 5, 1, 0, 16, 42);
      cached(other).answers(queries.subList(0, 1));
      assertThat(server.asked()).hasSize(5);
    }
  }

  @Test
  void aRunThatFailedHasKeptWhatItWasTold() {
    var queries = new ArrayList<Query>();
    for (int i = 0; i < 6; i++) {
      queries.add(new Query(image(i), "a?"));
    }
    var secondIsThere = new CountDownLatch(1);
    try (var server =
        new ChatFake(
            (exchange, number) -> {
              if (number == 1) {
                secondIsThere.await();
                ChatFake.send(exchange, 400, "enough");
              } else {
                secondIsThere.countDown();
                Thread.sleep(number == 2 ? 300 : 0);
                ChatFake.say(exchange, "yes");
              }
            })) {
      assertThat(catchThrowable(() -> cached(settings(server.address(), 2)).answers(queries)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("answered 400 (enough)");
      assertThat(server.asked()).hasSize(2);

      cached(settings(server.address(), 2)).answers(queries);

      assertThat(server.asked()).hasSize(2 + 5);
    }
  }

  @Test
  void theKeyComesFromTheEnvironmentOfTheProcess() {
    var settings = settings("http://localhost:1/v1", 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ChatServer(settings, Map.of("JUDGE_KEY", " ")))
        .withMessageStartingWith("the environment variable JUDGE_KEY, which keyVariable names, is");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ChatServer(settings, Map.of("JUDGE_KEY", KEY + "\r\nX: y")))
        .withMessage("the environment variable JUDGE_KEY holds letters that no key has");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HttpVisualQuestion.ofThisJvm(settings, Optional.empty()))
        .withMessageContaining("JUDGE_KEY");
    assertThat(settings.toString()).doesNotContain(KEY);
  }

  @Test
  void oneOfAJvmIsSharedAndItsSettingsTravel() throws Exception {
    var settings = new Settings("http://localhost:1/v1", "m", "", 1, 1, 1, 0, 1, 1);
    var bytes = new ByteArrayOutputStream();
    try (var out = new ObjectOutputStream(bytes)) {
      out.writeObject(settings);
    }
    Settings there;
    try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      there = (Settings) in.readObject();
    }
    assertThat(HttpVisualQuestion.ofThisJvm(there, Optional.empty()))
        .isSameAs(HttpVisualQuestion.ofThisJvm(settings, Optional.empty()));
    assertThat(HttpVisualQuestion.ofThisJvm(there, Optional.empty()).describe())
        .containsEntry("model", "m")
        .containsEntry("address", "http://localhost:1/v1")
        .containsEntry("temperature", "0");
  }

  @ParameterizedTest
  @CsvSource({
    "localhost:8000, must be like http://host:8000/v1",
    "ftp://host/v1, must be like http://host:8000/v1",
    "http://user:secret@host/v1, 'must have no user, query or fragment'",
    "http://host/v1?key=secret, 'must have no user, query or fragment'",
    "http://host/v1/chat/completions, must end before /chat/completions",
    "http://ho st/, must be like http://host:8000/v1",
  })
  void anAddressThatIsNone(String address, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings(address, 1))
        .withMessageContaining("address " + message);
  }

  @Test
  void settingsOutOfRangeAreNamedTogether() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Settings("http://h/v1", "", "A B", 0, 0, 0, -1, 0, 0))
        .withMessageContainingAll(
            "model must be the model's name",
            "keyVariable must be a name",
            "concurrency must be 1 to 1024, got 0",
            "timeoutSeconds must be 1 to 86400, got 0",
            "attempts must be 1 to 100, got 0",
            "backoffSeconds must be 0 to 3600, got -1",
            "maxTokens must be > 0, got 0");
    assertThat(new Settings("", "", "", 1, 1, 1, 0, 1, 1).isGiven()).isFalse();
  }

  private HttpVisualQuestion cached(Settings settings) {
    return new HttpVisualQuestion(
        settings, new AnswerCache(Location.of(directory.resolve("answers"))), server(settings));
  }

  private static HttpVisualQuestion judge(ChatFake server) {
    return judge(settings(server.address(), 2));
  }

  private static HttpVisualQuestion judge(Settings settings) {
    return new HttpVisualQuestion(settings, null, server(settings));
  }

  private static ChatServer server(Settings settings) {
    return new ChatServer(settings, Map.of("JUDGE_KEY", KEY));
  }

  private static Settings settings(String address, int concurrency) {
    return new Settings(address, "minicpm", "JUDGE_KEY", concurrency, 5, 3, 0.01, 16, 42);
  }

  private static BufferedImage image(int rgb) {
    var image = new BufferedImage(4, 3, BufferedImage.TYPE_INT_RGB);
    image.setRGB(1, 1, rgb);
    return image;
  }

  private static void refuses(HttpVisualQuestion judge, String part) {
    var thrown = catchThrowable(() -> judge.answer(image(0), QUESTION));
    assertThat(thrown).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(part);
    assertThat(thrown.getMessage().lines()).hasSize(1);
    for (var link = thrown; link != null; link = link.getCause()) {
      assertThat(link.toString()).doesNotContain(KEY);
    }
  }
}
