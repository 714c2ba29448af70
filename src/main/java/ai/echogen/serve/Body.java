package ai.echogen.serve;

import io.undertow.io.Receiver.RequestToLargeException;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.RequestTooBigException;
import io.undertow.util.StatusCodes;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.xnio.IoUtils;

/** Reads a request's body within bounds of size and time. */
final class Body {
  /** A body that takes longer is given up with its connection. */
  private static final int SECONDS = 60;

  /** What is read of a body that is refused, and thrown away, for its client to see the answer. */
  static final long MOST_DRAINED = 256 << 20;

  private Body() {}

  /**
   * Reads without a thread that waits.
   *
   * @param most bytes
   * @param whole gets the body, in the connection's thread
   * @throws Refused if it says at once that it is longer
   */
  static void read(HttpServerExchange exchange, long most, Consumer<byte[]> whole) {
    var deadline =
        exchange
            .getIoThread()
            .executeAfter(
                () -> IoUtils.safeClose(exchange.getConnection()), SECONDS, TimeUnit.SECONDS);
    exchange.addExchangeCompleteListener(
        (done, next) -> {
          deadline.remove();
          next.proceed();
        });
    if (exchange.getRequestContentLength() > most) {
      throw Refused.tooLarge(most);
    }
    var receiver = exchange.getRequestReceiver();
    receiver.setMaxBufferSize(Math.toIntExact(most));
    receiver.receiveFullBytes(
        (arrived, bytes) -> {
          deadline.remove();
          Reply.guarded(arrived, () -> whole.accept(bytes));
        },
        (failed, e) -> Reply.guarded(failed, () -> fail(e, most)));
  }

  private static void fail(IOException e, long most) {
    throw e instanceof RequestToLargeException || e instanceof RequestTooBigException
        ? Refused.tooLarge(most)
        : new Refused(
            StatusCodes.BAD_REQUEST, "the request's body ends too early: " + e.getMessage());
  }
}
