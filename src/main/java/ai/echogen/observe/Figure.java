package ai.echogen.observe;

/** Something to look at in a {@link FigureReport}. */
public interface Figure {
  /** A {@code <figure>} element, whole and with all texts escaped. */
  String html();
}
