package ai.echogen.serve;

import ai.echogen.model.decoder.Decoder;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import io.undertow.util.SameThreadExecutor;
import io.undertow.util.StatusCodes;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** The interface below {@code /api/}, which docs/studio.md describes. */
final class Api implements HttpHandler {
  static final String TICKET = "ticket";

  private static final Pattern TICKET_FORM = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final Pattern JSON = Pattern.compile("(?i)application/json *(;.*)?");
  private static final Pattern IMAGE =
      Pattern.compile("(?i)(image/[a-z0-9.+-]+|application/octet-stream) *(;.*)?");

  private record Route(HttpString method, HttpHandler handler) {}

  private final Choice choice;
  private final Limits limits;
  private final Decoder.Sampling usual;
  private final Desk desk;
  private final Map<String, Route> routes =
      Map.of(
          "/api/models", new Route(Methods.GET, exchange -> Reply.json(exchange, models())),
          "/api/queue", new Route(Methods.GET, exchange -> Reply.json(exchange, queue(exchange))),
          "/api/words", new Route(Methods.POST, this::words),
          "/api/draw", new Route(Methods.POST, this::draw),
          "/api/ground", new Route(Methods.POST, this::ground));

  /**
   * @param usual how drawings are made where a request does not say so
   */
  Api(Choice choice, Limits limits, Decoder.Sampling usual, Desk desk) {
    this.choice = choice;
    this.limits = limits;
    this.usual = usual;
    this.desk = desk;
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) throws Exception {
    var route = routes.get(exchange.getRequestPath());
    if (route == null) {
      Reply.errors(
          exchange,
          StatusCodes.NOT_FOUND,
          List.of(
              "there is no such page; the interface has "
                  + routes.keySet().stream().sorted().toList()));
    } else if (!exchange.getRequestMethod().equals(route.method())) {
      exchange.getResponseHeaders().put(Headers.ALLOW, route.method().toString());
      Reply.errors(
          exchange, StatusCodes.METHOD_NOT_ALLOWED, List.of("this is for " + route.method()));
    } else {
      try {
        route.handler().handleRequest(exchange);
      } catch (Refused e) {
        Reply.errors(exchange, e.status(), e.problems());
      }
    }
  }

  private ObjectNode models() {
    var answer = Answers.object();
    var models = answer.putArray("models");
    for (var named : choice.all()) {
      var about = named.artist().about();
      models
          .addObject()
          .put("key", named.key())
          .put("name", about.name())
          .put("imageSize", about.imageSize())
          .put("codes", about.codes())
          .put("reads", about.reads());
    }
    answer
        .putObject("limits")
        .put("regions", Limits.REGIONS)
        .put("phrase", Limits.PHRASE)
        .put("caption", Limits.CAPTION)
        .put("seed", Limits.SEED)
        .put("bestOf", limits.bestOf())
        .put("maxUpload", limits.maxUpload())
        .put("queue", limits.queue());
    answer
        .putObject("usual")
        .put("temperature", usual.temperature())
        .put("topK", usual.topK())
        .put("topP", usual.topP())
        .put("guidance", usual.guidance());
    Examples.of(choice.artists())
        .ifPresentOrElse(
            layout -> answer.set("example", Answers.layout("example", layout)),
            () -> answer.putNull("example"));
    return answer;
  }

  /** How busy the desk is, and how far a ticket is. */
  private ObjectNode queue(HttpServerExchange exchange) {
    var load = desk.load();
    var answer =
        Answers.object()
            .put("running", load.running())
            .put("waiting", load.waiting())
            .put("capacity", load.capacity());
    var id = ticket(exchange);
    if (!id.isEmpty()) {
      var ticket = desk.find(id);
      answer.put("state", ticket.map(Ticket::state).orElse(Ticket.State.OVER).word());
      answer.put("before", ticket.map(desk::before).orElse(0));
      answer.put("drawn", ticket.map(Ticket::numDrawn).orElse(0));
    }
    return answer;
  }

  private void words(HttpServerExchange exchange) {
    require(exchange, JSON, "application/json");
    Body.read(exchange, Limits.JSON, body -> Reply.json(exchange, lacking(body)));
  }

  /** For each model, the words that it lacks of each text. */
  private ObjectNode lacking(byte[] body) {
    var record = DrawRequest.record(body);
    var texts = record.any("texts");
    boolean isList = texts.isArray() && texts.size() <= Limits.TEXTS;
    for (var text : texts) {
      isList &= text.isTextual() && text.textValue().length() <= Limits.CAPTION;
    }
    if (!isList) {
      record.problem(
          "texts",
          String.format(
              Locale.ROOT,
              "must be a list of at most %d texts of at most %,d letters",
              Limits.TEXTS,
              Limits.CAPTION));
    }
    var problems = record.nothingElse().problems();
    if (!problems.isEmpty()) {
      throw new Refused(StatusCodes.BAD_REQUEST, problems);
    }
    var answer = Answers.object();
    for (var named : choice.all()) {
      var lists = answer.putArray(named.key());
      for (var text : texts) {
        var list = lists.addArray();
        named.artist().words().lacking(text.textValue()).forEach(list::add);
      }
    }
    return answer;
  }

  private void draw(HttpServerExchange exchange) {
    require(exchange, JSON, "application/json");
    var unknown = exchange.getQueryParameters().keySet().stream().filter(k -> !k.equals(TICKET));
    var problems = unknown.map(name -> name + " is not known").toList();
    if (!problems.isEmpty()) {
      throw new Refused(StatusCodes.BAD_REQUEST, problems);
    }
    var ticket = admit(exchange);
    Body.read(
        exchange,
        Limits.JSON,
        body -> {
          var request = DrawRequest.parse(body, choice, limits, usual);
          enter(exchange, ticket, () -> drawn(request, ticket));
        });
  }

  private static ObjectNode drawn(DrawRequest request, Ticket ticket) {
    var answer = Answers.object();
    var results = answer.putArray("results");
    for (var model : request.models()) {
      long start = System.nanoTime();
      var drawings = model.artist().draw(request.order(), ticket);
      results.add(
          Answers.drawn(model, request.order().layout().layout(), drawings, secondsSince(start)));
    }
    return answer;
  }

  private void ground(HttpServerExchange exchange) {
    require(exchange, IMAGE, "image/… or application/octet-stream, the file as it is");
    var request = GroundRequest.parse(exchange.getQueryParameters(), choice);
    var ticket = admit(exchange);
    Body.read(
        exchange, limits.maxUpload(), file -> enter(exchange, ticket, () -> found(request, file)));
  }

  private static ObjectNode found(GroundRequest request, byte[] file) {
    var image = GroundRequest.image(file);
    var answer = Answers.object();
    var results = answer.putArray("results");
    for (var model : request.models()) {
      long start = System.nanoTime();
      var boxes = model.artist().ground(image, request.layout());
      results.add(Answers.found(model, image, request.layout(), boxes, secondsSince(start)));
    }
    return answer;
  }

  /**
   * Lets a request in before its body is read; its place is free when it is over, whatever happens.
   */
  private Ticket admit(HttpServerExchange exchange) {
    var admitted = desk.admit(ticket(exchange));
    if (admitted.isEmpty()) {
      exchange.getResponseHeaders().put(Headers.RETRY_AFTER, desk.retryAfter());
      throw new Refused(
          StatusCodes.SERVICE_UNAVAILABLE,
          String.format(
              Locale.ROOT,
              "%d requests are computed or wait already: try again in %d seconds (queue=)",
              desk.load().capacity(),
              desk.retryAfter()));
    }
    var ticket = admitted.get();
    exchange.addExchangeCompleteListener(
        (done, next) -> {
          var unused = desk.leave(ticket);
          next.proceed();
        });
    return ticket;
  }

  /** Computes in turn, unless the client goes away before. */
  private void enter(HttpServerExchange exchange, Ticket ticket, Supplier<ObjectNode> compute) {
    exchange.dispatch(
        SameThreadExecutor.INSTANCE,
        () -> {
          Departure.watch(
              exchange,
              () -> {
                if (desk.leave(ticket)) { // else the one who computes it ends it
                  exchange.endExchange();
                }
              });
          desk.enter(ticket, () -> answer(exchange, compute));
        });
  }

  /** Computes now; the answer is sent when it is asked to run. */
  private static Runnable answer(HttpServerExchange exchange, Supplier<ObjectNode> compute) {
    try {
      var answer = compute.get();
      return () -> Reply.json(exchange, answer);
    } catch (Refused e) {
      return () -> Reply.errors(exchange, e.status(), e.problems());
    } catch (RuntimeException | Error e) { // the next request may fare better
      return () -> Reply.failed(exchange, e);
    }
  }

  private static String ticket(HttpServerExchange exchange) {
    var given = Optional.ofNullable(exchange.getQueryParameters().get(TICKET));
    var id = given.map(values -> values.getFirst()).orElse("");
    if (!id.isEmpty() && !TICKET_FORM.matcher(id).matches()) {
      throw new Refused(
          StatusCodes.BAD_REQUEST, TICKET + " must be 1 to 64 letters, digits, - or _");
    }
    return id;
  }

  private static void require(HttpServerExchange exchange, Pattern type, String wanted) {
    var given = exchange.getRequestHeaders().getFirst(Headers.CONTENT_TYPE);
    if (given == null || !type.matcher(given).matches()) {
      throw new Refused(
          StatusCodes.UNSUPPORTED_MEDIA_TYPE, "the body must be " + wanted + " (Content-Type)");
    }
  }

  private static double secondsSince(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
