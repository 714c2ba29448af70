package ai.echogen.data.ingest.formats.coco;

import ai.echogen.data.ingest.formats.common.CocoValues;
import ai.echogen.data.ingest.formats.common.RowFields;
import ai.echogen.data.shards.Finding;
import ai.echogen.storage.Location;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The refs of RefCOCO, RefCOCO+ or RefCOCOg: a pickled list of
 *
 * <pre>
 * {"ref_id": 0, "ann_id": 1719310, "image_id": 581857, "category_id": 1, "split": "train",
 *  "file_name": "COCO_train2014_000000581857_16.jpg", "sent_ids": [0],
 *  "sentences": [{"sent_id": 0, "sent": "the lady with the blue shirt", "raw": "THE LADY …",
 *                 "tokens": ["the", …]}]}
 * </pre>
 */
final class RefCocoRefs {
  private static final int MAX_ID = 100; // letters
  private static final int MAX_SENTENCE = 10_000; // letters
  private static final int LETTERS_AN_ENTRY = 100; // that a ref or sentence counts, beside its own
  private static final long MOST_LETTERS = 64 << 20; // some ten times what the largest file has
  private static final Pattern SPLIT = Pattern.compile("[A-Za-z0-9]{1,64}");
  private static final Pattern NUMBERED = Pattern.compile("(.*)_(0|[1-9]\\d{0,8})(\\.[^./]+)");

  /**
   * What is said of one box.
   *
   * @param fileName of the image; empty if there is none
   * @param split letters and digits; empty if there is none
   * @param sentences at least one
   * @param where what to call it in findings
   */
  record Ref(
      String annotationId,
      String imageId,
      String fileName,
      String split,
      List<String> sentences,
      String where) {}

  private final Location file;
  private final List<Ref> refs = new ArrayList<>();
  private final List<Finding> lost = new ArrayList<>();
  private final Set<String> ids = new HashSet<>();
  private long numLetters;

  private RefCocoRefs(Location file) {
    this.file = file;
  }

  /**
   * Reads a file.
   *
   * @throws IllegalArgumentException if it is missing, no pickle of plain values or none of refs
   */
  static RefCocoRefs read(Location file) {
    var refs = new RefCocoRefs(file);
    var entries = RefPickle.read(file);
    for (int i = 0; i < entries.size(); i++) {
      refs.count(0);
      refs.add(entries.get(i), String.format(Locale.ROOT, "%s[%d]", file.name(), i));
    }
    if (refs.refs.isEmpty()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: none of its %,d entries is a dict with image_id, ann_id and sentences; give"
                  + " refs(unc).p, or another such file of refs",
              file,
              entries.size()));
    }
    return refs;
  }

  /** In the order of the file. */
  List<Ref> refs() {
    return refs;
  }

  List<Finding> lost() {
    return lost;
  }

  private void add(@Nullable Object entry, String place) {
    if (!(entry instanceof Map<?, ?> ref)) {
      lost.add(Finding.dropped("ref is no dict", place));
      return;
    }
    var id = id(ref.get("ref_id"));
    var annotationId = id(ref.get("ann_id"));
    var imageId = id(ref.get("image_id"));
    var where = id.isEmpty() ? place : "%s: ref %s".formatted(place, id);
    var sentences = list(ref.get("sentences"));
    if (!id.isEmpty() && !ids.add(id)) {
      lost.add(Finding.dropped("duplicate ref_id", where));
    } else if (annotationId.isEmpty()) {
      lost.add(Finding.dropped("ref without ann_id", where));
    } else if (imageId.isEmpty()) {
      lost.add(Finding.dropped("ref without image_id", where));
    } else if (sentences.isEmpty()) {
      lost.add(Finding.dropped("ref without sentences", where));
    } else {
      var texts = sentences(sentences, where);
      if (!texts.isEmpty()) {
        var split = split(ref.get("split"), where);
        refs.add(new Ref(annotationId, imageId, fileName(ref), split, texts, where));
      }
    }
  }

  private List<String> sentences(List<?> entries, String where) {
    var texts = new ArrayList<String>();
    for (int i = 0; i < entries.size(); i++) {
      var sentence = String.format(Locale.ROOT, "%s, sentence %d", where, i);
      if (!(entries.get(i) instanceof Map<?, ?> map) || !(map.get("sent") instanceof String text)) {
        count(0);
        lost.add(Finding.dropped("sentence without a text sent", sentence));
        continue;
      }
      count(text.length());
      if (text.length() > MAX_SENTENCE) {
        lost.add(Finding.dropped("sentence of very many letters", sentence));
      } else if (text.isBlank()) {
        lost.add(Finding.dropped("blank sentence", sentence));
      } else {
        texts.add(RowFields.tidy(text));
      }
    }
    return texts;
  }

  /** The same list or text may be there very often, which takes next to no room in a pickle. */
  private void count(int letters) {
    numLetters += LETTERS_AN_ENTRY + letters;
    if (numLetters > MOST_LETTERS) {
      throw new IllegalArgumentException(
          file + ": has far more refs or sentences than any file of RefCOCO; cut it into several");
    }
  }

  private String split(@Nullable Object value, String where) {
    if (value instanceof String split && SPLIT.matcher(split).matches()) {
      return split;
    }
    lost.add(Finding.adjusted("split is not letters and digits, none was taken", where));
    return "";
  }

  /** The image's: a ref's own ends with a number before the dot. */
  private static String fileName(Map<?, ?> ref) {
    if (!(ref.get("file_name") instanceof String name) || name.length() > MAX_SENTENCE) {
      return "";
    }
    var numbered = NUMBERED.matcher(name);
    return numbered.matches() ? numbered.group(1) + numbered.group(3) : name;
  }

  /** As a file of COCO's form has it as text; empty if it is none. */
  private static String id(@Nullable Object value) {
    if (value instanceof Integer || value instanceof Long || value instanceof BigInteger) {
      return value.toString();
    }
    if (value instanceof Double number) {
      return number == number.longValue() ? Long.toString(number.longValue()) : "";
    }
    return value instanceof String text && text.length() <= MAX_ID
        ? CocoValues.id(text.strip())
        : "";
  }

  private static List<?> list(@Nullable Object value) {
    if (value instanceof Object[] tuple) {
      return Arrays.asList(tuple);
    }
    return value instanceof List<?> list ? list : List.of();
  }
}
