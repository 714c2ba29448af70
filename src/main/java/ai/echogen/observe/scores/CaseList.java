package ai.echogen.observe.scores;

import ai.echogen.layout.Box;
import ai.echogen.observe.Figure;
import ai.echogen.observe.HtmlReport;
import ai.echogen.storage.Location;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Cases with their boxes over their pictures, to be filtered, sorted and opened in the browser.
 *
 * <p>The page has them as JSON in a {@code <script type="application/json">}, which {@code
 * cases.js} beside this class reads:
 *
 * <ul>
 *   <li>{@code sides}: names of the systems, one or two; {@code columns}: names of numbers; {@code
 *       leading}: the column that cards show, -1 for none
 *   <li>{@code texts}: all phrases, names and splits, each once; below they are places in this list
 *   <li>{@code pictures}: [width, height, data URI] each, of the galleries' cases
 *   <li>{@code galleries}: [name, [places of cases]] each, of those that have any
 *   <li>{@code cases}: by rising id, [id, split, [numbers or null], [[phrase, box]…], sides,
 *       regions that are not listed] each; a side is [[[box, IoU in thousandths] or null…], [[name,
 *       score, box]…], place of its picture or -1, path of its picture beside the page or ""]; a
 *       box is four numbers, x0, y0, x1, y1, in thousandths of the picture
 * </ul>
 *
 * <p>What would make the file too large to open is left out and told by {@link #notes}: galleries
 * come first, then cases by chance.
 */
final class CaseList implements Figure {
  static final int MOST_COLUMNS = 60;
  private static final int MOST_LETTERS = 9_000_000; // of all cases
  private static final int MOST_PICTURE_LETTERS = 9_000_000;
  private static final int MOST_REGIONS = 50; // of a case
  private static final int MOST_SEEN = 30; // of a side, the surest
  private static final int LONGEST = 160; // letters of a text
  private static final int THOUSAND = 1000;
  private static final Pattern UNSEEN =
      Pattern.compile("[\\p{Cntrl}\\x{80}-\\x{9F}\\x{2028}-\\x{202E}\\x{2066}-\\x{2069}]");
  private static final MathContext DIGITS = new MathContext(5);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<ScoredRun> systems;
  private final Location page;
  private final List<Gallery> galleries;
  private final ObjectNode data = JSON.createObjectNode();
  private final Map<String, Integer> texts = new HashMap<>();
  private final PictureStore pictures = new PictureStore(MOST_PICTURE_LETTERS);
  private final List<String> notes = new ArrayList<>();
  private int textLetters;

  /**
   * @param systems whose cases these are, one for each side
   * @param page directory that the page will lie in: what lies there too, it can show large
   * @param columns names of the cases' values
   * @param leading the column that is shown with each case; -1 for none
   * @param cases by rising id
   * @param galleries to choose from
   * @param drawn places of all cases in an order drawn by chance
   */
  CaseList(
      List<ScoredRun> systems,
      Location page,
      List<String> columns,
      int leading,
      List<Case> cases,
      List<Gallery> galleries,
      List<Integer> drawn) {
    this.systems = systems;
    this.page = page;
    this.galleries = galleries;
    var sides = data.putArray("sides");
    systems.forEach(system -> sides.add(cut(system.name())));
    var names = data.putArray("columns");
    columns.forEach(column -> names.add(cut(column)));
    data.put("leading", leading);
    data.putArray("texts");
    putCases(cases, drawn);
    data.set("pictures", pictures.pictures());
  }

  /** Adds the style and the script that the list needs to a report. */
  static void equip(HtmlReport report) {
    report.style(resource("cases.css")).script(resource("cases.js"));
  }

  /** What to say where cases do not come with all numbers. */
  static Optional<String> columnsNote(int shown, int all) {
    return shown == all
        ? Optional.empty()
        : Optional.of(
            String.format(Locale.ROOT, "Cases come with %,d of their %,d numbers.", shown, all));
  }

  /** What the page leaves out, one sentence each. */
  List<String> notes() {
    var all = new ArrayList<>(notes);
    all.addAll(pictures.notes());
    return all;
  }

  @Override
  public String html() {
    return """
        <figure class="cases%s">
        <noscript><p>The cases are shown by a script in this page, which is switched off.</p></noscript>
        <script type="application/json" id="cases-data">%s</script>
        </figure>
        """
        .formatted(systems.size() > 1 ? " paired" : "", safe(data.toString()));
  }

  /** JSON that cannot end its element, nor begin a comment or another element in it. */
  private static String safe(String json) {
    return json.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e");
  }

  private void putCases(List<Case> cases, List<Integer> drawn) {
    var pictured = new LinkedHashSet<Integer>();
    galleries.forEach(gallery -> pictured.addAll(gallery.cases()));
    var first = new LinkedHashSet<>(pictured);
    first.addAll(drawn);
    var kept = new HashMap<Integer, ArrayNode>();
    int letters = 0;
    for (int place : first) {
      var node = node(cases.get(place), pictured.contains(place));
      letters += safe(node.toString()).length();
      if (letters + textLetters > MOST_LETTERS) {
        break;
      }
      kept.put(place, node);
    }
    if (kept.size() < cases.size()) {
      notes.add(
          String.format(
              Locale.ROOT,
              "%,d of %,d cases are listed: those of the galleries, and others by chance; %s has"
                  + " all of them.",
              kept.size(),
              cases.size(),
              SampleScoresFile.NAME));
    }
    var places = new HashMap<Integer, Integer>(); // of a case among those that are listed
    var list = data.putArray("cases");
    for (int place : new TreeSet<>(kept.keySet())) {
      places.put(place, list.size());
      list.add(kept.get(place));
    }
    var named = data.putArray("galleries");
    for (var gallery : galleries) {
      var listed = gallery.cases().stream().filter(places::containsKey).map(places::get).toList();
      if (!listed.isEmpty()) {
        listed.forEach(named.addArray().add(gallery.name()).addArray()::add);
      }
    }
  }

  private ArrayNode node(Case one, boolean isPictured) {
    var node = JSON.createArrayNode().add(cut(one.id())).add(text(one.split()));
    var values = node.addArray();
    for (double value : one.values()) {
      if (Double.isFinite(value)) {
        values.add(BigDecimal.valueOf(value).round(DIGITS));
      } else {
        values.addNull();
      }
    }
    int shown = Math.min(MOST_REGIONS, one.wanted().size());
    var wanted = node.addArray();
    for (var region : one.wanted().subList(0, shown)) {
      put(wanted.addArray().add(text(region.phrase())), region.box());
    }
    var sides = node.addArray();
    for (int s = 0; s < systems.size(); s++) {
      put(sides.addArray(), one, s, shown, isPictured);
    }
    return node.add(one.wanted().size() - shown);
  }

  private void put(ArrayNode node, Case one, int s, int shown, boolean isPictured) {
    var side = one.sides().get(s);
    var found = node.addArray();
    for (int i = 0; i < shown && !side.found().isEmpty(); i++) {
      var box = side.found().get(i);
      if (box == null) {
        found.addNull();
      } else {
        put(found.addArray(), box).add(thousandths(box.iou(one.wanted().get(i).box())));
      }
    }
    var seen = node.addArray();
    side.seen().stream()
        .sorted((a, b) -> Double.compare(b.score(), a.score()))
        .limit(MOST_SEEN)
        .forEach(
            thing ->
                put(
                    seen.addArray()
                        .add(text(thing.name()))
                        .add(BigDecimal.valueOf(thing.score()).round(DIGITS)),
                    thing.box()));
    var path = side.picture();
    var place = systems.get(s).place();
    node.add(path != null && isPictured ? pictures.place(place, path) : PictureStore.NONE);
    node.add(path != null && place.equals(page) ? path : "");
  }

  private static ArrayNode put(ArrayNode node, Box box) {
    return node.add(thousandths(box.x0()))
        .add(thousandths(box.y0()))
        .add(thousandths(box.x1()))
        .add(thousandths(box.y1()));
  }

  private static int thousandths(double share) {
    return (int) Math.round(share * THOUSAND);
  }

  private int text(String text) {
    var shown = cut(text);
    var known = texts.putIfAbsent(shown, texts.size());
    if (known != null) {
      return known;
    }
    var list = (ArrayNode) data.path("texts");
    list.add(shown);
    textLetters += safe(list.get(list.size() - 1).toString()).length();
    return list.size() - 1;
  }

  /** A text on one line that neither breaks nor turns round what is beside it, and has an end. */
  private static String cut(String text) {
    var line = UNSEEN.matcher(text).replaceAll("\uFFFD");
    return line.codePointCount(0, line.length()) <= LONGEST
        ? line
        : line.substring(0, line.offsetByCodePoints(0, LONGEST)) + "…";
  }

  private static String resource(String name) {
    try (var in = CaseList.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("no " + name + " beside " + CaseList.class.getName());
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
