package ai.echogen.serve;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The page's files, read from the jar at the start: a request chooses among these, and names no
 * file. Every answer, of the interface too, carries the headers that keep a browser from running or
 * framing anything else.
 */
final class Page implements HttpHandler {
  private static final String INDEX = "index.html";
  static final List<String> FILES =
      List.of(
          INDEX,
          "studio.css",
          "studio.js",
          "api.js",
          "boxes.js",
          "draw.js",
          "editor.js",
          "ground.js",
          "layouts.js",
          "results.js",
          "waiting.js",
          "icon.svg");

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml");

  private static final Map<String, String> HEADERS =
      Map.of(
          "Content-Security-Policy",
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:;"
              + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
          "X-Content-Type-Options",
          "nosniff",
          "X-Frame-Options",
          "DENY",
          "Referrer-Policy",
          "no-referrer",
          "Cross-Origin-Opener-Policy",
          "same-origin",
          "Cross-Origin-Resource-Policy",
          "same-origin",
          "Cache-Control",
          "no-store");

  private record File(String type, byte[] content) {}

  private final Map<String, File> files = new LinkedHashMap<>();
  private final HttpHandler other;

  /**
   * @param other for all that is not the page's
   */
  Page(HttpHandler other) {
    this.other = other;
    for (var name : FILES) {
      var file = new File(TYPES.getOrDefault(name.replaceAll(".*\\.", ""), ""), content(name));
      files.put("/" + (name.equals(INDEX) ? "" : name), file);
    }
  }

  private static byte[] content(String name) {
    try (var in = Page.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the jar lacks the studio's " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }

  /** Puts the headers of every answer on those of a handler. */
  static HttpHandler secured(HttpHandler next) {
    return exchange -> {
      HEADERS.forEach(
          (name, value) -> exchange.getResponseHeaders().put(new HttpString(name), value));
      next.handleRequest(exchange);
    };
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) throws Exception {
    var file = files.get(exchange.getRequestPath());
    if (file == null) {
      other.handleRequest(exchange);
      return;
    }
    var method = exchange.getRequestMethod();
    if (!method.equals(Methods.GET) && !method.equals(Methods.HEAD)) {
      exchange.getResponseHeaders().put(Headers.ALLOW, "GET, HEAD");
      Reply.errors(
          exchange,
          StatusCodes.METHOD_NOT_ALLOWED,
          List.of(method + " is not for the page; GET is"));
      return;
    }
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, file.type());
    exchange.getResponseSender().send(ByteBuffer.wrap(file.content()));
  }
}
