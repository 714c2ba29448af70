package ai.echogen.tokens;

import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import ai.echogen.tokens.IdCursor.Broken;
import java.util.ArrayList;
import java.util.List;

/** Reads one layout text of location tokens, and stops at the first id that breaks the grammar. */
final class LocationReader {
  private final LocationGrammar grammar;
  private final IdCursor ids;

  LocationReader(LocationGrammar grammar, int[] ids) {
    this.grammar = grammar;
    this.ids = new IdCursor(grammar, ids, grammar.endGrounding);
  }

  Parse read() {
    try {
      return new Parse.Parsed(layout());
    } catch (Broken e) {
      return e.malformed();
    }
  }

  private Layout layout() throws Broken {
    ids.expect(grammar.bos());
    var caption = ids.text();
    ids.expect(grammar.grounding);
    List<Region> regions = new ArrayList<>();
    while (ids.peek() != grammar.endGrounding) {
      if (regions.size() == Layout.MAX_REGIONS) {
        throw new Broken(ids.at(), "more than " + Layout.MAX_REGIONS + " regions");
      }
      regions.add(region());
    }
    ids.next();
    ids.expectEnd();
    return new Layout(caption, regions);
  }

  private Region region() throws Broken {
    var phrase = ids.text();
    if (phrase.isBlank()) {
      throw new Broken(ids.at(), "a region without a phrase, at " + ids.name());
    }
    return new Region(phrase, phrase, box());
  }

  private Box box() throws Broken {
    int x = nextX();
    int y = nextY();
    int at = ids.at();
    int otherX = nextX();
    if (otherX < x) {
      throw new Broken(at, "the box ends left of its start");
    }
    at = ids.at();
    int otherY = nextY();
    if (otherY < y) {
      throw new Broken(at, "the box ends above its start");
    }
    return grammar.box(x, y, otherX, otherY).orElseThrow();
  }

  private int nextX() throws Broken {
    if (!grammar.isX(ids.peek())) {
      throw new Broken(ids.at(), "expected a location <x_…>, got " + ids.name());
    }
    return ids.next();
  }

  private int nextY() throws Broken {
    if (!grammar.isY(ids.peek())) {
      throw new Broken(ids.at(), "expected a location <y_…>, got " + ids.name());
    }
    return ids.next();
  }
}
