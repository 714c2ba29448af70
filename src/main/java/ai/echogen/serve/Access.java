package ai.echogen.serve;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets in who may use the studio.
 *
 * <p>On a loopback address, requests must name it so: a page of another site whose name was made to
 * lead here ("DNS rebinding") names that site. Elsewhere, or with a token, each request must show
 * it: as a cookie, which opening {@code /?token=…} sets, or as {@code Authorization: Bearer …}. A
 * page of another site may ask for nothing at all.
 */
final class Access implements HttpHandler {
  private static final String COOKIE = "echogen-studio-";
  private static final String TOKEN = "token";
  private static final String BEARER = "Bearer ";
  private static final HttpString FETCH_SITE = new HttpString("Sec-Fetch-Site");
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final Set<String> OWN_SITE = Set.of("same-origin", "none");

  private final Studio.Door door;
  private final boolean isLoopback;
  private final HttpHandler next;

  Access(Studio.Door door, HttpHandler next) {
    this.door = door;
    this.isLoopback = Studio.Door.isLoopback(door.host());
    this.next = next;
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) throws Exception {
    var problem = foreign(exchange);
    if (problem.isPresent()) {
      Reply.errors(exchange, StatusCodes.FORBIDDEN, List.of(problem.get()));
    } else if (door.token().isPresent() && !shows(exchange, door.token().get())) {
      exchange.getResponseHeaders().put(Headers.WWW_AUTHENTICATE, "Bearer");
      Reply.errors(
          exchange,
          StatusCodes.UNAUTHORIZED,
          List.of(
              "the studio wants its token: open the address that it printed at its start, with"
                  + " ?token=…, or send Authorization: Bearer …"));
    } else {
      next.handleRequest(exchange);
    }
  }

  /** Why a request is not one of this studio's own pages, or of a program. */
  private Optional<String> foreign(HttpServerExchange exchange) {
    var headers = exchange.getRequestHeaders();
    var hosts = headers.get(Headers.HOST);
    if (hosts == null || hosts.size() != 1) {
      return Optional.of("a request needs one Host header");
    }
    var host = hosts.getFirst().toLowerCase(Locale.ROOT);
    var name = name(host);
    if (isLoopback && !LOOPBACK.contains(name) && !name.equalsIgnoreCase(door.host())) {
      return Optional.of(
          "the studio is for this machine alone, as localhost, 127.0.0.1 or [::1]; the request is"
              + " for another host");
    }
    return isOwn(headers, host, isRead(exchange))
        ? Optional.empty()
        : Optional.of("the request comes from a page of another site");
  }

  private static boolean isRead(HttpServerExchange exchange) {
    var method = exchange.getRequestMethod();
    return method.equals(Methods.GET) || method.equals(Methods.HEAD);
  }

  /** A link on another site may lead here, but nothing else of it. */
  private static boolean isOwn(HeaderMap headers, String host, boolean isRead) {
    var origins = headers.get(Headers.ORIGIN);
    if (origins != null && (origins.size() != 1 || !isOrigin(origins.getFirst(), host))) {
      return false;
    }
    var site = headers.getFirst(FETCH_SITE);
    return isRead || site == null || OWN_SITE.contains(site);
  }

  private static boolean isOrigin(String origin, String host) {
    try {
      var uri = URI.create(origin);
      var authority = uri.getRawAuthority();
      return authority != null && authority.toLowerCase(Locale.ROOT).equals(host);
    } catch (IllegalArgumentException e) {
      return false; // "null" and worse
    }
  }

  /** A host without its port. */
  private static String name(String host) {
    int colon = host.lastIndexOf(':');
    return colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
  }

  private static boolean shows(HttpServerExchange exchange, Token token) {
    var name = COOKIE + exchange.getDestinationAddress().getPort(); // a host's ports share cookies
    var cookie = exchange.getRequestCookie(name);
    if (cookie != null && token.isIn(cookie.getValue())) {
      return true;
    }
    if (isBearer(exchange.getRequestHeaders().getFirst(Headers.AUTHORIZATION), token)) {
      return true;
    }
    var given = exchange.getQueryParameters().get(TOKEN);
    if (given == null || !exchange.getRequestPath().equals("/") || !token.isIn(given.getFirst())) {
      return false;
    }
    exchange
        .getResponseHeaders()
        .add(Headers.SET_COOKIE, name + "=" + token.text() + "; Path=/; HttpOnly; SameSite=Strict");
    return true;
  }

  private static boolean isBearer(@Nullable String header, Token token) {
    return header != null
        && header.startsWith(BEARER)
        && token.isIn(header.substring(BEARER.length()));
  }
}
