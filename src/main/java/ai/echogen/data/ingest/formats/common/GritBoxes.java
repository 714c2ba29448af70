package ai.echogen.data.ingest.formats.common;

import ai.echogen.data.ingest.SourceBox;
import ai.echogen.data.ingest.SourceImage;
import ai.echogen.data.shards.Finding;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The groundings of a caption in GRIT's form (Kosmos-2, appendix B): lists of seven numbers, which
 * are the first character of a phrase in the caption and the one behind its last, the box's left,
 * top, right and bottom side as shares of the picture, and the detector's confidence.
 *
 * <p>A referring expression is a noun chunk with all that hangs on it, or the chunk itself, around
 * the same box. The chunk is taken only where no expression says the same box with more words.
 */
public final class GritBoxes {
  private static final int NUMBERS = 7;
  private static final int MOST = 1_000; // groundings of a caption; GRIT has some tens

  /** A grounding that can be used; the span is counted in code points, as Python does. */
  private record Grounding(SourceBox box, int start, int end) {
    boolean isWithin(Grounding other) {
      return start >= other.start
          && end <= other.end
          && box.x() == other.box.x()
          && box.y() == other.box.y()
          && box.width() == other.box.width()
          && box.height() == other.box.height();
    }
  }

  private final SourceImage image;
  private final String caption;
  private final int length; // of the caption, in code points
  private final String place;

  private GritBoxes(SourceImage image, String caption, String place) {
    this.image = image;
    this.caption = caption;
    this.length = caption.codePointCount(0, caption.length());
    this.place = place;
  }

  /**
   * Adds the boxes, and what is wrong with them, to an image that counts in shares.
   *
   * @param caption as the data set has it: blanks count
   * @param nounChunks list of groundings; none if missing or null
   * @param refExps the same
   * @param place of the row, for findings
   */
  public static void add(
      SourceImage image, String caption, JsonNode nounChunks, JsonNode refExps, String place) {
    var boxes = new GritBoxes(image, caption, place);
    var expressions = boxes.read("ref_exps", refExps);
    expressions.forEach(expression -> image.add(expression.box()));
    for (var chunk : boxes.read("noun_chunks", nounChunks)) {
      if (expressions.stream().noneMatch(chunk::isWithin)) {
        image.add(chunk.box());
      }
    }
  }

  private List<Grounding> read(String name, JsonNode list) {
    if (list.isMissingNode() || list.isNull()) {
      return List.of();
    }
    if (!list.isArray()) {
      image.add(Finding.dropped("groundings are no list", place + ": " + name));
      return List.of();
    }
    if (list.size() > MOST) {
      image.add(
          Finding.dropped(
              String.format(Locale.ROOT, "groundings behind the first %,d of a caption", MOST),
              place + ": " + name));
    }
    var groundings = new ArrayList<Grounding>();
    for (int i = 0; i < Math.min(MOST, list.size()); i++) {
      var id = String.format(Locale.ROOT, "%s %d", name, i + 1);
      var grounding = grounding(id, list.get(i));
      if (grounding != null) {
        groundings.add(grounding);
      }
    }
    return groundings;
  }

  private @Nullable Grounding grounding(String id, JsonNode numbers) {
    var n = RowFields.numbers(numbers, NUMBERS).orElse(null);
    var where = place + ": " + id;
    if (n == null) {
      image.add(Finding.dropped("grounding is not seven numbers", where));
      return null;
    }
    int start = (int) n[0];
    int end = (int) n[1];
    if (start != n[0] || end != n[1] || start < 0 || start >= end || end > length) {
      image.add(
          Finding.dropped(
              "phrase lies outside its caption",
              "%s: %s to %s of %s characters".formatted(where, n[0], n[1], length)));
      return null;
    }
    int from = caption.offsetByCodePoints(0, start);
    var phrase =
        RowFields.tidy(caption.substring(from, caption.offsetByCodePoints(from, end - start)));
    if (phrase.isEmpty()) {
      image.add(Finding.dropped("blank phrase", where));
      return null;
    }
    return new Grounding(SourceBox.between(id, phrase, n[2], n[3], n[4], n[5]), start, end);
  }
}
