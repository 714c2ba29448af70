package ai.echogen.tokens;

import ai.echogen.layout.Layout;

/** What reading a layout text gives: the layout, or where and why it stopped making sense. */
public sealed interface Parse {
  /**
   * A whole layout.
   *
   * @param layout its categories are its phrases: the grammar does not write categories
   */
  record Parsed(Layout layout) implements Parse {}

  /**
   * A damaged list of tokens, or a damaged text.
   *
   * @param position the index where the part that breaks the grammar begins, a token or a run of
   *     text; the length if the list ends too early
   */
  record Malformed(int position, String reason) implements Parse {}
}
