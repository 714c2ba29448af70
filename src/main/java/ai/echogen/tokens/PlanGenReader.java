package ai.echogen.tokens;

import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import ai.echogen.tokens.IdCursor.Broken;
import java.util.ArrayList;
import java.util.List;

/** Reads one layout in PlanGen's text, and stops at the first piece that breaks the grammar. */
final class PlanGenReader {
  private final PlanGenGrammar grammar;
  private final IdCursor ids;

  private PlanGenReader(PlanGenGrammar grammar, int[] ids, int last) {
    this.grammar = grammar;
    this.ids = new IdCursor(grammar, ids, last);
  }

  /** Reads what {@link Grammar#layoutText} writes. */
  static Parse readLayoutText(PlanGenGrammar grammar, int[] ids) {
    int last = grammar.chat.isPresent() ? grammar.eos() : grammar.endGrounding;
    try {
      return new Parse.Parsed(new PlanGenReader(grammar, ids, last).layoutText());
    } catch (Broken e) {
      return e.malformed();
    }
  }

  /** Reads a caption and a layout, with or without {@code eos} after them. */
  static Parse readAnswer(PlanGenGrammar grammar, int[] ids) {
    try {
      return new Parse.Parsed(new PlanGenReader(grammar, ids, grammar.endGrounding).answer());
    } catch (Broken e) {
      return e.malformed();
    }
  }

  private Layout layoutText() throws Broken {
    ids.expect(grammar.bos());
    var caption = grammar.chat.isPresent() ? turns(grammar.chat.get()) : ids.text();
    var regions = regions();
    if (grammar.chat.isPresent()) {
      ids.expect(grammar.eos());
    }
    ids.expectEnd();
    return new Layout(caption, regions);
  }

  private Layout answer() throws Broken {
    var caption = ids.text().strip();
    var regions = regions();
    if (!ids.atEnd()) {
      ids.expect(grammar.eos());
    }
    ids.expectEnd();
    return new Layout(caption, regions);
  }

  /** The user's caption, and the opening of the assistant's turn. */
  private String turns(PlanGenGrammar.Chat roles) throws Broken {
    ids.expect(roles.user());
    int at = ids.at();
    var turn = ids.text();
    int start = PlanGenGrammar.TURN.length();
    int end = turn.length() - PlanGenGrammar.END_TURN.length();
    if (start > end
        || !turn.startsWith(PlanGenGrammar.TURN)
        || !turn.endsWith(PlanGenGrammar.END_TURN)) {
      throw new Broken(at, "a caption stands between ': ' and two line breaks, got '" + turn + "'");
    }
    ids.expect(roles.assistant());
    at = ids.at();
    var opening = ids.text();
    if (!opening.equals(PlanGenGrammar.TURN)) {
      throw new Broken(at, "a layout stands after ': ', got '" + opening + "'");
    }
    return turn.substring(start, end);
  }

  private List<Region> regions() throws Broken {
    ids.expect(grammar.grounding);
    List<Region> regions = new ArrayList<>();
    while (ids.peek() != grammar.endGrounding) {
      if (regions.size() == Layout.MAX_REGIONS) {
        throw new Broken(ids.at(), "more than " + Layout.MAX_REGIONS + " regions");
      }
      regions.add(region());
    }
    ids.next();
    return regions;
  }

  private Region region() throws Broken {
    ids.expect(grammar.ref);
    var phrase = ids.text();
    if (phrase.isBlank()) {
      throw new Broken(ids.at(), "a region without a phrase, at " + ids.name());
    }
    ids.expect(grammar.endRef);
    ids.expect(grammar.box);
    int at = ids.at();
    var box = box(ids.text(), at);
    ids.expect(grammar.endBox());
    return new Region(phrase, phrase, box);
  }

  private static Box box(String text, int at) throws Broken {
    try {
      return BoxText.read(text);
    } catch (BoxText.Unreadable e) {
      throw new Broken(at, e.reason());
    }
  }
}
