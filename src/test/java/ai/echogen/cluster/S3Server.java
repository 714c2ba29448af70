package ai.echogen.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A real S3 server on loopback, S3Proxy, as a process of its own, with one bucket in memory and
 * made-up credentials, which it checks. {@link #close} ends it, and all is gone.
 *
 * <p>The profile {@code s3} of the build puts its jar into {@code target}, beside the class path:
 * its libraries are not Spark's.
 */
public final class S3Server implements AutoCloseable {
  /** Who may enter. */
  public static final String KEY = "MADEUPKEY5EB1F0C2";

  /** The password, which must stand nowhere. */
  public static final String SECRET = "made-up-secret-c0ffee-7d41";

  /** The name of the bucket. */
  public static final String BUCKET = "shards";

  private static final Path JAR =
      Path.of(
          System.getProperty(
              "echogen.s3proxy", "target/s3proxy/s3proxy-jar-with-dependencies.jar"));
  private static final String HOST = "127.0.0.1";
  private static final int PATIENCE_SECONDS = 60;

  private final Process process;
  private final int port;

  private S3Server(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** What is missing to start one, if anything is. */
  public static Optional<String> missing() {
    if (S3Server.class.getResource("/org/apache/hadoop/fs/s3a/S3AFileSystem.class") == null) {
      return Optional.of("hadoop-aws on the class path");
    }
    return Files.exists(JAR) ? Optional.empty() : Optional.of(JAR.toString());
  }

  /**
   * Starts the server, and makes the bucket.
   *
   * @param folder an empty one, for its settings and its log
   */
  public static S3Server start(Path folder) throws IOException, InterruptedException {
    int port = freePort();
    var settings = Files.createDirectories(folder).resolve("s3proxy.properties");
    Files.writeString(
        settings,
        """
        s3proxy.endpoint=http://%s:%s
        s3proxy.authorization=aws-v2-or-v4
        s3proxy.identity=%s
        s3proxy.credential=%s
        jclouds.provider=transient
        jclouds.identity=any
        jclouds.credential=any
        """
            .formatted(HOST, Integer.toString(port), KEY, SECRET));
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var builder =
        new ProcessBuilder(
                List.of(
                    java,
                    "-XX:TieredStopAtLevel=1",
                    "-Xmx512m",
                    "-cp",
                    JAR.toString(),
                    "org.gaul.s3proxy.Main",
                    "--properties",
                    settings.toString()))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("s3proxy.log").toFile());
    var server = new S3Server(builder.start(), port);
    try {
      server.makeBucket();
      return server;
    } catch (IOException | InterruptedException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  /** Once the server answers; signed as S3 did first, for which Java has all that is needed. */
  private void makeBucket() throws IOException, InterruptedException {
    var date = DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC));
    var request =
        HttpRequest.newBuilder(URI.create(endpoint() + "/" + BUCKET))
            .header("Date", date)
            .header("Authorization", "AWS " + KEY + ":" + sign("PUT\n\n\n" + date + "\n/" + BUCKET))
            .PUT(HttpRequest.BodyPublishers.noBody())
            .build();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    var client = HttpClient.newHttpClient();
    while (true) {
      try {
        var answer = client.send(request, BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
          throw new IllegalStateException("no bucket: " + answer.statusCode() + answer.body());
        }
        return;
      } catch (IOException e) { // it does not listen yet
        if (!process.isAlive() || System.nanoTime() > end) {
          throw e;
        }
        Thread.sleep(50);
      }
    }
  }

  private static String sign(String text) {
    try {
      var mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(SECRET.getBytes(UTF_8), "HmacSHA1"));
      return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private String endpoint() {
    return "http://" + HOST + ":" + port;
  }

  /** Where it listens. */
  public int port() {
    return port;
  }

  /**
   * What Spark must be told to find it, but for the credentials.
   *
   * @param port of the server, or of what stands before it
   */
  public static Map<String, String> properties(int port) {
    return Map.of(
        "spark.hadoop.fs.s3a.endpoint",
        "http://" + HOST + ":" + port,
        "spark.hadoop.fs.s3a.endpoint.region",
        "us-east-1",
        "spark.hadoop.fs.s3a.path.style.access",
        "true",
        "spark.hadoop.fs.s3a.connection.ssl.enabled",
        "false");
  }

  /** The credentials, as Spark passes them to its executors. */
  public static Map<String, String> credentials() {
    return Map.of("spark.hadoop.fs.s3a.access.key", KEY, "spark.hadoop.fs.s3a.secret.key", SECRET);
  }

  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
