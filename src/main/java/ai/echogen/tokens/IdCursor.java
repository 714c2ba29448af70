package ai.echogen.tokens;

import java.util.Arrays;

/** A place in a list of ids that is read from left to right, with a name for all that is amiss. */
final class IdCursor {
  private final Frame grammar;
  private final int[] ids;
  private final int last;
  private int at;

  /**
   * Stands at the first id.
   *
   * @param last the token that the list should end with
   */
  IdCursor(Frame grammar, int[] ids, int last) {
    this.grammar = grammar;
    this.ids = ids;
    this.last = last;
  }

  int at() {
    return at;
  }

  boolean atEnd() {
    return at == ids.length;
  }

  /** The next id, which stays the next. */
  int peek() throws Broken {
    if (atEnd()) {
      throw new Broken(at, "ends before " + grammar.tokenizer.decode(last));
    }
    int id = ids[at];
    if (!grammar.tokenizer.has(id)) {
      throw new Broken(at, "id " + id + " is not in a vocabulary of " + grammar.tokenizer.size());
    }
    return id;
  }

  /** Passes the next id. */
  int next() throws Broken {
    int id = peek();
    at++;
    return id;
  }

  /** Passes one token, which must be this one. */
  void expect(int id) throws Broken {
    if (peek() != id) {
      throw new Broken(at, "expected " + grammar.tokenizer.decode(id) + ", got " + name());
    }
    at++;
  }

  void expectEnd() throws Broken {
    if (!atEnd()) {
      throw new Broken(at, (ids.length - at) + " ids after " + grammar.tokenizer.decode(last));
    }
  }

  /** The text up to the next token that may not stand in one; passes it. */
  String text() throws Broken {
    int from = at;
    while (grammar.texts.isText(peek())) {
      at++;
    }
    int[] run = Arrays.copyOfRange(ids, from, at);
    return grammar
        .texts
        .text(run)
        .orElseThrow(
            () ->
                new Broken(from, "no text is written like this: " + grammar.tokenizer.decode(run)));
  }

  /** The next token as text. */
  String name() throws Broken {
    return grammar.tokenizer.decode(peek());
  }

  /** What ends the reading of a list. */
  static final class Broken extends Exception {
    private static final long serialVersionUID = 1L;

    private final int position;
    private final String reason;

    Broken(int position, String reason) {
      super(reason, null, false, false);
      this.position = position;
      this.reason = reason;
    }

    Parse.Malformed malformed() {
      return new Parse.Malformed(position, reason);
    }
  }
}
