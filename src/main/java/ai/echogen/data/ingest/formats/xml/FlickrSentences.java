package ai.echogen.data.ingest.formats.xml;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Captions as Flickr30k Entities writes them: {@code [/EN#1/people Two young guys] with
 * [/EN#2/bodyparts shaggy hair] …}. A mark has an entity's id, its types and the words.
 */
final class FlickrSentences {
  /** A caption without the marks, and its phrases in their order. */
  record Caption(String text, List<Phrase> phrases) {}

  /**
   * What a mark is around.
   *
   * @param type the first of its types
   */
  record Phrase(String entity, String type, String words) {
    private static final String NOT_VISUAL = "0";

    boolean isVisual() {
      return !entity.equals(NOT_VISUAL);
    }
  }

  private static final String START = "/EN#";
  private static final Pattern ENTITY = Pattern.compile("\\d{1,20}");
  private static final Pattern BLANKS = Pattern.compile("\\s+");

  private FlickrSentences() {}

  /** Reads a caption; nothing if a bracket is not that of a whole mark. */
  static Optional<Caption> read(String line) {
    var text = new StringBuilder();
    var phrases = new ArrayList<Phrase>();
    int at = 0;
    while (true) {
      int open = line.indexOf('[', at);
      int close = line.indexOf(']', at);
      if (open < 0 && close < 0) {
        text.append(line, at, line.length());
        return Optional.of(new Caption(plain(text.toString()), phrases));
      }
      if (open < 0 || close < open) { // or none
        return Optional.empty();
      }
      var phrase = phrase(line.substring(open + 1, close));
      if (phrase.isEmpty()) {
        return Optional.empty();
      }
      text.append(line, at, open).append(phrase.get().words());
      phrases.add(phrase.get());
      at = close + 1;
    }
  }

  private static Optional<Phrase> phrase(String mark) {
    var parts = BLANKS.split(mark, 2);
    var words = parts.length < 2 ? "" : plain(parts[1]);
    if (!mark.startsWith(START) || words.isBlank() || mark.indexOf('[') >= 0) {
      return Optional.empty();
    }
    var labels = parts[0].substring(START.length()).split("/", -1);
    return labels.length >= 2 && ENTITY.matcher(labels[0]).matches() && !labels[1].isBlank()
        ? Optional.of(new Phrase(labels[0], labels[1], words))
        : Optional.empty();
  }

  private static String plain(String text) {
    return BLANKS.matcher(text).replaceAll(" ").strip();
  }
}
