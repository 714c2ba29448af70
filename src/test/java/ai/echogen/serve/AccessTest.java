package ai.echogen.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.echogen.model.decoder.Decoder;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTest {
  @TempDir private Path temp;

  private static Studio open(String host, Optional<Token> token) {
    return Studio.open(
        new Studio.Door(host, 0, token),
        List.of(new FailingArtist()),
        new Limits(1000, 2, 1, 1),
        new Decoder.Sampling(1, 0, 1, 1));
  }

  @ParameterizedTest
  @CsvSource({
    "localhost:PORT,         200",
    "LOCALHOST:PORT,         200",
    "127.0.0.1:PORT,         200",
    "[::1]:PORT,             200",
    "127.0.0.1:9000,         200", // a tunnel's other end
    "localhost,              200",
    "evil.example:PORT,      403",
    "localhost.evil.example, 403",
    "127.0.0.1.evil.example, 403",
    "evil.example,           403",
  })
  void onLoopbackARequestMustNameThisMachine(String host, int status) throws IOException {
    try (var studio = open("127.0.0.1", Optional.empty());
        var client = new RawClient(studio.url())) {
      client.head("GET /api/models HTTP/1.1", "Host: " + withPort(host, studio));
      assertThat(client.answer().status()).isEqualTo(status);
    }
  }

  @Test
  void anotherLoopbackAddressIsCalledAsItWasGiven() throws IOException {
    try (var studio = open("127.0.0.2", Optional.empty());
        var client = new RawClient(studio.url())) {
      client.head("GET /api/models HTTP/1.1", "Host: " + client.host());
      assertThat(client.answer().status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Origin: http://127.0.0.1:PORT,  415", // let in: it is the body that is missing
    "X-Nothing: x,                   415",
    "Sec-Fetch-Site: same-origin,    415",
    "Origin: http://evil.example,    403",
    "Origin: http://127.0.0.1:3000,  403",
    "Origin: http://localhost:PORT,  403",
    "Origin: null,                   403",
    "Origin: http://[,               403",
    "Sec-Fetch-Site: cross-site,     403",
    "Sec-Fetch-Site: same-site,      403",
  })
  void aPageOfAnotherSiteMayNotPost(String header, int status) throws IOException {
    try (var studio = open("127.0.0.1", Optional.empty());
        var client = new RawClient(studio.url())) {
      client.head(
          "POST /api/draw HTTP/1.1",
          "Host: " + client.host(),
          withPort(header, studio),
          "Content-Length: 0");
      assertThat(client.answer().status()).isEqualTo(status);
    }
  }

  private static String withPort(String text, Studio studio) {
    return text.replace("PORT", "" + URI.create(studio.url()).getPort());
  }

  @Test
  void elsewhereEveryRequestNeedsTheToken() throws Exception {
    var token = Token.random();
    try (var studio = open("0.0.0.0", Optional.of(token))) {
      int port = URI.create(studio.url()).getPort();
      var client = new Client("http://127.0.0.1:" + port + "/");

      var refused = client.get("api/models");
      assertThat(refused.status()).isEqualTo(401);
      assertThat(refused.errors()).singleElement().asString().contains("?token=");
      assertThat(client.get("").status()).isEqualTo(401);
      assertThat(client.get("studio.js").status()).isEqualTo(401);
      assertThat(client.get("?token=" + token.text() + "x").status()).isEqualTo(401);
      assertThat(client.get("api/models?token=" + token.text()).status())
          .as("only the page takes it in its address")
          .isEqualTo(401);
      assertThat(client.post("api/draw", "{}").status()).isEqualTo(401);

      var opened = client.get("?token=" + token.text());
      assertThat(opened.status()).isEqualTo(200);
      var cookie = opened.response().headers().firstValue("Set-Cookie").orElseThrow();
      assertThat(cookie).contains("HttpOnly", "SameSite=Strict", "Path=/");

      var name = cookie.substring(0, cookie.indexOf(';'));
      assertThat(Client.send(client.request("api/models").header("Cookie", name)).status())
          .isEqualTo(200);
      var bearer = "Bearer " + token.text();
      assertThat(Client.send(client.request("api/models").header("Authorization", bearer)).status())
          .isEqualTo(200);
      assertThat(
              Client.send(client.request("api/models").header("Authorization", "Bearer x"))
                  .status())
          .isEqualTo(401);
    }
  }

  @Test
  void withoutATokenOtherMachinesAreNotLetIn() {
    assertThatThrownBy(() -> open("0.0.0.0", Optional.empty()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("other machines need a token");
  }

  @Test
  void everyAnswerKeepsABrowserFromRunningAnythingElse() throws Exception {
    try (var studio = open("127.0.0.1", Optional.empty())) {
      var client = new Client(studio.url());
      for (var path : List.of("", "studio.js", "api/models", "nowhere")) {
        var headers = client.get(path).response().headers();
        assertThat(headers.firstValue("Content-Security-Policy").orElse(""))
            .contains("default-src 'none'", "script-src 'self'")
            .doesNotContain("unsafe");
        assertThat(headers.firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(headers.firstValue("Referrer-Policy")).contains("no-referrer");
      }
    }
  }

  @Test
  void aTokenIsReadFromAFileAlone() throws IOException {
    var file = temp.resolve("token");
    Files.writeString(file, "0123456789abcdef\n");

    var token = Token.read(Location.of(file));

    assertThat(token.isIn("0123456789abcdef")).isTrue();
    assertThat(token.isIn("0123456789abcdeg")).isFalse();
    assertThat(token).hasToString("Token");
    assertThat(Token.random().text()).isNotEqualTo(Token.random().text()).hasSize(32);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "short", "0123456789abcdef with spaces", "ümlaut-0123456789abcdef"})
  void aFileWithoutATokenIsNamedButNotQuoted(String content) throws IOException {
    var file = Files.writeString(temp.resolve("token"), content);

    assertThatThrownBy(() -> Token.read(Location.of(file)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("tokenFile=" + file + ": must be a file with 16 to 200 letters")
        .satisfies(
            e -> assertThat(content.isEmpty() || !e.getMessage().contains(content)).isTrue());
  }
}
