package ai.echogen.observe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class HtmlReportScriptTest {
  @Test
  void onlyTheScriptThatWasGivenMayRun() throws Exception {
    var script = "'use strict'; // größer\n";
    var html = new HtmlReport("t").paragraph("p").script(script).html();
    var digest = MessageDigest.getInstance("SHA-256").digest(script.getBytes(UTF_8));
    assertThat(html)
        .contains("<p>p</p>\n<script>" + script + "</script>\n</body>")
        .containsOnlyOnce("<meta http-equiv=\"Content-Security-Policy\"")
        .contains("default-src 'none'")
        .contains(
            "script-src 'sha256-" + Base64.getEncoder().encodeToString(digest) + "'\">\n<title>");
  }

  @Test
  void aReportWithoutAScriptHasNoPolicyAndNoElementForIt() {
    assertThat(new HtmlReport("t").html()).doesNotContain("<script", "http-equiv");
  }

  @Test
  void rulesOfStyleFollowTheReportsOwn() {
    var html = new HtmlReport("t").style(".mine { color: red; }\n").html();
    assertThat(html).contains(".c7 { --c: var(--s7); }\n.mine { color: red; }\n</style>");
  }

  @Test
  void aFigureIsThereAsItIs() {
    assertThat(new HtmlReport("t").figure(() -> "<figure>x</figure>\n").html())
        .contains("<h1>t</h1>\n<figure>x</figure>\n</body>");
  }
}
