package ai.echogen.serve;

import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpServerConnection;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.xnio.IoUtils;
import org.xnio.XnioExecutor;

/**
 * Notices that a client has gone away while its request waits: Undertow reads nothing from a
 * connection until its request is answered, and so does not see that it was closed. This looks now
 * and then, in the connection's thread. A client that closes only its own direction is taken for
 * one that has gone.
 */
final class Departure implements Runnable {
  private static final int EVERY = 250; // milliseconds

  private final HttpServerConnection connection;
  private final Runnable gone;
  private XnioExecutor.Key timer = XnioExecutor.Key.IMMEDIATE;
  private boolean isOver;

  private Departure(HttpServerConnection connection, Runnable gone) {
    this.connection = connection;
    this.gone = gone;
  }

  /**
   * Watches until the request is answered.
   *
   * @param exchange whose body was read
   * @param gone what to do once its client has gone
   */
  static void watch(HttpServerExchange exchange, Runnable gone) {
    if (exchange.getConnection() instanceof HttpServerConnection connection) {
      var departure = new Departure(connection, gone);
      exchange.addExchangeCompleteListener(
          (done, next) -> {
            departure.stop();
            next.proceed();
          });
      departure.start();
    }
  }

  private synchronized void start() {
    timer = connection.getIoThread().executeAtInterval(this, EVERY, TimeUnit.MILLISECONDS);
  }

  private synchronized void stop() {
    isOver = true;
    timer.remove();
  }

  @Override
  public synchronized void run() {
    if (isOver || !isGone()) {
      return;
    }
    stop();
    IoUtils.safeClose(connection);
    gone.run();
  }

  /** What a client sends ahead is kept for when its turn comes. */
  private boolean isGone() {
    if (!connection.isOpen()) {
      return true;
    }
    if (connection.getExtraBytes() != null) {
      return false; // there is more behind what was read
    }
    var ahead = connection.getByteBufferPool().allocate();
    boolean isKept = false;
    try {
      int count = connection.getOriginalSourceConduit().read(ahead.getBuffer());
      if (count > 0) {
        ahead.getBuffer().flip();
        connection.ungetRequestBytes(ahead);
        isKept = true;
      }
      return count < 0;
    } catch (IOException e) { // reset
      return true;
    } finally {
      if (!isKept) {
        ahead.close();
      }
    }
  }
}
