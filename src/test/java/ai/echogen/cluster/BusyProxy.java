package ai.echogen.cluster;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * What stands before an S3 server, on loopback, and tells every so many requests to slow down, as
 * S3 does when it is busy; all others it passes on byte by byte.
 */
public final class BusyProxy implements AutoCloseable {
  private static final int MOST_HEAD = 1 << 16; // bytes
  private static final Pattern LENGTH = Pattern.compile("(?im)^content-length: *(\\d+) *$");
  private static final String SLOW_DOWN =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
          + "<Error><Code>SlowDown</Code><Message>Please reduce your request"
          + " rate.</Message></Error>";

  private final ServerSocket listening;
  private final int server;
  private final int every;
  private final AtomicLong numRequests = new AtomicLong();
  private final AtomicLong numRefused = new AtomicLong();

  private BusyProxy(ServerSocket listening, int server, int every) {
    this.listening = listening;
    this.server = server;
    this.every = every;
  }

  /**
   * Begins to listen.
   *
   * @param server the port of the server
   * @param every of so many requests one is refused
   */
  public static BusyProxy start(int server, int every) throws IOException {
    var proxy =
        new BusyProxy(new ServerSocket(0, 100, InetAddress.getLoopbackAddress()), server, every);
    run(proxy::listen);
    return proxy;
  }

  /** Where it listens. */
  public int port() {
    return listening.getLocalPort();
  }

  /** How many requests have come. */
  public long numRequests() {
    return numRequests.get();
  }

  /** How many of them were told to slow down. */
  public long numRefused() {
    return numRefused.get();
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void run(Work work) {
    var thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                // one of the two has gone
              }
            },
            "busy-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  private void listen() throws IOException {
    while (true) {
      var client = listening.accept();
      run(() -> serve(client));
    }
  }

  private void serve(Socket client) throws IOException {
    try (client;
        var upstream = new Socket(InetAddress.getLoopbackAddress(), server)) {
      client.setTcpNoDelay(true);
      upstream.setTcpNoDelay(true);
      run(
          () -> {
            try (client) {
              upstream.getInputStream().transferTo(client.getOutputStream());
            }
          });
      var requests = new BufferedInputStream(client.getInputStream());
      var out = upstream.getOutputStream();
      for (var head = head(requests); !head.isEmpty(); head = head(requests)) {
        if (numRequests.incrementAndGet() % every == 0) {
          numRefused.incrementAndGet();
          refuse(client.getOutputStream());
          client.shutdownOutput();
          requests.transferTo(
              OutputStream.nullOutputStream()); // what was on its way, or the answer would be lost
          return;
        }
        out.write(head.getBytes(ISO_8859_1));
        pass(requests, out, length(head));
      }
    }
  }

  /** The next request up to its empty line; nothing at the end. */
  private static String head(InputStream in) throws IOException {
    var head = new StringBuilder();
    while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
      int letter = in.read();
      if (letter < 0) {
        return "";
      }
      if (head.length() == MOST_HEAD) {
        throw new IOException("no head of a request");
      }
      head.append((char) letter);
    }
    return head.toString();
  }

  private static long length(String head) {
    var length = LENGTH.matcher(head);
    return length.find() ? Long.parseLong(length.group(1)) : 0;
  }

  private static void pass(InputStream in, OutputStream out, long length) throws IOException {
    var buffer = new byte[1 << 14];
    for (long left = length; left > 0; ) {
      int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
      if (read < 0) {
        throw new EOFException();
      }
      out.write(buffer, 0, read);
      left -= read;
    }
  }

  private static void refuse(OutputStream out) throws IOException {
    out.write(
        ("HTTP/1.1 503 Slow Down\r\nContent-Type: application/xml\r\nConnection: close\r\n"
                + "Content-Length: "
                + SLOW_DOWN.length()
                + "\r\n\r\n"
                + SLOW_DOWN)
            .getBytes(ISO_8859_1));
    out.flush();
  }
}
