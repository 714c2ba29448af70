package ai.echogen.scoring.judges.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server of chat completions that does what a test tells it. */
final class ChatFake implements AutoCloseable {
  /** Answers a request. */
  interface Handler {
    void handle(HttpExchange exchange, int number) throws IOException, InterruptedException;
  }

  /** What came in, and when. */
  record Asked(long nanos, String path, String authorization, String body) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Asked> asked = new CopyOnWriteArrayList<>();

  ChatFake(Handler handler) {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", exchange -> handle(exchange, handler));
    server.start();
  }

  /** One that answers all questions with the same words. */
  static ChatFake saying(String answer) {
    return new ChatFake((exchange, number) -> say(exchange, answer));
  }

  private void handle(HttpExchange exchange, Handler handler) throws IOException {
    try (exchange) {
      var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      handler.handle(exchange, note(exchange, body));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The number of a question, of which each has one of its own. */
  private synchronized int note(HttpExchange exchange, String body) {
    asked.add(
        new Asked(
            System.nanoTime(),
            exchange.getRequestURI().getPath(),
            String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")),
            body));
    return asked.size();
  }

  static void say(HttpExchange exchange, String answer) throws IOException {
    send(
        exchange,
        200,
        "{\"choices\": [{\"message\": {\"role\": \"assistant\", \"content\": \""
            + answer
            + "\"}}]}");
  }

  static void send(HttpExchange exchange, int status, String body) throws IOException {
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  String address() {
    return "http://localhost:" + server.getAddress().getPort() + "/v1";
  }

  List<Asked> asked() {
    return asked;
  }

  @Override
  public void close() {
    threads.shutdownNow();
    server.stop(0);
  }
}
