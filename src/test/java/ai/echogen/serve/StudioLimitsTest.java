package ai.echogen.serve;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.image.Png;
import ai.echogen.model.decoder.Decoder;
import com.sun.management.ThreadMXBean;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is too much, what comes at once, and who goes away. */
class StudioLimitsTest {
  private static final int MAX_UPLOAD = 2_000_000;
  private static final int UPLOAD = 100_000_000;

  private static final String REQUEST = "{\"caption\": \"a dog\"}";

  private PatientArtist artist = PatientArtist.waiting();
  private Studio studio = open(artist, 2);

  private static Studio open(Artist artist, int queue) {
    return Studio.open(
        new Studio.Door("127.0.0.1", 0, Optional.empty()),
        List.of(artist),
        new Limits(MAX_UPLOAD, queue, 1, 4),
        new Decoder.Sampling(1, 0, 1, 1));
  }

  /** Opens another in its place. */
  private void reopen(PatientArtist another) {
    close();
    artist = another;
    studio = open(artist, 2);
  }

  @AfterEach
  void close() {
    artist.allow();
    studio.close();
  }

  @Test
  void aLargeUploadIsRefusedBeforeItIsSent() throws IOException {
    try (var client = new RawClient(studio.url())) {
      client.head(
          "POST /api/ground?phrase=dog HTTP/1.1",
          "Host: " + client.host(),
          "Content-Type: image/png",
          "Content-Length: " + UPLOAD);

      var answer = client.answer();

      assertThat(answer.status()).isEqualTo(413);
      assertThat(answer.body()).contains("at most 2,000,000 bytes");
    }
  }

  @Test
  void aClientThatAsksBeforeItSendsIsTold() throws IOException {
    try (var client = new RawClient(studio.url())) {
      client.head(
          "POST /api/ground?phrase=dog HTTP/1.1",
          "Host: " + client.host(),
          "Content-Type: image/png",
          "Expect: 100-continue",
          "Content-Length: " + UPLOAD);

      assertThat(client.answer().status()).isEqualTo(413);
    }
  }

  /** Of unknown length, so that it is too long only on the way; its client writes all of it. */
  @Test
  void aLargeUploadIsThrownAwayAsItComesAndItsClientSeesTheAnswer() throws Exception {
    long before = allocated();
    try (var client = new RawClient(studio.url())) {
      client.head(
          "POST /api/ground?phrase=dog HTTP/1.1",
          "Host: " + client.host(),
          "Content-Type: image/png",
          "Transfer-Encoding: chunked");
      var chunk = new byte[1_000_000];
      for (int sent = 0; sent < UPLOAD; sent += chunk.length) {
        client.out().write((Integer.toHexString(chunk.length) + "\r\n").getBytes(US_ASCII));
        client.out().write(chunk);
        client.out().write("\r\n".getBytes(US_ASCII));
      }
      client.out().write("0\r\n\r\n".getBytes(US_ASCII));

      assertThat(client.answer().status()).isEqualTo(413);
    }
    assertThat(allocated() - before).isLessThan(5 * MAX_UPLOAD);
    Await.until("its place is free", () -> studio.numInside() == 0);
  }

  /** Bytes that the threads which read and compute have allocated in all. */
  private static long allocated() {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long sum = 0;
    for (var info : threads.getThreadInfo(threads.getAllThreadIds())) {
      if (info != null && info.getThreadName().matches("XNIO.*|studio-.*")) {
        sum += threads.getThreadAllocatedBytes(info.getThreadId());
      }
    }
    return sum;
  }

  @Test
  void aLongRequestInJsonIsRefusedToo() throws Exception {
    var long300 = "{\"caption\": \"" + "x".repeat(300_000) + "\"}";

    var answer = new Client(studio.url()).post("api/draw", long300);

    assertThat(answer.status()).isEqualTo(413);
  }

  @Test
  void ofTenAtOnceThreeAreAnsweredAndSevenAreToldWhenToComeAgain() throws Exception {
    var client = new Client(studio.url());
    var refused = new CountDownLatch(7);
    var pool = Executors.newFixedThreadPool(10);
    try {
      var answers = new ArrayList<Future<Client.Answer>>();
      for (int i = 0; i < 10; i++) {
        answers.add(
            pool.submit(
                () -> {
                  var answer = client.post("api/draw", REQUEST);
                  if (answer.status() == 503) {
                    refused.countDown();
                  }
                  return answer;
                }));
      }
      assertThat(refused.await(20, TimeUnit.SECONDS)).isTrue();
      var load = client.get("api/queue").json();
      assertThat(load.get("running").asInt() + load.get("waiting").asInt()).isEqualTo(3);
      artist.allow();
      int numAnswered = 0;
      for (var future : answers) {
        var answer = future.get(20, TimeUnit.SECONDS);
        if (answer.status() == 200) {
          numAnswered++;
        } else {
          assertThat(answer.status()).isEqualTo(503);
          var retry = answer.response().headers().firstValue("Retry-After").orElseThrow();
          assertThat(Integer.parseInt(retry)).isPositive();
          assertThat(answer.errors()).singleElement().asString().contains("try again in");
        }
      }
      assertThat(numAnswered).isEqualTo(3);
      assertThat(studio.numInside()).isZero();
      assertThat(client.post("api/draw", REQUEST).status()).as("afterwards").isEqualTo(200);
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void aRequestsPlaceAndProgressCanBeSeen() throws Exception {
    var client = new Client(studio.url());
    try (var first = new RawClient(studio.url());
        var second = new RawClient(studio.url())) {
      first.draw("/api/draw?ticket=first", REQUEST);
      Await.until("the first is drawn", () -> artist.numBegun() == 1);
      second.draw("/api/draw?ticket=second", REQUEST);
      Await.until("the second waits", () -> state(client, "second").equals("waiting 1"));
      assertThat(state(client, "first")).isEqualTo("running 0");

      artist.allow();

      assertThat(first.answer().status()).isEqualTo(200);
      assertThat(second.answer().status()).isEqualTo(200);
      assertThat(state(client, "second")).isEqualTo("over 0");
    }
  }

  private static String state(Client client, String ticket) throws Exception {
    var answer = client.get("api/queue?ticket=" + ticket).json();
    return answer.get("state").asText() + " " + answer.get("before").asInt();
  }

  @Test
  void aClientThatLeavesTheLineIsNotDrawnFor() throws Exception {
    try (var first = new RawClient(studio.url())) {
      first.draw("/api/draw", REQUEST);
      Await.until("the first is drawn", () -> artist.numBegun() == 1);
      try (var second = new RawClient(studio.url())) {
        second.draw("/api/draw", REQUEST);
        Await.until("the second waits", () -> studio.numInside() == 2);
      }
      Await.until("the second has left", () -> studio.numInside() == 1);

      artist.allow();

      assertThat(first.answer().status()).isEqualTo(200);
      assertThat(artist.numBegun()).isEqualTo(1);
    }
  }

  @Test
  void whatIsDrawnForOneWhoLeavesIsGivenUp() throws Exception {
    reopen(PatientArtist.forever());
    try (var client = new RawClient(studio.url())) {
      client.draw("/api/draw", "{\"caption\": \"a dog\", \"bestOf\": 4}");
      Await.until("it is drawn", () -> artist.numBegun() == 1);
    }
    Await.until("it is given up", () -> studio.numInside() == 0);

    assertThat(artist.numDrawn()).isEqualTo(1);
    assertThat(new Client(studio.url()).get("api/models").status()).isEqualTo(200);
  }

  @Test
  void whatIsSentAheadIsAnsweredInItsTurn() throws Exception {
    try (var client = new RawClient(studio.url())) {
      client.draw("/api/draw", REQUEST);
      Await.until("it is drawn", () -> artist.numBegun() == 1);
      client.head("GET /api/queue HTTP/1.1", "Host: " + client.host());
      Thread.sleep(600); // longer than from look to look
      assertThat(studio.numInside()).isEqualTo(1);

      artist.allow();

      assertThat(client.answer().body()).startsWith("{\"results\"");
      assertThat(client.answer().body()).startsWith("{\"running\"");
      client.head("GET /api/models HTTP/1.1", "Host: " + client.host());
      assertThat(client.answer().status()).isEqualTo(200);
    }
  }

  @Test
  void aModelThatFailsIsNoEnd() throws Exception {
    close();
    studio = open(new FailingArtist(), 2);
    var client = new Client(studio.url());

    var answer = client.post("api/draw", REQUEST);

    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.errors()).containsExactly("the studio failed at this; its console says why");
    var png = Png.encode(new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB));
    assertThat(
            client
                .post("api/ground?phrase=dog", "image/png", BodyPublishers.ofByteArray(png))
                .status())
        .isEqualTo(200);
  }
}
