package ai.echogen.layout;

import java.io.Serializable;

/**
 * One object of a layout.
 *
 * @param phrase the words that name it, such as {@code striped red circle}
 * @param category the class a detector would give it
 */
public record Region(String phrase, String category, Box box) implements Serializable {
  public Region {
    if (phrase.isBlank()) {
      throw new IllegalArgumentException("a region needs a phrase, got a blank one at " + box);
    }
  }
}
