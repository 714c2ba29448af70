package ai.echogen.observe;

/** Something to look at in a {@link HtmlReport}. */
public interface Figure {
  /** A {@code <figure>} element, whole and with all texts escaped. */
  String html();
}
