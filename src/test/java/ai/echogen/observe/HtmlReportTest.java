package ai.echogen.observe;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.image.Png;
import java.awt.image.BufferedImage;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class HtmlReportTest {
  private static final String NASTY = "</p><script>alert('x' & \"y\")</script>\u0007";

  @TempDir private Path dir;

  private final BufferedImage image = new BufferedImage(4, 3, BufferedImage.TYPE_INT_RGB);
  private final HtmlReport report =
      new HtmlReport("Demo " + NASTY)
          .heading("Scores " + NASTY)
          .paragraph("First " + NASTY)
          .code("./echogen demo out=DIR " + NASTY)
          .settings("Settings " + NASTY, new TreeMap<>(Map.of("a.key", NASTY, "b.key", "2")))
          .table(new Table("metric", NASTY).row(NASTY, 0.5))
          .chart(
              new LineChart(NASTY, "step", "loss")
                  .series(NASTY, new double[] {1, 2}, new double[] {3, 4}))
          .image(image, "grid " + NASTY);

  @Test
  void everyPartIsThereInOrder() throws Exception {
    var document = parsed();
    assertThat(document.getElementsByTagName("h1").item(0).getTextContent())
        .isEqualTo("Demo </p><script>alert('x' & \"y\")</script>");
    var kinds = new StringBuilder();
    for (var node = document.getElementsByTagName("h1").item(0);
        node != null;
        node = node.getNextSibling()) {
      kinds.append(node.getNodeName().startsWith("#") ? "" : node.getNodeName() + " ");
    }
    assertThat(kinds.toString()).isEqualTo("h1 h2 p pre details div figure figure ");
  }

  @Test
  void textIsEscapedWhereverItStands() throws Exception {
    assertThat(report.html()).doesNotContain("<script").doesNotContain("\u0007");
    var document = parsed();
    for (var element : new String[] {"title", "h2", "p", "pre", "summary", "td", "figcaption"}) {
      assertThat(document.getElementsByTagName(element).item(0).getTextContent())
          .as(element)
          .contains("</p><script>alert('x' & \"y\")</script>");
    }
  }

  @Test
  void nothingIsLoadedFromElsewhere() {
    assertThat(report.html())
        .doesNotContain("http:", "https:", "<link", "@import", "url(", "<iframe")
        .containsOnlyOnce("src=");
  }

  @Test
  void picturesAreInTheFile() {
    image.setRGB(1, 1, 0x336699);
    var html = new HtmlReport("t").image(image, "c").html();
    var data = Pattern.compile("src=\"data:image/png;base64,([^\"]+)\"").matcher(html);
    assertThat(data.find()).isTrue();
    var decoded = Png.decode(Base64.getDecoder().decode(data.group(1)));
    assertThat(decoded.getRGB(1, 1) & 0xffffff).isEqualTo(0x336699);
  }

  @Test
  void lightAndDarkDefineTheSameColours() {
    var html = report.html();
    var dark = html.indexOf("prefers-color-scheme: dark");
    for (var name : new String[] {"ink", "soft", "paper", "rule", "shade", "s0", "s7"}) {
      assertThat(html.indexOf("--" + name + ": #")).as(name).isPositive().isLessThan(dark);
      assertThat(html.indexOf("--" + name + ": #", dark)).as(name).isPositive();
    }
    for (var i = 0; i < LineChart.NUM_COLORS; i++) {
      assertThat(html)
          .contains(".c%d { --c: var(--s%d); }".formatted(i, i))
          .contains("--s" + i + ": #");
    }
  }

  @Test
  void isWrittenAsUtf8() throws Exception {
    new HtmlReport("größer").write(dir.resolve("out/report.html"));
    assertThat(Files.readString(dir.resolve("out/report.html"))).contains("<h1>größer</h1>");
  }

  /** The report read as XML, once the void elements are closed. */
  private Document parsed() throws Exception {
    var xml =
        report
            .html()
            .replaceFirst("<!DOCTYPE html>", "")
            .replaceAll("<(meta|img)([^>]*)>", "<$1$2/>");
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(xml.strip())));
  }
}
