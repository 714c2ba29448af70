package ai.echogen.serve;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.undertow.UndertowLogger;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import java.nio.ByteBuffer;
import java.util.List;

/** Answers of the interface: JSON, and {@code {"errors": […]}} for what is wrong. */
final class Reply {
  private static final String JSON = "application/json";

  private Reply() {}

  /** Answers, unless an answer has begun. */
  static void json(HttpServerExchange exchange, JsonNode answer) {
    if (exchange.isResponseStarted()) {
      return;
    }
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, JSON);
    exchange.getResponseSender().send(ByteBuffer.wrap(answer.toString().getBytes(UTF_8)));
  }

  /** Says what is wrong. */
  static void errors(HttpServerExchange exchange, int status, List<String> problems) {
    if (exchange.isResponseStarted()) {
      return;
    }
    exchange.setStatusCode(status);
    var answer = JsonNodeFactory.instance.objectNode();
    var errors = answer.putArray("errors");
    problems.forEach(errors::add);
    json(exchange, answer);
  }

  /** Does something, and answers where it fails. */
  static void guarded(HttpServerExchange exchange, Runnable action) {
    try {
      action.run();
    } catch (Refused e) {
      errors(exchange, e.status(), e.problems());
    } catch (RuntimeException | Error e) { // also one of a native library
      failed(exchange, e);
    }
  }

  /** Says that something went wrong that is not the client's fault; the server's console has it. */
  static void failed(HttpServerExchange exchange, Throwable e) {
    UndertowLogger.REQUEST_LOGGER.undertowRequestFailed(e, exchange);
    errors(
        exchange,
        StatusCodes.INTERNAL_SERVER_ERROR,
        List.of("the studio failed at this; its console says why"));
  }
}
