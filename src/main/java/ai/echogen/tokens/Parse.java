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
   * A damaged token list.
   *
   * @param position the first index that breaks the grammar; the length if it ends too early
   */
  record Malformed(int position, String reason) implements Parse {}
}
