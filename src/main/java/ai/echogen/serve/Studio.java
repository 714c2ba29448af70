package ai.echogen.serve;

import ai.echogen.model.decoder.Decoder;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.handlers.HttpContinueReadHandler;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.xnio.Options;

/**
 * The studio: serves its page and its interface until it is closed.
 *
 * <p>Undertow's few threads read and answer; a {@link Desk} computes. What comes from outside is
 * bounded: connections, headers, bodies, the time that they take, and the requests that wait.
 */
public final class Studio implements AutoCloseable {
  private static final int IO_THREADS = 2;
  private static final int WORKER_THREADS = 2; // nothing of ours blocks in one
  private static final int MOST_CONNECTIONS = 256;
  private static final int MOST_HEADER = 64 << 10; // bytes; ten phrases stand in an address
  private static final int MOST_HEADERS = 100;
  private static final int MOST_PARAMETERS = 32;
  private static final int HEADER_MILLIS = 10_000; // for what comes before a body
  private static final int IDLE_MILLIS = 60_000; // between requests

  private final Undertow server;
  private final Desk desk;
  private final String url;
  private final CountDownLatch closed = new CountDownLatch(1);

  private Studio(Undertow server, Desk desk, String url) {
    this.server = server;
    this.desk = desk;
    this.url = url;
  }

  /**
   * Where it is served.
   *
   * @param host name or address to listen on
   * @param port 0 for any that is free
   * @param token that each request must show; there where other machines can reach the host
   */
  public record Door(String host, int port, Optional<Token> token) {
    public Door {
      if (token.isEmpty() && !isLoopback(host)) {
        throw new IllegalStateException("other machines need a token");
      }
    }

    /**
     * Whether only this machine can reach a host.
     *
     * @throws IllegalArgumentException if this machine knows no such host
     */
    public static boolean isLoopback(String host) {
      return address(host).isLoopbackAddress();
    }

    private static InetAddress address(String host) {
      try {
        return InetAddress.getByName(host);
      } catch (UnknownHostException e) {
        throw new IllegalArgumentException(
            "host=%s: is not known here; give an address of this machine, or 0.0.0.0 for all"
                .formatted(host),
            e);
      }
    }
  }

  /**
   * Opens the door. The models are the caller's, to be closed after the studio.
   *
   * @param artists one model, or two to compare
   * @param usual how drawings are made where a request does not say so
   * @throws IllegalArgumentException if it cannot listen there
   */
  public static Studio open(
      Door door, List<? extends Artist> artists, Limits limits, Decoder.Sampling usual) {
    var desk = new Desk(limits.workers(), limits.queue());
    var api = new Api(new Choice(List.copyOf(artists)), limits, usual, desk);
    var handler = Page.secured(new Access(door, new Page(api)));
    var server =
        Undertow.builder()
            .addHttpListener(door.port(), door.host())
            .setIoThreads(IO_THREADS)
            .setWorkerThreads(WORKER_THREADS)
            .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, Body.MOST_DRAINED)
            .setServerOption(UndertowOptions.MAX_HEADER_SIZE, MOST_HEADER)
            .setServerOption(UndertowOptions.MAX_HEADERS, MOST_HEADERS)
            .setServerOption(UndertowOptions.MAX_PARAMETERS, MOST_PARAMETERS)
            .setServerOption(UndertowOptions.REQUEST_PARSE_TIMEOUT, HEADER_MILLIS)
            .setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, IDLE_MILLIS)
            .setSocketOption(Options.CONNECTION_HIGH_WATER, MOST_CONNECTIONS)
            .setSocketOption(Options.CONNECTION_LOW_WATER, MOST_CONNECTIONS)
            .setHandler(new HttpContinueReadHandler(handler))
            .build();
    try {
      server.start();
    } catch (RuntimeException e) {
      desk.close();
      throw unopened(door, e);
    }
    return new Studio(server, desk, url(door.host(), port(server)));
  }

  private static RuntimeException unopened(Door door, RuntimeException e) {
    if (e.getCause() instanceof SocketException cause) { // one that is in use or not allowed
      var wayOut =
          cause instanceof BindException
              ? "; give another port, or port=0 for any that is free"
              : "";
      return new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "host=%s port=%d: cannot be listened on (%s)%s",
              door.host(),
              door.port(),
              cause.getMessage(),
              wayOut),
          e);
    }
    return e;
  }

  private static int port(Undertow server) {
    return ((InetSocketAddress) server.getListenerInfo().get(0).getAddress()).getPort();
  }

  private static String url(String host, int port) {
    var address = Door.address(host);
    var name = address.isAnyLocalAddress() ? ownName() : host;
    return String.format(
        Locale.ROOT, "http://%s:%d/", name.contains(":") ? "[" + name + "]" : name, port);
  }

  /** What other machines are likely to call this one. */
  private static String ownName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }

  /** The page's address. */
  public String url() {
    return url;
  }

  /** How many requests are computed or wait. */
  int numInside() {
    var load = desk.load();
    return load.running() + load.waiting();
  }

  /** Waits until it is closed. */
  public void await() throws InterruptedException {
    closed.await();
  }

  /** Takes no more requests, and waits for the one that is computed. */
  @Override
  public void close() {
    server.stop();
    desk.close();
    closed.countDown();
  }
}
