package ai.echogen.observe;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;

/**
 * An {@link HtmlReport} of many small figures, side by side where there is room; frame and colours
 * are that report's, and like it this one loads nothing and runs no script.
 */
public final class FigureReport {
  private static final String STYLE =
      """
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

  public FigureReport(String title) {
    this.title = title;
  }

  public FigureReport heading(String text) {
    return add("<h2>" + Escape.html(text) + "</h2>\n");
  }

  /** Adds a heading below that of the section. */
  public FigureReport subheading(String text) {
    return add("<h3>" + Escape.html(text) + "</h3>\n");
  }

  public FigureReport paragraph(String text) {
    return add("<p>" + Escape.html(text) + "</p>\n");
  }

  /** Adds text as it is typed, folded under a line that opens it. */
  public FigureReport folded(String summary, String text) {
    return add(
        "<details><summary>%s</summary>\n<pre>%s</pre></details>\n"
            .formatted(Escape.html(summary), Escape.html(text)));
  }

  public FigureReport table(Table table) {
    return add("<div class=\"wide\">\n" + table.html() + "</div>\n");
  }

  /** Adds figures side by side. */
  public FigureReport figures(List<? extends Figure> figures) {
    add("<div class=\"figures\">\n");
    figures.forEach(figure -> add(figure.html()));
    return add("</div>\n");
  }

  /** The whole file in UTF-8. */
  public byte[] bytes() {
    var frame = new HtmlReport(title).html(); // each end tag once: its title is escaped
    int style = frame.indexOf("</style>");
    int end = frame.indexOf("</body>");
    return (frame.substring(0, style)
            + STYLE
            + frame.substring(style, end)
            + body
            + frame.substring(end))
        .getBytes(UTF_8);
  }

  private FigureReport add(String html) {
    body.append(html);
    return this;
  }
}
