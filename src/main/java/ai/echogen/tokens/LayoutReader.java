package ai.echogen.tokens;

import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads one layout text from left to right, and stops at the first id that breaks the grammar. */
final class LayoutReader {
  private final Grammar grammar;
  private final TextTokenizer tokenizer;
  private final int[] ids;
  private int at;

  LayoutReader(Grammar grammar, TextTokenizer tokenizer, int[] ids) {
    this.grammar = grammar;
    this.tokenizer = tokenizer;
    this.ids = ids;
  }

  Parse read() {
    try {
      return new Parse.Parsed(layout());
    } catch (Broken e) {
      return new Parse.Malformed(at, e.reason);
    }
  }

  private Layout layout() throws Broken {
    expect(grammar.bos(), SpecialTokens.BOS);
    var caption = words();
    expect(grammar.grounding(), SpecialTokens.GROUNDING);
    List<Region> regions = new ArrayList<>();
    while (peek() != grammar.endGrounding()) {
      if (regions.size() == Layout.MAX_REGIONS) {
        throw new Broken("more than " + Layout.MAX_REGIONS + " regions");
      }
      regions.add(region());
    }
    at++;
    if (at < ids.length) {
      throw new Broken((ids.length - at) + " ids after " + SpecialTokens.END_GROUNDING);
    }
    return new Layout(caption, regions);
  }

  private Region region() throws Broken {
    var phrase = words();
    if (phrase.isBlank()) {
      throw new Broken("a region without a phrase, at " + name(peek()));
    }
    return new Region(phrase, phrase, box());
  }

  private Box box() throws Broken {
    int first = at;
    expectX();
    expectY();
    if (expectX() < ids[first]) {
      at--;
      throw new Broken("the box ends left of its start");
    }
    if (expectY() < ids[first + 1]) {
      at--;
      throw new Broken("the box ends above its start");
    }
    return grammar.box(ids, first).orElseThrow();
  }

  /** The text up to the next special or location token. */
  private String words() throws Broken {
    int from = at;
    while (tokenizer.isUnknown(peek()) || !tokenizer.isSpecial(peek())) {
      at++;
    }
    return at == from ? "" : tokenizer.decode(Arrays.copyOfRange(ids, from, at));
  }

  private int expectX() throws Broken {
    if (!grammar.isX(peek())) {
      throw new Broken("expected a location <x_…>, got " + name(peek()));
    }
    return ids[at++];
  }

  private int expectY() throws Broken {
    if (!grammar.isY(peek())) {
      throw new Broken("expected a location <y_…>, got " + name(peek()));
    }
    return ids[at++];
  }

  private void expect(int id, String token) throws Broken {
    if (peek() != id) {
      throw new Broken("expected " + token + ", got " + name(peek()));
    }
    at++;
  }

  private int peek() throws Broken {
    if (at == ids.length) {
      throw new Broken("ends before " + SpecialTokens.END_GROUNDING);
    }
    int id = ids[at];
    if (id < 0 || id >= grammar.vocabularySize()) {
      throw new Broken("id " + id + " is not in a vocabulary of " + grammar.vocabularySize());
    }
    return id;
  }

  private String name(int id) {
    return tokenizer.decode(id);
  }

  /** Unwinds to {@link #read}, which knows the position. */
  private static final class Broken extends Exception {
    private static final long serialVersionUID = 1L;

    private final String reason;

    Broken(String reason) {
      super(reason, null, false, false);
      this.reason = reason;
    }
  }
}
