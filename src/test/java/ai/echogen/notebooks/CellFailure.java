package ai.echogen.notebooks;

import org.jspecify.annotations.Nullable;

/** What is wrong with a cell, and the snippet of it that is. */
final class CellFailure extends Exception {
  private static final long serialVersionUID = 1;

  CellFailure(String snippet, String what, @Nullable Throwable cause) {
    super(snippet.strip() + "\n→ " + what, cause);
  }
}
