package ai.echogen.observe;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.echogen.image.Png;
import ai.echogen.storage.LocalFiles;
import ai.echogen.storage.WholeFile;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A report in one HTML file: texts, tables, charts and pictures. It loads nothing from elsewhere,
 * runs no script but one of ours that it was given, and follows the reader's light or dark scheme.
 */
public final class HtmlReport {
  private static final String STYLE =
      """
      :root { color-scheme: light dark; --ink: #1f2328; --soft: #59636e; --paper: #ffffff;
        --rule: #d1d9e0; --shade: #f6f8fa; --s0: #1f6feb; --s1: #e8590c; --s2: #2b8a3e; --s3: #9c36b5;
        --s4: #c2255c; --s5: #0b7285; --s6: #8a5a00; --s7: #495057; }
      @media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9198a1; --paper: #0d1117;
        --rule: #3d444d; --shade: #151b23; --s0: #6ea8fe; --s1: #ff922b; --s2: #69db7c; --s3: #da77f2;
        --s4: #ff8787; --s5: #3bc9db; --s6: #ffd43b; --s7: #adb5bd; } }
      body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 60rem; color: var(--ink);
        background: var(--paper); font: 16px/1.55 system-ui, sans-serif; }
      h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 1rem; }
      h2 { font-size: 1.3rem; margin: 2.5rem 0 .75rem; padding-bottom: .3rem;
        border-bottom: 1px solid var(--rule); }
      p { max-width: 44rem; }
      pre { padding: .75rem 1rem; overflow-x: auto; background: var(--shade);
        border: 1px solid var(--rule); border-radius: 6px; font-size: .85rem; }
      .wide { overflow-x: auto; margin: 1rem 0; }
      table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
      th, td { padding: .35rem .9rem; text-align: left; border-bottom: 1px solid var(--rule);
        overflow-wrap: anywhere; }
      th { font-weight: 600; color: var(--soft); white-space: nowrap; }
      .n { text-align: right; white-space: nowrap; }
      details summary { cursor: pointer; color: var(--soft); }
      details th { font: .85rem ui-monospace, monospace; color: var(--ink); }
      details td { font: .85rem ui-monospace, monospace; }
      figure { margin: 1.5rem 0; }
      figcaption { font-weight: 600; font-size: .95rem; margin-bottom: .4rem; }
      figure.picture figcaption { font-weight: 400; color: var(--soft); margin-top: .4rem; }
      img { max-width: 100%; height: auto; border: 1px solid var(--rule); border-radius: 6px; }
      svg { width: 100%; height: auto; display: block; }
      svg text { fill: var(--soft); font-size: 12px; }
      .grid { stroke: var(--rule); stroke-width: 1; stroke-dasharray: 2 3; }
      .axis { stroke: var(--soft); stroke-width: 1; fill: none; }
      .line, .raw { stroke: var(--c); fill: none; stroke-linejoin: round; stroke-linecap: round; }
      .line { stroke-width: 2; }
      .raw { stroke-width: 1; opacity: .3; }
      .legend { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; font-size: .85rem; }
      .legend i { display: inline-block; width: 1.1em; height: .25em; margin-right: .4em;
        vertical-align: middle; border-radius: 2px; background: var(--c); }
      .legend .note { color: var(--soft); }
      h3 { font-size: 1.05rem; margin: 1.75rem 0 .5rem; }
      .figures { display: flex; flex-wrap: wrap; gap: 0 2rem; align-items: flex-start; }
      .figures figure { margin: .9rem 0; }
      .bars { flex: 0 1 27.5rem; }
      .bars .bar { fill: var(--s0); }
      .heat { flex: 0 1 17rem; }
      .heat svg { border: 1px solid var(--rule); }
      .heat p { margin: .2rem 0; font-size: .85rem; color: var(--soft); }
      .cells { fill: var(--s0); shape-rendering: crispEdges; }
      .figures figure.picture { max-width: 256px; }
      .figures figure.picture figcaption { font-size: .8rem; line-height: 1.35;
        overflow-wrap: anywhere; }
      """;

  private final String title;
  private final StringBuilder body = new StringBuilder();
  private final StringBuilder style = new StringBuilder();
  private String script = "";

  public HtmlReport(String title) {
    this.title = title;
  }

  public HtmlReport heading(String text) {
    return add("<h2>%s</h2>\n".formatted(Escape.html(text)));
  }

  /** Adds a heading below that of the section. */
  public HtmlReport subheading(String text) {
    return add("<h3>%s</h3>\n".formatted(Escape.html(text)));
  }

  public HtmlReport paragraph(String text) {
    return add("<p>%s</p>\n".formatted(Escape.html(text)));
  }

  /** Adds text as it is typed, such as a command. */
  public HtmlReport code(String text) {
    return add("<pre>%s</pre>\n".formatted(Escape.html(text)));
  }

  /** Adds keys and values, in the map's order, folded under a line that opens them. */
  public HtmlReport settings(String summary, Map<String, String> settings) {
    add(
        "<details><summary>%s</summary>\n<div class=\"wide\"><table>\n"
            .formatted(Escape.html(summary)));
    settings.forEach(
        (key, value) ->
            add(
                "<tr><th>%s</th><td>%s</td></tr>\n"
                    .formatted(Escape.html(key), Escape.html(value))));
    return add("</table></div></details>\n");
  }

  public HtmlReport table(Table table) {
    return add("<div class=\"wide\">\n" + table.html() + "</div>\n");
  }

  /** Adds text as it is typed, folded under a line that opens it. */
  public HtmlReport folded(String summary, String text) {
    return add(
        "<details><summary>%s</summary>\n<pre>%s</pre></details>\n"
            .formatted(Escape.html(summary), Escape.html(text)));
  }

  /** Adds small figures, side by side where there is room. */
  public HtmlReport figures(List<? extends Figure> figures) {
    add("<div class=\"figures\">\n");
    figures.forEach(figure -> add(figure.html()));
    return add("</div>\n");
  }

  /** Adds a figure that has the width of the page. */
  public HtmlReport figure(Figure figure) {
    return add(figure.html());
  }

  public HtmlReport chart(LineChart chart) {
    return add(chart.html());
  }

  /** Adds a picture at its own size, or as wide as the page if it is wider. */
  public HtmlReport image(BufferedImage image, String caption) {
    return add(
        String.format(
            Locale.ROOT,
            "<figure class=\"picture\"><img width=\"%d\" height=\"%d\" alt=\"%s\" src=\"data:image/png;base64,%s\"><figcaption>%s</figcaption></figure>\n",
            image.getWidth(),
            image.getHeight(),
            Escape.html(caption),
            Base64.getEncoder().encodeToString(Png.encode(image)),
            Escape.html(caption)));
  }

  /** Adds rules, which must be ours, to the style of the page. */
  public HtmlReport style(String css) {
    style.append(css);
    return this;
  }

  /**
   * Sets the script, which must be ours, that runs once the page is there. No other can run then,
   * and pictures that it shows are in the page or are files near it.
   */
  public HtmlReport script(String javaScript) {
    script = javaScript;
    return this;
  }

  /** The whole file. */
  public String html() {
    var safeTitle = Escape.html(title);
    return """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        %s<title>%s</title>
        <style>
        %s%s%s</style>
        </head>
        <body>
        <h1>%s</h1>
        %s%s</body>
        </html>
        """
        .formatted(
            policy(),
            safeTitle,
            STYLE,
            seriesColors(),
            style,
            safeTitle,
            body,
            script.isEmpty() ? "" : "<script>" + script + "</script>\n");
  }

  /** What keeps a browser from running anything else, should data ever get past the escapes. */
  private String policy() {
    if (script.isEmpty()) {
      return "";
    }
    var digest = LocalFiles.newSha256().digest(script.getBytes(UTF_8));
    return ("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
            + "style-src 'unsafe-inline'; img-src data: 'self' file:; script-src 'sha256-%s'\">\n")
        .formatted(Base64.getEncoder().encodeToString(digest));
  }

  /** Writes the file whole or not at all. */
  public void write(Path file) {
    WholeFile.write(file, html().getBytes(UTF_8));
  }

  private static String seriesColors() {
    var rules = new StringBuilder();
    for (var i = 0; i < LineChart.NUM_COLORS; i++) {
      rules.append(String.format(Locale.ROOT, ".c%d { --c: var(--s%d); }\n", i, i));
    }
    return rules.toString();
  }

  private HtmlReport add(String html) {
    body.append(html);
    return this;
  }
}
