package ai.echogen.serve;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A connection on which a test writes what no client would, and reads what comes back. */
final class RawClient implements AutoCloseable {
  private static final int PATIENCE = 30_000; // milliseconds

  private final Socket socket;
  private final InputStream in;
  private final String host;

  /** An answer; its headers in lower case. */
  record Answer(int status, Map<String, String> headers, String body) {}

  RawClient(String url) throws IOException {
    var uri = URI.create(url);
    socket = new Socket(uri.getHost(), uri.getPort());
    socket.setSoTimeout(PATIENCE);
    in = new BufferedInputStream(socket.getInputStream());
    host = uri.getRawAuthority();
  }

  /** The host that the URL names. */
  String host() {
    return host;
  }

  OutputStream out() throws IOException {
    return socket.getOutputStream();
  }

  /** Writes lines, each with its end, and an empty one. */
  RawClient head(String... lines) throws IOException {
    out().write((String.join("\r\n", lines) + "\r\n\r\n").getBytes(UTF_8));
    out().flush();
    return this;
  }

  /** Writes a request for a drawing. */
  RawClient draw(String path, String json) throws IOException {
    head(
        "POST " + path + " HTTP/1.1",
        "Host: " + host,
        "Content-Type: application/json",
        "Content-Length: " + json.getBytes(UTF_8).length);
    out().write(json.getBytes(UTF_8));
    out().flush();
    return this;
  }

  /** Reads an answer whose length is told. */
  Answer answer() throws IOException {
    var status = line();
    if (status.isEmpty()) {
      throw new IOException("the connection ended without an answer");
    }
    var headers = new TreeMap<String, String>();
    for (var line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.merge(
          line.substring(0, colon).toLowerCase(Locale.ROOT),
          line.substring(colon + 1).strip(),
          (a, b) -> a + ", " + b);
    }
    int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
    var body = new String(in.readNBytes(length), UTF_8);
    return new Answer(Integer.parseInt(status.split(" ")[1]), headers, body);
  }

  private String line() throws IOException {
    var line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      line.append((char) c);
    }
    return new String(line.toString().getBytes(ISO_8859_1), UTF_8).strip();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
