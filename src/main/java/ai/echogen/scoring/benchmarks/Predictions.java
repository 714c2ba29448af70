package ai.echogen.scoring.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.echogen.config.Listed;
import ai.echogen.data.lines.TextLines;
import ai.echogen.json.JsonRecord;
import ai.echogen.json.JsonText;
import ai.echogen.layout.Box;
import ai.echogen.scoring.metrics.Detection;
import ai.echogen.scoring.metrics.PixelBox;
import ai.echogen.storage.Location;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Another model's answers, as a file:
 *
 * <ul>
 *   <li>Ref-L4's list of {@code {"id": …, "pred_bbox": [4 numbers], "format": "xyxy" or "xywh"}},
 *       in pixels;
 *   <li>JSON lines as {@code generate task=ground} writes, {@code {"id": …, "regions": [{"phrase":
 *       …, "box": [x0, y0, x1, y1] or null}]}}, of shares of the picture, in the order of the
 *       phrases that are asked;
 *   <li>COCO's results, a list of {@code {"image_id": …, "category_id": …, "bbox": [x, y, w, h],
 *       "score": …}}.
 * </ul>
 */
public final class Predictions {
  private static final long MOST_BYTES = 512 << 20;
  private static final int MOST_LINE = 16 << 20;
  private static final double MOST_SHARE = 2; // of a picture: more are pixels
  private static final double MOST_PIXELS = 1e8; // so that sums of two are still boxes
  private static final String WAY_OUT = "docs/benchmarks.md has the forms of predictions";

  private Predictions() {}

  /** Boxes for the asked targets of one case, before the case is known. */
  private interface Answer {
    /**
     * @param place of the answer, for messages
     */
    List<@Nullable PixelBox> of(Case sample, String place);
  }

  /**
   * Boxes for the regions of cases, by Ref-L4's form or as JSON lines.
   *
   * @param cases by their ids, without pictures
   * @return those that the file has, of which {@link #extra} counts what no case asks for
   * @throws IllegalArgumentException naming the file and what is wrong in it, also if an id is
   *     there twice
   */
  public static Map<String, List<@Nullable PixelBox>> boxes(Location file, Map<String, Case> cases)
      throws IOException {
    var boxes = new HashMap<String, List<@Nullable PixelBox>>();
    answers(file)
        .forEach(
            (id, answer) -> {
              var sample = cases.get(id);
              if (sample != null) {
                boxes.put(id, answer.of(sample, "%s: id %s".formatted(file, id)));
              }
            });
    return boxes;
  }

  /** The ids of a file that no case has, rising. */
  public static List<String> extra(Location file, Map<String, Case> cases) throws IOException {
    return answers(file).keySet().stream().filter(id -> !cases.containsKey(id)).toList();
  }

  private static Map<String, Answer> answers(Location file) throws IOException {
    try (var in = file.open()) {
      return isList(file) ? refL4(file) : lines(file, in);
    } catch (FileNotFoundException e) {
      throw new IllegalArgumentException(file + ": no such file", e);
    }
  }

  private static boolean isList(Location file) throws IOException {
    try (var in = file.open()) {
      int next = in.read();
      while (next == ' ' || next == '\n' || next == '\r' || next == '\t') {
        next = in.read();
      }
      return next == '[';
    }
  }

  private static Map<String, Answer> refL4(Location file) throws IOException {
    var answers = new TreeMap<String, Answer>();
    for (var prediction : list(file)) {
      var id = id(prediction, "id");
      var numbers = numbers(prediction, "pred_bbox");
      var format = prediction.textIfAny("format").orElse("xyxy");
      if (!format.equals("xyxy") && !format.equals("xywh")) {
        prediction.problem("format", "must be xyxy or xywh, got " + format);
      }
      var box = format.equals("xywh") ? sized(numbers) : cornered(numbers);
      var before =
          answers.put(
              id,
              (sample, place) -> {
                requireNumber(place, sample, 1);
                var one = new ArrayList<@Nullable PixelBox>();
                one.add(box);
                return one;
              });
      if (before != null) {
        prediction.problem("id", "is there twice, got " + id);
      }
      prediction.orThrow(WAY_OUT);
    }
    return answers;
  }

  private static Map<String, Answer> lines(Location file, InputStream in) throws IOException {
    var answers = new TreeMap<String, Answer>();
    var lines = new TextLines(in, 0, 0, MOST_LINE);
    while (lines.next()) {
      if (lines.isBlank()) {
        continue;
      }
      var place = String.format(Locale.ROOT, "%s: %d", file, lines.number());
      if (lines.damage().isPresent()) {
        throw new IllegalArgumentException(place + ": is a " + lines.damage().get());
      }
      var line = JsonRecord.of(JsonText.parse(lines.text().getBytes(UTF_8), place), place);
      var id = id(line, "id");
      var phrases = new ArrayList<String>();
      var shares = new ArrayList<double @Nullable []>();
      for (var region : line.list("regions", false)) {
        phrases.add(region.textIfAny("phrase").orElse(""));
        shares.add(region.any("box").isNull() ? null : shares(region));
      }
      Answer answer =
          (sample, where) -> {
            requireNumber(where, sample, shares.size());
            requirePhrases(where, sample, phrases);
            var boxes = new ArrayList<@Nullable PixelBox>();
            for (var share : shares) {
              boxes.add(share == null ? null : scaled(share, sample));
            }
            return boxes;
          };
      if (answers.put(id, answer) != null) {
        line.problem("id", "is there twice, got " + id);
      }
      line.orThrow(WAY_OUT);
    }
    return answers;
  }

  private static void requireNumber(String place, Case sample, int number) {
    int asked = sample.asked().size();
    if (asked != number) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: must have a box for each of %d regions, got %d",
              place,
              asked,
              number));
    }
  }

  /** Boxes are given by their places: one that stands at another phrase's is of another region. */
  private static void requirePhrases(String place, Case sample, List<String> phrases) {
    for (int i = 0; i < phrases.size(); i++) {
      var asked = sample.asked().get(i).phrase();
      if (!phrases.get(i).isEmpty() && !plain(phrases.get(i)).equals(plain(asked))) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%s: regions[%d] must be of \"%s\", got \"%s\"; give the boxes in the order of the"
                    + " phrases",
                place,
                i,
                Listed.cut(asked),
                Listed.cut(phrases.get(i))));
      }
    }
  }

  private static String plain(String phrase) {
    return phrase.strip().replaceAll("\\s+", " ").toLowerCase(Locale.ROOT);
  }

  /**
   * What a detector saw, from COCO's results.
   *
   * @param cases by their ids, which are the numbers of images
   * @param categories names by their numbers, as the true file has them
   * @return by id, the surest first; of images that no case has, too
   */
  public static Map<String, List<Detection>> detections(
      Location file, Map<String, Case> cases, Map<Long, String> categories) throws IOException {
    var seen = new HashMap<String, List<Detection>>();
    for (var prediction : list(file)) {
      var id = id(prediction, "image_id");
      long number = prediction.whole("category_id", 0, Long.MAX_VALUE);
      var numbers = numbers(prediction, "bbox");
      double score = prediction.number("score");
      prediction.orThrow(WAY_OUT);
      var sample = cases.get(id);
      var category = categories.getOrDefault(number, "category " + number);
      var list = seen.computeIfAbsent(id, i -> new ArrayList<>());
      if (sample != null) {
        Target.relative(sized(numbers), sample.width(), sample.height())
            .ifPresent((Box box) -> list.add(new Detection(category, box, score)));
      }
    }
    seen.values()
        .forEach(list -> list.sort(Comparator.comparingDouble(Detection::score).reversed()));
    return seen;
  }

  private static List<JsonRecord> list(Location file) throws IOException {
    try {
      if (file.status().getLen() > MOST_BYTES) {
        throw new IllegalArgumentException(
            String.format(Locale.ROOT, "%s: must have at most %,d bytes", file, MOST_BYTES));
      }
      var json = JsonText.parse(file.read(), file.toString());
      if (!(json instanceof ArrayNode array)) {
        throw new IllegalArgumentException(file + ": must be a list of predictions; " + WAY_OUT);
      }
      var records = new ArrayList<JsonRecord>();
      for (int i = 0; i < array.size(); i++) {
        records.add(JsonRecord.of(array.get(i), String.format(Locale.ROOT, "%s: [%d]", file, i)));
      }
      return records;
    } catch (FileNotFoundException e) {
      throw new IllegalArgumentException(file + ": no such file", e);
    }
  }

  /** A text, or a whole number as one. */
  private static String id(JsonRecord record, String field) {
    JsonNode value = record.any(field);
    if (value.isIntegralNumber() || value.isTextual() && !value.textValue().isBlank()) {
      return value.asText();
    }
    record.problem(field, "must be a text or a whole number, got " + JsonText.shown(value));
    return "";
  }

  /** Four numbers that can be those of a box; zeros, and a problem, where they cannot. */
  private static double[] numbers(JsonRecord record, String field) {
    var value = record.any(field);
    var numbers = new double[4];
    boolean isBox = value.isArray() && value.size() == 4;
    for (int i = 0; i < 4 && isBox; i++) {
      numbers[i] = value.get(i).doubleValue();
      isBox = value.get(i).isNumber() && Math.abs(numbers[i]) <= MOST_PIXELS;
    }
    if (!isBox) {
      record.problem(field, "must be four numbers of at most 1e8, got " + JsonText.shown(value));
      return new double[numbers.length];
    }
    return numbers;
  }

  private static double[] shares(JsonRecord region) {
    var shares = numbers(region, "box");
    for (double share : shares) {
      if (Math.abs(share) > MOST_SHARE) {
        region.problem("box", "must be shares of the picture, got " + Arrays.toString(shares));
        return new double[shares.length];
      }
    }
    return shares;
  }

  private static PixelBox cornered(double[] box) {
    return new PixelBox(box[0], box[1], box[2], box[3]);
  }

  private static PixelBox sized(double[] box) {
    return PixelBox.ofSize(box[0], box[1], box[2], box[3]);
  }

  private static PixelBox scaled(double[] box, Case sample) {
    return new PixelBox(
        box[0] * sample.width(),
        box[1] * sample.height(),
        box[2] * sample.width(),
        box[3] * sample.height());
  }
}
