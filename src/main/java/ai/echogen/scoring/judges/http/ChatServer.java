package ai.echogen.scoring.judges.http;

import ai.echogen.scoring.judges.http.HttpVisualQuestion.Settings;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The server's end of a chat. Requests that may succeed later are made again: after no answer, 408,
 * 429 and 500 to 599; everything else fails at once. The key is in no message, whatever the server
 * sends back.
 */
final class ChatServer {
  private static final String PATH = "/chat/completions";
  private static final int MOST_BYTES = 4 << 20; // of an answer
  private static final int MOST_SHOWN = 200; // letters of it, in a message
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Set<Integer> PASSING = Set.of(408, 429); // besides 5xx

  private final Settings settings;
  private final URI address;
  private final String key;
  private final HttpClient client;
  private final AtomicLong numRetries = new AtomicLong();

  /**
   * @param environment where the key is
   * @throws IllegalArgumentException if it is not there, or is none
   */
  ChatServer(Settings settings, Map<String, String> environment) {
    this.settings = settings;
    this.address = URI.create(settings.address().replaceAll("/+$", "") + PATH);
    this.key = key(settings.keyVariable(), environment);
    var timeout = Duration.ofSeconds(settings.timeoutSeconds());
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1) // some servers trip over an offer of HTTP/2
            .followRedirects(HttpClient.Redirect.NEVER) // the key is for this server alone
            .connectTimeout(timeout.compareTo(CONNECT) < 0 ? timeout : CONNECT)
            .build();
  }

  /** What is wrong with an address, if something is. */
  static Optional<String> problem(String address) {
    try {
      var uri = new URI(address);
      boolean isHttp = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (!isHttp || uri.getHost() == null) {
        return Optional.of("must be like http://host:8000/v1, got " + address);
      }
      if (uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getFragment() != null) {
        return Optional.of("must have no user, query or fragment; a key is for keyVariable");
      }
      return address.endsWith(PATH)
          ? Optional.of("must end before " + PATH + ", got " + address)
          : Optional.empty();
    } catch (URISyntaxException e) {
      return Optional.of("must be like http://host:8000/v1, got " + address);
    }
  }

  private static String key(String variable, Map<String, String> environment) {
    if (variable.isEmpty()) {
      return "";
    }
    var key = environment.getOrDefault(variable, "").strip();
    if (key.isEmpty()) {
      throw new IllegalArgumentException(
          "the environment variable %s, which keyVariable names, is not set in this process; docs/judges.md says how executors get it"
              .formatted(variable));
    }
    if (!key.chars().allMatch(letter -> letter > ' ' && letter < 0x7F)) {
      throw new IllegalArgumentException(
          "the environment variable %s holds letters that no key has".formatted(variable));
    }
    return key;
  }

  /** One attempt: the answer, or why there is none yet and how long the server wants to be left. */
  private record Attempt(Optional<String> answer, String failure, Optional<Duration> retryAfter) {
    static Attempt failed(String failure) {
      return new Attempt(Optional.empty(), failure, Optional.empty());
    }
  }

  /**
   * The answer to a request.
   *
   * @throws IllegalArgumentException if there is none after all attempts, or what comes is no
   *     answer
   */
  String ask(ChatRequest request) throws InterruptedException {
    var backoff = new Backoff(settings.backoffSeconds(), request.key());
    for (int number = 1; ; number++) {
      var attempt = attempt(request);
      if (attempt.answer().isPresent()) {
        return attempt.answer().get();
      }
      if (number == settings.attempts()) {
        throw wrong(
            String.format(
                Locale.ROOT, "%s, %d times in a row", attempt.failure(), settings.attempts()));
      }
      numRetries.incrementAndGet();
      Thread.sleep(backoff.delay(number, attempt.retryAfter()).toMillis());
    }
  }

  long numRetries() {
    return numRetries.get();
  }

  private Attempt attempt(ChatRequest request) throws InterruptedException {
    var sent = client.sendAsync(http(request), response -> new BoundedBody(MOST_BYTES));
    try {
      return read(sent.get(settings.timeoutSeconds(), TimeUnit.SECONDS));
    } catch (TimeoutException e) {
      return Attempt.failed(
          String.format(
              Locale.ROOT,
              "gave no answer within %d seconds (timeoutSeconds)",
              settings.timeoutSeconds()));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof BoundedBody.TooLong) {
        throw wrong(String.format(Locale.ROOT, "answered with more than %,d bytes", MOST_BYTES));
      }
      if (e.getCause() instanceof IOException cause) {
        return Attempt.failed("cannot be reached" + shown(withoutKey(said(cause))));
      }
      throw new IllegalStateException(address + " could not be asked", e.getCause());
    } finally {
      var unused = sent.cancel(true); // ends the exchange, if it still goes on
    }
  }

  private HttpRequest http(ChatRequest request) {
    var http =
        HttpRequest.newBuilder(address)
            .header("Content-Type", "application/json")
            .header("Accept", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(request.body()));
    if (!key.isEmpty()) {
      http.header("Authorization", "Bearer " + key);
    }
    return http.build();
  }

  private Attempt read(HttpResponse<byte[]> response) {
    int status = response.statusCode();
    var body = withoutKey(new String(response.body(), StandardCharsets.UTF_8)); // before any cut
    if (status == 200) {
      var answer = ChatRequest.answer(body.getBytes(StandardCharsets.UTF_8), address.toString());
      return new Attempt(Optional.of(withoutKey(answer)), "", Optional.empty());
    }
    var failure = String.format(Locale.ROOT, "answered %d%s", status, shown(body));
    if (status < 500 && !PASSING.contains(status)) {
      throw wrong(failure + wayOut(status));
    }
    return new Attempt(Optional.empty(), failure, retryAfter(response.headers()));
  }

  private static Optional<Duration> retryAfter(HttpHeaders headers) {
    return headers.firstValue("Retry-After").flatMap(Backoff::parse);
  }

  private String wayOut(int status) {
    if (status == 401 || status == 403) {
      return settings.keyVariable().isEmpty()
          ? "; it wants a key: name its environment variable as keyVariable"
          : "; check the key in the environment variable " + settings.keyVariable();
    }
    if (status == 404) {
      return "; check address and model";
    }
    return status >= 300 && status < 400 ? "; give the address that it leads to" : "";
  }

  /** The beginning of what was said, on one line. */
  private static String shown(String body) {
    var text = body.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
    if (text.isEmpty()) {
      return "";
    }
    return " (" + (text.length() > MOST_SHOWN ? text.substring(0, MOST_SHOWN) + "…" : text) + ")";
  }

  /** Java's exceptions of connections often say nothing but their type. */
  private static String said(IOException e) {
    return e.getMessage() == null
        ? e.getClass().getSimpleName()
        : e.getClass().getSimpleName() + ": " + e.getMessage();
  }

  private IllegalArgumentException wrong(String what) {
    return new IllegalArgumentException(address + ": " + what);
  }

  private String withoutKey(String text) {
    return key.isEmpty() ? text : text.replace(key, "…");
  }
}
